import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../../api/context.ts';
import type { Connection } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import { Member } from '../members/members.types.ts';
import { requireMayReadReferralsOf, seesOwnBranchOnly, toReferral } from './referrals.access.ts';
import { ReferralChainArgs, ReferralsArgs } from './referrals.inputs.ts';
import { memberOf, type ReferralsServices, referralOfMember } from './referrals.loaders.ts';
import { Referral, ReferralChainNode, ReferralConnection } from './referrals.types.ts';

@Resolver(() => Member)
export class MemberReferralsResolver {
  readonly #services: ReferralsServices;

  constructor(services: ReferralsServices) {
    this.#services = services;
  }

  @FieldResolver(() => Referral, {
    nullable: true,
    description: 'The referral by which the member came; null when nobody recommended the club.',
  })
  async referredBy(@Root() { id }: Member, @Ctx() context: Context): Promise<Referral | null> {
    requireMayReadReferralsOf(context.viewer, id);
    const row = await referralOfMember(this.#services, context, id);
    return row && toReferral(row, context.viewer);
  }

  @FieldResolver(() => ReferralConnection, { description: 'Whom the member has referred, the latest first.' })
  async referrals(
    @Root() { id }: Member,
    @Args(() => ReferralsArgs) { status, ...page }: ReferralsArgs,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<Referral>> {
    requireMayReadReferralsOf(viewer, id);
    const rows = await this.#services.referrals.page(page, { referrerId: id, status: status ?? null });
    return mapPage(rows, (row) => toReferral(row, viewer));
  }

  @FieldResolver(() => [ReferralChainNode], {
    // As many as ten pages in one statement, and each with all who came through it.
    complexity: 100,
    description:
      'The chain of referrals above or below the member, the nearest first; at most 1,000 places. Referrals that were turned down are no part of it.',
  })
  async referralChain(
    @Root() { id }: Member,
    @Args(() => ReferralChainArgs) { direction, depth }: ReferralChainArgs,
    @Ctx() { viewer }: Context,
  ): Promise<ReferralChainNode[]> {
    requireMayReadReferralsOf(viewer, id);
    const { referrals, program } = this.#services;
    const ownBranch = seesOwnBranchOnly(viewer, direction);
    const wanted = { direction, depth, ownBranch };
    const [places, { currencyCode }] = await Promise.all([referrals.chain(id, wanted), program.get()]);
    return places.map(({ value: amount, referral: row, ...place }) => {
      return Object.assign(new ReferralChainNode(), place, { row, valueBrought: { amount, currencyCode } });
    });
  }
}

@Resolver(() => ReferralChainNode)
export class ReferralChainNodeResolver {
  readonly #services: ReferralsServices;

  constructor(services: ReferralsServices) {
    this.#services = services;
  }

  @FieldResolver(() => Member, {
    description:
      'Who stands here. A member who does not want to be known has the alias or no name, and an id that belongs to nobody.',
  })
  member(@Root() { memberId, row }: ReferralChainNode, @Ctx() context: Context): Promise<Member> {
    return memberOf(this.#services, context, memberId, row.id);
  }

  @FieldResolver(() => Referral, { description: 'The referral that leads here from one step nearer.' })
  referral(@Root() { row }: ReferralChainNode, @Ctx() { viewer }: Context): Referral {
    return toReferral(row, viewer);
  }
}
