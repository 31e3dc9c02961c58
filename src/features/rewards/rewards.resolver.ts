import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { UserErrors } from '../../api/payload.types.ts';
import type { Connection } from '../../api/types.ts';
import { authorOf } from '../audit/index.ts';
import { Member } from '../members/members.types.ts';
import { Tier } from '../tiers/tiers.types.ts';
import { tierByCode } from '../tiers/tiers.views.ts';
import { mayReadReward, requireMayReadRewardsOf, toReward } from './rewards.access.ts';
import { RewardsArgs, SaveRewardInput, SaveRewardPayload } from './rewards.inputs.ts';
import { nextRewardOf } from './rewards.ladder.ts';
import type { RewardsServices, RewardsSources } from './rewards.loaders.ts';
import { Availability, NextReward, Reward, RewardConnection } from './rewards.types.ts';
import { shownAvailability, shownReward, shownRewards, stockOf } from './rewards.views.ts';

@Resolver(() => Reward)
export class RewardsResolver {
  readonly #sources: RewardsSources;

  constructor(sources: RewardsSources) {
    this.#sources = sources;
  }

  @Query(() => RewardConnection, {
    description:
      'The rewards, from the lowest cost to the highest. Staff and administrators see all; everyone else sees the active ones.',
  })
  rewards(@Args(() => RewardsArgs) args: RewardsArgs, @Ctx() context: Context): Promise<Connection<Reward>> {
    return shownRewards(this.#sources, context, args);
  }

  @Query(() => Reward, {
    nullable: true,
    description: 'The reward of this code; null when there is none, or when it is not yours to see.',
  })
  reward(
    @Arg('code', () => String, { description: "The reward's code." }) code: string,
    @Ctx() context: Context,
  ): Promise<Reward | null> {
    return shownReward(this.#sources, context, code);
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveRewardPayload, {
    description:
      'Creates a reward, or updates the one of this code. Saving the same again changes nothing; a change makes a new version and holds for what is redeemed from then on.',
  })
  @UserErrors(SaveRewardPayload)
  async saveReward(
    @Arg('input', () => SaveRewardInput, { description: 'The whole of the reward.' }) input: SaveRewardInput,
    @Ctx() context: Context,
  ): Promise<Partial<SaveRewardPayload>> {
    return { reward: toReward(await this.#sources.rewards.save(input, authorOf(context)), context.viewer) };
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many are left; null is unlimited.' })
  stock(@Root() { record }: Reward, @Ctx() context: Context): Promise<number | null> {
    return stockOf(this.#sources, context, record);
  }

  @FieldResolver(() => Tier, {
    nullable: true,
    description: 'The lowest tier whose members may have it; null for all members.',
  })
  minimumTier(@Root() { record }: Reward, @Ctx() context: Context): Promise<Tier | null> {
    return tierByCode(this.#sources.tiersReading, context, record.minimumTier);
  }

  @FieldResolver(() => Availability, {
    description:
      'Whether it can be redeemed now, and if not, why not. Of a member for that member, staff and keys that read members; without one it says only what holds for everybody.',
  })
  availability(
    @Root() { record }: Reward,
    @Arg('memberId', () => ID, {
      nullable: true,
      description: "By whom; a member's own token means itself when it is left out.",
    })
    memberId: string | null,
    @Ctx() context: Context,
  ): Promise<Availability> {
    return shownAvailability(this.#sources, context, record, memberId);
  }
}

@Resolver(() => Member)
export class MemberRewardsResolver {
  readonly #sources: RewardsSources;

  constructor(sources: RewardsSources) {
    this.#sources = sources;
  }

  @FieldResolver(() => NextReward, {
    nullable: true,
    description:
      'The reward nearest in reach, for which only points are lacking; null when every reward the member may have is affordable. For the member, staff and keys that read members.',
  })
  nextReward(@Root() { id }: Member, @Ctx() context: Context): Promise<NextReward | null> {
    requireMayReadRewardsOf(context.viewer, id);
    return nextRewardOf(this.#sources, context, id);
  }
}

/** Finds a reward by its id for `node(id:)`, for whoever may see it. */
export function findRewardNode({ rewards }: RewardsServices): FindNode {
  return async (id, { viewer }) => {
    const reward = await rewards.findById(id);
    return reward !== null && mayReadReward(viewer, reward) ? toReward(reward, viewer) : null;
  };
}
