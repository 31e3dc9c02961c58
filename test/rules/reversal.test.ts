import { describe, expect, test } from '@jest/globals';
import { otherCauseOf } from '../../src/rules/award-causes.ts';
import { type GoalState, ONE } from '../../src/rules/game.types.ts';
import { tierLoss } from '../../src/rules/game-views.ts';
import { EMPTY_GOAL } from '../../src/rules/goals.ts';
import { partOf, readPart } from '../../src/rules/parts.ts';
import { withoutPeriods } from '../../src/rules/streaks.ts';
import { aBadge, aChallenge, aGoal, aTier, DAY } from './games.ts';

describe('a part of an amount', () => {
  test('is rounded down, and all of it for the whole', () => {
    expect([333_333, 666_666, ONE].map((part) => partOf(10, part))).toEqual([3, 6, 10]);
    expect(partOf(0, ONE)).toBe(0);
  });

  test('is exact where the product is larger than a number can be', () => {
    expect(partOf(Number.MAX_SAFE_INTEGER, 999_999)).toBe(9_007_190_247_541_736);
    expect(partOf(Number.MAX_SAFE_INTEGER, ONE)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test.each([
    ['1', ONE],
    ['1.000000', ONE],
    ['0.25', 250_000],
    ['0.000001', 1],
    ['.5', null],
    ['0', null],
    ['0.0000001', null],
    ['1.000001', null],
    ['-0.5', null],
    ['1e-3', null],
    ['NaN', null],
    ['', null],
    ['50%', null],
  ])('reads “%s” as %s millionths', (text, part) => {
    expect(readPart(text)).toBe(part);
  });
});

describe('runs without some periods', () => {
  test('are cut, shortened and dropped', () => {
    const runs = [
      [1, 5],
      [8, 8],
      [10, 12],
    ] as const;
    expect(withoutPeriods(runs, new Set([3, 8, 10, 99]))).toEqual([
      [1, 2],
      [4, 5],
      [11, 12],
    ]);
  });

  test('are the very same when nothing is lost', () => {
    const runs = [[1, 5]] as const;
    expect(withoutPeriods(runs, new Set())).toBe(runs);
  });
});

describe('a tier after something was taken back', () => {
  const tiers = [
    aTier({ code: 'base', rank: 0, threshold: '0' }),
    aTier({ code: 'silver', rank: 1, threshold: '100', badge: 'silver-pin' }),
    aTier({ code: 'gold', rank: 2, threshold: '500', badge: 'gold-pin', graceMs: DAY }),
    aTier({ code: 'star', rank: 3, threshold: '10', metric: 'ACTIVITY_COUNT' }),
  ];
  const having =
    (points: number, activities = 0) =>
    () => ({
      POINTS_EARNED: points,
      VALUE_SPENT: 0,
      ACTIVITY_COUNT: activities,
    });
  const standing = (tier: string | null, keepUntil: number | null = null) => ({ tier, since: 0, keepUntil });

  test('falls at once, past every tier that is not met any more', () => {
    const lost = tierLoss(tiers, standing('gold'), having(600), having(90), 'SEK');
    expect(lost).toMatchObject({ from: 'gold', to: 'base' });
    expect(lost?.lost.map(({ badge }) => badge)).toEqual(['silver-pin', 'gold-pin']);
    expect(lost?.reason).toBe('An activity was reversed: 90 of 500 points are not enough for “Gold”.');
  });

  test('stays when it is met still, was not met before, or a higher one is met', () => {
    expect(tierLoss(tiers, standing('gold'), having(600), having(500), 'SEK')).toBeNull();
    expect(tierLoss(tiers, standing('gold', DAY), having(499), having(0), 'SEK')).toBeNull();
    expect(tierLoss(tiers, standing('gold'), having(600, 12), having(90, 11), 'SEK')).toBeNull();
    expect(tierLoss(tiers, standing('withdrawn'), having(600), having(0), 'SEK')).toBeNull();
    expect(tierLoss(tiers, standing(null), having(600), having(0), 'SEK')).toBeNull();
  });

  test('is none where no tier asks for nothing', () => {
    const lost = tierLoss(tiers.slice(1), standing('silver'), having(100), having(99), 'SEK');
    expect(lost).toMatchObject({ from: 'silver', to: null });
  });
});

describe('what else gives a badge', () => {
  const badge = aBadge({ code: 'pin', goal: aGoal({ target: '2' }) });
  const challenges = [aChallenge({ code: 'other' }), aChallenge({ code: 'reviews', name: 'Reviews', badge: 'pin' })];
  const tiers = [
    aTier({ code: 'base', rank: 0, threshold: '0', badge: 'pin' }),
    aTier({ code: 'silver', rank: 1, badge: 'pin' }),
    aTier({ code: 'gold', rank: 2 }),
  ];
  const having = (states: Record<string, Partial<GoalState>>, tier: string | null = null) =>
    otherCauseOf(badge, {
      ...{ challenges, tiers, tier },
      goal: (key) => (states[key] === undefined ? undefined : { ...EMPTY_GOAL, ...states[key] }),
    });
  const bucket = (amount: number) => ({ buckets: [{ period: 0, amount, done: 0, values: null }] });

  test('is its own goal, then a challenge that is completed, then a tier on the way to where the member stands', () => {
    const completed = { 'challenge:reviews': { times: 1 } };
    expect(having({ 'badge:pin': bucket(2 * ONE), ...completed }, 'gold')).toMatchObject({ kind: 'badge' });
    expect(having({ 'badge:pin': bucket(ONE), ...completed }, 'gold')).toEqual({
      ...{ kind: 'challenge', code: 'reviews', reason: 'Challenge “Reviews” completed' },
    });
    expect(having({ 'challenge:other': { times: 1 } }, 'gold')).toMatchObject({ kind: 'tier', code: 'silver' });
  });

  test('is nothing below the tier, and never the tier that everybody starts in', () => {
    expect(having({}, 'base')).toBeNull();
    expect(having({}, 'withdrawn')).toBeNull();
    expect(having({})).toBeNull();
  });
});
