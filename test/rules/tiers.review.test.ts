import { describe, expect, test } from '@jest/globals';
import type { StandingState, TierTotals } from '../../src/rules/game.types.ts';
import { reviewStanding, tierStanding } from '../../src/rules/game-views.ts';
import { SATURDAY } from './facts.ts';
import { aTier, DAY } from './games.ts';

const bas = aTier({ code: 'bas', rank: 0, threshold: '0' });
const silver = aTier();
const gold = aTier({ code: 'gold', rank: 2, threshold: '300' });

describe('a standing', () => {
  const none: StandingState = { tier: null, since: null, keepUntil: null };
  const inSilver: StandingState = { tier: 'silver', since: 5, keepUntil: null };
  const graceful = [bas, { ...silver, graceMs: 30 * DAY }, gold];
  const has = (points: number) => (): TierTotals => ({ POINTS_EARNED: points, VALUE_SPENT: 12345, ACTIVITY_COUNT: 0 });

  test('is shown with what is lacking to rise and to stay', () => {
    expect(tierStanding(graceful, none, has(40))).toEqual({
      tier: null,
      since: null,
      next: 'bas',
      toNext: '0',
      toKeep: null,
      keepUntil: null,
    });
    expect(tierStanding(graceful, { ...inSilver, keepUntil: 9 }, has(40))).toEqual({
      tier: 'silver',
      since: 5,
      next: 'gold',
      toNext: '260',
      toKeep: '60',
      keepUntil: 9,
    });
    expect(tierStanding(graceful, { tier: 'gold', since: 5, keepUntil: null }, has(340))).toMatchObject({
      next: null,
      toNext: null,
      toKeep: '0',
    });
    const spending = [aTier({ metric: 'VALUE_SPENT', threshold: '200' })];
    expect(tierStanding(spending, none, has(0)).toNext).toBe('76.55');
  });

  test('is left alone by a review while it is deserved', () => {
    expect(reviewStanding(graceful, inSilver, has(100), SATURDAY)).toMatchObject({ standing: null, change: null });
    expect(reviewStanding([silver], none, has(0), SATURDAY)).toMatchObject({ standing: null, change: null });
  });

  test('that falls short first starts its grace, once, and ends when that has passed', () => {
    const warned = reviewStanding(graceful, inSilver, has(99), SATURDAY);
    const keepUntil = SATURDAY + 30 * DAY;
    expect(warned).toEqual({
      standing: { tier: 'silver', since: 5, keepUntil },
      change: null,
      atRisk: true,
      reason: '99 of 100 points are not enough for “Silver”.',
      reached: [],
    });
    const atRisk = { ...inSilver, keepUntil };
    expect(reviewStanding(graceful, atRisk, has(99), keepUntil - 1)).toMatchObject({ standing: null, atRisk: false });
    expect(reviewStanding(graceful, atRisk, has(99), keepUntil)).toEqual({
      standing: { tier: 'bas', since: keepUntil, keepUntil: null },
      change: { from: 'silver', to: 'bas', direction: 'DOWN' },
      atRisk: false,
      reason: '99 of 100 points are not enough for “Silver”.',
      reached: [],
    });
    expect(reviewStanding(graceful, atRisk, has(100), keepUntil)).toMatchObject({
      standing: { tier: 'silver', since: 5, keepUntil: null },
      change: null,
    });
  });

  test('without grace ends at the review, in no tier when none is met', () => {
    expect(reviewStanding([silver, gold], inSilver, has(99), SATURDAY)).toMatchObject({
      standing: { tier: null, since: SATURDAY, keepUntil: null },
      change: { from: 'silver', to: null, direction: 'DOWN' },
    });
  });

  test('rises at a review too, when thresholds were lowered, with the badges of the tiers passed', () => {
    const review = reviewStanding(graceful, none, has(300), SATURDAY);
    expect(review.change).toEqual({ from: null, to: 'gold', direction: 'UP' });
    expect(review.reached.map(({ code }) => code)).toEqual(['bas', 'silver', 'gold']);
    expect(reviewStanding(graceful, { ...inSilver, keepUntil: 5 }, has(300), SATURDAY).standing).toEqual({
      tier: 'gold',
      since: SATURDAY,
      keepUntil: null,
    });
  });

  test('in a tier that is no longer in force moves to the highest that is met', () => {
    const lost: StandingState = { tier: 'platinum', since: 0, keepUntil: null };
    expect(reviewStanding(graceful, lost, has(300), SATURDAY)).toMatchObject({
      change: { from: 'platinum', to: 'gold', direction: 'DOWN' },
      reason: 'The tier platinum is no longer in force.',
    });
  });

  test('in a tier that is no longer in force rises to one of a higher rank, with the badges of those passed', () => {
    const archived = aTier({ code: 'bronze', rank: 2, status: 'ARCHIVED' });
    const tiers = [bas, archived, { ...silver, rank: 3 }, { ...gold, rank: 4 }];
    const lost: StandingState = { tier: 'bronze', since: 0, keepUntil: 5 };
    const risen = reviewStanding(tiers, lost, has(300), SATURDAY);
    expect(risen).toMatchObject({
      standing: { tier: 'gold', since: SATURDAY, keepUntil: null },
      change: { from: 'bronze', to: 'gold', direction: 'UP' },
      reason: '“Gold” is reached: 300 of 300 points.',
    });
    expect(risen.reached.map(({ code }) => code)).toEqual(['silver', 'gold']);
    expect(reviewStanding(tiers, lost, has(50), SATURDAY)).toMatchObject({
      change: { from: 'bronze', to: 'bas', direction: 'DOWN' },
      reached: [],
    });
  });
});
