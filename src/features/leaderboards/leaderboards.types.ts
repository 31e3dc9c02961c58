import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, SafeInt } from '../../api/scalars.ts';
import { ConfigStatus, connectionOf, Node } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import { Member } from '../members/members.types.ts';
import type { LeaderboardRecord } from './leaderboards.definitions.ts';
import type * as rows from './leaderboards.entity.ts';
import { LeaderboardMetric, LeaderboardPeriod, Ranking } from './leaderboards.enums.ts';

@ObjectType({
  description: 'What the places from one rank to another win when a season closes.',
  simpleResolvers: true,
})
export class Prize implements rules.Prize {
  @Field(() => Int, { description: 'The best rank that wins it.' })
  fromRank!: number;

  @Field(() => Int, { description: 'The last rank that wins it.' })
  toRank!: number;

  @Field(() => Int, { nullable: true, description: 'Points for each of them; null when there are none.' })
  points!: number | null;

  @Field(() => String, { nullable: true, description: 'The code of a badge for each of them; null for none.' })
  badge!: string | null;
}

@ObjectType({
  description:
    'A ranking of members by what they did, season by season. Exact at every moment, also with a million members.',
})
export class Leaderboard implements LeaderboardRecord {
  @Field(() => String, { description: 'What the board is known by.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do, in a sentence or two.' })
  description!: string | null;

  @Field(() => LeaderboardMetric, { description: 'What is added up, and so the unit of every score.' })
  metric!: rules.LeaderboardMetric;

  @Field(() => [String], { nullable: true, description: 'The activity types that count; null is every type.' })
  activityTypes!: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'A CEL expression that activities must satisfy to count. Shown to staff and administrators only.',
  })
  condition!: string | null;

  @Field(() => LeaderboardPeriod, { description: 'How it is cut into seasons.' })
  period!: rules.LeaderboardPeriod;

  @Field(() => Ranking, { description: 'How places are counted when scores are equal.' })
  ranking!: rules.Ranking;

  @Field(() => String, {
    nullable: true,
    description: 'A CEL expression over the member: who may be on it. Shown to staff and administrators only.',
  })
  audience!: string | null;

  @Field(() => [Prize], { description: 'What is won when a season closes, best ranks first.' })
  prizes!: Prize[];

  @Field(() => Boolean, { description: 'True when anybody may see it; otherwise a credential is needed.' })
  public!: boolean;

  @Field(() => ConfigStatus, { description: 'Only ACTIVE boards count anything.' })
  status!: rules.ConfigStatus;

  @Field(() => DateTime, { description: 'When the board was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the board was last changed.' })
  updatedAt!: Date;

  /** The dates of a board of period CUSTOM are those of its season. */
  startsAt!: string | null;
  endsAt!: string | null;
}

@ObjectType({
  implements: Node,
  description: 'One period of a leaderboard. Once it is closed, its final standings never change again.',
})
export class Season extends Node implements Pick<rows.Season, 'id' | 'leaderboardCode'> {
  @Field(() => DateTime, {
    description: 'From when activities count, by when they took place. All time begins with the year 1900.',
  })
  startsAt!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first moment at which activities no longer count; null: until it is closed by hand.',
  })
  endsAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When the standings became final; null while activities still count.',
  })
  closedAt!: number | null;

  leaderboardCode!: string;
  filledAt!: number | null;
}

@ObjectType({ description: "A member's place in a season.", simpleResolvers: true })
export class LeaderboardEntry {
  @Field(() => Int, { description: 'The place, from 1. Equal scores share it.' })
  rank!: number;

  @Field(() => SafeInt, { description: "What was reached, in the unit of the board's `metric`." })
  score!: number;

  @Field(() => String, {
    description:
      'What the member is called here: the display name when PUBLIC, the alias when ALIAS, and a general word when HIDDEN.',
  })
  displayName!: string;

  @Field(() => Member, {
    nullable: true,
    description: 'The member; null unless it is PUBLIC, your own entry, or you may read any member.',
  })
  member!: Member | null;

  @Field(() => DateTime, {
    description: 'When the latest activity that counts took place. Of equal scores, the earlier comes first.',
  })
  reachedAt!: number;
}

export const SeasonConnection = connectionOf('Season', () => Season, 'seasons');
export const LeaderboardEntryConnection = connectionOf('LeaderboardEntry', () => LeaderboardEntry, 'entries');
