import type { Context } from '../../api/context.ts';
import type { Connection } from '../../api/types.ts';
import { isId } from '../../platform/ids.ts';
import { mapPage, type PageArguments } from '../../platform/pages.ts';
import { mayKnow, mayReadBoard, toEntry, toLeaderboard } from './leaderboards.access.ts';
import { boardOf, type LeaderboardsServices, standingOf } from './leaderboards.loaders.ts';
import type { RankedSeason } from './leaderboards.reading.ts';
import type { Leaderboard, LeaderboardEntry } from './leaderboards.types.ts';

/** The board of this code as the viewer may see it; null when there is none, or none for this viewer. */
export async function shownBoard(
  services: LeaderboardsServices,
  context: Context,
  code: string,
): Promise<Leaderboard | null> {
  const board = await boardOf(services, context, code);
  return board !== null && mayReadBoard(context.viewer, board) ? toLeaderboard(board, context.viewer) : null;
}

/** A page of a season, every entry as the viewer may see it. */
export async function pageOfEntries(
  { standings }: LeaderboardsServices,
  { viewer }: Context,
  season: RankedSeason,
  page: PageArguments,
): Promise<Connection<LeaderboardEntry>> {
  return mapPage(await standings.entries(season, page), (row) => toEntry(row, viewer));
}

/** One member's entry; null when there is none, or when the viewer may not know whose it is. */
export async function entryOf(
  services: LeaderboardsServices,
  context: Context,
  season: RankedSeason,
  memberId: string,
): Promise<LeaderboardEntry | null> {
  const id = memberId.toLowerCase();
  const row = isId(id) ? await standingOf(services, context, season, id) : null;
  return row !== null && mayKnow(context.viewer, row.member) ? toEntry(row, context.viewer) : null;
}

/** The entries around a member; none when the viewer may not know where the member stands. */
export async function entriesAround(
  services: LeaderboardsServices,
  context: Context,
  season: RankedSeason,
  memberId: string,
  radius: number,
): Promise<LeaderboardEntry[]> {
  const id = memberId.toLowerCase();
  const rows = isId(id) ? await services.standings.around(season, id, radius) : [];
  const own = rows.find(({ member }) => member.id === id);
  return own !== undefined && mayKnow(context.viewer, own.member)
    ? rows.map((row) => toEntry(row, context.viewer))
    : [];
}
