import type { LadderStep, Member, Reward } from '../data/types.ts';

/** The rewards of a catalogue as a counter sorts them. */
export interface Shelf {
  /** Can be redeemed now, the dearest last. */
  now: readonly Reward[];
  /** Only points are missing: the nearest first. */
  soon: readonly Reward[];
  /** Something else stands in the way. */
  later: readonly Reward[];
}

/** So many that are near are worth a word. */
const MOST_SOON = 4;

/** Sorts what a member can have from what is near and what is not to be had. */
export function shelfOf(rewards: readonly Reward[]): Shelf {
  const now = rewards.filter(({ availability }) => availability.available);
  const lacking = rewards
    .filter(({ availability }) => availability.code === 'INSUFFICIENT_POINTS')
    .toSorted((left, right) => missingOf(left) - missingOf(right));
  const others = rewards.filter(({ availability }) => !availability.available && !lacking.some(isOne(availability)));
  return { now, soon: lacking.slice(0, MOST_SOON), later: [...lacking.slice(MOST_SOON), ...others] };
}

/** The step to the next tier; null at the top, or where there are no tiers. */
export function nextTierOf({ tier, ladder }: Member): LadderStep | null {
  return ladder.steps.find(({ kind, code }) => kind === 'TIER' && code === tier.next?.code) ?? null;
}

/** How much of a reward's cost the member has, 0 to 100. */
export function percentOf(reward: Reward): number {
  return Math.max(0, Math.min(100, ((reward.cost - missingOf(reward)) / reward.cost) * 100));
}

/** How many points are missing. */
export function missingOf({ availability }: Reward): number {
  return availability.missingPoints ?? 0;
}

function isOne(availability: Reward['availability']): (reward: Reward) => boolean {
  return (reward) => reward.availability === availability;
}
