import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime } from '../../api/scalars.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import type * as definitions from './leaderboards.definitions.ts';
import { LeaderboardMetric, LeaderboardPeriod, Ranking } from './leaderboards.enums.ts';
import { Leaderboard, Season } from './leaderboards.types.ts';
import type { CloseSeason } from './seasons.service.ts';

@InputType({
  description: 'What the places from one rank to another win when a season closes: points, a badge, or both.',
})
export class PrizeInput implements definitions.PrizeInput {
  @Field(() => Int, { description: 'The best rank that wins it, from 1.' })
  fromRank!: number;

  @Field(() => Int, { description: 'The last rank that wins it, at most 10,000. The same as `fromRank` for one rank.' })
  toRank!: number;

  @Field(() => Int, { nullable: true, description: 'Points for each of them, at least 1.' })
  points?: number | null;

  @Field(() => String, { nullable: true, description: 'The code of a badge for each of them.' })
  badge?: string | null;
}

@InputType({
  description:
    'The whole of a leaderboard. Fields left out take their defaults, also when a board of this code exists already.',
})
export class SaveLeaderboardInput implements definitions.LeaderboardInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do; at most 1,000 characters.' })
  description?: string | null;

  @Field(() => LeaderboardMetric, { description: 'What is added up for each activity that counts.' })
  metric!: rules.LeaderboardMetric;

  @Field(() => [String], {
    nullable: true,
    description: 'The codes of the activity types that count. Left out: every type.',
  })
  activityTypes?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over activity, member and program that an activity must satisfy to count; checked when saved. Left out: always.',
  })
  condition?: string | null;

  @Field(() => LeaderboardPeriod, {
    description: 'How it is cut into seasons. It stays for the life of the code: another period is another board.',
  })
  period!: rules.LeaderboardPeriod;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when activities count; for CUSTOM, where it is required.',
  })
  startsAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first moment at which they no longer count; for CUSTOM only. Left out: until closed by hand.',
  })
  endsAt?: Date | null;

  @Field(() => Ranking, {
    defaultValue: 'COMPETITION',
    description: 'How places are counted when scores are equal.',
  })
  ranking!: rules.Ranking;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over member and program: who may be on it, asked with each activity; checked when saved. Left out: everybody.',
  })
  audience?: string | null;

  @Field(() => [PrizeInput], {
    nullable: true,
    description: 'What is won when a season closes; each rank has one prize at most, and equal scores win the same.',
  })
  prizes?: PrizeInput[] | null;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'True: anybody may see it. False: members and staff only.',
  })
  public!: boolean;

  @Field(() => ConfigStatus, {
    defaultValue: ConfigStatus.ACTIVE,
    description:
      'Only ACTIVE boards count. One that becomes ACTIVE counts the running season anew from all recorded activities.',
  })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveLeaderboard.', simpleResolvers: true })
export class SaveLeaderboardPayload extends Payload {
  @Field(() => Leaderboard, { nullable: true, description: 'The board as it is now; null when it was refused.' })
  leaderboard: Leaderboard | null = null;
}

@InputType({ description: 'Which running season to close.' })
export class CloseSeasonInput implements CloseSeason {
  @Field(() => String, {
    description: 'A key of yours, 1 to 255 characters: the same key and input again close nothing more.',
  })
  idempotencyKey!: string;

  @Field(() => String, { description: 'The code of the board whose running season is to be closed.' })
  leaderboard!: string;
}

@ObjectType({ description: 'The answer of closeSeason.', simpleResolvers: true })
export class CloseSeasonPayload extends Payload {
  @Field(() => Season, { nullable: true, description: 'The closed season; null when it was refused.' })
  season: Season | null = null;

  @Field(() => Boolean, { description: 'True when this key had closed it before.' })
  replayed: boolean = false;
}
