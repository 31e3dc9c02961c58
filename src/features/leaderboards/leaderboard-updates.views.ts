import { type Context, Role, type Viewer } from '../../api/context.ts';
import { durationMs } from '../../api/duration.ts';
import type { Selection } from '../../api/streams.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Move } from './leaderboard-updates.moves.ts';
import type { BoardState, UpdatesRequest } from './leaderboard-updates.ts';
import { LeaderboardMove, LeaderboardUpdate } from './leaderboard-updates.types.ts';
import { toEntry, toLeaderboard, toSeason } from './leaderboards.access.ts';
import type { PlacedRow } from './leaderboards.reading.ts';
import type { LeaderboardEntry } from './leaderboards.types.ts';

const LEAST_THROTTLE_MS = 50;
const MOST_THROTTLE_MS = 3_600_000;
const MOST_PLACES = 100;

function fields(type: string, names: string): string[] {
  return names.split(' ').map((name) => `${type}.${name}`);
}

/** What of an update is the same for all viewers of one role: everything but members, and what is about oneself. */
export const SAME_FOR_ALL: readonly string[] = [
  'Subscription.leaderboardUpdated',
  ...fields('LeaderboardUpdate', 'leaderboard season version entries moves'),
  ...fields('LeaderboardEntry', 'rank score displayName reachedAt'),
  ...fields('LeaderboardMove', 'displayName fromRank toRank fromScore toScore'),
  ...fields('Season', 'id startsAt endsAt closedAt'),
  ...fields('Leaderboard', 'code version name description metric activityTypes period ranking prizes public status'),
  ...fields('Prize', 'fromRank toRank points badge'),
];

/** Reads the arguments. @throws Refusal BAD_USER_INPUT. */
export function requestOf(
  args: Record<string, unknown>,
  viewer: Context['viewer'],
  selection: Selection,
): UpdatesRequest {
  const { first, around, throttle } = args as { first: number; around?: string | null; throttle: string };
  if (first < 1 || first > MOST_PLACES) throw badArgument('first', `\`first\` is between 1 and ${MOST_PLACES}.`);
  const throttleMs = durationMs(throttle);
  if (throttleMs < LEAST_THROTTLE_MS || throttleMs > MOST_THROTTLE_MS) {
    throw badArgument('throttle', '`throttle` is between PT0.05S and PT1H.');
  }
  return { first, around: around?.toLowerCase() ?? null, throttleMs, viewer, selection };
}

/** The state as this viewer may see it. */
export function toUpdate(state: BoardState, viewer: Viewer): LeaderboardUpdate {
  const { board, season, version, top, moves, mine, next, around } = state;
  return Object.assign(new LeaderboardUpdate(), {
    leaderboard: toLeaderboard(board, viewer),
    season: toSeason(season),
    version,
    entries: top.map((row) => toPlace(row, viewer)),
    moves: moves.map((move) => toMove(move, viewer)),
    mine: mine && toEntry(mine, viewer),
    pointsToOvertakeNext: next,
    around: around.map((row) => toPlace(row, viewer)),
  });
}

function toMove({ row, ...move }: Move, viewer: Viewer): LeaderboardMove {
  const { displayName, member } = toPlace(row, viewer);
  return Object.assign(new LeaderboardMove(), { displayName, member, ...move });
}

/**
 * A place whose name is the same for all members, also for the one it is: whether an execution is shared depends on what is
 * asked for, and must not be seen from the names.
 */
function toPlace(row: PlacedRow, viewer: Viewer): LeaderboardEntry {
  const entry = toEntry(row, viewer);
  if (viewer.role === Role.MEMBER) entry.displayName = toEntry(row, { ...viewer, memberId: null }).displayName;
  return entry;
}

function badArgument(name: string, message: string): Refusal {
  return new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: [name] });
}
