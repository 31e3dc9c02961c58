import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import type { Connection } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import { authorOf } from '../audit/index.ts';
import { toEvent } from '../members/member-events.types.ts';
import { Member } from '../members/members.types.ts';
import { toReferral, toReferralProgram } from './referrals.access.ts';
import { ReferralDecision } from './referrals.enums.ts';
import {
  ReferralsArgs,
  ReviewReferralInput,
  ReviewReferralPayload,
  SaveReferralProgramInput,
  SaveReferralProgramPayload,
} from './referrals.inputs.ts';
import { memberOf, type ReferralsServices, referralOfEvent } from './referrals.loaders.ts';
import { Referral, ReferralConnection, ReferralEvent, ReferralProgram } from './referrals.types.ts';

@Resolver(() => Referral)
export class ReferralsResolver {
  readonly #services: ReferralsServices;

  constructor(services: ReferralsServices) {
    this.#services = services;
  }

  @Authorized<Grant>()
  @Query(() => ReferralProgram, {
    nullable: true,
    description: 'What there is for recommending the club; null when nothing was ever offered.',
  })
  async referralProgram(@Ctx() { viewer }: Context): Promise<ReferralProgram | null> {
    const record = await this.#services.referrals.program();
    return record && toReferralProgram(record, viewer);
  }

  @Authorized<Grant>(Role.STAFF)
  @Query(() => ReferralConnection, {
    description: 'All referrals, the latest first. With `status: [FLAGGED]`, those that somebody has to look at.',
  })
  async referrals(
    @Args(() => ReferralsArgs) { status, ...page }: ReferralsArgs,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<Referral>> {
    const rows = await this.#services.referrals.page(page, { referrerId: null, status: status ?? null });
    return mapPage(rows, (row) => toReferral(row, viewer));
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveReferralProgramPayload, {
    description:
      'Creates or changes the referral programme. For administrators. Referrals that count already are paid as it was when they began to.',
  })
  @UserErrors(SaveReferralProgramPayload)
  async saveReferralProgram(
    @Arg('input', () => SaveReferralProgramInput, { description: 'The whole programme.' })
    input: SaveReferralProgramInput,
    @Ctx() context: Context,
  ): Promise<Partial<SaveReferralProgramPayload>> {
    const record = await this.#services.referrals.save(input, authorOf(context));
    return { referralProgram: toReferralProgram(record, context.viewer) };
  }

  @Authorized<Grant>(Role.STAFF)
  @Mutation(() => ReviewReferralPayload, {
    description: 'Approves a flagged referral, or rejects a flagged or pending one. The audit log keeps the reason.',
  })
  @UserErrors(ReviewReferralPayload)
  async reviewReferral(
    @Arg('input', () => ReviewReferralInput, { description: 'Which referral, what was decided, and why.' })
    { referralId, decision, reason }: ReviewReferralInput,
    @Ctx() context: Context,
  ): Promise<Partial<ReviewReferralPayload>> {
    const review = { referralId, reason, approve: decision === ReferralDecision.APPROVE };
    const { referral, effects } = await this.#services.referrals.review(review, authorOf(context));
    return { referral: toReferral(referral, context.viewer), effects: effects.map(toEvent) };
  }

  @FieldResolver(() => Member, {
    description:
      'Who recommended the club. A member who does not want to be known has the alias or no name here, and an id that belongs to nobody.',
  })
  referrer(@Root() { row }: Referral, @Ctx() context: Context): Promise<Member> {
    return memberOf(this.#services, context, row.referrerId, row.id);
  }

  @FieldResolver(() => Member, {
    description:
      'Who came. A member who does not want to be known has the alias or no name here, and an id that belongs to nobody.',
  })
  referee(@Root() { row }: Referral, @Ctx() context: Context): Promise<Member> {
    return memberOf(this.#services, context, row.refereeId, row.id);
  }
}

@Resolver(() => ReferralEvent)
export class ReferralEventResolver {
  readonly #services: ReferralsServices;

  constructor(services: ReferralsServices) {
    this.#services = services;
  }

  @FieldResolver(() => Referral, { description: 'The referral as it is now.' })
  referral(@Root() event: ReferralEvent, @Ctx() context: Context): Promise<Referral> {
    return referralOfEvent(this.#services, context, event);
  }
}
