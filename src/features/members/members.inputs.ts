import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { DateTime, JSONObject, TimeZone } from '../../api/scalars.ts';
import { PageArgs } from '../../api/types.ts';
import { MemberStatus, Visibility } from './members.words.ts';

@InputType({ description: 'The member to enrol. The same key and input again change nothing.' })
export class EnrollMemberInput {
  @Field(() => String, { description: 'Yours to choose, 1 to 255 characters: a fresh UUID for each intention.' })
  idempotencyKey!: string;

  @Field(() => String, { description: 'What the member is called, 1 to 120 characters.' })
  displayName!: string;

  @Field(() => String, {
    nullable: true,
    description: "The member's id in your own system, at most 255 characters; unique.",
  })
  externalId?: string | null;

  @Field(() => String, { nullable: true, description: 'The e-mail address; unique, kept in lower case.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'A public name for visibility ALIAS, at most 60 characters.' })
  alias?: string | null;

  @Field(() => Visibility, { defaultValue: Visibility.PUBLIC, description: 'How the member appears to others.' })
  visibility!: Visibility;

  @Field(() => TimeZone, { nullable: true, description: "Where the member's days begin. Left out: the programme's." })
  timeZone?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'A BCP 47 language tag such as `sv-SE`. Left out: the programme’s.',
  })
  locale?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'What the member cares about: at most 50, each of at most 60 characters.',
  })
  interests?: string[] | null;

  @Field(() => JSONObject, { nullable: true, description: 'Further facts for rules to look at; at most 4 kB of JSON.' })
  attributes?: Record<string, unknown> | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the member joined, for members moved here. Left out: now.',
  })
  joinedAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The code of the member who recommended the club. An unknown or refused code is the user error REFERRAL_REJECTED with `details.reason` (PROGRAM_OFF, UNKNOWN_CODE, REFERRER_NOT_ACTIVE, SELF_REFERRAL, CYCLE or EXISTING_MEMBER), and nothing is enrolled.',
  })
  referralCode?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What tells the device apart on which the person enrols, at most 500 characters, for finding people who recommend the club to themselves. Kept as a salted hash only.',
  })
  deviceFingerprint?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The IP address from which the person enrols, for the same purpose. Leave it out where many share one, as at a counter. Kept as a salted hash, for 30 days.',
  })
  clientAddress?: string | null;
}

@InputType({
  description:
    'What to change of a member. What is left out stays; null empties a field. Members may change their own names, visibility, time zone, locale and interests; the rest is for staff, admins and systems.',
})
export class UpdateMemberInput {
  @Field(() => ID, { nullable: true, description: "The member. A member's own token may leave it out." })
  memberId?: string | null;

  @Field(() => String, { nullable: true, description: "The member's id in your own system, instead of `memberId`." })
  memberExternalId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What the member is called, 1 to 120 characters; cannot be emptied.',
  })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'A public name for visibility ALIAS, at most 60 characters.' })
  alias?: string | null;

  @Field(() => Visibility, { nullable: true, description: 'How the member appears to others; null means PUBLIC.' })
  visibility?: Visibility | null;

  @Field(() => TimeZone, { nullable: true, description: "Where the member's days begin; null: as the programme's." })
  timeZone?: string | null;

  @Field(() => String, { nullable: true, description: "A BCP 47 language tag; null: as the programme's." })
  locale?: string | null;

  @Field(() => [String], { nullable: true, description: 'All interests: at most 50, each of at most 60 characters.' })
  interests?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'The e-mail address; unique. Not for members themselves, because Pokal does not verify addresses.',
  })
  email?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The id in the shop's own system; unique. Not for members themselves.",
  })
  externalId?: string | null;

  @Field(() => JSONObject, {
    nullable: true,
    description: 'All further facts, at most 4 kB of JSON. Not for members themselves.',
  })
  attributes?: Record<string, unknown> | null;
}

@InputType({ description: 'The status to give a member, and why.' })
export class SetMemberStatusInput {
  @Field(() => ID, { description: 'The member.' })
  memberId!: string;

  @Field(() => MemberStatus, { description: 'ACTIVE or SUSPENDED; the others are not set by hand.' })
  status!: MemberStatus;

  @Field(() => String, { description: 'Why, for the audit log: 1 to 300 characters.' })
  reason!: string;
}

@InputType({ description: 'Narrows a list of members. What is given must hold together.' })
export class MemberFilter {
  @Field(() => [MemberStatus], { nullable: true, description: 'Only members with one of these states.' })
  status?: MemberStatus[] | null;

  @Field(() => [Visibility], { nullable: true, description: 'Only members with one of these visibilities.' })
  visibility?: Visibility[] | null;

  @Field(() => DateTime, { nullable: true, description: 'Only members who joined at this time or later.' })
  joinedAfter?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Only members who joined before this time.' })
  joinedBefore?: Date | null;

  @Field(() => String, { nullable: true, description: 'Only members with this interest, written exactly like this.' })
  interest?: string | null;
}

/** The arguments of `member`. */
@ArgsType()
export class MemberArgs {
  @Field(() => ID, { nullable: true, description: 'The id.' })
  id?: string | null;

  @Field(() => String, { nullable: true, description: "The id in the shop's own system." })
  externalId?: string | null;

  @Field(() => String, { nullable: true, description: 'The eight digits; spaces and hyphens do not matter.' })
  memberNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'The e-mail address; capitals do not matter.' })
  email?: string | null;
}

/** The arguments of `members`. */
@ArgsType()
export class MembersArgs extends PageArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'Words that must all occur, in any order, in display name, alias, e-mail, member number or external id; parts of words will do.',
  })
  search?: string | null;

  @Field(() => MemberFilter, { nullable: true, description: 'Narrows the list further.' })
  filter?: MemberFilter | null;
}
