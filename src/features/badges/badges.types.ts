import { Field, Float, Int, InterfaceType, ObjectType } from 'type-graphql';
import { DateTime, Decimal } from '../../api/scalars.ts';
import { ConfigStatus, connectionOf, Node } from '../../api/types.ts';
import type * as game from '../../rules/game.types.ts';
import type { GoalProgress } from '../../rules/game-views.ts';
import type * as rules from '../../rules/types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import type { StoredGoal } from '../progress/goals.definitions.ts';
import type { BadgeRecord } from './badges.definitions.ts';
import { OnReversal } from './badges.enums.ts';
import type { AwardRow } from './badges.rows.ts';

type ShownOfBadge = Omit<BadgeRecord, 'goal' | 'imageUrl' | 'countsFrom' | 'retroactive'>;

@ObjectType({
  implements: Node,
  description: 'A sign of something a member has done. Everybody may see the active ones and how rare they are.',
})
export class Badge extends Node implements ShownOfBadge {
  @Field(() => String, { description: 'What the badge is known by.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change. Receipts name the version they used.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { description: 'What it is awarded for, in a sentence or two.' })
  description!: string;

  @Field(() => Boolean, { description: 'True when it is awarded again each time the target is reached.' })
  repeatable!: boolean;

  @Field(() => Int, { nullable: true, description: 'How many may ever be awarded; null is unlimited.' })
  limit!: number | null;

  @Field(() => OnReversal, {
    description: 'What becomes of an award when what had earned it is reversed, as by a refund.',
  })
  onReversal!: game.OnReversal;

  @Field(() => ConfigStatus, { description: 'Only ACTIVE badges are awarded. Whoever has one keeps it in any state.' })
  status!: rules.ConfigStatus;

  @Field(() => DateTime, { description: 'When the badge was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the badge was last changed.' })
  updatedAt!: Date;

  storedGoal!: StoredGoal | null;
  /** The address an administrator gave; null for the drawn picture. */
  pictureUrl!: string | null;
}

@ObjectType({
  implements: Node,
  description: 'That a member was awarded a badge. Revoked awards are shown to their member and to staff only.',
})
export class BadgeAward extends Node {
  @Field(() => DateTime, {
    description: 'When it was earned: the time of the activity that reached the goal, otherwise that of awarding it.',
  })
  awardedAt!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'The how-manieth of this badge that is of this member, from 1; null once a reversal has taken the award back, which frees its number for the next one.',
  })
  number!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why, in a sentence for the member. Shown to the member and to staff only; null for everybody else.',
  })
  reason!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it holds.' })
  revokedAt!: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was revoked. Shown to the member and to staff only; null for everybody else.',
  })
  revokedReason!: string | null;

  row!: AwardRow;
}

export const BadgeAwardConnection = connectionOf('BadgeAward', () => BadgeAward, 'awards');

@ObjectType({
  description: 'How far a member is towards the next award of a badge with a goal.',
  simpleResolvers: true,
})
export class BadgeProgress implements Omit<GoalProgress, 'times' | 'nextPossibleAt'> {
  @Field(() => Badge, { description: 'The badge.' })
  badge!: Badge;

  @Field(() => Decimal, { description: "What has counted so far, in the unit of the goal's `target`." })
  progress!: string;

  @Field(() => Decimal, { description: 'What is needed.' })
  target!: string;

  @Field(() => Float, { description: 'How much of the target is reached, 0 to 100.' })
  percent!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the first activity that counted took place.' })
  startedAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last awarded; null before.' })
  completedAt!: number | null;

  @Field(() => Int, {
    description: 'How often the member was awarded it, for whatever cause, revoked awards included.',
  })
  timesAwarded!: number;

  @Field(() => String, { description: 'How far it is or what stands in the way, in a sentence.' })
  reason!: string;
}

@InterfaceType('BadgeEvent', {
  implements: MemberEvent,
  description: 'Any event about a badge of a member.',
})
export abstract class BadgeEvent extends MemberEvent {
  awardId!: string;
  /** The award itself, while the mutation that wrote it still has it at hand. */
  live?: AwardRow;
}

@ObjectType({ implements: BadgeEvent, description: 'The member was awarded a badge.' })
export class BadgeAwarded extends BadgeEvent {}

@ObjectType({ implements: BadgeEvent, description: 'An award was revoked by hand.' })
export class BadgeRevoked extends BadgeEvent {}
