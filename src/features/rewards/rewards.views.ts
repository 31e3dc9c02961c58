import type { Context } from '../../api/context.ts';
import type { Connection } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { stockLeft } from '../../rules/rewards.ts';
import { memberLoader } from '../members/members.loader.ts';
import { mayReadReward, requireMayReadRewardsOf, seesAllRewards, toReward } from './rewards.access.ts';
import type { RewardRecord } from './rewards.definitions.ts';
import type { RewardsArgs } from './rewards.inputs.ts';
import {
  availabilityFor,
  issuedOf,
  type RewardsServices,
  type RewardsSources,
  rewardByCode,
} from './rewards.loaders.ts';
import type { RewardFilter } from './rewards.service.ts';
import { type Availability, type Reward, toAvailability } from './rewards.types.ts';

/** The reward of this code as the viewer may see it; null when there is none, or none for this viewer. */
export async function shownReward(services: RewardsServices, context: Context, code: string): Promise<Reward | null> {
  const reward = await rewardByCode(services, context, code);
  return reward !== null && mayReadReward(context.viewer, reward) ? toReward(reward, context.viewer) : null;
}

/** The reward behind a redemption, in whatever state it is. */
export async function rewardOf(services: RewardsServices, context: Context, code: string): Promise<Reward> {
  const reward = await rewardByCode(services, context, code);
  if (reward === null) throw new Error(`The reward ${code} of a redemption is missing.`);
  return toReward(reward, context.viewer);
}

/** How many are left of a reward; null is unlimited. */
export async function stockOf(
  services: RewardsServices,
  context: Context,
  reward: RewardRecord,
): Promise<number | null> {
  return reward.stock === null ? null : stockLeft(reward, await issuedOf(services, context, reward.code));
}

/**
 * Whether somebody can have a reward now: the named member, the viewer, or anybody as far as that can be said of all.
 * @throws Refusal UNAUTHENTICATED, FORBIDDEN or NOT_FOUND.
 */
export async function shownAvailability(
  services: RewardsServices,
  context: Context,
  reward: RewardRecord,
  named: string | null,
): Promise<Availability> {
  const memberId = await requireReadable(services, context, named);
  return toAvailability(await availabilityFor(services, context).load({ reward, memberId }));
}

/** A page of rewards as the viewer may see them. */
export async function shownRewards(
  sources: RewardsSources,
  context: Context,
  args: RewardsArgs,
): Promise<Connection<Reward>> {
  const filter = await filterOf(sources, context, args);
  return mapPage(await sources.rewards.page(args, filter), (reward) => toReward(reward, context.viewer));
}

async function filterOf(sources: RewardsSources, context: Context, args: RewardsArgs): Promise<RewardFilter> {
  const { kind, status, affordable } = args;
  const asked = status ?? null;
  const visible = asked?.filter((one) => one === 'ACTIVE') ?? ['ACTIVE' as const];
  const points = affordable == null ? null : await pointsOf(sources, context, args.memberId ?? null);
  return {
    statuses: seesAllRewards(context.viewer) ? asked : visible,
    kinds: kind ?? null,
    costsAtMost: affordable === true ? points : null,
    costsMoreThan: affordable === false ? points : null,
  };
}

async function pointsOf(sources: RewardsSources, context: Context, named: string | null): Promise<number> {
  const memberId = await requireReadable(sources, context, named);
  if (memberId !== null) return (await sources.points.wallets(context).load(memberId)).active;
  const message = '`affordable` compares with the points of a member: give `memberId`.';
  throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['memberId'] });
}

/** The member that is named, or else the viewer's own; null for viewers who are none. */
async function requireReadable(
  { members }: RewardsServices,
  context: Context,
  named: string | null,
): Promise<string | null> {
  const memberId = named?.toLowerCase() ?? context.viewer.memberId;
  if (memberId === null) return null;
  requireMayReadRewardsOf(context.viewer, memberId);
  return (await memberLoader(context, members).load(memberId)).id;
}
