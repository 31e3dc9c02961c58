export { BoardRanks } from './board-ranks.ts';
export { FreshRanks } from './fresh-ranks.ts';
export { LeaderboardFeed } from './leaderboard-feed.ts';
export { LeaderboardUpdatesResolver } from './leaderboard-updates.resolver.ts';
export { LEADERBOARD, leaderboardOf, type StoredLeaderboard } from './leaderboards.definitions.ts';
export {
  LEADERBOARD_SAVED,
  SCORES_CHANGED,
  type ScoreChange,
  type ScoresChangedPayload,
  SEASON_CLOSED,
  SEASON_REFILLED,
  type SeasonPayload,
} from './leaderboards.events.ts';
export { defineLeaderboardJobs } from './leaderboards.jobs.ts';
export type { LeaderboardsServices } from './leaderboards.loaders.ts';
export { LeaderboardsReading, type PlacedRow, type RankedSeason } from './leaderboards.reading.ts';
export {
  findSeasonNode,
  LeaderboardsResolver,
  MemberStandingResolver,
  SeasonsResolver,
} from './leaderboards.resolver.ts';
export { LeaderboardsService } from './leaderboards.service.ts';
export { leaderboardsSlice } from './leaderboards.slice.ts';
export { type Ranks, SqlRanks } from './ranks.ts';
export { SeasonsService } from './seasons.service.ts';
