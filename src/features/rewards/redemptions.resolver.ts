import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Grant, isGranted } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { type Connection, PageArgs } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import { memberLoader } from '../members/members.loader.ts';
import { Member } from '../members/members.types.ts';
import { LedgerEntry } from '../points/points.types.ts';
import { actorOf, requireBuyer, requireMayCancel, requireMayUseVoucher } from './redemptions.access.ts';
import {
  CancelRedemptionInput,
  CancelRedemptionPayload,
  FulfilRedemptionInput,
  FulfilRedemptionPayload,
  RedeemRewardInput,
  RedeemRewardPayload,
} from './redemptions.inputs.ts';
import { Redemption, RedemptionConnection, RedemptionEvent } from './redemptions.types.ts';
import { answerOf, findVoucher, idToFulfil, qrOf, redemptionOfEvent, shownRedemption } from './redemptions.views.ts';
import { mayReadRedemptionsOf, requireMayReadRewardsOf } from './rewards.access.ts';
import { RedemptionStatus } from './rewards.enums.ts';
import type { RewardsServices, RewardsSources } from './rewards.loaders.ts';
import { Reward } from './rewards.types.ts';
import { rewardOf } from './rewards.views.ts';

@Resolver(() => Redemption)
export class RedemptionsResolver {
  readonly #sources: RewardsSources;

  constructor(sources: RewardsSources) {
    this.#sources = sources;
  }

