import { describe, expect, test } from '@jest/globals';
import { aPurchase, SATURDAY } from './facts.ts';
import { aBadge, aChallenge, aGame, aGoal, aReview, GameBook, reasons } from './games.ts';

function bookOf(...badges: Parameters<typeof aBadge>[0][]) {
  return new GameBook(aGame({ badges: badges.map(aBadge) }));
}

describe('a badge with a goal', () => {
  test('is awarded once, with its own goal as the cause', () => {
    const book = bookOf({});
    const told = [0, 1, 2, 3].map((hour) => book.record(aReview(SATURDAY + hour)));
    expect(told.map((evaluation) => reasons(evaluation).critic)).toEqual([
      '1 of 3.',
      '2 of 3.',
      'Awarded. 3 of 3.',
      'The member has it already.',
    ]);
    const reference = { kind: 'badge', code: 'critic', version: 1, name: 'Badge critic' };
    expect(told.map(({ game }) => game?.awards)).toEqual([
      [],
      [],
      [{ badge: reference, cause: reference, reason: 'Reached 3' }],
      [],
    ]);
    expect(told[3]?.game?.goals).toEqual([]);
    expect(book.goal('badge:critic')).toEqual({
      buckets: [{ period: 0, amount: 3_000_000, done: 1, values: null }],
      times: 1,
      startedAt: SATURDAY,
      firstCompletedAt: SATURDAY + 2,
      completedAt: SATURDAY + 2,
      runs: [],
    });
  });

  test('counts nothing from before the time it counts from', () => {
    const book = bookOf({ countsFrom: SATURDAY });
    expect(reasons(book.record(aReview(SATURDAY - 1)))).toEqual({
      critic: 'The badge starts at 2026-11-21T08:30:00Z.',
    });
    expect(reasons(book.record(aReview(SATURDAY)))).toEqual({ critic: '1 of 3.' });
  });

  test('that repeats is awarded for each full target, also several at once', () => {
    const goal = aGoal({ activityTypes: ['purchase'], measure: 'SUM_VALUE', target: '100' });
    const book = bookOf({ repeatable: true, goal });
    const buy = (amount: string) => book.record(aPurchase({ value: { amount, currencyCode: 'SEK' } }));
    const told = ['60', '60', '350', '29.99'].map(buy);
    expect(told.map((evaluation) => reasons(evaluation).critic)).toEqual([
      '60 of 100 SEK.',
      'Awarded. 20 of 100 SEK.',
      'Awarded 3 times. 70 of 100 SEK.',
      '99.99 of 100 SEK.',
    ]);
    expect(told.map(({ game }) => game?.awards.map(({ reason }) => reason))).toEqual([
      [],
      ['Reached 100'],
      ['Reached 100 again', 'Reached 100 again', 'Reached 100 again'],
      [],
    ]);
    expect(book.goal('badge:critic')).toMatchObject({ times: 4, buckets: [{ done: 4 }] });
  });

  test('is given at most a hundred times by one activity; the rest stays owed', () => {
    const goal = aGoal({ activityTypes: ['purchase'], measure: 'SUM_VALUE', target: '1' });
    const book = bookOf({ repeatable: true, goal });
    expect(book.record(aPurchase({ value: { amount: '150', currencyCode: 'SEK' } })).game?.awards).toHaveLength(100);
    expect(book.record(aPurchase({ value: { amount: '1', currencyCode: 'SEK' } })).game?.awards).toHaveLength(51);
  });

  test('that does not compile says why', () => {
    const told = reasons(bookOf({ goal: aGoal({ condition: '1 +' }) }).record(aReview(SATURDAY)));
    expect(told.critic).toMatch(/^The badge cannot be evaluated: /);
  });

  test('is not taken away or awarded anew when its target changes', () => {
    const book = bookOf({ goal: aGoal({ target: '1' }) });
    book.record(aReview(SATURDAY));
    const stricter = new GameBook(aGame({ badges: [aBadge({ version: 2 })] }));
    for (const [key, state] of [['badge:critic', book.goal('badge:critic')]] as const) {
      if (state !== undefined) stricter.put(key, state);
    }
    expect(reasons(stricter.record(aReview(SATURDAY)))).toEqual({ critic: 'The member has it already.' });
    expect(stricter.goal('badge:critic')?.times).toBe(1);
  });
});

test('a badge whose target was lowered is awarded once, with the next activity that counts', () => {
  const before = bookOf({ goal: aGoal({ target: '9' }) });
  for (let review = 0; review < 4; review++) before.record(aReview(SATURDAY));
  const lower = bookOf({ goal: aGoal({ target: '2' }) });
  const state = before.goal('badge:critic');
  if (state !== undefined) lower.put('badge:critic', state);
  expect(lower.record(aReview(SATURDAY)).game?.awards).toHaveLength(1);
  expect(lower.goal('badge:critic')).toMatchObject({ times: 1, buckets: [{ amount: 4_000_000, done: 1 }] });
});

