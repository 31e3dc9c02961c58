import { Field, ObjectType } from 'type-graphql';
import { DateTime, Decimal, JSONObject } from '../../api/scalars.ts';
import { connectionOf, Money, Node } from '../../api/types.ts';
import type { RecordedActivity } from '../../recording/commands.ts';
import { MemberEvent, toEvent } from '../members/member-events.types.ts';
import type { EvaluationTrace } from './receipt.types.ts';

@ObjectType({ description: 'One line of a purchase.', simpleResolvers: true })
export class ActivityItem {
  @Field(() => String, { description: "The article's number in the shop's own system." })
  sku!: string;

  @Field(() => String, { nullable: true, description: 'What the article is called.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'The category rules and campaigns can ask for.' })
  category!: string | null;

  @Field(() => Decimal, { description: 'How many, or how much for goods sold by weight.' })
  quantity!: string;

  @Field(() => Money, { description: 'The price of one.' })
  unitPrice!: Money;
}

@ObjectType({
  implements: Node,
  description: 'Something a member did that creates value: a purchase, a review, a recommendation, a visit.',
})
export class Activity extends Node {
  @Field(() => DateTime, { description: 'When the member did it; every window, cap and period looks at this time.' })
  occurredAt!: number;

  @Field(() => DateTime, { description: 'When Pokal recorded it, by the clock of the database.' })
  recordedAt!: number;

  @Field(() => String, { nullable: true, description: 'Where it happened: `online`, `store`, `app`, …' })
  channel!: string | null;

  @Field(() => Money, { nullable: true, description: 'What it was worth in money.' })
  value!: Money | null;

  @Field(() => [ActivityItem], { description: 'What was bought; empty for activities without articles.' })
  items!: readonly ActivityItem[];

  @Field(() => JSONObject, { description: "Further facts, as the activity type's schema allows." })
  attributes!: Record<string, unknown>;

  @Field(() => String, { description: 'The system that sent it; idempotency keys are unique per source.' })
  source!: string;

  @Field(() => String, { description: 'The key it was sent under, remembered for ever.' })
  idempotencyKey!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was reversed as a whole, as by the refund of a purchase; null while at least a part of it stands.',
  })
  reversedAt!: number | null;

  @Field(() => Decimal, {
    description: 'How much of it was taken back so far: `0` for nothing, `0.25` for a quarter, `1` for all of it.',
  })
  reversedFraction!: string;

  @Field(() => [MemberEvent], { description: 'Everything it caused, in the order in which it took effect.' })
  effects!: MemberEvent[];

  typeCode!: string;
  memberId!: string;
  receipt!: EvaluationTrace;
}

/** The activity as GraphQL shows it. */
export function toActivity(recorded: RecordedActivity): Activity {
  const { facts, memberId, recordedAt, idempotencyKey, reversedAt, reversedFraction, effects, trace } = recorded;
  const { id, type: typeCode, occurredAt, channel, value, items, attributes, source } = facts;
  return Object.assign(new Activity(), {
    ...{ id, typeCode, memberId, occurredAt, recordedAt, channel, value, items, attributes, source },
    ...{ idempotencyKey, reversedAt, reversedFraction, effects: effects.map(toEvent), receipt: { rules: trace } },
  });
}

export const ActivityConnection = connectionOf('Activity', () => Activity, 'activities');
