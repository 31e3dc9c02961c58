import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { Duration } from '../../api/scalars.ts';
import { ConfigStatus, PageArgs } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import { CapInput } from '../progress/caps.types.ts';
import type { ReferralProgramInput } from './referrals.definitions.ts';
import { ChainDirection, ReferralDecision, ReferralStatus } from './referrals.enums.ts';
import { Referral, ReferralProgram } from './referrals.types.ts';

@InputType({
  description: 'The whole of the referral programme; there is one. Fields left out take their defaults.',
})
export class SaveReferralProgramInput implements ReferralProgramInput {
  @Field(() => String, {
    defaultValue: 'purchase',
    description: 'The activity type whose first activity of the new member makes the referral count.',
  })
  qualifyingActivity!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A CEL condition on `activity`, `member` and `program` that this activity must meet as well.',
  })
  qualifyingCondition?: string | null;

  @Field(() => [Int], {
    description: 'Points for whoever is 1, 2, 3 … steps above the new member; at most ten levels, 0 is nothing.',
  })
  levels!: number[];

  @Field(() => Int, { defaultValue: 0, description: 'Points for the new member.' })
  refereePoints!: number;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long the points stay pending, so that a purchase can be returned first: `P14D`.',
  })
  holdFor?: string | null;

  @Field(() => CapInput, {
    nullable: true,
    description:
      'How much one member may get for recommending, on all levels together, per DAY or longer. Left out: unlimited.',
  })
  maxPerReferrer?: CapInput | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The shop's page for joining, an https:// address; the landing page /r/CODE links to it with the code in the parameter `referral`.",
  })
  joinUrl?: string | null;

  @Field(() => ConfigStatus, {
    defaultValue: ConfigStatus.ACTIVE,
    description: 'Codes are accepted, and referrals begin to count, only while it is ACTIVE.',
  })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveReferralProgram.', simpleResolvers: true })
export class SaveReferralProgramPayload extends Payload {
  @Field(() => ReferralProgram, {
    nullable: true,
    description: 'The programme as it is now; null when it was refused.',
  })
  referralProgram: ReferralProgram | null = null;
}

@InputType({ description: 'What somebody decided who looked at a referral, and why.' })
export class ReviewReferralInput {
  @Field(() => ID, { description: 'The referral.' })
  referralId!: string;

  @Field(() => ReferralDecision, { description: 'What was decided.' })
  decision!: ReferralDecision;

  @Field(() => String, { description: 'Why, for the audit log: 1 to 500 characters.' })
  reason!: string;
}

@ObjectType({ description: 'The answer of reviewReferral.', simpleResolvers: true })
export class ReviewReferralPayload extends Payload {
  @Field(() => Referral, { nullable: true, description: 'The referral as it is now; null when it was refused.' })
  referral: Referral | null = null;

  @Field(() => [MemberEvent], { description: 'What the decision caused at once; payments follow in a moment.' })
  effects: MemberEvent[] = [];
}

/** The arguments of `referrals`. */
@ArgsType()
export class ReferralsArgs extends PageArgs {
  @Field(() => [ReferralStatus], { nullable: true, description: 'Only referrals with one of these states.' })
  status?: ReferralStatus[] | null;
}

/** The arguments of `referralChain`. */
@ArgsType()
export class ReferralChainArgs {
  @Field(() => ChainDirection, { defaultValue: ChainDirection.DOWN, description: 'Which way to follow the chain.' })
  direction!: ChainDirection;

  @Field(() => Int, { defaultValue: 3, description: 'How many steps, from 1 to 10.' })
  depth!: number;
}