describe('a limited badge', () => {
  test('is given until its edition is used up; what is owed stays owed', () => {
    const book = bookOf({ limit: 2, goal: aGoal({ target: '1' }) });
    const told = ['anna', 'bo', 'cia', 'cia'].map((member) => book.record(aReview(SATURDAY), { member }));
    expect(told.map(({ game }) => game?.awards.length)).toEqual([1, 1, 0, 0]);
    expect(told.map((evaluation) => reasons(evaluation).critic)).toEqual([
      'Awarded. 1 of 1.',
      'Awarded. 1 of 1.',
      'All 2 are given. 1 of 1.',
      'All 2 are given. 1 of 1.',
    ]);
    expect(book.used({ memberId: null, key: 'badge:critic|LIMIT' })).toEqual({ count: 2, points: 0 });
    expect(book.goal('badge:critic', 'cia')).toMatchObject({ times: 0, buckets: [{ amount: 1_000_000, done: 0 }] });
    // A larger edition: the next activity gives what was owed.
    const larger = new GameBook(aGame({ badges: [aBadge({ limit: 3, goal: aGoal({ target: '1' }) })] }));
    larger.use({ memberId: null, key: 'badge:critic|LIMIT', count: 2, points: 0 });
    const owed = book.goal('badge:critic', 'cia');
    if (owed !== undefined) larger.put('badge:critic', owed, 'cia');
    expect(larger.record(aReview(SATURDAY), { member: 'cia' }).game?.awards).toHaveLength(1);
  });

  test('that repeats never goes past its edition within one activity', () => {
    const goal = aGoal({ activityTypes: ['purchase'], measure: 'SUM_VALUE', target: '1' });
    const book = bookOf({ repeatable: true, limit: 3, goal });
    const first = book.record(aPurchase({ value: { amount: '5', currencyCode: 'SEK' } }));
    expect(first.game?.awards).toHaveLength(3);
    expect(book.used({ memberId: null, key: 'badge:critic|LIMIT' }).count).toBe(3);
    expect(book.goal('badge:critic')?.buckets[0]?.done).toBe(3);
  });

  test('given by a challenge and by its goal in one activity counts both', () => {
    const badges = [aBadge({ repeatable: true, limit: 2, goal: aGoal({ target: '1' }) })];
    const challenges = [aChallenge({ badge: 'critic', recurrence: 'DAY', goal: aGoal({ target: '1' }) })];
    const book = new GameBook(aGame({ badges, challenges }));
    expect(book.record(aReview(SATURDAY)).game?.awards.map(({ cause }) => cause.kind)).toEqual(['challenge', 'badge']);
    const next = book.record(aReview(SATURDAY + 86_400_000));
    expect(next.game?.awards).toEqual([]);
    expect(next.trace.map(({ reason }) => reason)).toEqual([
      'Completed: 1 of 1. All 2 of the badge “Badge critic” are given.',
      'All 2 are given. 1 of 1.',
    ]);
  });
});

describe('a badge from elsewhere', () => {
  const challenges = [aChallenge({ badge: 'critic', goal: aGoal({ target: '1' }) })];

  test('is not awarded again by its goal, which is then settled', () => {
    const book = new GameBook(aGame({ badges: [aBadge({ goal: aGoal({ target: '2' }) })], challenges }));
    expect(book.record(aReview(SATURDAY)).game?.awards).toHaveLength(1);
    const second = book.record(aReview(SATURDAY + 1));
    expect(second.game?.awards).toEqual([]);
    expect(reasons(second).critic).toBe('The member has it already.');
    expect(book.goal('badge:critic')).toMatchObject({ times: 1, buckets: [{ amount: 2_000_000, done: 1 }] });
  });

  test('is not awarded by a challenge to a member who has it, and the line says so', () => {
    const badges = [aBadge({ goal: null })];
    const twice = [...challenges, aChallenge({ code: 'zz', badge: 'critic', goal: aGoal({ target: '1' }) })];
    const { game, trace } = new GameBook(aGame({ badges, challenges: twice })).record(aReview(SATURDAY));
    expect(game?.awards).toHaveLength(1);
    expect(trace[1]?.reason).toBe('Completed: 1 of 1. The member has the badge “Badge critic” already.');
  });

  test('that repeats is awarded by everything that gives it', () => {
    const badges = [aBadge({ repeatable: true, goal: aGoal({ target: '1' }) })];
    const book = new GameBook(aGame({ badges, challenges }));
    expect(book.record(aReview(SATURDAY)).game?.awards).toHaveLength(2);
    expect(book.goal('badge:critic')).toMatchObject({ times: 2, buckets: [{ done: 1 }] });
  });
});
