import { defineEntity, p } from '@mikro-orm/core';

const SeasonSchema = defineEntity({
  name: 'Season',
  tableName: 'seasons',
  properties: {
    id: p.uuid().primary(),
    leaderboardCode: p.text(),
    startsAt: p.datetime(),
    /** Null: until it is closed by hand. */
    endsAt: p.datetime().nullable(),
    /** From then on its scores never change. */
    closedAt: p.datetime().nullable(),
    /** Null while the activities from before the board are still being counted. */
    filledAt: p.datetime().nullable(),
  },
  checks: [{ name: 'seasons_span', expression: 'ends_at > starts_at' }],
  uniques: [{ name: 'seasons_start', properties: ['leaderboardCode', 'startsAt'] }],
  indexes: [{ name: 'seasons_open', properties: ['leaderboardCode'], where: 'closed_at is null' }],
});

/** One period of a board. Seasons of a board never overlap. */
export class Season extends SeasonSchema.class {}
SeasonSchema.setClass(Season);

const ScoreSchema = defineEntity({
  name: 'Score',
  tableName: 'scores',
  properties: {
    seasonId: p.uuid().primary(),
    memberId: p.uuid().primary(),
    score: p.bigint('string'),
    /** When the latest activity that counts took place: of equal scores, the one reached first comes first. */
    reachedAt: p.datetime(),
  },
  checks: [{ name: 'scores_positive', expression: 'score > 0' }],
  indexes: [
    {
      name: 'scores_order',
      // All keys run in one direction, so that a page can be found by comparing rows.
      expression: 'create index scores_order on scores using btree (season_id, (-score), reached_at, member_id)',
    },
  ],
});

/** What a member has reached in a season. Written by set statements while activities are recorded. */
export class Score extends ScoreSchema.class {}
ScoreSchema.setClass(Score);

const SeasonPrizeSchema = defineEntity({
  name: 'SeasonPrize',
  tableName: 'season_prizes',
  properties: {
    seasonId: p.uuid().primary(),
    memberId: p.uuid().primary(),
    rank: p.integer(),
    points: p.integer(),
    badge: p.text().nullable(),
    /** The ledger entry that paid the points; null for a prize without points. */
    entryId: p.uuid().nullable(),
    paidAt: p.datetime(),
  },
});

/** A prize that was paid. Its key is what makes paying happen once. */
export class SeasonPrize extends SeasonPrizeSchema.class {}
SeasonPrizeSchema.setClass(SeasonPrize);
