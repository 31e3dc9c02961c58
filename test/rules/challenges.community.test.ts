import { describe, expect, test } from '@jest/globals';
import { aPurchase, SATURDAY } from './facts.ts';
import { aBadge, aChallenge, aGame, aGoal, aReview, GameBook, reasons } from './games.ts';
import { totalOf } from './programmes.ts';

const HOUR = 3_600_000;

function bookOf(changes: Parameters<typeof aChallenge>[0]) {
  return new GameBook(aGame({ challenges: [aChallenge(changes)], badges: [aBadge({ goal: null })] }));
}

describe('a community challenge', () => {
  const together = { mode: 'COMMUNITY' as const, points: 50, badge: 'critic', goal: aGoal({ target: '5' }) };

  test('adds up what everybody does, and pays nobody in the evaluation itself', () => {
    const book = bookOf(together);
    const told = ['anna', 'bo', 'anna', 'cia', 'bo', 'anna'].map((member, hour) =>
      book.record(aReview(SATURDAY + hour * HOUR), { member }),
    );
    expect(told.map((evaluation) => reasons(evaluation).reviews)).toEqual([
      '1 of 5 together.',
      '2 of 5 together.',
      '3 of 5 together.',
      '4 of 5 together.',
      'Completed together: 5 of 5. Everybody who took part is rewarded shortly.',
      'Completed together already.',
    ]);
    expect(told.map(totalOf)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(told.flatMap(({ game }) => game?.awards)).toEqual([]);
    expect(told[4]?.game?.challenges).toMatchObject([
      { mode: 'COMMUNITY', progress: 5_000_000, added: 1_000_000, completed: true, timesCompleted: 0 },
    ]);
    expect(book.used({ memberId: null, key: 'challenge:reviews|COMMUNITY|0' })).toEqual({
      count: 1,
      points: 5_000_000,
    });
    const shares = ['anna', 'bo', 'cia'].map((member) => book.goal('challenge:reviews', member)?.buckets[0]?.amount);
    expect(shares).toEqual([2_000_000, 2_000_000, 1_000_000]);
  });

  test('takes no more than is missing, so that the shares add up to the target', () => {
    const goal = aGoal({ activityTypes: ['purchase'], measure: 'SUM_VALUE', target: '1000' });
    const book = bookOf({ ...together, goal });
    const buy = (amount: string, member: string) =>
      book.record(aPurchase({ value: { amount, currencyCode: 'SEK' } }), { member });
    expect(reasons(buy('900.50', 'anna'))).toEqual({ reviews: '900.5 of 1000 SEK together.' });
    expect(buy('300', 'bo').game?.challenges).toMatchObject([{ added: 99_500_000, completed: true }]);
  });

  test('that recurs counts every period under a key of its own', () => {
    const book = bookOf({ ...together, recurrence: 'MONTH', goal: aGoal({ target: '1' }) });
    book.record(aReview('2026-11-30T22:59:00Z'));
    expect(reasons(book.record(aReview('2026-11-30T22:59:30Z'), { member: 'bo' }))).toEqual({
      reviews: 'Completed together already in this month.',
    });
    book.record(aReview('2026-11-30T23:00:00Z'), { member: 'bo' });
    expect([...book.usages.keys()]).toEqual([
      `everyone challenge:reviews|COMMUNITY|${2026 * 12 + 10}`,
      `everyone challenge:reviews|COMMUNITY|${2026 * 12 + 11}`,
    ]);
  });
});
