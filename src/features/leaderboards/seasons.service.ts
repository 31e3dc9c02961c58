import { onceIn } from '../../platform/idempotency.ts';
import { EVERY_PARTITION } from '../../platform/locks.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import { isWithin, seasonAt } from '../../rules/boards.ts';
import type { AuditService, Author } from '../audit/index.ts';
import type { ConfigurationStore, ProgramService } from '../program/index.ts';
import {
  LEADERBOARD,
  type LeaderboardRecord,
  leaderboardDefinition,
  recordOf,
  type StoredLeaderboard,
} from './leaderboards.definitions.ts';
import { announceIn, SEASON_CLOSED } from './leaderboards.events.ts';
import { enqueuePrizesIn, type PayPrizes, payPrizes } from './prizes.ts';
import {
  openSeasonsIn,
  readCurrentSeasons,
  readSeason,
  SEASON_COLUMNS,
  type SeasonRow,
  type StoredSeason,
  toSeasonRow,
} from './seasons.rows.ts';
import { SharedReads } from './shared-reads.ts';

/** A season to be closed before its time. */
export interface CloseSeason {
  idempotencyKey: string;
  /** The board's code. */
  leaderboard: string;
}

export interface SeasonsParts {
  work: UnitOfWork;
  reader: Reader;
  store: ConfigurationStore;
  program: ProgramService;
  audit: AuditService;
  /** The programme's present, in epoch milliseconds. */
  now: () => number;
}

/** Opens, finds and closes seasons, and pays what their places win. */
export class SeasonsService {
  readonly #parts: SeasonsParts;
  readonly #current = new SharedReads<Map<string, SeasonRow>>();

  constructor(parts: SeasonsParts) {
    this.#parts = parts;
  }

  /** The season that runs now of each board, by code, opened where nothing has opened it yet; without one, the latest. */
  current(boards: readonly LeaderboardRecord[]): Promise<ReadonlyMap<string, SeasonRow>> {
    const key = boards.map(({ code, version }) => `${code} ${version}`).join();
    return this.#current.read(key, () => this.#readCurrent(boards));
  }

