import { canonicalJson } from '../../platform/canonical.ts';
import { EVERY_PARTITION } from '../../platform/locks.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import { BEGINNING, compileBoard } from '../../rules/boards.ts';
import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import type { Author } from '../audit/index.ts';
import { badInput, type ConfigurationStore, type ProgramService, type StoredConfiguration } from '../program/index.ts';
import { checkedLeaderboard } from './leaderboards.checks.ts';
import {
  LEADERBOARD,
  type LeaderboardInput,
  type LeaderboardRecord,
  leaderboardDefinition,
  recordOf,
  type StoredLeaderboard,
} from './leaderboards.definitions.ts';
import { announceIn, LEADERBOARD_SAVED, SEASON_REFILLED } from './leaderboards.events.ts';
import { refillIn } from './leaderboards.fill.ts';
import { readOpenSeasons, readSeason, type SeasonRow } from './seasons.rows.ts';
import type { SeasonsService } from './seasons.service.ts';
import { SharedReads } from './shared-reads.ts';

/** Counts a season anew, members in turns, while recording goes on. */
export const FILL_SEASON = 'leaderboards.fill-season';

/** Up to this many activities are counted while the board is saved, in well under a second; more, by FILL_SEASON. */
const COUNTED_AT_ONCE = 100_000;
/** Members counted in one transaction of FILL_SEASON. */
const MEMBERS_PER_TURN = 1_000;
/** How far ahead of the clock an activity may lie: it may belong to the season after the running one. */
const AHEAD_MS = 5 * 60_000;

export interface LeaderboardsParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  program: ProgramService;
  activityTypes: ActivityTypesService;
  seasons: SeasonsService;
  /** The most activities counted while a board is saved; 100,000 unless a test sets it. */
  countedAtOnce?: number;
}

/** Keeps the boards: what they count, for whom, over which periods. */
export class LeaderboardsService {
  readonly #parts: LeaderboardsParts;
  readonly #boards = new SharedReads<StoredConfiguration<StoredLeaderboard> | null>();

  constructor(parts: LeaderboardsParts) {
    this.#parts = parts;
  }

  /** Boards in order of their codes: the active ones, or all. */
  async list(all: boolean): Promise<LeaderboardRecord[]> {
    const statuses = all ? null : (['ACTIVE'] as const);
    return (await this.#parts.store.list<StoredLeaderboard>(LEADERBOARD, statuses)).map(recordOf);
  }

  /** The board with this code, or null; also for what is no code at all. */
  async find(code: string): Promise<LeaderboardRecord | null> {
    const known = code.replaceAll('\0', '');
    const stored = await this.#boards.read(known, () => this.#parts.store.get<StoredLeaderboard>(LEADERBOARD, known));
    return stored && recordOf(stored);
  }

  /**
   * Creates or updates a board by its code; saving the same again changes nothing. When what it counts is new, its running
   * season is counted from all activities there are, as if the board had always been like this; exact also while others record.
   * @throws Refusal BAD_USER_INPUT, INVALID_EXPRESSION, UNKNOWN_ACTIVITY_TYPE, or CONFLICT for another period.
   */
  async save(input: LeaderboardInput, author: Author): Promise<LeaderboardRecord> {
    const definition = checkedLeaderboard(input);
    const { code, status } = input;
    const { work, store, activityTypes } = this.#parts;
    const scope = { name: 'leaderboards.save', partitions: EVERY_PARTITION, notify: false };
    return work.run(scope, async (tx) => {
      await activityTypes.requireIn(tx, definition.activityTypes ?? [], () => ['activityTypes']);
      await requireBadgesIn(tx, input);
      const stored = await store.getIn<StoredLeaderboard>(tx, LEADERBOARD, code);
      const before = stored && recordOf(stored);
      requireSamePeriod(before, definition);
      const { changed } = await store.saveIn(tx, { ...author, kind: LEADERBOARD, code, status, definition });
      const saved = await store.getIn<StoredLeaderboard>(tx, LEADERBOARD, code);
      if (saved === null) throw new Error(`The leaderboard ${code} vanished while it was saved.`);
      const record = recordOf(saved);
      if (changed) await this.#prepareIn(tx, before, record);
      return record;
    });
  }

  /** The handler of FILL_SEASON. May be repeated at any point: each turn replaces what is there, under its members' locks. */
  async fillSeason(seasonId: string, signal?: AbortSignal): Promise<void> {
    const { work, reader } = this.#parts;
    for (let last: string | null = null; ; ) {
      signal?.throwIfAborted();
      const members: { id: string }[] = await reader.query<{ id: string }>(
        `select id from members where $1::uuid is null or id > $1 order by id limit ${MEMBERS_PER_TURN}`,
        [last],
      );
      const memberIds = members.map(({ id }) => id);
      const scope = { name: 'leaderboards.fill', locks: memberIds, notify: false };
      last = memberIds.at(-1) ?? null;
      const more = await work.run(scope, (tx) => this.#fillIn(tx, seasonId, last === null ? null : memberIds));
      if (!more) return;
    }
  }

  /** Counts some members, or, without any left, ends the filling. Returns whether to go on. */
  async #fillIn(tx: Tx, seasonId: string, memberIds: readonly string[] | null): Promise<boolean> {
    const season = await readSeason(tx, seasonId);
    if (season === null || season.closedAt !== null || season.filledAt !== null) return false;
    const stored = await this.#parts.store.getIn<StoredLeaderboard>(tx, LEADERBOARD, season.leaderboardCode);
    if (stored === null) return false;
    if (memberIds === null) {
      await finishIn(tx, season);
      return false;
    }
    await this.#refillIn(tx, recordOf(stored), season, memberIds);
    return true;
  }

  /** Brings the seasons in line with a board that was just saved. The caller is alone: nothing is being recorded. */
  async #prepareIn(tx: Tx, before: LeaderboardRecord | null, board: LeaderboardRecord): Promise<void> {
    if (board.period === 'CUSTOM') await moveSeasonIn(tx, board);
    const starts = board.startsAt === null ? tx.now : Math.max(Date.parse(board.startsAt), BEGINNING);
    const instants = board.period === 'CUSTOM' ? [starts] : [tx.now, tx.now + AHEAD_MS];
    await this.#parts.seasons.openIn(tx, [board], instants);
    announceIn(tx, LEADERBOARD_SAVED, { leaderboard: board.code });
    if (board.status !== 'ACTIVE' || (before !== null && countsTheSame(before, board))) return;
    for (const season of await readOpenSeasons(tx, [board.code])) await this.#recountIn(tx, board, season);
  }

