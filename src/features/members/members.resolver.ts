import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import type { Connection } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import { authorOf } from '../audit/index.ts';
import { toEvent } from './member-events.types.ts';
import { cardQrOf, foundMember, READERS, requireMayUpdate, toMember, WRITERS } from './members.access.ts';
import {
  EnrollMemberInput,
  MemberArgs,
  MembersArgs,
  SetMemberStatusInput,
  UpdateMemberInput,
} from './members.inputs.ts';
import { memberLoader } from './members.loader.ts';
import { EnrollMemberPayload, SetMemberStatusPayload, UpdateMemberPayload } from './members.payloads.types.ts';
import type { MembersService } from './members.service.ts';
import { Member, MemberConnection } from './members.types.ts';

@Resolver(() => Member)
export class MembersResolver {
  readonly #members: MembersService;
  readonly #publicUrl: string;

  /** @param publicUrl where the server is reached from outside, for links. */
  constructor(members: MembersService, publicUrl: string) {
    this.#members = members;
    this.#publicUrl = publicUrl.replace(/\/$/, '');
  }

  @Authorized<Grant>()
  @Query(() => Member, {
    nullable: true,
    description: 'The member the token speaks for. Null for staff, admins and API keys, who are no members.',
  })
  async me(@Ctx() { viewer }: Context): Promise<Member | null> {
    const row = viewer.memberId === null ? null : await this.#members.byId(viewer.memberId);
    return row && toMember(row, viewer);
  }

  @Authorized<Grant>(Role.MEMBER, ...READERS)
  @Query(() => Member, {
    nullable: true,
    description: 'A member by exactly one of the arguments; null when there is none. Members find themselves only.',
  })
  async member(@Args(() => MemberArgs) keys: MemberArgs, @Ctx() { viewer }: Context): Promise<Member | null> {
    return foundMember(await this.#members.find(keys), viewer);
  }

  @Authorized<Grant>(...READERS)
  @Query(() => MemberConnection, {
    description: 'All members, the newest first. For staff, admins and API keys that may read members.',
  })
  async members(@Args(() => MembersArgs) args: MembersArgs, @Ctx() { viewer }: Context): Promise<Connection<Member>> {
    const page = await this.#members.page(args, args.search ?? null, args.filter ?? {});
    return mapPage(page, (row) => toMember(row, viewer));
  }

  @Authorized<Grant>(...WRITERS)
  @Mutation(() => EnrollMemberPayload, {
    description: 'Enrols a member. For staff, admins and API keys that may write members.',
  })
  @UserErrors(EnrollMemberPayload)
  async enrollMember(
    @Arg('input', () => EnrollMemberInput, { description: 'The member to enrol.' }) input: EnrollMemberInput,
    @Ctx() context: Context,
  ): Promise<Partial<EnrollMemberPayload>> {
    const { memberId, effects, replayed } = await this.#members.enrol(input, authorOf(context));
    const member = await memberLoader(context, this.#members).load(memberId);
    return { member, effects: effects.map(toEvent), replayed };
  }

  @Authorized<Grant>(Role.MEMBER, ...WRITERS)
  @Mutation(() => UpdateMemberPayload, {
    description: "Changes a member's data. Members may change some of their own; staff, admins and systems all of it.",
  })
  @UserErrors(UpdateMemberPayload)
  async updateMember(
    @Arg('input', () => UpdateMemberInput, { description: 'What to change.' }) input: UpdateMemberInput,
    @Ctx() context: Context,
  ): Promise<Partial<UpdateMemberPayload>> {
    const { memberId: id, memberExternalId, ...changes } = input;
    const named = { memberId: id, memberExternalId };
    const { memberId, byMember } = await requireMayUpdate(this.#members, context.viewer, named, changes);
    const row = await this.#members.update(memberId, changes, authorOf(context), byMember);
    return { member: toMember(row, context.viewer) };
  }

  @Authorized<Grant>(Role.STAFF)
  @Mutation(() => SetMemberStatusPayload, {
    description: 'Suspends a member, or makes it active again. For staff and admins; the audit log keeps the reason.',
  })
  @UserErrors(SetMemberStatusPayload)
  async setMemberStatus(
    @Arg('input', () => SetMemberStatusInput, { description: 'The status, and why.' }) input: SetMemberStatusInput,
    @Ctx() context: Context,
  ): Promise<Partial<SetMemberStatusPayload>> {
    const row = await this.#members.setStatus(input, authorOf(context));
    return { member: toMember(row, context.viewer) };
  }

  @FieldResolver(() => String, {
    description: 'The address with which the member recommends the club: it carries the referral code.',
  })
  referralLink(@Root() { referralCode }: Member): string {
    return `${this.#publicUrl}/r/${referralCode}`;
  }

  @FieldResolver(() => String, {
    // Drawing one takes a millisecond, during which nobody else is answered.
    complexity: 10,
    description:
      'The member number as a QR code to scan at a counter, a whole SVG. For the member, staff and administrators.',
  })
  cardQr(@Root() member: Member, @Ctx() { viewer }: Context): string {
    return cardQrOf(member, viewer);
  }
}