  async #readCurrent(boards: readonly LeaderboardRecord[]): Promise<Map<string, SeasonRow>> {
    const { work, reader, now } = this.#parts;
    const codes = boards.map(({ code }) => code);
    const found = await readCurrentSeasons(reader, codes, now());
    const missing = boards.filter((board) => !isCurrent(board, found.get(board.code), now()));
    if (missing.length === 0) return found;
    return work.run({ name: 'seasons.open' }, async (tx) => {
      await this.openIn(tx, missing, [tx.now]);
      return readCurrentSeasons(tx, codes, tx.now);
    });
  }

  /** Opens the seasons into which these instants fall. Those that are open stay as they are. */
  async openIn(tx: Tx, boards: readonly LeaderboardRecord[], instants: readonly number[]): Promise<void> {
    const { timeZone } = await this.#parts.program.getIn(tx);
    const wanted = boards.flatMap((board) =>
      instants.flatMap((at) => {
        const bounds = seasonAt(leaderboardDefinition(board), at, timeZone);
        return bounds === null ? [] : [{ ...bounds, leaderboardCode: board.code }];
      }),
    );
    await openSeasonsIn(tx, wanted);
  }

  /** The season with this id, or null. */
  find(id: string): Promise<SeasonRow | null> {
    return readSeason(this.#parts.reader, id);
  }

  /**
   * Closes every season whose time is over, once, whoever else tries; also after downtime, when several are due. What
   * runs next is open afterwards, and prizes are on their way.
   */
  async closeDue(): Promise<SeasonRow[]> {
    const { work, reader, now } = this.#parts;
    // A look without locks: every minute but a few, nothing is due.
    const due = await reader.query(`select from seasons where ${DUE} limit 1`, [new Date(now()).toISOString()]);
    if (due.length === 0) return [];
    return work.run({ name: 'seasons.close-due', partitions: EVERY_PARTITION }, async (tx) => {
      const at = new Date(tx.now).toISOString();
      const rows = await tx.query<StoredSeason>(
        `update seasons as s set closed_at = $1 where ${DUE} returning ${SEASON_COLUMNS}`,
        [at],
      );
      const closed = rows.map(toSeasonRow).sort((left, right) => left.startsAt - right.startsAt);
      await this.#settleIn(tx, closed);
      return closed;
    });
  }

  /**
   * Closes a board's running season now; the next runs from here to the end of the period. A board of its own dates has no next.
   * @throws Refusal NOT_FOUND, NOT_STARTED, ENDED, IDEMPOTENCY_KEY_REUSED; CONFLICT while the board is being filled.
   */
  async close(
    { idempotencyKey: key, leaderboard }: CloseSeason,
    author: Author,
  ): Promise<{ season: SeasonRow; replayed: boolean }> {
    const call = { scope: `seasons.close:${author.actor}`, key, input: { leaderboard } };
    const scope = { name: 'seasons.close', partitions: EVERY_PARTITION };
    return this.#parts.work.run(scope, async (tx) => {
      const { response, replayed } = await onceIn(tx, call, () => this.#closeIn(tx, leaderboard, author));
      const season = await readSeason(tx, response.seasonId);
      if (season === null) throw new Error('The season of a remembered closing is missing.');
      return { season, replayed };
    });
  }

  /** The handler of PAY_PRIZES. */
  payPrizes(job: PayPrizes): Promise<number> {
    return payPrizes(this.#parts.work, this.#parts.reader, job);
  }

  async #closeIn(tx: Tx, code: string, author: Author): Promise<{ seasonId: string }> {
    const board = await this.#boardIn(tx, code);
    if (board === null) throw unknownBoard();
    if (repeats(board)) await this.openIn(tx, [board], [tx.now]);
    const season = (await readCurrentSeasons(tx, [code], tx.now)).get(code);
    requireRunning(season, tx.now);
    // An activity may lie a few minutes ahead. What it scored stays in this season, so the season ends behind it.
    const [row] = await tx.query<StoredSeason>(
      `update seasons as s set closed_at = $2, ends_at = greatest($2::timestamptz, starts_at + interval '1 millisecond',
         (select max(reached_at) + interval '1 millisecond' from scores where season_id = $1))
       where id = $1 returning ${SEASON_COLUMNS}`,
      [season.id, new Date(tx.now).toISOString()],
    );
    if (row === undefined) throw new Error('A running season vanished while it was closed.');
    await this.#settleIn(tx, [toSeasonRow(row)]);
    await this.#parts.audit.recordIn(tx, {
      ...author,
      action: 'season.closed',
      targetKind: LEADERBOARD,
      targetId: code,
      before: { seasonId: season.id, endsAt: season.endsAt === null ? null : new Date(season.endsAt).toISOString() },
      after: { seasonId: season.id, endsAt: row.endsAt },
    });
    return { seasonId: season.id };
  }

  /** What follows from seasons having been closed. */
  async #settleIn(tx: Tx, closed: readonly SeasonRow[]): Promise<void> {
    const boards = new Map<string, LeaderboardRecord>();
    for (const { id, leaderboardCode: code } of closed) {
      const board = boards.get(code) ?? (await this.#boardIn(tx, code));
      if (board === null) continue;
      boards.set(code, board);
      enqueuePrizesIn(tx, id, board);
      announceIn(tx, SEASON_CLOSED, { leaderboard: code, seasonId: id });
    }
    await this.openIn(tx, [...boards.values()].filter(repeats), [tx.now]);
  }

  async #boardIn(tx: Tx, code: string): Promise<LeaderboardRecord | null> {
    const stored = await this.#parts.store.getIn<StoredLeaderboard>(tx, LEADERBOARD, code);
    return stored && recordOf(stored);
  }
}

/** A season is closed when its time is over, but not before all that belongs to it has been counted. */
const DUE = 'closed_at is null and filled_at is not null and ends_at <= $1';

function repeats({ period }: LeaderboardRecord): boolean {
  return period !== 'CUSTOM';
}

/** Tells whether this is the season to show now: the running one, or whichever there is of a board of its own dates. */
function isCurrent(board: LeaderboardRecord, season: SeasonRow | undefined, now: number): boolean {
  if (season === undefined) return false;
  return !repeats(board) || (season.closedAt === null && isWithin(season, now));
}

function requireRunning(season: SeasonRow | undefined, now: number): asserts season is SeasonRow {
  const path = ['input', 'leaderboard'];
  if (season === undefined || season.startsAt > now) {
    throw new Refusal(ErrorCode.NOT_STARTED, 'The season has not started, so there is nothing to close.', { path });
  }
  if (season.closedAt !== null) {
    throw new Refusal(ErrorCode.ENDED, 'The season is closed already, and no other follows it.', { path });
  }
  if (season.filledAt === null) {
    const message = 'The board is still counting what happened before it was made. Try again in a moment.';
    throw new Refusal(ErrorCode.CONFLICT, message, { path, retryable: true });
  }
}

/** The refusal for a code that names no board. */
export function unknownBoard(): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, 'There is no leaderboard with this code. Check the code.', {
    path: ['input', 'leaderboard'],
  });
}
