import type { Context, Viewer } from '../../api/context.ts';
import { countPoints } from '../../rules/earning.ts';
import type { Availability } from '../../rules/rewards.ts';
import { type LadderSource, LadderStepKind, LadderUnit, stepOf } from '../tiers/index.ts';
import { toReward } from './rewards.access.ts';
import type { RewardRecord } from './rewards.definitions.ts';
import { activeRewards, availabilityFor, type RewardsSources } from './rewards.loaders.ts';
import { NextReward } from './rewards.types.ts';

/** More steps are no picture any more; of a longer catalogue those nearest to what the member has are shown. */
const MOST_STEPS = 50;

/** A reward that a member can have, or that only lacks points. */
interface Reachable {
  reward: RewardRecord;
  availability: Availability;
}

/** Puts the rewards that a member can have now, or lacks only points for, on the ladder. */
export function rewardSteps(sources: RewardsSources): LadderSource {
  return async (context, { id }) => {
    const [reachable, { active, deficit }] = await Promise.all([
      reachableFor(sources, context, id),
      sources.points.wallets(context).load(id),
    ]);
    // Whoever owes points has that far more to go.
    const has = active - deficit;
    const distance = ({ reward }: Reachable) => Math.abs(reward.cost - has);
    const nearest = reachable.sort((left, right) => distance(left) - distance(right)).slice(0, MOST_STEPS);
    return nearest.sort(byCost).map(({ reward: { code, name, cost } }) =>
      stepOf({
        ...{ kind: LadderStepKind.REWARD, code, name, unit: LadderUnit.POINTS, currencyCode: '' },
        ...{ at: String(cost), has: String(has), isHeld: false, isCurrent: false },
      }),
    );
  };
}

/** The reward for which a member lacks the fewest points, and nothing else; null when there is none. */
export async function nextRewardOf(
  sources: RewardsSources,
  context: Context,
  memberId: string,
): Promise<NextReward | null> {
  const reachable = await reachableFor(sources, context, memberId);
  const [nearest] = reachable.filter(({ availability }) => !availability.available).sort(byCost);
  return nearest === undefined ? null : toNextReward(nearest, context.viewer);
}

async function reachableFor(sources: RewardsSources, context: Context, memberId: string): Promise<Reachable[]> {
  const rewards = await activeRewards(sources, context);
  const loader = availabilityFor(sources, context);
  const asked = await Promise.all(
    rewards.map(async (reward) => ({ reward, availability: await loader.load({ reward, memberId }) })),
  );
  return asked.filter(({ availability: { available, code } }) => available || code === 'INSUFFICIENT_POINTS');
}

function byCost({ reward: left }: Reachable, { reward: right }: Reachable): number {
  return left.cost - right.cost || (left.code < right.code ? -1 : 1);
}

function toNextReward({ reward, availability }: Reachable, viewer: Viewer): NextReward {
  const { missingPoints, nextPossibleAt } = availability;
  const missing = missingPoints ?? 0;
  return Object.assign(new NextReward(), {
    ...{ reward: toReward(reward, viewer), missingPoints: missing, nextPossibleAt },
    percent: Math.max(0, Math.floor(((reward.cost - missing) * 1_000) / reward.cost) / 10),
    sentence: `${countPoints(missing)} from ${reward.name}`,
  });
}
