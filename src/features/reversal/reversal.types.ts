import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { Decimal, SafeInt } from '../../api/scalars.ts';
import type * as rules from '../../rules/types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import { Wallet } from '../points/points.types.ts';
import { CapPeriod, CapScope } from '../progress/caps.types.ts';

/** What a `fraction` means, wherever one is given. */
export const FRACTION =
  'Which part of the whole activity is taken back: `1` for all of it, `0.25` for a quarter. Above 0, with at most six digits behind the point. Parts add up, and never to more than 1.';

@InputType({ description: 'Which activity is to be taken back, how much of it, and why.' })
export class ReverseActivityInput {
  @Field(() => String, {
    description: 'Yours to choose, 1 to 255 characters: the same key and input take back once.',
  })
  idempotencyKey!: string;

  @Field(() => ID, { description: "The activity's id." })
  activityId!: string;

  @Field(() => String, {
    description: 'Why, in a sentence of at most 500 characters; the member reads it in the ledger.',
  })
  reason!: string;

  @Field(() => Decimal, { defaultValue: '1', description: FRACTION })
  fraction!: string;
}

@ObjectType({
  description: 'What a reversal gives back to a cap or a budget, so that it can be earned again.',
  simpleResolvers: true,
})
export class ReturnedUsage {
  @Field(() => String, {
    description: 'What has the cap or budget: `earning-rule`, `campaign` or `referral-program`.',
  })
  kind!: string;

  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => CapScope, {
    description:
      'Whether one member has it alone (of a referral programme, whoever was paid), or all members share it, as a budget.',
  })
  scope!: rules.CapScope;

  @Field(() => CapPeriod, { description: 'The stretch of time it counts over; a budget is for its lifetime.' })
  per!: rules.CapPeriod;

  @Field(() => Int, { description: 'How many awards come back: only when the whole activity is reversed.' })
  count!: number;

  @Field(() => Int, { description: 'How many points come back.' })
  points!: number;
}

@ObjectType({ description: "How a member's place on a running leaderboard changes.", simpleResolvers: true })
export class ReversedStanding {
  @Field(() => String, { description: "The leaderboard's code." })
  code!: string;

  @Field(() => String, { description: "The leaderboard's name." })
  name!: string;

  @Field(() => ID, { description: 'The id of the running season.' })
  seasonId!: string;

  @Field(() => Int, { nullable: true, description: 'The place before; null when the member was not on the board.' })
  fromRank!: number | null;

  @Field(() => Int, { nullable: true, description: 'The place afterwards; null when the member leaves the board.' })
  toRank!: number | null;

  @Field(() => SafeInt, { description: 'The score before.' })
  fromScore!: number;

  @Field(() => SafeInt, { description: 'The score afterwards.' })
  toScore!: number;
}

@ObjectType({
  description:
    'Everything that taking an activity back would do, worked out as reverseActivity would, with nothing written.',
})
export class ReversalPreview {
  @Field(() => Decimal, { description: 'The part that would be taken back.' })
  fraction!: string;

  @Field(() => Decimal, { description: 'How much of the activity would be taken back afterwards, in all.' })
  reversedFraction!: string;

  @Field(() => [MemberEvent], {
    description:
      'What it would tell members: points taken back, challenges that are open again, badges revoked, the tier, and referrals with what everybody up the chain loses.',
  })
  effects!: MemberEvent[];

  @Field(() => Wallet, {
    description: "The member's points afterwards, with the deficit when points were spent already.",
  })
  wallet!: Wallet;

  @Field(() => [ReturnedUsage], { description: 'What caps and budgets would get back.' })
  returned!: ReturnedUsage[];

  @Field(() => [ReversedStanding], {
    description: 'Places on boards that would change. Seasons that are closed never change.',
  })
  standings!: ReversedStanding[];

  activityId!: string;
}

@ObjectType({ description: 'The answer of reverseActivity.' })
export class ReverseActivityPayload extends Payload {
  @Field(() => Decimal, { nullable: true, description: 'The part that was taken back; null when refused.' })
  fraction: string | null = null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'How much of the activity was taken back with it, in all; null when refused.',
  })
  reversedFraction: string | null = null;

  @Field(() => [MemberEvent], {
    description: 'Everything it caused, as previewReversal tells before; other members are those up a referral chain.',
  })
  effects: MemberEvent[] = [];

  @Field(() => [ReturnedUsage], { description: 'What caps and budgets got back.' })
  returned: ReturnedUsage[] = [];

  @Field(() => Boolean, { description: 'True when this key was used before and nothing was done this time.' })
  replayed = false;

  activityId: string | null = null;
  memberId: string | null = null;
}

/** Usage that comes back, as GraphQL shows it. @param change with negative numbers, and a key like `campaign:x|PROGRAM|LIFETIME` */
export function toReturnedUsage({ key, memberId, count, points }: rules.UsageChange): ReturnedUsage {
  const [name = '', , period = 'LIFETIME'] = key.split('|');
  const at = name.indexOf(':');
  return {
    kind: name.slice(0, at),
    code: name.slice(at + 1),
    scope: memberId === null ? 'PROGRAM' : 'MEMBER',
    per: (period.split(':')[0] ?? 'LIFETIME') as rules.CapPeriod,
    // Nothing is written as -0.
    count: Math.abs(count),
    points: Math.abs(points),
  };
}
