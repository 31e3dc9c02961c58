import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { Decimal } from '../../api/scalars.ts';
import type { ActivitiesService } from '../activities/activities.service.ts';
import { Activity } from '../activities/activities.types.ts';
import { authorOf } from '../audit/index.ts';
import { toEvent } from '../members/member-events.types.ts';
import { memberLoader } from '../members/members.loader.ts';
import type { MembersService } from '../members/members.service.ts';
import { Member } from '../members/members.types.ts';
import type { PointsReader } from '../points/points.resolver.ts';
import { Wallet } from '../points/points.types.ts';
import type { ReversalService } from './reversal.service.ts';
import {
  FRACTION,
  ReversalPreview,
  ReverseActivityInput,
  ReverseActivityPayload,
  toReturnedUsage,
} from './reversal.types.ts';

/** Who may take back: people at the counter, and shops with the scope. */
const REVERSERS = [Role.STAFF, 'activities:reverse'] as const;

/** What resolvers of reversals are made of. */
export interface ReversalServices {
  reversals: ReversalService;
  activities: ActivitiesService;
  members: MembersService;
  points: PointsReader;
}

@Resolver(() => ReversalPreview)
export class ReversalResolver {
  readonly #services: ReversalServices;

  constructor(services: ReversalServices) {
    this.#services = services;
  }

  @Authorized<Grant>(...REVERSERS)
  @Query(() => ReversalPreview, {
    // It does all that the mutation does, and counts places on boards besides.
    complexity: 20,
    description:
      'Everything that reverseActivity would do now, before anything happens. What would be refused is refused here too. For staff, administrators and keys with the scope `activities:reverse`.',
  })
  async previewReversal(
    @Arg('activityId', () => ID, { description: "The activity's id." }) activityId: string,
    @Arg('fraction', () => Decimal, { defaultValue: '1', description: FRACTION }) fraction: string,
    @Ctx() context: Context,
  ): Promise<ReversalPreview> {
    const reversed = await this.#services.reversals.preview({ activityId, fraction }, authorOf(context));
    const shown = { effects: reversed.effects.map(toEvent), returned: reversed.returned.map(toReturnedUsage) };
    return Object.assign(new ReversalPreview(), reversed, shown);
  }

  @Authorized<Grant>(...REVERSERS)
  @Mutation(() => ReverseActivityPayload, {
    description:
      'Takes an activity back, as a whole or in part, with everything that followed from it: points, bonuses and what they used of caps and budgets, progress and completions of challenges, badges whose policy says so, the tier, rewards up the referral chain, and scores of running seasons. Points that were spent leave a deficit that the next credits cover. The same key and input again change nothing.',
  })
  @UserErrors(ReverseActivityPayload)
  async reverseActivity(
    @Arg('input', () => ReverseActivityInput, { description: 'Which activity, how much of it, and why.' })
    input: ReverseActivityInput,
    @Ctx() context: Context,
  ): Promise<Partial<ReverseActivityPayload>> {
    const { effects, returned, ...figures } = await this.#services.reversals.reverse(input, authorOf(context));
    return { ...figures, effects: effects.map(toEvent), returned: returned.map(toReturnedUsage) };
  }

  @FieldResolver(() => Activity, {
    description: 'The activity as it is now, before anything more of it is taken back.',
  })
  activity(@Root() { activityId }: ReversalPreview, @Ctx() context: Context): Promise<Activity> {
    return this.#services.activities.loader(context).load(activityId);
  }
}

@Resolver(() => ReverseActivityPayload)
export class ReverseActivityPayloadResolver {
  readonly #services: ReversalServices;

  constructor(services: ReversalServices) {
    this.#services = services;
  }

  @FieldResolver(() => Activity, { nullable: true, description: 'The activity as it is now; null when refused.' })
  activity(@Root() { activityId }: ReverseActivityPayload, @Ctx() context: Context): Promise<Activity> | null {
    return activityId === null ? null : this.#services.activities.loader(context).load(activityId);
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The member as it is now; null when refused.' })
  member(@Root() { memberId }: ReverseActivityPayload, @Ctx() context: Context): Promise<Member> | null {
    return memberId === null ? null : memberLoader(context, this.#services.members).load(memberId);
  }

  @FieldResolver(() => Wallet, {
    nullable: true,
    description: "The member's points as they are now, with what is owed when points were spent; null when refused.",
  })
  wallet(@Root() { memberId }: ReverseActivityPayload, @Ctx() context: Context): Promise<Wallet> | null {
    return memberId === null ? null : this.#services.points.wallets(context).load(memberId);
  }
}
