import DataLoader from 'dataloader';
import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { type Grant, isOwnMemberOr, ownMemberOr } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { durationMs } from '../../api/duration.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { Duration } from '../../api/scalars.ts';
import { type Connection, PageArgs } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import type { OpenSlice } from '../../recording/slice.ts';
import { emptyWallet } from '../../rules/lots.ts';
import type { ActivitiesService } from '../activities/activities.service.ts';
import { Activity } from '../activities/activities.types.ts';
import { ActivityOutcome } from '../activities/record.types.ts';
import { toEvent } from '../members/member-events.types.ts';
import { memberLoader } from '../members/members.loader.ts';
import type { MembersService } from '../members/members.service.ts';
import { Member } from '../members/members.types.ts';
import type { AdjustmentsService } from './adjustments.service.ts';
import { type LotRow, readEntries, readLots, readWallets } from './points.rows.ts';
import { expiringOf, readLedger } from './points.service.ts';
import { isPointsSlice } from './points.slice.ts';
import {
  AdjustPointsInput,
  AdjustPointsPayload,
  ExpiringPoints,
  LedgerEntry,
  LedgerEntryConnection,
  LedgerEntryKind,
  PointsEvent,
  toLedgerEntry,
  Wallet,
} from './points.types.ts';

/** Reads points for GraphQL: every list field goes through a loader, so a page costs one statement per kind of thing. */
export class PointsReader {
  readonly reader: Reader;

  constructor(reader: Reader) {
    this.reader = reader;
  }

  wallets(context: Context): DataLoader<string, Wallet> {
    return context.loader('points.wallets', () => {
      return new DataLoader<string, Wallet>(async (ids) => {
        const wallets = await readWallets(this.reader, ids);
        return ids.map((memberId) => wallets.get(memberId) ?? { memberId, ...emptyWallet });
      });
    });
  }

  /** The lots of each member that still hold points. */
  lots(context: Context): DataLoader<string, LotRow[]> {
    return context.loader('points.lots', () => {
      return new DataLoader<string, LotRow[]>(async (memberIds) => {
        const lots = Map.groupBy(await readLots(this.reader, memberIds), (lot) => lot.memberId);
        return memberIds.map((memberId) => lots.get(memberId) ?? []);
      });
    });
  }

  entries(context: Context): DataLoader<string, LedgerEntry> {
    return context.loader('points.entries', () => {
      return new DataLoader<string, LedgerEntry>(async (ids) => {
        const entries = new Map((await readEntries(this.reader, ids)).map((entry) => [entry.id, toLedgerEntry(entry)]));
        return ids.map((id) => entries.get(id) ?? new Error(`There is no ledger entry ${id}.`));
      });
    });
  }
}

@Resolver(() => Member)
export class MemberPointsResolver {
  readonly #points: PointsReader;

  constructor(points: PointsReader) {
    this.#points = points;
  }

  @FieldResolver(() => Wallet, { description: 'Points in sum. For the member, staff and administrators.' })
  wallet(@Root() member: Member, @Ctx() context: Context): Promise<Wallet> {
    ownMemberOr(context.viewer, member.id, Role.STAFF, 'members:read', 'activities:write');
    return this.#points.wallets(context).load(member.id);
  }