  @Authorized<Grant>(Role.STAFF)
  @Query(() => Redemption, {
    nullable: true,
    description:
      'What a voucher is for and whether it can be used; null when there is none with this code. For staff and administrators; too many wrong codes within a minute are answered with RATE_LIMITED.',
  })
  async redemption(
    @Arg('voucherCode', () => String, {
      description: 'The code on the voucher; small letters, spaces and hyphens do not matter.',
    })
    voucherCode: string,
    @Ctx() context: Context,
  ): Promise<Redemption | null> {
    const row = await findVoucher(this.#sources, context, voucherCode);
    return row && shownRedemption(this.#sources, row);
  }

  @Authorized<Grant>(Role.STAFF)
  @Query(() => RedemptionConnection, {
    description:
      'What all members redeemed, the latest first: with `status: [PENDING]`, what is to be handed over. For staff and administrators.',
  })
  async redemptions(
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => [RedemptionStatus], { nullable: true, description: 'Only those with one of these states.' })
    statuses: RedemptionStatus[] | null,
  ): Promise<Connection<Redemption>> {
    const rows = await this.#sources.redemptions.page(page, { memberId: null, statuses });
    return mapPage(rows, (row) => shownRedemption(this.#sources, row));
  }

  @Authorized<Grant>(Role.MEMBER, Role.STAFF)
  @Mutation(() => RedeemRewardPayload, {
    description:
      'Redeems a reward: takes the points, soonest-expiring first, and gives a voucher, or does neither. Members for themselves, staff for anybody. It never lowers a tier.',
  })
  @UserErrors(RedeemRewardPayload)
  async redeemReward(
    @Arg('input', () => RedeemRewardInput, { description: 'Which reward, and for whom.' }) input: RedeemRewardInput,
    @Ctx() context: Context,
  ): Promise<Partial<RedeemRewardPayload>> {
    const { members, redemptions } = this.#sources;
    const memberId = await requireBuyer(members, context.viewer, input);
    return answerOf(this.#sources, await redemptions.redeem({ ...input, memberId }, actorOf(context)));
  }

  @Authorized<Grant>(Role.STAFF)
  @Mutation(() => FulfilRedemptionPayload, {
    description:
      'Notes that a voucher was used, or that a reward was handed over; each once. For staff and administrators.',
  })
  @UserErrors(FulfilRedemptionPayload)
  async fulfilRedemption(
    @Arg('input', () => FulfilRedemptionInput, { description: 'Which one, by its id or by the code on the voucher.' })
    input: FulfilRedemptionInput,
    @Ctx() context: Context,
  ): Promise<Partial<FulfilRedemptionPayload>> {
    const redemptionId = await idToFulfil(this.#sources, context, input);
    const fulfil = { redemptionId, idempotencyKey: input.idempotencyKey ?? null };
    return answerOf(this.#sources, await this.#sources.redemptions.fulfil(fulfil, actorOf(context)));
  }

  @Authorized<Grant>(Role.MEMBER, Role.STAFF)
  @Mutation(() => CancelRedemptionPayload, {
    description:
      'Cancels what was not used or handed over yet: the points go back with the validity they had, the piece to the stock. Members their own, staff any.',
  })
  @UserErrors(CancelRedemptionPayload)
  async cancelRedemption(
    @Arg('input', () => CancelRedemptionInput, { description: 'Which one, and why.' }) input: CancelRedemptionInput,
    @Ctx() context: Context,
  ): Promise<Partial<CancelRedemptionPayload>> {
    const { redemptions } = this.#sources;
    const { id } = requireMayCancel(context.viewer, await redemptions.find(input.redemptionId));
    const cancel = { ...input, redemptionId: id, reason: input.reason ?? null };
    return answerOf(this.#sources, await redemptions.cancel(cancel, actorOf(context)));
  }

  @FieldResolver(() => Reward, { description: 'The reward, as it is now.' })
  reward(@Root() { row }: Redemption, @Ctx() context: Context): Promise<Reward> {
    return rewardOf(this.#sources, context, row.rewardCode);
  }

  @FieldResolver(() => Member, { description: 'Who redeemed it.' })
  member(@Root() { row }: Redemption, @Ctx() context: Context): Promise<Member> {
    return memberLoader(context, this.#sources.members).load(row.memberId);
  }

  @FieldResolver(() => String, {
    description:
      'What is shown at the counter: twelve characters in three groups that are not mistaken for one another. For the member and staff.',
  })
  voucherCode(@Root() { row }: Redemption, @Ctx() { viewer }: Context): string {
    requireMayUseVoucher(viewer, row.memberId);
    return row.voucherCode;
  }

  @FieldResolver(() => String, {
    nullable: true,
    // Drawing one takes a millisecond, during which nobody else is answered.
    complexity: 10,
    description:
      'The code as a QR code to scan, a whole SVG; null once it can no longer be used. For the member and staff.',
  })
  voucherQrSvg(@Root() redemption: Redemption, @Ctx() { viewer }: Context): string | null {
    requireMayUseVoucher(viewer, redemption.row.memberId);
    return qrOf(redemption);
  }

  @FieldResolver(() => LedgerEntry, { description: 'The debit.' })
  entry(@Root() { row }: Redemption, @Ctx() context: Context): Promise<LedgerEntry> {
    return this.#sources.points.entries(context).load(row.entryId);
  }

  @FieldResolver(() => LedgerEntry, { nullable: true, description: 'What returned the points; null unless cancelled.' })
  refund(@Root() { row }: Redemption, @Ctx() context: Context): Promise<LedgerEntry> | null {
    return row.refundEntryId === null ? null : this.#sources.points.entries(context).load(row.refundEntryId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Who noted that it was used or handed over. For staff and administrators; null for everybody else.',
  })
  fulfilledBy(@Root() { row }: Redemption, @Ctx() { viewer }: Context): string | null {
    return isGranted(viewer, [Role.STAFF]) ? row.fulfilledBy : null;
  }
}

@Resolver(() => Member)
export class MemberRedemptionsResolver {
  readonly #services: RewardsServices;

  constructor(services: RewardsServices) {
    this.#services = services;
  }

  @FieldResolver(() => RedemptionConnection, {
    description: 'What the member redeemed, the latest first. For the member, staff and keys that read members.',
  })
  async redemptions(
    @Root() { id }: Member,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => [RedemptionStatus], { nullable: true, description: 'Only those with one of these states.' })
    statuses: RedemptionStatus[] | null,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<Redemption>> {
    requireMayReadRewardsOf(viewer, id);
    const rows = await this.#services.redemptions.page(page, { memberId: id, statuses });
    return mapPage(rows, (row) => shownRedemption(this.#services, row));
  }
}

@Resolver(() => RedemptionEvent)
export class RedemptionEventResolver {
  readonly #services: RewardsServices;

  constructor(services: RewardsServices) {
    this.#services = services;
  }

  @FieldResolver(() => Redemption, { description: 'The redemption, as it is now.' })
  redemption(@Root() { redemptionId }: RedemptionEvent, @Ctx() context: Context): Promise<Redemption> {
    return redemptionOfEvent(this.#services, context, redemptionId);
  }
}

/** What the answers about redemptions say of the member: one resolver for each payload. */
abstract class PayloadMember {
  readonly #services: RewardsServices;

  constructor(services: RewardsServices) {
    this.#services = services;
  }

  protected memberOf(redemption: Redemption | null, context: Context): Promise<Member> | null {
    return redemption && memberLoader(context, this.#services.members).load(redemption.row.memberId);
  }
}

@Resolver(() => RedeemRewardPayload)
export class RedeemRewardPayloadResolver extends PayloadMember {
  @FieldResolver(() => Member, { nullable: true, description: 'The member as it is now; null when refused.' })
  member(@Root() { redemption }: RedeemRewardPayload, @Ctx() context: Context): Promise<Member> | null {
    return this.memberOf(redemption, context);
  }
}

@Resolver(() => FulfilRedemptionPayload)
export class FulfilRedemptionPayloadResolver extends PayloadMember {
  @FieldResolver(() => Member, { nullable: true, description: 'The member as it is now; null when refused.' })
  member(@Root() { redemption }: FulfilRedemptionPayload, @Ctx() context: Context): Promise<Member> | null {
    return this.memberOf(redemption, context);
  }
}

@Resolver(() => CancelRedemptionPayload)
export class CancelRedemptionPayloadResolver extends PayloadMember {
  @FieldResolver(() => Member, { nullable: true, description: 'The member as it is now; null when refused.' })
  member(@Root() { redemption }: CancelRedemptionPayload, @Ctx() context: Context): Promise<Member> | null {
    return this.memberOf(redemption, context);
  }
}

/** Finds a redemption by its id for `node(id:)`: for its member, staff, and keys that read members. */
export function findRedemptionNode(services: RewardsServices): FindNode {
  return async (id, { viewer }) => {
    const row = await services.redemptions.find(id);
    return row !== null && mayReadRedemptionsOf(viewer, row.memberId) ? shownRedemption(services, row) : null;
  };
}
