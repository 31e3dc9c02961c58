import DataLoader from 'dataloader';
import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Grant, ownMemberOr } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors, userErrorOf } from '../../api/payload.types.ts';
import { type Connection, PageArgs } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import type { RecordedActivity, RecordOutcome } from '../../recording/commands.ts';
import { memberLoader } from '../members/members.loader.ts';
import type { MembersService } from '../members/members.service.ts';
import { Member } from '../members/members.types.ts';
import { type ActivitiesService, mayReadActivities } from './activities.service.ts';
import { Activity, ActivityConnection, toActivity } from './activities.types.ts';
import type { ActivityTypesService } from './activity-types.service.ts';
import { ActivityType } from './activity-types.types.ts';
import { EvaluationTrace } from './receipt.types.ts';
import {
  ActivityOutcome,
  RecordActivitiesInput,
  RecordActivitiesPayload,
  RecordActivityInput,
  RecordActivityPayload,
} from './record.types.ts';

/** Who may record: a member its own, people at the counter anybody's, shops with the scope. */
const RECORDERS = [Role.MEMBER, Role.STAFF, 'activities:write'] as const;

/**
 * Who may look an activity up by its key: people at the counter, and shops that reverse or read. Whoever only records is
 * answered the id, also to the same again; order numbers are easily guessed, and other tills' orders are not theirs to read.
 */
const FINDERS = [Role.STAFF, 'activities:reverse', 'members:read'] as const;

@Resolver(() => Activity)
export class ActivitiesResolver {
  readonly #service: ActivitiesService;
  readonly #types: ActivityTypesService;
  readonly #members: MembersService;

  constructor(service: ActivitiesService, types: ActivityTypesService, members: MembersService) {
    this.#service = service;
    this.#types = types;
    this.#members = members;
  }

  @Authorized<Grant>(...RECORDERS)
  @Mutation(() => RecordActivityPayload, {
    description:
      'Records one thing a member did and answers everything it caused. The same key and input again change nothing and give the same answer with `replayed: true`.',
  })
  @UserErrors(RecordActivityPayload)
  async recordActivity(
    @Arg('input', () => RecordActivityInput, { description: 'What happened.' }) input: RecordActivityInput,
    @Ctx() { viewer }: Context,
  ): Promise<Partial<RecordActivityPayload>> {
    const { activity, replayed } = await this.#service.record(input, viewer);
    return recordedFields(activity, replayed);
  }

