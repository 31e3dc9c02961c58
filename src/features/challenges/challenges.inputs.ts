import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime, Duration } from '../../api/scalars.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as game from '../../rules/game.types.ts';
import type * as rules from '../../rules/types.ts';
import { GoalInput } from '../progress/goals.inputs.ts';
import type * as definitions from './challenges.definitions.ts';
import { ChallengeMode, Recurrence } from './challenges.enums.ts';
import { Challenge } from './challenges.types.ts';

@InputType({
  description: 'Asks for the goal again and again: it must be met in `length` periods in a row.',
})
export class StreakInput implements definitions.StreakFields {
  @Field(() => Recurrence, {
    description: "How long a period is: DAY, WEEK or MONTH, in the member's own time zone. Not NONE.",
  })
  every!: game.Recurrence;

  @Field(() => Int, { description: 'How many periods in a row, 2 to 3,660.' })
  length!: number;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'How many missed periods one streak survives, at most 40. They do not count towards the length.',
  })
  freezes!: number;
}

@InputType({
  description:
    'The whole of a challenge. Fields left out take their defaults, also when a challenge of this code exists already; only `startsAt` stays as it was.',
})
export class SaveChallengeInput implements definitions.ChallengeInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do; at most 1,000 characters.' })
  description?: string | null;

  @Field(() => ChallengeMode, {
    defaultValue: 'INDIVIDUAL',
    description: 'Whether each member has a goal or all have one together. Stays as it is once the challenge was open.',
  })
  mode!: game.ChallengeMode;

  @Field(() => GoalInput, {
    description:
      'What counts and how much is needed. When it changes, everything since `startsAt` is counted anew; what was paid stays paid.',
  })
  goal!: GoalInput;

  @Field(() => StreakInput, {
    nullable: true,
    description: 'The goal must be met in several periods in a row. Only for INDIVIDUAL challenges that do not recur.',
  })
  streak?: StreakInput | null;

  @Field(() => Recurrence, {
    defaultValue: 'NONE',
    description:
      "How often it can be completed anew, in the programme's time zone. Stays as it is once the challenge was open.",
  })
  recurrence!: game.Recurrence;

  @Field(() => [String], {
    nullable: true,
    description: 'The codes of challenges that a member must have completed before anything counts here; at most 20.',
  })
  prerequisites?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over member and program: for whom it is, asked with each activity; checked when saved. Left out: everybody.',
  })
  audience?: string | null;

  @Field(() => Int, { nullable: true, description: 'Points for completing it, at least 1.' })
  points?: number | null;

  @Field(() => String, { nullable: true, description: 'The code of a badge for completing it.' })
  badge?: string | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'The points become spendable this long after the challenge was completed. Left out: at once.',
  })
  pendingFor?: string | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'The points expire this long after they became spendable. Left out: never.',
  })
  expiresAfter?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'From when activities count, by when they took place. In the past, what was recorded since then is counted too. Left out: from the first save on.',
  })
  startsAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first moment at which activities no longer count. Left out: never.',
  })
  endsAt?: Date | null;

  @Field(() => ConfigStatus, {
    defaultValue: ConfigStatus.ACTIVE,
    description:
      'Only ACTIVE challenges count. One that becomes ACTIVE again counts everything since `startsAt`, also what was recorded meanwhile.',
  })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveChallenge.', simpleResolvers: true })
export class SaveChallengePayload extends Payload {
  @Field(() => Challenge, { nullable: true, description: 'The challenge as it is now; null when it was refused.' })
  challenge: Challenge | null = null;
}
