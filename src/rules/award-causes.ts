import { readMillionths } from './decimals.ts';
import type { BadgeDefinition, ChallengeDefinition, GoalKey, GoalState, TierDefinition } from './game.types.ts';
import { bucketOf, EMPTY_GOAL } from './goals.ts';

/** What a member has, as far as badges follow from it. */
export interface Holdings {
  /** All that there are, whatever has become of them: what was completed stays completed. */
  challenges: readonly ChallengeDefinition[];
  /** The tiers in force. */
  tiers: readonly TierDefinition[];
  /** The code of the tier that the member stands in; null in none. */
  tier: string | null;
  /** The member's goals. */
  goal(key: GoalKey): GoalState | undefined;
}

/** What gives a badge, with a sentence for the member. */
export interface AwardReason {
  kind: 'badge' | 'challenge' | 'tier';
  code: string;
  reason: string;
}

/**
 * What else a member has that gives a badge. One that is awarded once hangs on whatever gave it first; when that no longer
 * holds, the next takes its place.
 * @returns null when nothing does
 */
export function otherCauseOf({ code, goal }: BadgeDefinition, holdings: Holdings): AwardReason | null {
  const target = goal === null ? null : readMillionths(goal.target);
  const counted = bucketOf(holdings.goal(`badge:${code}`) ?? EMPTY_GOAL, 0).amount;
  if (goal !== null && target !== null && counted >= target) {
    return { kind: 'badge', code, reason: `Reached ${goal.target}` };
  }
  const challenge = holdings.challenges.find(
    (one) => one.badge === code && (holdings.goal(`challenge:${one.code}`)?.times ?? 0) > 0,
  );
  if (challenge !== undefined) {
    return { kind: 'challenge', code: challenge.code, reason: `Challenge “${challenge.name}” completed` };
  }
  const rank = holdings.tiers.find((tier) => tier.code === holdings.tier)?.rank ?? Number.NEGATIVE_INFINITY;
  // The tier that everybody starts in is reached by nobody.
  const tier = holdings.tiers.find((one) => one.badge === code && one.rank <= rank && Number(one.threshold) > 0);
  return tier === undefined ? null : { kind: 'tier', code: tier.code, reason: `Tier “${tier.name}” reached` };
}
