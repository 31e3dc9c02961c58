import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import { DateTime, Duration } from '../../api/scalars.ts';
import { ConfigStatus, connectionOf, Money, Node } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import { Cap } from '../progress/caps.types.ts';
import type { ReferralProgramRecord } from './referrals.definitions.ts';
import { ReferralChainEventKind, ReferralFlag, ReferralStatus } from './referrals.enums.ts';
import type { ReferralRow } from './referrals.rows.ts';

@ObjectType({
  description: 'What makes recommending the club count, and what there is for it.',
  simpleResolvers: true,
})
export class ReferralProgram implements ReferralProgramRecord {
  @Field(() => Int, { description: 'Starts at 1 and rises with every change.' })
  version!: number;

  @Field(() => ConfigStatus, {
    description: 'Codes are accepted, and referrals begin to count, only while it is ACTIVE.',
  })
  status!: rules.ConfigStatus;

  @Field(() => String, { description: 'The activity type whose first activity of the new member makes it count.' })
  qualifyingActivity!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL condition that this activity must meet as well; null is none. Shown to staff and administrators only.',
  })
  qualifyingCondition!: string | null;

  @Field(() => [Int], { description: 'Points for whoever is 1, 2, 3 … steps above the new member.' })
  levels!: number[];

  @Field(() => Int, { description: 'Points for the new member; 0 is none.' })
  refereePoints!: number;

  @Field(() => Duration, { nullable: true, description: 'How long the points stay pending; null is not at all.' })
  holdFor!: string | null;

  @Field(() => Cap, { nullable: true, description: 'How much one member may get for recommending; null is unlimited.' })
  maxPerReferrer!: Cap | null;

  @Field(() => String, {
    nullable: true,
    description: "Where the landing page sends people: the shop's page for joining; null is nowhere.",
  })
  joinUrl!: string | null;

  @Field(() => DateTime, { description: 'When it was last changed.' })
  updatedAt!: Date;
}

type Shown = 'id' | 'status' | 'rejection' | 'code' | 'createdAt' | 'qualifiedAt' | 'points' | 'rewardedAt';

@ObjectType({
  implements: Node,
  description:
    'That a member came because another one recommended the club. For the two, for those above them in the chain, and for staff and systems that may read members.',
})
export class Referral extends Node implements Pick<ReferralRow, Shown> {
  @Field(() => ReferralStatus, { description: 'How far it is.' })
  status!: ReferralStatus;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it was turned down; null otherwise. Members read only that it was reviewed, staff read the reason.',
  })
  rejection!: string | null;

  @Field(() => String, { description: 'The code with which the new member enrolled. Only for those who may see it.' })
  code!: string;

  @Field(() => DateTime, { description: 'When the new member enrolled.' })
  createdAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When that took place which made it count; null when nothing has yet.',
  })
  qualifiedAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was paid; null when it was not.' })
  rewardedAt!: number | null;

  @Field(() => Int, { description: 'What the one who recommended got for it; 0 until it was paid.' })
  points!: number;

  @Field(() => [ReferralFlag], {
    nullable: true,
    description: 'What is odd about it; empty when nothing is. For staff; null for everybody else.',
  })
  flags!: ReferralFlag[] | null;

  row!: ReferralRow;
}

export const ReferralConnection = connectionOf('Referral', () => Referral, 'referrals');

@ObjectType({ description: 'One place in a chain of referrals.' })
export class ReferralChainNode {
  @Field(() => Int, { description: 'How many steps it is away, from 1.' })
  depth!: number;

  @Field(() => Int, {
    description: 'How many members came through this one, directly or through others, down to ten steps.',
  })
  size!: number;

  @Field(() => Money, {
    description:
      'What all those have bought, without what was taken back. The purchases of the member itself are not in it: those are between the member and the shop. Of those above them, members see only what came through themselves.',
  })
  valueBrought!: Money;

  @Field(() => ID, {
    nullable: true,
    description:
      'The id of the `referral` of the place one step nearer, through which this one hangs in the chain: what draws it as a tree, also past members without a name. Null for the nearest.',
  })
  viaReferralId!: string | null;

  memberId!: string;
  row!: ReferralRow;
}

@ObjectType({ description: 'Something that happened in the chain below a member.' })
export class ReferralChainEvent {
  @Field(() => ReferralChainEventKind, { description: 'What happened.' })
  kind!: ReferralChainEventKind;

  @Field(() => Int, { description: 'How many steps below the member: 1 for somebody referred directly.' })
  depth!: number;

  @Field(() => DateTime, { description: 'When it happened.' })
  occurredAt!: number;

  referralId!: string;
}

@InterfaceType('ReferralEvent', { implements: MemberEvent, description: 'Any event about a referral.' })
export abstract class ReferralEvent extends MemberEvent {
  referralId!: string;
  /** The referral itself, while whatever wrote it still has it at hand. */
  live?: ReferralRow;
}

@ObjectType({
  implements: ReferralEvent,
  description:
    'A referral began to count. Told to the new member at once, and to the one who recommended when it is paid.',
})
export class ReferralQualified extends ReferralEvent {}

@ObjectType({
  implements: ReferralEvent,
  description:
    'The member was paid for a referral: as the one who recommended, as somebody above, or as the new member.',
})
export class ReferralRewarded extends ReferralEvent {
  @Field(() => Int, { description: 'How many points the member got for it.' })
  points!: number;
}

@ObjectType({ implements: ReferralEvent, description: "A referral of the member's was turned down in a review." })
export class ReferralRejected extends ReferralEvent {}

@ObjectType({
  implements: ReferralEvent,
  description:
    'What had made a referral count was reversed, as by the refund of a purchase: what was paid for it is taken back from everybody, each told by a PointsReversed and by this.',
})
export class ReferralReversed extends ReferralEvent {}