  @Authorized<Grant>(...RECORDERS)
  @Mutation(() => RecordActivitiesPayload, {
    description: 'Records up to 1,000 activities. One bad activity never fails the others: look at each result.',
  })
  @UserErrors(RecordActivitiesPayload)
  async recordActivities(
    @Arg('input', () => RecordActivitiesInput, { description: 'What happened.' }) { activities }: RecordActivitiesInput,
    @Ctx() { viewer }: Context,
  ): Promise<Partial<RecordActivitiesPayload>> {
    return summary(await this.#service.recordMany(activities, viewer, ['input', 'activities']));
  }

  @Authorized<Grant>(...RECORDERS)
  @Query(() => ActivityOutcome, {
    description:
      'What recording this activity now would do, with the full trace. Nothing is written, and what would be refused is refused here too.',
  })
  simulateActivity(
    @Arg('input', () => RecordActivityInput, { description: 'What would happen.' }) input: RecordActivityInput,
    @Ctx() context: Context,
  ): Promise<ActivityOutcome> {
    return this.#service.simulate(input, context.viewer, (recorded, slices) => {
      const activity = toActivity(recorded);
      // Entries and awards name it, and the database will never know it.
      this.#service.loader(context).prime(activity.id, activity);
      return { activity, effects: activity.effects, trace: activity.receipt, walletAfter: slices };
    });
  }

  @Authorized<Grant>(...FINDERS)
  @Query(() => Activity, {
    nullable: true,
    description:
      'The activity that was recorded under a key of yours, or null: for whoever knows an order number, but not the id that recording answered. For staff, administrators and keys with the scope `activities:reverse` or `members:read`.',
  })
  async activity(
    @Arg('source', () => String, {
      nullable: true,
      description: 'The source it was recorded under. Left out, it is whoever asks, as in recording.',
    })
    source: string | null,
    @Arg('idempotencyKey', () => String, { description: 'The key it was recorded under.' }) idempotencyKey: string,
    @Ctx() { viewer }: Context,
  ): Promise<Activity | null> {
    const recorded = await this.#service.findByKey({ source, idempotencyKey }, viewer);
    return recorded && toActivity(recorded);
  }

  @FieldResolver(() => ActivityType, { description: 'What kind of thing it was.' })
  type(@Root() activity: Activity, @Ctx() context: Context): Promise<ActivityType> {
    const load = async (codes: readonly string[]) => {
      const types = new Map((await this.#types.list(true)).map((type) => [type.code, type]));
      return codes.map((code) => types.get(code) ?? new Error(`There is no activity type ${code}.`));
    };
    return context.loader('activities.types', () => new DataLoader<string, ActivityType>(load)).load(activity.typeCode);
  }

  @FieldResolver(() => Member, { description: 'Who did it.' })
  member(@Root() activity: Activity, @Ctx() context: Context): Promise<Member> {
    return memberLoader(context, this.#members).load(activity.memberId);
  }

  @FieldResolver(() => EvaluationTrace, {
    description: 'The receipt: why points were, or were not, given. For the member, staff and administrators.',
  })
  trace(@Root() activity: Activity, @Ctx() { viewer }: Context): EvaluationTrace {
    ownMemberOr(viewer, activity.memberId, Role.STAFF, 'members:read', 'activities:write', 'activities:reverse');
    return activity.receipt;
  }
}

@Resolver(() => RecordActivityPayload)
export class RecordActivityPayloadResolver {
  readonly #members: MembersService;

  constructor(members: MembersService) {
    this.#members = members;
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The member as it is now; null when refused.' })
  member(@Root() { activity }: RecordActivityPayload, @Ctx() context: Context): Promise<Member> | null {
    return activity && memberLoader(context, this.#members).load(activity.memberId);
  }
}

@Resolver(() => Member)
export class MemberActivitiesResolver {
  readonly #service: ActivitiesService;

  constructor(service: ActivitiesService) {
    this.#service = service;
  }

  @FieldResolver(() => ActivityConnection, {
    description: 'What the member did, the latest first. For the member, staff and administrators.',
  })
  async activities(
    @Root() member: Member,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('type', () => [String], { nullable: true, description: 'Only activities of these types.' }) type:
      | string[]
      | null,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<Activity>> {
    ownMemberOr(viewer, member.id, Role.STAFF, 'members:read');
    return mapPage(await this.#service.ofMember(member.id, page, type), toActivity);
  }
}

function recordedFields(recorded: RecordedActivity, replayed: boolean): Partial<RecordActivityPayload> {
  const activity = toActivity(recorded);
  return { activity, effects: activity.effects, replayed };
}

function summary(outcomes: readonly RecordOutcome[]): Partial<RecordActivitiesPayload> {
  const counts = { recorded: 0, replayed: 0, refused: 0 };
  for (const outcome of outcomes) counts[outcome.kind] += 1;
  return { results: outcomes.map(resultOf), ...counts };
}

function resultOf(outcome: RecordOutcome): RecordActivityPayload {
  const result = new RecordActivityPayload();
  if (outcome.kind === 'refused') return Object.assign(result, { userErrors: [userErrorOf(outcome.refusal)] });
  return Object.assign(result, recordedFields(outcome.activity, outcome.kind === 'replayed'));
}

/** Finds an activity by its id for `node(id:)`: for its member, staff, and keys that may read members. */
export async function findActivityNode(
  service: ActivitiesService,
  id: string,
  { viewer }: Context,
): Promise<Activity | null> {
  const recorded = await service.find(id);
  return recorded !== null && mayReadActivities(viewer, recorded.memberId) ? toActivity(recorded) : null;
}