  @FieldResolver(() => LedgerEntryConnection, {
    description: 'Every change of the points, the latest first. For the member, staff and administrators.',
  })
  async ledger(
    @Root() member: Member,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('kind', () => [LedgerEntryKind], { nullable: true, description: 'Only entries of these kinds.' })
    kind: LedgerEntryKind[] | null,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<LedgerEntry>> {
    ownMemberOr(viewer, member.id, Role.STAFF, 'members:read');
    return mapPage(await readLedger(this.#points.reader, member.id, page, kind), toLedgerEntry);
  }
}

@Resolver(() => Wallet)
export class WalletResolver {
  readonly #points: PointsReader;
  readonly #now: () => number;

  constructor(points: PointsReader, now: () => number) {
    this.#points = points;
    this.#now = now;
  }

  @FieldResolver(() => [ExpiringPoints], { description: 'Spendable points that expire soon, the soonest first.' })
  async expiring(
    @Root() wallet: Wallet,
    @Arg('within', () => Duration, { defaultValue: 'P30D', description: 'How far to look ahead.' }) within: string,
    @Ctx() context: Context,
  ): Promise<ExpiringPoints[]> {
    const now = this.#now();
    const lots = wallet.lots ?? (await this.#points.lots(context).load(wallet.memberId));
    return expiringOf(lots, now, now + durationMs(within));
  }
}

@Resolver(() => LedgerEntry)
export class LedgerEntryResolver {
  readonly #points: PointsReader;
  readonly #activities: ActivitiesService;
  readonly #members: MembersService;

  constructor(points: PointsReader, activities: ActivitiesService, members: MembersService) {
    this.#points = points;
    this.#activities = activities;
    this.#members = members;
  }

  @FieldResolver(() => Member, { description: 'Whose points they are.' })
  member(@Root() entry: LedgerEntry, @Ctx() context: Context): Promise<Member> {
    return memberLoader(context, this.#members).load(entry.memberId);
  }

  @FieldResolver(() => Activity, { nullable: true, description: 'The activity that caused it; null when none did.' })
  activity(@Root() { activityId }: LedgerEntry, @Ctx() context: Context): Promise<Activity> | null {
    return activityId === null ? null : this.#activities.loader(context).load(activityId);
  }

  @FieldResolver(() => LedgerEntry, {
    nullable: true,
    description:
      'The entry that this one undoes: whose points it takes back (REVERSE), what it pays back (REFUND) or whose points have expired (EXPIRE). Null for all others.',
  })
  reverses(@Root() { reversesId }: LedgerEntry, @Ctx() context: Context): Promise<LedgerEntry> | null {
    return reversesId === null ? null : this.#points.entries(context).load(reversesId);
  }
}

@Resolver(() => PointsEvent)
export class PointsEventResolver {
  readonly #points: PointsReader;

  constructor(points: PointsReader) {
    this.#points = points;
  }

  @FieldResolver(() => LedgerEntry, { description: 'The ledger entry behind the event.' })
  entry(@Root() event: PointsEvent, @Ctx() context: Context): LedgerEntry | Promise<LedgerEntry> {
    const { live, entryId } = event;
    return live === undefined ? this.#points.entries(context).load(entryId) : toLedgerEntry(live);
  }
}

@Resolver(() => ActivityOutcome)
export class OutcomeWalletResolver {
  @FieldResolver(() => Wallet, { description: "The member's points afterwards." })
  wallet(@Root() { activity, walletAfter }: ActivityOutcome): Wallet {
    const slice = (walletAfter as readonly OpenSlice[]).find(isPointsSlice);
    return slice?.walletOf(activity.memberId) ?? { memberId: activity.memberId, ...emptyWallet };
  }
}

@Resolver(() => AdjustPointsPayload)
export class AdjustPointsResolver {
  readonly #adjustments: AdjustmentsService;
  readonly #members: MembersService;

  constructor(adjustments: AdjustmentsService, members: MembersService) {
    this.#adjustments = adjustments;
    this.#members = members;
  }

  @Authorized<Grant>(Role.STAFF, 'points:adjust')
  @Mutation(() => AdjustPointsPayload, {
    description:
      'Adds or deducts points by hand. The reason is shown to the member; the change is written to the audit log.',
  })
  @UserErrors(AdjustPointsPayload)
  async adjustPoints(
    @Arg('input', () => AdjustPointsInput, { description: 'Whose points, how many, and why.' })
    input: AdjustPointsInput,
    @Ctx() { viewer, requestId }: Context,
  ): Promise<Partial<AdjustPointsPayload>> {
    const { entry, effects, replayed } = await this.#adjustments.adjust(input, { actor: viewer.actor, requestId });
    return { entry: toLedgerEntry(entry), effects: effects.map(toEvent), replayed };
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The member as it is now; null when refused.' })
  member(@Root() { entry }: AdjustPointsPayload, @Ctx() context: Context): Promise<Member> | null {
    return entry && memberLoader(context, this.#members).load(entry.memberId);
  }
}

/** Finds a ledger entry by its id for `node(id:)`: for its member, staff, and keys that may read members. */
export async function findEntryNode(
  points: PointsReader,
  id: string,
  { viewer }: Context,
): Promise<LedgerEntry | null> {
  const [entry] = await readEntries(points.reader, [id]);
  if (entry === undefined || !isOwnMemberOr(viewer, entry.memberId, Role.STAFF, 'members:read')) return null;
  return toLedgerEntry(entry);
}
