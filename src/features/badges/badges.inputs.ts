import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as game from '../../rules/game.types.ts';
import type * as rules from '../../rules/types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import { GoalInput } from '../progress/goals.inputs.ts';
import type { AwardByHand } from './badge-awards.service.ts';
import type { BadgeInput } from './badges.definitions.ts';
import { OnReversal } from './badges.enums.ts';
import { Badge, BadgeAward } from './badges.types.ts';

@InputType({
  description:
    'The whole of a badge. Fields left out take their defaults, also when a badge of this code exists already.',
})
export class SaveBadgeInput implements BadgeInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { description: 'What it is awarded for; 1 to 1,000 characters. Stands on every credential.' })
  description!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where its picture is, an https:// address. Left out: Pokal draws one.',
  })
  imageUrl?: string | null;

  @Field(() => GoalInput, {
    nullable: true,
    description: 'What earns it. Left out: only a challenge, a tier, a prize or a person gives it.',
  })
  goal?: GoalInput | null;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'True: awarded again each time the target is reached once more. False: once.',
  })
  repeatable!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'How many may ever be awarded, revoked ones included; at least 1. Left out: unlimited.',
  })
  limit?: number | null;

  @Field(() => OnReversal, {
    defaultValue: 'KEEP',
    description: 'What becomes of an award when what had earned it is reversed, as by a refund.',
  })
  onReversal!: game.OnReversal;

  @Field(() => Boolean, {
    defaultValue: true,
    description:
      'True: what members did before counts too; who already qualifies gets it in the background, without notifications. False: only what they do from now on.',
  })
  retroactive!: boolean;

  @Field(() => ConfigStatus, { defaultValue: ConfigStatus.ACTIVE, description: 'Only ACTIVE badges are awarded.' })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveBadge.', simpleResolvers: true })
export class SaveBadgePayload extends Payload {
  @Field(() => Badge, { nullable: true, description: 'The badge as it is now; null when it was refused.' })
  badge: Badge | null = null;
}

@InputType({ description: 'A badge that somebody gives by hand.' })
export class AwardBadgeInput implements AwardByHand {
  @Field(() => String, {
    description: 'Yours to choose, 1 to 255 characters: the same key and input award once.',
  })
  idempotencyKey!: string;

  @Field(() => ID, { description: 'Who gets it.' })
  memberId!: string;

  @Field(() => String, { description: "The badge's code." })
  badge!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters. The member reads it.' })
  reason!: string;
}

@ObjectType({ description: 'The answer of awardBadge.' })
export class AwardBadgePayload extends Payload {
  @Field(() => BadgeAward, { nullable: true, description: 'The award; null when it was refused.' })
  award: BadgeAward | null = null;

  @Field(() => [MemberEvent], { description: 'What it caused.' })
  effects: MemberEvent[] = [];

  @Field(() => Boolean, { description: 'True when this key was used before and nothing was done this time.' })
  replayed = false;
}

@InputType({ description: 'Which award is to be revoked, and why.' })
export class RevokeBadgeInput {
  @Field(() => ID, { description: "The award's id." })
  awardId!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters. The member reads it.' })
  reason!: string;
}

@ObjectType({ description: 'The answer of revokeBadge.' })
export class RevokeBadgePayload extends Payload {
  @Field(() => BadgeAward, { nullable: true, description: 'The award, revoked; null when it was refused.' })
  award: BadgeAward | null = null;

  @Field(() => [MemberEvent], { description: 'What it caused.' })
  effects: MemberEvent[] = [];
}
