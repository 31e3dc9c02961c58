import type { Effect } from './types.ts';

/** What an activity brought the member, to be told at the counter in a breath. */
export interface Outcome {
  points: number;
  /** Of those, how many become spendable later. */
  pending: number;
  challenges: readonly string[];
  badges: readonly string[];
  /** The tier that the member rose to; null for none. */
  tier: string | null;
}

/** Sums up effects. */
export function outcomeOf(effects: readonly Effect[]): Outcome {
  const earned = effects.filter(({ __typename }) => __typename === 'PointsEarned');
  const isLater = ({ entry, occurredAt }: Effect) =>
    entry !== undefined && occurredAt !== undefined && Date.parse(entry.activeAt) > Date.parse(occurredAt);
  const rise = effects.findLast(({ __typename, direction }) => __typename === 'TierChanged' && direction === 'UP');
  return {
    points: sum(earned),
    pending: sum(earned.filter(isLater)),
    challenges: effects.flatMap(({ __typename, progress }) =>
      __typename === 'ChallengeCompleted' && progress !== undefined ? [progress.challenge.name] : [],
    ),
    badges: effects.flatMap(({ __typename, award }) =>
      __typename === 'BadgeAwarded' && award !== undefined ? [award.badge.name] : [],
    ),
    tier: rise?.to?.name ?? null,
  };
}

function sum(effects: readonly Effect[]): number {
  return effects.reduce((total, { points = 0 }) => total + points, 0);
}
