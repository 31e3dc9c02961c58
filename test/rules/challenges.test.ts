import { describe, expect, test } from '@jest/globals';
import { aPurchase, SATURDAY } from './facts.ts';
import { aBadge, aChallenge, aGame, aGoal, aReview, DAY, GameBook, reasons } from './games.ts';
import { aRule, fixed, totalOf } from './programmes.ts';

const HOUR = 3_600_000;

function bookOf(...challenges: Parameters<typeof aChallenge>[0][]) {
  return new GameBook(aGame({ challenges: challenges.map(aChallenge), badges: [aBadge({ goal: null })] }));
}

describe('a challenge', () => {
  test('is completed once the target is reached, pays once and listens no more', () => {
    const book = bookOf({ points: 50, pendingForMs: DAY, expiresAfterMs: 10 * DAY });
    const lines = [0, 1, 2, 3].map((hour) =>
      book.record(aReview(SATURDAY + hour * HOUR), { recordedAt: SATURDAY + 2 * DAY }),
    );
    expect(lines.map((evaluation) => reasons(evaluation).reviews)).toEqual([
      '1 of 3.',
      '2 of 3.',
      'Completed: 3 of 3.',
      'Completed already.',
    ]);
    expect(lines.map(({ postings }) => postings.length)).toEqual([0, 0, 1, 0]);
    const at = SATURDAY + 2 * HOUR;
    expect(lines[2]?.postings).toEqual([
      {
        kind: 'BONUS',
        points: 50,
        rule: { kind: 'challenge', code: 'reviews', version: 1, name: 'Challenge reviews' },
        reason: 'Challenge “Challenge reviews” completed',
        activeAt: at + DAY,
        expiresAt: at + 11 * DAY,
      },
    ]);
    expect(lines[2]?.trace).toMatchObject([{ matched: true, points: 50, pointsBeforeCaps: 50 }]);
    expect(book.goal('challenge:reviews')).toEqual({
      buckets: [{ period: 0, amount: 3_000_000, done: 1, values: null }],
      times: 1,
      startedAt: SATURDAY,
      firstCompletedAt: at,
      completedAt: at,
      runs: [],
    });
  });

  test('tells each step with what was added and how far it is', () => {
    const book = bookOf({});
    book.record(aReview(SATURDAY));
    const { game } = book.record(aReview(SATURDAY + 1));
    expect(game?.challenges).toEqual([
      {
        challenge: { kind: 'challenge', code: 'reviews', version: 1, name: 'Challenge reviews' },
        mode: 'INDIVIDUAL',
        progress: 2_000_000,
        target: 3_000_000,
        added: 1_000_000,
        period: 0,
        completed: false,
        timesCompleted: 0,
        startedAt: SATURDAY,
        completedAt: null,
        streak: null,
      },
    ]);
  });

  test('has no line for activities of other types, and no state changes', () => {
    const evaluation = bookOf({}).record(aPurchase());
    expect(evaluation.trace).toEqual([]);
    expect(evaluation.game).toEqual({
      goals: [],
      challenges: [],
      awards: [],
      tier: null,
      standing: null,
      counted: null,
    });
  });

  test('that is a draft, paused or archived plays no part', () => {
    const book = bookOf({ status: 'DRAFT' }, { code: 'b', status: 'PAUSED' }, { code: 'c', status: 'ARCHIVED' });
    expect(book.record(aReview(SATURDAY)).trace).toEqual([]);
  });

  test('counts from its start until just before its end, and says when it starts', () => {
    const book = bookOf({ startsAt: SATURDAY, endsAt: SATURDAY + DAY });
    const before = book.record(aReview(SATURDAY - 1));
    expect(before.trace).toMatchObject([
      { matched: false, reason: 'The challenge starts at 2026-11-21T08:30:00Z.', nextPossibleAt: SATURDAY },
    ]);
    expect(reasons(book.record(aReview(SATURDAY)))).toEqual({ reviews: '1 of 3.' });
    expect(reasons(book.record(aReview(SATURDAY + DAY - 1)))).toEqual({ reviews: '2 of 3.' });
    expect(reasons(book.record(aReview(SATURDAY + DAY)))).toEqual({
      reviews: 'The challenge ended at 2026-11-22T08:30:00Z.',
    });
  });

  test('counts only what satisfies its condition, for members of its audience', () => {
    const book = bookOf(
      { goal: aGoal({ condition: 'activity.attributes.stars >= 4' }) },
      { code: 'skiers', audience: '"skiing" in member.interests' },
      { code: 'hikers', audience: '"hiking" in member.interests' },
      { code: 'odd', audience: 'member.attributes.level > 3' },
    );
    expect(reasons(book.record(aReview(SATURDAY, { attributes: { stars: 3 } })))).toEqual({
      reviews: 'The condition was not met.',
      skiers: 'The challenge is not for this member.',
      hikers: '1 of 3.',
      odd: 'The audience could not be evaluated: member.attributes.level is not given.',
    });
    expect(reasons(book.record(aReview(SATURDAY))).reviews).toBe(
      'The condition could not be evaluated: activity.attributes.stars is not given.',
    );
    expect(reasons(book.record(aReview(SATURDAY, { attributes: { stars: 5 } }))).reviews).toBe('1 of 3.');
  });

  test('opens once what must come before is completed, and not by the activity that completes it', () => {
    const book = bookOf(
      { code: 'a', goal: aGoal({ target: '1' }) },
      { code: 'b', prerequisites: ['a'], goal: aGoal({ target: '1' }) },
      { code: 'c', prerequisites: ['a', 'b'], goal: aGoal({ target: '1' }) },
    );
    const [first, second, third] = [1, 2, 3].map((hour) => reasons(book.record(aReview(SATURDAY + hour * HOUR))));
    expect(first).toEqual({
      a: 'Completed: 1 of 1.',
      b: 'Complete “Challenge a” first.',
      c: 'Complete “Challenge a” first.',
    });
    expect(second).toEqual({ a: 'Completed already.', b: 'Completed: 1 of 1.', c: 'Complete “Challenge b” first.' });
    expect(third?.c).toBe('Completed: 1 of 1.');
  });

  test('does not count what happened before that which had to be completed first', () => {
    const book = bookOf({ code: 'a', goal: aGoal({ target: '1' }) }, { code: 'b', prerequisites: ['a'] });
    book.record(aReview(SATURDAY));
    const late = reasons(book.record(aReview(SATURDAY - 1), { recordedAt: SATURDAY + 1 }));
    expect(late.b).toBe('Complete “Challenge a” first.');
    expect(reasons(book.record(aReview(SATURDAY))).b).toBe('1 of 3.');
  });

  test('gives its badge, and says so when the badge is not in force', () => {
    const book = bookOf(
      { badge: 'critic', goal: aGoal({ target: '1' }) },
      { code: 'other', badge: 'gone', goal: aGoal({ target: '1' }) },
    );
    const { game, trace } = book.record(aReview(SATURDAY));
    expect(game?.awards).toEqual([
      {
        badge: { kind: 'badge', code: 'critic', version: 1, name: 'Badge critic' },
        cause: { kind: 'challenge', code: 'reviews', version: 1, name: 'Challenge reviews' },
        reason: 'Challenge “Challenge reviews” completed',
      },
    ]);
    expect(trace.map(({ reason }) => reason)).toEqual([
      'Completed: 1 of 1. The badge gone is not in force.',
      'Completed: 1 of 1. It gives the badge “Badge critic”.',
    ]);
  });

  test('that does not compile says why and leaves the others alone', () => {
    const book = bookOf({ goal: aGoal({ condition: 'activity.nothing' }) }, { code: 'zzz' });
    const told = reasons(book.record(aReview(SATURDAY)));
    expect(told.reviews).toMatch(/^The challenge cannot be evaluated: An activity has no field nothing/);
    expect(told.zzz).toBe('1 of 3.');
  });

  test('pays on top of rules, and the lines still add up to the postings', () => {
    const challenges = [aChallenge({ points: 5, goal: aGoal({ target: '1' }) })];
    const programme = aGame({ rules: [aRule({ trigger: 'review', points: fixed(7) })], challenges });
    const evaluation = new GameBook(programme).record(aReview(SATURDAY));
    expect(totalOf(evaluation)).toBe(12);
    expect(evaluation.trace.map(({ points }) => points)).toEqual([7, 5]);
  });
});
