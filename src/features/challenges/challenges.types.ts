import { Field, Float, Int, ObjectType } from 'type-graphql';
import { DateTime, Decimal, Duration } from '../../api/scalars.ts';
import { ConfigStatus, connectionOf } from '../../api/types.ts';
import type * as game from '../../rules/game.types.ts';
import type * as views from '../../rules/game-views.ts';
import type * as rules from '../../rules/types.ts';
import { Member } from '../members/members.types.ts';
import type { ChallengeRecord } from './challenges.definitions.ts';
import { ChallengeMode, ChallengeStatus, Recurrence } from './challenges.enums.ts';
import type { Community } from './challenges.reading.ts';

@ObjectType({
  description: 'Asks for the goal again and again: it must be met in `length` periods in a row.',
  simpleResolvers: true,
})
export class Streak implements game.StreakDefinition {
  @Field(() => Recurrence, { description: "How long a period is, in the member's own time zone." })
  every!: game.StreakDefinition['every'];

  @Field(() => Int, { description: 'How many periods in a row.' })
  length!: number;

  @Field(() => Int, { description: 'How many missed periods one streak survives.' })
  freezes!: number;
}

@ObjectType({
  description:
    'Something to reach: a goal, what there is for it, and the time for it. How far one member is stands in `Member.challenges`.',
})
export class Challenge implements Omit<ChallengeRecord, 'goal' | 'badge' | 'prerequisites'> {
  @Field(() => String, { description: 'What the challenge is known by.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change. Receipts name the version they used.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do, in a sentence or two.' })
  description!: string | null;

  @Field(() => ChallengeMode, { description: 'Whether each member has the goal alone or all have it together.' })
  mode!: game.ChallengeMode;

  @Field(() => Streak, {
    nullable: true,
    description: 'Set when the goal must be met in several periods in a row; null otherwise.',
  })
  streak!: Streak | null;

  @Field(() => Recurrence, { description: "How often it can be completed anew, in the programme's time zone." })
  recurrence!: game.Recurrence;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over the member: for whom it is; null is everybody. Shown to staff and administrators only.',
  })
  audience!: string | null;

  @Field(() => Int, { nullable: true, description: 'Points for completing it; null when there are none.' })
  points!: number | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long after completion the points become spendable; null is at once.',
  })
  pendingFor!: string | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long the points are valid once they are spendable; null is for ever.',
  })
  expiresAfter!: string | null;

  @Field(() => DateTime, { description: 'From when activities count, by when they took place. May lie ahead.' })
  startsAt!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first moment at which activities no longer count; null is never.',
  })
  endsAt!: string | null;

  @Field(() => ConfigStatus, { description: 'Only ACTIVE challenges count anything.' })
  status!: rules.ConfigStatus;

  @Field(() => DateTime, { description: 'When the challenge was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the challenge was last changed.' })
  updatedAt!: Date;

  record!: ChallengeRecord;
  /** How far everybody is, where it is at hand already. */
  known?: Community;
}

@ObjectType({
  description:
    'How far everybody together is in a community challenge: in the running period if it recurs, in the last one once it has ended.',
})
export class CommunityProgress {
  @Field(() => Decimal, { description: "What has been reached together, in the unit of the goal's `target`." })
  progress!: string;

  @Field(() => Decimal, { description: 'What is needed.' })
  target!: string;

  @Field(() => Float, { description: 'How much of the target is reached, 0 to 100.' })
  percent!: number;

  @Field(() => Int, { description: 'How many members have contributed.' })
  contributorCount!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the target was reached, in the time of the activity that reached it; null before.',
  })
  completedAt!: number | null;

  community!: Community;
}

@ObjectType({ description: 'What one member gave to a community challenge.', simpleResolvers: true })
export class ChallengeContribution {
  @Field(() => String, {
    description:
      'What the member is called here: the display name when PUBLIC, the alias when ALIAS, and a general word when HIDDEN.',
  })
  displayName!: string;

  @Field(() => Member, {
    nullable: true,
    description: 'The member; null unless it is PUBLIC, yourself, or you may read any member.',
  })
  member!: Member | null;

  @Field(() => Decimal, { description: "What the member brought, in the unit of the goal's `target`." })
  amount!: string;

  @Field(() => Float, { description: 'Its share of what everybody brought, 0 to 100.' })
  percent!: number;

  @Field(() => DateTime, { description: 'When the latest activity of the member that counts took place.' })
  lastAt!: number;
}

export const ChallengeContributionConnection = connectionOf(
  'ChallengeContribution',
  () => ChallengeContribution,
  'contributions',
);

@ObjectType({
  description:
    'How a streak stands. Periods are cut in the time zone of the member. It goes on after the challenge was completed.',
  simpleResolvers: true,
})
export class StreakState implements game.StreakState {
  @Field(() => Int, { description: 'Periods in a row in which the goal was met; 0 when the streak is broken.' })
  current!: number;

  @Field(() => Int, { description: 'The longest streak so far.' })
  best!: number;

  @Field(() => Int, { description: 'How many more periods may be missed before the streak breaks.' })
  freezesLeft!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the streak breaks unless the goal is met again before; null when there is none to break.',
  })
  endsAt!: number | null;

  @Field(() => Int, { description: 'How many periods in a row complete the challenge.' })
  length!: number;
}

@ObjectType({
  description: 'How far one member is in a challenge; in a community challenge, how far everybody together is.',
})
export class ChallengeProgress {
  @Field(() => ChallengeStatus, { description: 'How far, in one word.' })
  status!: views.ChallengeStatus;

  @Field(() => Decimal, {
    description:
      "What is reached of the target: in the running period if the challenge recurs, periods in a row if it is a streak, by everybody together if it is a community's.",
  })
  progress!: string;

  @Field(() => Decimal, { description: "What is needed: the goal's `target`, or the length of the streak." })
  target!: string;

  @Field(() => Float, { description: 'How much of the target is reached, 0 to 100.' })
  percent!: number;

  @Field(() => DateTime, { nullable: true, description: 'When the first activity that counted took place.' })
  startedAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the member completed it last, in the time of the activity that did; null before the first time.',
  })
  completedAt!: number | null;

  @Field(() => Int, { description: 'How often the member has completed it; more than once only if it recurs.' })
  timesCompleted!: number;

  @Field(() => String, {
    description: 'A sentence for people: how far it is, or why nothing counts at present.',
  })
  reason!: string;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When something can count again: the start of a challenge that lies ahead, or of the next period of one that is done for now. Null when it can count now or never again.',
  })
  nextPossibleAt!: number | null;

  code!: string;
  streakState!: game.StreakState | null;
}
