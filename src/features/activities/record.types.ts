import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime, Decimal, JSONObject } from '../../api/scalars.ts';
import { MoneyInput } from '../../api/types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import { Activity } from './activities.types.ts';
import { EvaluationTrace } from './receipt.types.ts';

@InputType({ description: 'One line of a purchase.' })
export class ActivityItemInput {
  @Field(() => String, { description: "The article's number in your own system, at most 100 characters." })
  sku!: string;

  @Field(() => String, { nullable: true, description: 'What the article is called, at most 200 characters.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Its category, at most 100 characters; rules can ask for it.' })
  category?: string | null;

  @Field(() => Decimal, { defaultValue: '1', description: 'How many, or how much for goods sold by weight.' })
  quantity!: string;

  @Field(() => MoneyInput, { description: 'The price of one.' })
  unitPrice!: MoneyInput;
}

@InputType({ description: 'Something a member did. Sending the same key and input again is harmless at any time.' })
export class RecordActivityInput {
  @Field(() => String, {
    description:
      'Yours to choose, 1 to 255 characters, unique per source and remembered for ever: an order number will do.',
  })
  idempotencyKey!: string;

  @Field(() => String, { description: 'The code of an activity type, for example `purchase`.' })
  type!: string;

  @Field(() => ID, { nullable: true, description: "The member's id. A member's own token may leave it out." })
  memberId?: string | null;

  @Field(() => String, { nullable: true, description: "The member's id in your own system, instead of `memberId`." })
  memberExternalId?: string | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Enrols a member with this `memberExternalId` in the same transaction when there is none yet.',
  })
  enrollIfUnknown!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it happened; now, when left out. May be long ago, but not more than 5 minutes ahead.',
  })
  occurredAt?: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'Where it happened: `online`, `store`, `app`, …; at most 60 characters.',
  })
  channel?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The system it comes from, at most 100 characters. Left out, it is whoever sends it.',
  })
  source?: string | null;

  @Field(() => MoneyInput, { nullable: true, description: "What it was worth, in the programme's currency." })
  value?: MoneyInput | null;

  @Field(() => [ActivityItemInput], { nullable: true, description: 'What was bought, at most 200 lines.' })
  items?: ActivityItemInput[] | null;

  @Field(() => JSONObject, {
    nullable: true,
    description: "Further facts, checked against the activity type's schema; at most 8 kB.",
  })
  attributes?: Record<string, unknown> | null;
}

@InputType({ description: 'Many activities at once. Each succeeds or is refused by itself.' })
export class RecordActivitiesInput {
  @Field(() => [RecordActivityInput], { description: 'Up to 1,000 activities, of any members, in any order of time.' })
  activities!: RecordActivityInput[];
}

@ObjectType({ description: 'The answer of recordActivity, and for each activity of recordActivities.' })
export class RecordActivityPayload extends Payload {
  @Field(() => Activity, { nullable: true, description: 'The activity as it is stored; null when it was refused.' })
  activity: Activity | null = null;

  @Field(() => [MemberEvent], { description: 'Everything it caused, in the order in which it took effect.' })
  effects: MemberEvent[] = [];

  @Field(() => Boolean, { description: 'True when this key was recorded before and nothing was done this time.' })
  replayed = false;
}

@ObjectType({ description: 'The answer of recordActivities.', simpleResolvers: true })
export class RecordActivitiesPayload extends Payload {
  @Field(() => [RecordActivityPayload], { description: 'One result per activity, in the order they were sent.' })
  results: RecordActivityPayload[] = [];

  @Field(() => Int, { description: 'How many were recorded now.' })
  recorded = 0;

  @Field(() => Int, { description: 'How many had been recorded before and were left as they are.' })
  replayed = 0;

  @Field(() => Int, { description: "How many were refused; their results' `userErrors` say why." })
  refused = 0;
}

@ObjectType({
  description: 'What an activity would do, evaluated exactly as recordActivity would, with nothing written.',
})
export class ActivityOutcome {
  @Field(() => Activity, { description: 'The activity as it would be stored. Its id will not be found again.' })
  activity!: Activity;

  @Field(() => [MemberEvent], { description: 'Everything it would cause.' })
  effects!: MemberEvent[];

  @Field(() => EvaluationTrace, { description: 'Why points would, or would not, be given.' })
  trace!: EvaluationTrace;

  /** The member's wallet afterwards, as the points feature shows it. */
  walletAfter!: unknown;
}
