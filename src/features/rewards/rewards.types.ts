import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime, Duration } from '../../api/scalars.ts';
import { ConfigStatus, connectionOf, Money, Node } from '../../api/types.ts';
import { ErrorCode } from '../../platform/refusal.ts';
import type * as pure from '../../rules/rewards.ts';
import type * as rules from '../../rules/types.ts';
import type { RewardRecord } from './rewards.definitions.ts';
import { Fulfilment, RewardKind } from './rewards.enums.ts';

type ShownOfReward = Omit<RewardRecord, 'stock' | 'minimumTier' | 'audience' | 'startsAt' | 'endsAt'>;

@ObjectType({
  implements: Node,
  description: 'Something members can have for points. Everybody may see the active ones.',
})
export class Reward extends Node implements ShownOfReward {
  @Field(() => String, { description: 'What the reward is known by.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is, in a sentence or two.' })
  description!: string | null;

  @Field(() => RewardKind, { description: 'What kind of thing it is.' })
  kind!: pure.RewardKind;

  @Field(() => Int, { description: 'How many points it costs.' })
  cost!: number;

  @Field(() => Int, { nullable: true, description: 'How many of it one member may have; null is unlimited.' })
  perMember!: number | null;

  @Field(() => String, { nullable: true, description: 'Which company gives it; null for the shop itself.' })
  partner!: string | null;

  @Field(() => String, { nullable: true, description: 'Where its picture is, an https:// address; null for none.' })
  imageUrl!: string | null;

  @Field(() => String, { nullable: true, description: 'The small print; null for none.' })
  terms!: string | null;

  @Field(() => Money, { nullable: true, description: 'What it is worth in money; null when nobody said.' })
  value!: Money | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long after redeeming it can be used; null for ever.',
  })
  validFor!: string | null;

  @Field(() => Fulfilment, { description: 'How it comes to the member.' })
  fulfilment!: pure.Fulfilment;

  @Field(() => DateTime, { nullable: true, description: 'From when on it can be redeemed; null: since it was saved.' })
  startsAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it can be redeemed, not included; null is no end.',
  })
  endsAt!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Whom it is for: the CEL condition on `member`. For staff and administrators; null for everybody else, and when it is for all.',
  })
  audience!: string | null;

  @Field(() => ConfigStatus, { description: 'Only ACTIVE rewards can be redeemed.' })
  status!: rules.ConfigStatus;

  @Field(() => DateTime, { description: 'When the reward was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the reward was last changed.' })
  updatedAt!: Date;

  record!: RewardRecord;
}

export const RewardConnection = connectionOf('Reward', () => Reward, 'rewards');

@ObjectType({
  description: 'Whether a reward can be redeemed now, and if not, why not and when.',
  simpleResolvers: true,
})
export class Availability implements Omit<pure.Availability, 'code' | 'details'> {
  @Field(() => Boolean, { description: 'True when `redeemReward` would succeed at this moment.' })
  available!: boolean;

  @Field(() => ErrorCode, {
    nullable: true,
    description: 'The code that `redeemReward` would answer; null when available.',
  })
  code!: ErrorCode | null;

  @Field(() => String, { nullable: true, description: 'Why not, in a sentence for people; null when available.' })
  reason!: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many points are lacking, whatever else stands in the way; null when none are, or without a member.',
  })
  missingPoints!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it becomes possible by itself: when the reward starts, or when enough pending points become active. Null when that is not known.',
  })
  nextPossibleAt!: number | null;
}

/** The pure core's answer as GraphQL shows it. */
export function toAvailability({ details: _details, code, ...shown }: pure.Availability): Availability {
  return Object.assign(new Availability(), shown, { code: code === null ? null : ErrorCode[code] });
}

@ObjectType({
  description: 'The reward nearest in reach: only points are lacking, and of no other reward are fewer.',
  simpleResolvers: true,
})
export class NextReward {
  @Field(() => Reward, { description: 'The reward.' })
  reward!: Reward;

  @Field(() => Int, { description: 'How many points are lacking; at least 1.' })
  missingPoints!: number;

  @Field(() => Float, { description: 'How much of its cost the member has, 0 to 100, rounded down to one decimal.' })
  percent!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When enough pending points become active; null when those would not suffice.',
  })
  nextPossibleAt!: number | null;

  @Field(() => String, { description: 'How far it is, to read out: "12 points from Coffee".' })
  sentence!: string;
}
