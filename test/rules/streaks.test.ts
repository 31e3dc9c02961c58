import { describe, expect, test } from '@jest/globals';
import type { StreakDefinition } from '../../src/rules/game.types.ts';
import { addPeriod, longestStreak, type Runs, streakState } from '../../src/rules/streaks.ts';
import { aChallenge, aGame, aGoal, aReview, DAY, GameBook, reasons } from './games.ts';
import { totalOf } from './programmes.ts';

const STOCKHOLM = 'Europe/Stockholm';
const daily = (length: number, freezes = 0): StreakDefinition => ({ every: 'DAY', length, freezes });
const runsOf = (...periods: number[]): Runs => periods.reduce<Runs>(addPeriod, []);
const dayAt = (date: string) => Date.parse(`${date}T00:00:00Z`) / DAY;

/** A book with one streak challenge that pays 10 points, for a member in a zone. */
function streaking(zone: string, streak: StreakDefinition, target = '1') {
  const challenges = [aChallenge({ streak, points: 10, goal: aGoal({ target }) })];
  const book = new GameBook(aGame({ challenges }), { anna: zone });
  return { book, record: (at: string) => book.record(aReview(at)) };
}

describe('runs of met periods', () => {
  test('grow, merge and take in what comes late', () => {
    expect(runsOf(5, 6, 7)).toEqual([[5, 7]]);
    expect(runsOf(5, 7, 9)).toEqual([
      [5, 5],
      [7, 7],
      [9, 9],
    ]);
    expect(runsOf(5, 7, 6)).toEqual([[5, 7]]);
    expect(runsOf(5, 6, 5, 6)).toEqual([[5, 6]]);
    expect(runsOf(9, 8, 3)).toEqual([
      [3, 3],
      [8, 9],
    ]);
  });

  test('are the same in whatever order the periods come, and no more than a hundred', () => {
    const periods = Array.from({ length: 60 }, (_, index) => (index * 37) % 90);
    const expected = runsOf(...[...periods].sort((left, right) => left - right));
    expect(runsOf(...periods)).toEqual(expected);
    expect(runsOf(...Array.from({ length: 150 }, (_, index) => index * 2))).toHaveLength(100);
    expect(runsOf(...Array.from({ length: 150 }, (_, index) => index * 2)).at(-1)).toEqual([298, 298]);
  });
});

describe('a streak', () => {
  test('is as long as the periods met, with at most its freezes missed between them', () => {
    const longest = (freezes: number, ...periods: number[]) =>
      longestStreak(runsOf(...periods), daily(9, freezes), STOCKHOLM);
    expect(longest(0, 100, 101, 103)).toBe(2);
    expect(longest(1, 100, 101, 103)).toBe(3);
    expect(longest(1, 100, 101, 103, 105)).toBe(3);
    expect(longest(2, 100, 101, 103, 105)).toBe(4);
    expect(longest(1, 100, 103)).toBe(1);
    expect(longest(2, 100, 103)).toBe(2);
  });

  test('never gets shorter by one more period that was met', () => {
    // Whoever met days 3, 5, 6 and 7 has four with one freeze; that day 1 turns up late must not cost it.
    expect(longestStreak(runsOf(3, 5, 6, 7), daily(4, 1), STOCKHOLM)).toBe(4);
    expect(longestStreak(runsOf(1, 3, 5, 6, 7), daily(4, 1), STOCKHOLM)).toBe(4);
  });

  test('runs on until the end of the last period that can still save it', () => {
    const runs = runsOf(dayAt('2026-11-18'), dayAt('2026-11-19'));
    const at = (time: string, freezes: number) => streakState(runs, daily(9, freezes), Date.parse(time), STOCKHOLM);
    const midnight = (date: string) => Date.parse(`${date}T23:00:00Z`);
    expect(at('2026-11-19T12:00:00Z', 0)).toEqual({
      current: 2,
      best: 2,
      freezesLeft: 0,
      endsAt: midnight('2026-11-20'),
    });
    expect(at('2026-11-20T22:59:59.999Z', 0).current).toBe(2);
    expect(at('2026-11-20T23:00:00Z', 0)).toEqual({ current: 0, best: 2, freezesLeft: 0, endsAt: null });
    expect(at('2026-11-20T23:00:00Z', 2)).toEqual({
      current: 2,
      best: 2,
      freezesLeft: 1,
      endsAt: midnight('2026-11-22'),
    });
    expect(at('2026-11-22T22:59:59Z', 2)).toMatchObject({ current: 2, freezesLeft: 0 });
    expect(at('2026-11-22T23:00:00Z', 2)).toEqual({ current: 0, best: 2, freezesLeft: 2, endsAt: null });
  });

  test('sheds its oldest part when the freezes no longer bridge the whole of it', () => {
    const first = dayAt('2026-11-10');
    const runs = runsOf(first, first + 1, first + 2, first + 4, first + 5);
    const at = (day: number) => streakState(runs, daily(9, 1), (day + 0.5) * DAY, STOCKHOLM);
    expect(at(first + 6)).toMatchObject({ current: 5, best: 5, freezesLeft: 0 });
    // One more missed day: the gap further back can no longer be bridged, but what came after it can.
    expect(at(first + 7)).toMatchObject({ current: 2, best: 5, freezesLeft: 0 });
    expect(at(first + 8)).toMatchObject({ current: 0, best: 5, freezesLeft: 1, endsAt: null });
  });

  test('that never began has nothing to lose', () => {
    expect(streakState([], daily(3, 2), 0, STOCKHOLM)).toEqual({ current: 0, best: 0, freezesLeft: 2, endsAt: null });
  });
});

