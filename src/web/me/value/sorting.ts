import type { Reward } from '../data/value-types.ts';

/** The rewards by what stands between them and a member. */
export interface Shelves {
  /** Can be had now, the dearest first: the best that the points are good for. */
  now: Reward[];
  /** Only points are missing; the nearest, and the others, the nearest first. */
  nearest: Reward | null;
  later: Reward[];
  /** Something else stands in the way. */
  barred: Reward[];
}

/** Sorts the catalogue into what can be had, what can be earned, and what cannot. What is over is left out. */
export function shelvesOf(rewards: readonly Reward[]): Shelves {
  const offered = rewards.filter(({ availability }) => availability.code !== 'ENDED');
  const now = offered
    .filter(({ availability }) => availability.available)
    .toSorted((one, other) => other.cost - one.cost);
  const missing = ({ availability }: Reward) => availability.missingPoints ?? 0;
  const [nearest = null, ...later] = offered
    .filter(({ availability }) => availability.code === 'INSUFFICIENT_POINTS')
    .toSorted((one, other) => missing(one) - missing(other) || one.cost - other.cost);
  const barred = offered.filter(
    ({ availability }) => !availability.available && availability.code !== 'INSUFFICIENT_POINTS',
  );
  return { now, nearest, later, barred };
}

/** How much of its cost the member has, 0 to 100, rounded down. */
export function percentOf({ cost, availability }: Reward): number {
  const missing = Math.min(cost, availability.missingPoints ?? 0);
  return Math.floor(((cost - missing) / cost) * 100);
}
