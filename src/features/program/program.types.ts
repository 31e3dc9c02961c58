import { Field, InputType, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { CurrencyCode, SafeInt, TimeZone } from '../../api/scalars.ts';
import type { Program } from './program.entity.ts';

@ObjectType('ProgramStatistics', {
  description: 'The programme in figures, counted at the moment of asking.',
  simpleResolvers: true,
})
export class ProgramStatisticsType {
  @Field(() => SafeInt, { description: 'How many members there are, whatever their status.' })
  members!: number;

  @Field(() => SafeInt, { description: 'How many members have the status ACTIVE.' })
  activeMembers!: number;

  @Field(() => SafeInt, { description: 'How many activities have been recorded.' })
  activities!: number;

  @Field(() => SafeInt, { description: 'Points ever given to members, pending ones included.' })
  pointsIssued!: number;

  @Field(() => SafeInt, { description: 'Points ever spent by members.' })
  pointsSpent!: number;

  @Field(() => SafeInt, { description: 'Points that expired unspent.' })
  pointsExpired!: number;

  @Field(() => SafeInt, { description: 'Points taken back because what had earned them was reversed.' })
  pointsReversed!: number;

  @Field(() => SafeInt, {
    description: 'Points that were taken back after they had been spent: the next credits of these members cover them.',
  })
  pointsOwed!: number;

  @Field(() => SafeInt, { description: 'Points members hold now, spendable and pending: what the programme owes.' })
  pointsOutstanding!: number;
}

@ObjectType('Program', {
  description: 'The loyalty programme this server runs, and its settings.',
  simpleResolvers: true,
})
export class ProgramType implements Pick<Program, 'name' | 'timeZone' | 'currencyCode' | 'locale'> {
  @Field(() => String, { description: "The programme's name, as members know it." })
  name!: string;

  @Field(() => TimeZone, { description: 'Where days, weeks and months of caps, campaigns and reports are cut.' })
  timeZone!: string;

  @Field(() => CurrencyCode, { description: 'The one currency of all values.' })
  currencyCode!: string;

  @Field(() => String, { description: 'The language and region of members who named none, as a BCP 47 tag.' })
  locale!: string;
}

@InputType({ description: 'The settings to change. What is left out stays as it is.' })
export class UpdateProgramInput {
  @Field(() => String, { nullable: true, description: "The programme's name, 1 to 100 characters." })
  name?: string | null;

  @Field(() => TimeZone, { nullable: true, description: 'Where days, weeks and months are cut from now on.' })
  timeZone?: string | null;

  @Field(() => CurrencyCode, {
    nullable: true,
    description: 'The currency of all values. Refused with CONFLICT once an activity with a value is recorded.',
  })
  currencyCode?: string | null;

  @Field(() => String, { nullable: true, description: 'A BCP 47 language tag such as `sv-SE`.' })
  locale?: string | null;
}

@ObjectType({ description: 'The answer to `updateProgram`.', simpleResolvers: true })
export class UpdateProgramPayload extends Payload {
  @Field(() => ProgramType, { nullable: true, description: 'The settings now; null when the change was refused.' })
  program: ProgramType | null = null;
}
