import DataLoader from 'dataloader';
import type { Context } from '../../api/context.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { LeaderboardRecord } from './leaderboards.definitions.ts';
import type { LeaderboardsReading, PlacedRow, RankedSeason } from './leaderboards.reading.ts';
import type { LeaderboardsService } from './leaderboards.service.ts';
import type { SeasonsService } from './seasons.service.ts';

/** What resolvers of boards are made of. */
export interface LeaderboardsServices {
  leaderboards: LeaderboardsService;
  seasons: SeasonsService;
  standings: LeaderboardsReading;
}

/** The season each board shows now; of all boards of a request in one statement. */
export async function currentSeason(
  { seasons }: Pick<LeaderboardsServices, 'seasons'>,
  context: Context,
  board: LeaderboardRecord,
): Promise<RankedSeason> {
  const loader = context.loader('leaderboards.season', () => {
    return new DataLoader<LeaderboardRecord, RankedSeason, string>(
      async (boards) => {
        const found = await seasons.current(boards);
        return boards.map(({ code, ranking }) => {
          const season = found.get(code);
          return season === undefined ? notStarted() : { ...season, ranking };
        });
      },
      { cacheKeyFn: ({ code }) => code },
    );
  });
  return loader.load(board);
}

/** A member's place on the board of this code, or null; of all members of a request in one statement. */
export async function standingOf(
  { standings }: Pick<LeaderboardsServices, 'standings'>,
  context: Context,
  season: RankedSeason,
  memberId: string,
): Promise<PlacedRow | null> {
  const loader = context.loader(`leaderboards.standing:${season.id}`, () => {
    return new DataLoader<string, PlacedRow | null>(async (memberIds) => {
      const found = await standings.entriesOf(season, memberIds);
      return memberIds.map((id) => found.get(id) ?? null);
    });
  });
  return loader.load(memberId);
}

/** The board of this code, or null; asked for once in a request. */
export async function boardOf(
  { leaderboards }: Pick<LeaderboardsServices, 'leaderboards'>,
  context: Context,
  code: string,
): Promise<LeaderboardRecord | null> {
  return context.loader(`leaderboards.board:${code}`, () => leaderboards.find(code));
}

function notStarted(): Refusal {
  return new Refusal(ErrorCode.NOT_STARTED, 'The leaderboard has no season yet.');
}
