import type { DefinitionProblem } from './definitions.ts';
import type { BadgeDefinition, ChallengeDefinition, TierDefinition } from './game.types.ts';

/** What a challenge's checks look at. */
export type ChallengeFields = Omit<ChallengeDefinition, 'version' | 'name' | 'description' | 'status'>;
/** What a badge's checks look at. */
export type BadgeFields = Pick<BadgeDefinition, 'goal' | 'repeatable' | 'limit'>;
/** What a tier's checks look at. */
export type TierFields = Pick<
  TierDefinition,
  'code' | 'rank' | 'metric' | 'threshold' | 'windowMs' | 'graceMs' | 'multiplier'
>;

/**
 * Everything that would keep a challenge from working, all at once; empty when it may be saved.
 * @param others the other challenges, for unknown prerequisites and circles
 */
export function challengeProblems(
  _challenge: ChallengeFields,
  _others: readonly Pick<ChallengeDefinition, 'code' | 'prerequisites'>[],
): DefinitionProblem[] {
  return [];
}

/** Everything that would keep a badge from working, all at once; empty when it may be saved. */
export function badgeProblems(_badge: BadgeFields): DefinitionProblem[] {
  return [];
}

/**
 * Everything that would keep a tier from working, all at once; empty when it may be saved.
 * @param others the other active tiers, with which it must not share a rank
 */
export function tierProblems(
  _tier: TierFields,
  _others: readonly Pick<TierDefinition, 'code' | 'name' | 'rank'>[],
): DefinitionProblem[] {
  return [];
}
