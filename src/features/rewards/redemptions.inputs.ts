import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import { Redemption } from './redemptions.types.ts';

@InputType({ description: 'Which reward is to be redeemed, and for whom.' })
export class RedeemRewardInput {
  @Field(() => String, {
    description: 'Yours to choose, 1 to 255 characters: the same key and input redeem once.',
  })
  idempotencyKey!: string;

  @Field(() => String, { description: "The reward's code." })
  reward!: string;

  @Field(() => ID, { nullable: true, description: "For whom; a member's own token may leave it out." })
  memberId?: string | null;

  @Field(() => String, { nullable: true, description: "The member's id in your own system, instead of `memberId`." })
  memberExternalId?: string | null;
}

@ObjectType({ description: 'What the answers about redemptions have in common.' })
abstract class RedemptionPayload extends Payload {
  @Field(() => Redemption, { nullable: true, description: 'The redemption as it is now; null when refused.' })
  redemption: Redemption | null = null;

  @Field(() => [MemberEvent], { description: 'What it caused.' })
  effects: MemberEvent[] = [];

  @Field(() => Boolean, { description: 'True when this key was used before and nothing was done this time.' })
  replayed = false;
}

@ObjectType({ description: 'The answer of redeemReward.' })
export class RedeemRewardPayload extends RedemptionPayload {}

@InputType({ description: 'Which voucher was used, or which reward was handed over: exactly one of id and code.' })
export class FulfilRedemptionInput {
  @Field(() => ID, { nullable: true, description: "The redemption's id." })
  redemptionId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The code on the voucher; small letters, spaces and hyphens do not matter.',
  })
  voucherCode?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Yours to choose, 1 to 255 characters: with it, the same request sent again is answered as the first time, and without it refused, because a voucher is used once.',
  })
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The answer of fulfilRedemption.' })
export class FulfilRedemptionPayload extends RedemptionPayload {}

@InputType({ description: 'Which redemption is to be cancelled, and why.' })
export class CancelRedemptionInput {
  @Field(() => String, {
    description: 'Yours to choose, 1 to 255 characters: the same key and input cancel once.',
  })
  idempotencyKey!: string;

  @Field(() => ID, { description: "The redemption's id." })
  redemptionId!: string;

  @Field(() => String, { nullable: true, description: 'Why, at most 500 characters. The member reads it.' })
  reason?: string | null;
}

@ObjectType({ description: 'The answer of cancelRedemption.' })
export class CancelRedemptionPayload extends RedemptionPayload {}