describe('a challenge with a streak', () => {
  test('is completed on the last day of it, and says how far it is', () => {
    const { book, record } = streaking(STOCKHOLM, daily(3), '2');
    const told = [
      record('2026-11-18T10:00:00Z'),
      record('2026-11-18T11:00:00Z'),
      record('2026-11-18T12:00:00Z'),
      record('2026-11-19T10:00:00Z'),
      record('2026-11-19T11:00:00Z'),
      record('2026-11-20T10:00:00Z'),
      record('2026-11-20T11:00:00Z'),
      record('2026-11-21T11:00:00Z'),
    ];
    expect(told.map((evaluation) => reasons(evaluation).reviews)).toEqual([
      '1 of 2.',
      'The streak is 1 of 3 days.',
      'This day counts already.',
      '1 of 2.',
      'The streak is 2 of 3 days.',
      '1 of 2.',
      'Completed: a streak of 3 days.',
      '1 of 2.',
    ]);
    expect(told.map(totalOf)).toEqual([0, 0, 0, 0, 0, 0, 10, 0]);
    expect(told[2]?.trace[0]?.nextPossibleAt).toBe(Date.parse('2026-11-18T23:00:00Z'));
    expect(told[4]?.game?.challenges).toMatchObject([
      {
        progress: 2_000_000,
        target: 3_000_000,
        added: 1_000_000,
        streak: { current: 2, best: 2, freezesLeft: 0, endsAt: Date.parse('2026-11-20T23:00:00Z') },
      },
    ]);
    expect(told[6]?.game?.challenges).toMatchObject([{ progress: 3_000_000, target: 3_000_000, completed: true }]);
    expect(book.goal('challenge:reviews')?.runs).toEqual([[dayAt('2026-11-18'), dayAt('2026-11-20')]]);
  });

  test('goes on after it was completed, is paid once, and tells only of days that make it longer or begin it anew', () => {
    const { book, record } = streaking(STOCKHOLM, daily(2, 1), '2');
    const twice = (day: number) => {
      record(`2026-11-${day}T10:00:00Z`);
      return record(`2026-11-${day}T11:00:00Z`);
    };
    expect([twice(11), twice(12)].map(totalOf)).toEqual([0, 10]);
    const half = record('2026-11-13T10:00:00Z');
    expect(half.game).toMatchObject({ challenges: [], goals: [{ key: 'challenge:reviews' }] });
    const third = record('2026-11-13T11:00:00Z');
    expect(reasons(third)).toEqual({ reviews: 'Completed already. The streak is 3 days.' });
    expect([totalOf(third), third.game?.awards]).toEqual([0, []]);
    expect(third.game?.challenges).toMatchObject([
      {
        ...{ progress: 2_000_000, target: 2_000_000, completed: false, timesCompleted: 1 },
        streak: { current: 3, best: 3, freezesLeft: 1, endsAt: Date.parse('2026-11-15T23:00:00Z') },
      },
    ]);
    // Broken by two missed days, then as long again as it takes: nothing is paid a second time.
    const [anew, longer] = [twice(16), twice(17)];
    expect(anew.game?.challenges).toMatchObject([{ completed: false, streak: { current: 1, best: 3 } }]);
    expect(longer.game?.challenges).toMatchObject([{ completed: false, streak: { current: 2, best: 3 } }]);
    expect([anew, longer].map(totalOf)).toEqual([0, 0]);
    // What comes late for a broken row counts, and changes nothing that runs.
    const late = ['10:00', '11:00'].map((time) =>
      book.record(aReview(`2026-11-10T${time}:00Z`), { recordedAt: Date.parse('2026-11-17T12:00:00Z') }),
    );
    expect(late.map(({ game }) => game?.challenges)).toEqual([[], []]);
    expect(book.goal('challenge:reviews')).toMatchObject({
      ...{ times: 1, completedAt: Date.parse('2026-11-12T11:00:00Z') },
      runs: [
        [dayAt('2026-11-10'), dayAt('2026-11-13')],
        [dayAt('2026-11-16'), dayAt('2026-11-17')],
      ],
    });
  });

  test('can be completed by an activity that comes late and closes the gap', () => {
    const { book, record } = streaking(STOCKHOLM, daily(3));
    record('2026-11-18T10:00:00Z');
    record('2026-11-20T10:00:00Z');
    const late = book.record(aReview('2026-11-19T10:00:00Z'), { recordedAt: Date.parse('2026-11-21T10:00:00Z') });
    expect(reasons(late)).toEqual({ reviews: 'Completed: a streak of 3 days.' });
  });

  test('is told as it stands at the time of recording, not of the activity', () => {
    const { book } = streaking(STOCKHOLM, daily(3));
    const late = book.record(aReview('2026-11-19T10:00:00Z'), { recordedAt: Date.parse('2026-11-25T10:00:00Z') });
    expect(late.game?.challenges[0]?.streak).toEqual({ current: 0, best: 1, freezesLeft: 0, endsAt: null });
  });

  test('has the days of the member’s zone, not the programme’s', () => {
    // Half past six in the evening in UTC is midnight in Kolkata; in Stockholm all three are one day.
    const evenings = ['2026-11-18T18:29:00Z', '2026-11-18T18:30:00Z', '2026-11-19T18:29:00Z', '2026-11-19T18:30:00Z'];
    const inKolkata = streaking('Asia/Kolkata', daily(3));
    expect(evenings.map((at) => reasons(inKolkata.record(at)).reviews)).toEqual([
      'The streak is 1 of 3 days.',
      'The streak is 2 of 3 days.',
      'This day counts already.',
      'Completed: a streak of 3 days.',
    ]);
    const inStockholm = streaking(STOCKHOLM, daily(3));
    expect(evenings.map((at) => reasons(inStockholm.record(at)).reviews)).toEqual([
      'The streak is 1 of 3 days.',
      'This day counts already.',
      'The streak is 2 of 3 days.',
      'This day counts already.',
    ]);
  });

  test.each([
    // 23 hours on 2026-03-29, 25 on 2026-10-25.
    [
      'Europe/Stockholm',
      ['2026-03-28T22:59:00Z', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', '2026-03-30T21:59:00Z'],
      [1, 2, 3, 3],
    ],
    [
      'Europe/Stockholm',
      ['2026-10-24T21:59:00Z', '2026-10-24T22:00:00Z', '2026-10-25T22:59:00Z', '2026-10-25T23:00:00Z'],
      [1, 2, 2, 3],
    ],
    // 23 hours on 2026-03-08, 25 on 2026-11-01.
    [
      'America/New_York',
      ['2026-03-08T04:59:00Z', '2026-03-08T05:00:00Z', '2026-03-09T03:59:00Z', '2026-03-09T04:00:00Z'],
      [1, 2, 2, 3],
    ],
    [
      'America/New_York',
      ['2026-11-01T03:59:00Z', '2026-11-01T04:00:00Z', '2026-11-02T04:59:00Z', '2026-11-02T05:00:00Z'],
      [1, 2, 2, 3],
    ],
  ])('keeps its days when the clock changes in %s', (zone, instants, expected) => {
    const { record } = streaking(zone, daily(30));
    let current = 0;
    const currents = instants.map((at) => {
      current = record(at).game?.challenges[0]?.streak?.current ?? current;
      return current;
    });
    expect(currents).toEqual(expected);
  });

  test('misses nothing on a day that the zone skipped, which costs no freeze either', () => {
    // Samoa went from Thursday 2011-12-29 straight to Saturday 2011-12-31.
    const { book, record } = streaking('Pacific/Apia', daily(4));
    record('2011-12-28T22:00:00Z');
    const thursday = record('2011-12-29T22:00:00Z').game?.challenges[0]?.streak;
    expect(thursday).toEqual({ current: 2, best: 2, freezesLeft: 0, endsAt: Date.parse('2011-12-31T10:00:00Z') });
    expect(record('2011-12-30T10:00:00Z').game?.challenges[0]?.streak?.current).toBe(3);
    expect(reasons(record('2011-12-31T10:00:00Z'))).toEqual({ reviews: 'Completed: a streak of 4 days.' });
    expect(book.goal('challenge:reviews')?.runs).toEqual([
      [dayAt('2011-12-28'), dayAt('2011-12-29')],
      [dayAt('2011-12-31'), dayAt('2012-01-01')],
    ]);
  });

  test('counts weeks from Monday and months by the calendar, across the turn of the year', () => {
    const weeks = streaking(STOCKHOLM, { every: 'WEEK', length: 3, freezes: 0 });
    expect(reasons(weeks.record('2026-12-27T22:59:00Z')).reviews).toBe('The streak is 1 of 3 weeks.');
    expect(reasons(weeks.record('2026-12-27T23:00:00Z')).reviews).toBe('The streak is 2 of 3 weeks.');
    expect(reasons(weeks.record('2027-01-03T22:59:00Z')).reviews).toBe('This week counts already.');
    expect(reasons(weeks.record('2027-01-03T23:00:00Z')).reviews).toBe('Completed: a streak of 3 weeks.');
    const months = streaking(STOCKHOLM, { every: 'MONTH', length: 3, freezes: 1 });
    expect(reasons(months.record('2026-11-30T22:59:00Z')).reviews).toBe('The streak is 1 of 3 months.');
    const december = months.record('2026-11-30T23:00:00Z').game?.challenges[0]?.streak;
    expect(december).toMatchObject({ current: 2, freezesLeft: 1, endsAt: Date.parse('2027-02-28T23:00:00Z') });
    expect(reasons(months.record('2027-02-28T22:59:00Z')).reviews).toBe('Completed: a streak of 3 months.');
  });
});
