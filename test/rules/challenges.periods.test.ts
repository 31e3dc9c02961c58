import { describe, expect, test } from '@jest/globals';
import { SATURDAY } from './facts.ts';
import { aChallenge, aGame, aGoal, aReview, DAY, GameBook, reasons } from './games.ts';
import { totalOf } from './programmes.ts';

function bookOf(changes: Parameters<typeof aChallenge>[0]) {
  return new GameBook(aGame({ challenges: [aChallenge(changes)] }));
}

describe('a recurring challenge', () => {
  test('starts anew with every day of the programme, and says when', () => {
    const book = bookOf({ recurrence: 'DAY', goal: aGoal({ target: '1' }), points: 10 });
    // 23:30 and 00:30 in Stockholm lie on two days, though UTC has one.
    const evening = aReview('2026-11-21T22:30:00Z');
    expect(totalOf(book.record(evening))).toBe(10);
    const again = book.record(aReview('2026-11-21T22:45:00Z'));
    expect(again.trace).toMatchObject([
      {
        matched: false,
        reason: 'Completed already in this day.',
        nextPossibleAt: Date.parse('2026-11-21T23:00:00Z'),
      },
    ]);
    expect(totalOf(book.record(aReview('2026-11-21T23:30:00Z')))).toBe(10);
    expect(book.goal('challenge:reviews')).toMatchObject({ times: 2, firstCompletedAt: evening.occurredAt });
  });

  test('names no next time when it ends before', () => {
    const endsAt = Date.parse('2026-11-21T23:00:00Z');
    const book = bookOf({ recurrence: 'DAY', goal: aGoal({ target: '1' }), endsAt });
    book.record(aReview(SATURDAY));
    expect(book.record(aReview(SATURDAY + 1)).trace).toMatchObject([{ nextPossibleAt: null }]);
  });

  test('counts late activities in the period they belong to, forty periods back', () => {
    const book = bookOf({ recurrence: 'DAY', goal: aGoal({ target: '2' }), points: 10 });
    const record = (daysAgo: number) => book.record(aReview(SATURDAY - daysAgo * DAY), { recordedAt: SATURDAY });
    expect(reasons(record(0))).toEqual({ reviews: '1 of 2.' });
    expect(reasons(record(40))).toEqual({ reviews: '1 of 2.' });
    expect(reasons(record(41))).toEqual({ reviews: 'It came too late: that day is closed.' });
    expect(reasons(record(40))).toEqual({ reviews: 'Completed: 2 of 2.' });
    expect(book.goal('challenge:reviews')?.buckets.map(({ amount }) => amount)).toEqual([2_000_000, 1_000_000]);
  });

  test('closes a day by the calendar, not by the hours since', () => {
    const book = bookOf({ recurrence: 'DAY' });
    // Two minutes more than forty days lie between, but forty-one midnights; the clock went back on the way.
    const recordedAt = Date.parse('2026-11-20T23:01:00Z');
    const record = (at: string) => reasons(book.record(aReview(at), { recordedAt })).reviews;
    expect(record('2026-10-11T21:59:00Z')).toBe('It came too late: that day is closed.');
    expect(record('2026-10-11T22:00:00Z')).toBe('1 of 3.');
  });

  test('forgets periods that are closed', () => {
    const book = bookOf({ recurrence: 'WEEK' });
    for (let week = 0; week < 60; week++) book.record(aReview(SATURDAY + week * 7 * DAY));
    expect(book.goal('challenge:reviews')?.buckets).toHaveLength(41);
  });
});
