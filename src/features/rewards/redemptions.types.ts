import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import { DateTime } from '../../api/scalars.ts';
import { connectionOf, Node } from '../../api/types.ts';
import type * as pure from '../../rules/rewards.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import { type RedemptionRow, type StoredStatus, statusAt } from './redemptions.rows.ts';
import { RedemptionStatus, RewardKind } from './rewards.enums.ts';

@ObjectType({
  implements: Node,
  description: 'A reward that a member redeemed, with its voucher. Only the member and those who read members see it.',
})
export class Redemption extends Node implements Pick<RedemptionRow, 'name' | 'kind' | 'cost' | 'cancelReason'> {
  @Field(() => String, { description: "The reward's name as it was." })
  name!: string;

  @Field(() => RewardKind, { description: "The reward's kind as it was." })
  kind!: pure.RewardKind;

  @Field(() => RedemptionStatus, { description: 'How far it is.' })
  status!: StoredStatus;

  @Field(() => Int, { description: 'How many points it cost.' })
  cost!: number;

  @Field(() => DateTime, { description: 'When it was redeemed.' })
  createdAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'Until when it can be used; null for ever.' })
  expiresAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was used or handed over; null before.' })
  fulfilledAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was cancelled; null unless it was.' })
  cancelledAt!: number | null;

  @Field(() => String, { nullable: true, description: 'Why it was cancelled, when somebody said.' })
  cancelReason!: string | null;

  row!: RedemptionRow;
}

/** The redemption as it is at a time. */
export function toRedemption(row: RedemptionRow, now: number): Redemption {
  const { id, name, kind, cost, createdAt, expiresAt, fulfilledAt, cancelledAt, cancelReason } = row;
  const shown = { id, name, kind, cost, createdAt, expiresAt, fulfilledAt, cancelledAt, cancelReason };
  return Object.assign(new Redemption(), shown, { status: statusAt(row, now), row });
}

export const RedemptionConnection = connectionOf('Redemption', () => Redemption, 'redemptions');

@InterfaceType('RedemptionEvent', {
  implements: MemberEvent,
  description: 'Any event about something a member redeemed.',
})
export abstract class RedemptionEvent extends MemberEvent {
  @Field(() => RedemptionStatus, { description: 'How far it was right after the event.' })
  status!: StoredStatus;

  redemptionId!: string;
}

@ObjectType({ implements: RedemptionEvent, description: 'The member redeemed a reward.' })
export class RewardRedeemed extends RedemptionEvent {}

@ObjectType({
  implements: RedemptionEvent,
  description: 'A voucher was used or handed over, cancelled, or not used in time: `status` says which.',
})
export class RedemptionChanged extends RedemptionEvent {}
