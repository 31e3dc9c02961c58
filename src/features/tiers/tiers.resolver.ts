import { Arg, Args, Authorized, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { ConfigStatus, type Connection, PageArgs } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import type { ActivitiesService } from '../activities/activities.service.ts';
import { Activity } from '../activities/activities.types.ts';
import { authorOf } from '../audit/index.ts';
import { Member } from '../members/members.types.ts';
import { mayReadTier, requireMayReadTier, seesAllTiers, shownTiers } from './tiers.access.ts';
import { SaveTierInput, SaveTierPayload } from './tiers.inputs.ts';
import { knownTiers, memberCountOf } from './tiers.loaders.ts';
import type { TiersReading } from './tiers.reading.ts';
import type { TiersService } from './tiers.service.ts';
import {
  Tier,
  TierAtRisk,
  TierChangeConnection,
  TierChanged,
  TierHistoryEntry,
  TierStanding,
  toTier,
} from './tiers.types.ts';
import { shownStanding, tierByCode, toHistoryEntry } from './tiers.views.ts';

@Resolver(() => Tier)
export class TiersResolver {
  readonly #tiers: TiersService;
  readonly #reading: TiersReading;

  constructor(tiers: TiersService, reading: TiersReading) {
    this.#tiers = tiers;
    this.#reading = reading;
  }

  @Query(() => [Tier], {
    description:
      'The tiers, from the lowest rank to the highest. Open to everybody; staff and administrators see those that are not active too.',
  })
  async tiers(
    @Arg('status', () => [ConfigStatus], { nullable: true, description: 'Only tiers in one of these states.' })
    status: ConfigStatus[] | null,
    @Ctx() context: Context,
  ): Promise<Tier[]> {
    const tiers = await knownTiers(this.#reading, context);
    return shownTiers(context.viewer, [...tiers.values()], status).map(toTier);
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveTierPayload, {
    description:
      'Creates a tier, or updates the one of this code. Members are placed by everything recorded so far, in the background and without notifications. Saving the same again changes nothing.',
  })
  @UserErrors(SaveTierPayload)
  async saveTier(
    @Arg('input', () => SaveTierInput, { description: 'The whole of the tier.' }) input: SaveTierInput,
    @Ctx() context: Context,
  ): Promise<Partial<SaveTierPayload>> {
    return { tier: toTier(await this.#tiers.save(input, authorOf(context))) };
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many active members are in it now. For staff and administrators; null for others.',
  })
  memberCount(@Root() { code }: Tier, @Ctx() context: Context): Promise<number> | null {
    return seesAllTiers(context.viewer) ? memberCountOf(this.#reading, context, code) : null;
  }
}

@Resolver(() => Member)
export class MemberTierResolver {
  readonly #reading: TiersReading;

  constructor(reading: TiersReading) {
    this.#reading = reading;
  }

  @FieldResolver(() => TierStanding, {
    description: 'Where the member stands among the tiers. For the member, staff and administrators.',
  })
  tier(@Root() member: Member, @Ctx() context: Context): Promise<TierStanding> {
    requireMayReadTier(context.viewer, member.id);
    return shownStanding(this.#reading, context, member);
  }

  @FieldResolver(() => TierChangeConnection, {
    description: 'Every change of tier, the latest first. For the member, staff and administrators.',
  })
  async tierHistory(
    @Root() { id }: Member,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<TierHistoryEntry>> {
    requireMayReadTier(viewer, id);
    return mapPage(await this.#reading.changes(id, page), toHistoryEntry);
  }
}

@Resolver(() => TierHistoryEntry)
export class TierHistoryResolver {
  readonly #reading: TiersReading;
  readonly #activities: ActivitiesService;

  constructor(reading: TiersReading, activities: ActivitiesService) {
    this.#reading = reading;
    this.#activities = activities;
  }

  @FieldResolver(() => Tier, { nullable: true, description: 'The tier before; null when the member was in none.' })
  from(@Root() { fromTier }: TierHistoryEntry, @Ctx() context: Context): Promise<Tier | null> {
    return tierByCode(this.#reading, context, fromTier);
  }

  @FieldResolver(() => Tier, { nullable: true, description: 'The tier after; null when the member is in none.' })
  to(@Root() { toTier: code }: TierHistoryEntry, @Ctx() context: Context): Promise<Tier | null> {
    return tierByCode(this.#reading, context, code);
  }

  @FieldResolver(() => Activity, {
    nullable: true,
    description: 'The activity that caused it; null when a review did, or a change of the tiers.',
  })
  activity(@Root() { activityId }: TierHistoryEntry, @Ctx() context: Context): Promise<Activity> | null {
    return activityId === null ? null : this.#activities.loader(context).load(activityId);
  }
}

@Resolver(() => TierChanged)
export class TierChangedResolver {
  readonly #reading: TiersReading;

  constructor(reading: TiersReading) {
    this.#reading = reading;
  }

  @FieldResolver(() => Tier, { nullable: true, description: 'The tier before; null when the member was in none.' })
  from(@Root() event: TierChanged, @Ctx() context: Context): Promise<Tier | null> {
    return tierByCode(this.#reading, context, event.from);
  }

  @FieldResolver(() => Tier, { nullable: true, description: 'The tier after; null when the member is in none.' })
  to(@Root() event: TierChanged, @Ctx() context: Context): Promise<Tier | null> {
    return tierByCode(this.#reading, context, event.to);
  }
}

@Resolver(() => TierAtRisk)
export class TierAtRiskResolver {
  readonly #reading: TiersReading;

  constructor(reading: TiersReading) {
    this.#reading = reading;
  }

  @FieldResolver(() => Tier, { description: 'The tier that may be lost.' })
  tier(@Root() event: TierAtRisk, @Ctx() context: Context): Promise<Tier | null> {
    return tierByCode(this.#reading, context, event.tier);
  }
}

/** Finds a change of tier by its id for `node(id:)`: for its member, and for those who may read members. */
export function findTierChangeNode(reading: TiersReading): FindNode {
  return async (id, { viewer }) => {
    const row = await reading.change(id);
    return row !== null && mayReadTier(viewer, row.memberId) ? toHistoryEntry(row) : null;
  };
}