  async #recountIn(tx: Tx, board: LeaderboardRecord, season: SeasonRow): Promise<void> {
    const most = this.#parts.countedAtOnce ?? COUNTED_AT_ONCE;
    const some = await tx.query(`select from activities limit ${most + 1}`);
    if (some.length > most) {
      await tx.query('update seasons set filled_at = null where id = $1', [season.id]);
      tx.enqueue(FILL_SEASON, { seasonId: season.id });
      return;
    }
    await this.#refillIn(tx, board, season, null);
    await finishIn(tx, season);
  }

  async #refillIn(
    tx: Tx,
    board: LeaderboardRecord,
    season: SeasonRow,
    memberIds: readonly string[] | null,
  ): Promise<void> {
    const program = await this.#parts.program.getIn(tx);
    await refillIn(tx, { board: compileBoard(leaderboardDefinition(board)), season, program, memberIds });
  }
}

async function finishIn(tx: Tx, { id, leaderboardCode }: SeasonRow): Promise<void> {
  await tx.query('update seasons set filled_at = $2 where id = $1', [id, new Date(tx.now).toISOString()]);
  announceIn(tx, SEASON_REFILLED, { leaderboard: leaderboardCode, seasonId: id });
}

/** The open season of a board of its own dates follows the board's dates, but never into a season that is closed. */
async function moveSeasonIn(tx: Tx, { code, startsAt, endsAt }: LeaderboardRecord): Promise<void> {
  const [taken] = await tx.query<{ until: string | null }>(
    `select max(ends_at) as until from seasons where leaderboard_code = $1 and closed_at is not null
       and ends_at > $2 and starts_at < coalesce($3::timestamptz, 'infinity')`,
    [code, startsAt, endsAt],
  );
  const until = taken?.until ?? null;
  if (until !== null && endsAt !== null && Date.parse(endsAt) <= Date.parse(until)) {
    throw badInput(['endsAt'], 'A season over these dates is closed, and closed seasons never change.');
  }
  await tx.query(
    `update seasons set starts_at = greatest($2::timestamptz, $4::timestamptz), ends_at = $3
     where leaderboard_code = $1 and closed_at is null`,
    [code, startsAt, endsAt, until],
  );
}

function requireSamePeriod(before: LeaderboardRecord | null, { period }: StoredLeaderboard): void {
  if (before === null || before.period === period) return;
  const message = `This board's period is ${before.period}, and its seasons are cut by it. Save a board of another code for another period.`;
  throw new Refusal(ErrorCode.CONFLICT, message, { path: ['input', 'period'] });
}

async function requireBadgesIn(tx: Tx, { prizes }: LeaderboardInput): Promise<void> {
  const badges = (prizes ?? []).map(({ badge }) => badge?.replaceAll('\0', '') ?? null);
  const rows = await tx.query<{ code: string }>(
    `select code from configurations where kind = 'badge' and code = any ($1::text[])`,
    [badges.filter((badge) => badge !== null)],
  );
  const known = new Set<string | null>([null, ...rows.map(({ code }) => code)]);
  const index = badges.findIndex((badge) => !known.has(badge));
  if (index === -1) return;
  throw badInput(['prizes', String(index), 'badge'], `There is no badge "${badges[index]}". Save the badge first.`);
}

/** Tells whether two versions of a board give the same scores. A board that was not active has missed what was recorded. */
function countsTheSame(before: LeaderboardRecord, after: LeaderboardRecord): boolean {
  const counting = ({ metric, activityTypes, condition, audience, startsAt, endsAt, status }: LeaderboardRecord) =>
    canonicalJson({ metric, activityTypes, condition, audience, startsAt, endsAt, status });
  return counting(before) === counting(after);
}
