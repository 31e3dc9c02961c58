import { ONE } from '../../rules/game.types.ts';
import { partOf } from '../../rules/parts.ts';
import type { Usage, UsageChange, UsageKey } from '../../rules/types.ts';
import type { ReversibleActivity } from '../activities/activities.reversing.ts';
import type { LedgerRow } from '../points/points.rows.ts';

/**
 * What a reversal gives back to caps and budgets, as negative changes. Points come back by the part, each count only with the
 * whole activity.
 *
 * Of a part, every entry is taken back rounded down, so together they may be some points less than the part of their sum:
 * as many points fewer come back as there are entries but one, so that no budget is ever exceeded by rounding.
 * @param reversed how much of the activity is reversed after it, in millionths
 * @param entries what the activity earned
 */
export function returnedUsage(
  { usage, reversed: before }: Pick<ReversibleActivity, 'usage' | 'reversed'>,
  reversed: number,
  entries: readonly LedgerRow[],
): UsageChange[] {
  const lost = Math.max(0, entries.length - 1);
  const returnedAt = (points: number, part: number) =>
    part === ONE ? points : Math.max(0, partOf(points, part) - lost);
  return usage
    .map(({ count, points, ...key }) => ({
      ...key,
      count: reversed === ONE ? -count : 0,
      points: returnedAt(points, before) - returnedAt(points, reversed),
    }))
    .filter(isAnything);
}

/**
 * Changes that give back no more than is used. What a referral took of a cap is found by the programme's time zone, which
 * may be another one by now, and a refund must not fail for that.
 */
export function atMost(changes: readonly UsageChange[], usageOf: (key: UsageKey) => Usage): UsageChange[] {
  return changes
    .map(({ count, points, ...key }) => {
      const used = usageOf(key);
      return { ...key, count: -Math.min(-count, used.count), points: -Math.min(-points, used.points) };
    })
    .filter(isAnything);
}

function isAnything({ count, points }: Usage): boolean {
  return count !== 0 || points !== 0;
}
