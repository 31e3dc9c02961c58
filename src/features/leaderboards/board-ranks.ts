import type { Log } from '../../platform/log.ts';
import type { StoredEvent } from '../../platform/outbox.ts';
import { FollowedCounts } from '../../platform/ranking/followed-counts.ts';
import { readCounts } from '../../platform/ranking/read-counts.ts';
import type { ScoreCounts } from '../../platform/ranking/score-counts.ts';
import type { UnitOfWork } from '../../platform/tx.ts';
import { SCORES_CHANGED, type ScoreChange, SEASON_CLOSED, SEASON_REFILLED } from './leaderboards.events.ts';
import type { Ranks } from './ranks.ts';

export interface BoardRanksParts {
  work: Pick<UnitOfWork, 'run'>;
  log: Log;
  /** Answers while a season is being read. */
  fallback: Ranks;
  /** How much memory the counts of all seasons may take, in bytes; 256 MB unless told. */
  mostBytes?: number;
}

/** A season that is followed. */
interface Followed {
  /** Null while other seasons are read first. */
  state: FollowedCounts | null;
  /** Resolves when it has been read, or will not be. */
  readonly read: Promise<void>;
}

/** Room for 18 million different scores. */
const MOST_BYTES = 256 * 2 ** 20;
/** An empty season takes 4 kB; what is not asked for is forgotten in time. */
const MOST_SEASONS = 1_000;
/** After a failure nothing is read for a while, in milliseconds: whoever asks gets an answer from SQL. */
const REST_MS = 1_000;
/** How often the memory is looked at, in pages of events. */
const PAGES_BETWEEN_LOOKS = 256;
const PREPARATIONS = 5;

/**
 * Ranks from memory: for every season asked for lately, how many members have each score. Read from SQL with one statement
 * and kept current from the outbox, so that a node answers any rank of any board in microseconds, at most as late as its
 * tail. SQL stays the truth: it answers while a season is being read, and what does not fit together is read again.
 *
 * Hand it every page of the tail, and begin to ask only when the tail has started.
 */
export class BoardRanks implements Ranks {
  readonly #parts: BoardRanksParts;
  readonly #mostBytes: number;
  /** The one asked for last is last. */
  readonly #seasons = new Map<string, Followed>();
  #latest = '';
  #reading: Promise<void> = Promise.resolve();
  #restsUntil = 0;
  #pages = 0;
  #stopped = false;

  constructor(parts: BoardRanksParts) {
    this.#parts = parts;
    this.#mostBytes = parts.mostBytes ?? MOST_BYTES;
  }

  countGreater(seasonId: string, score: number): number | Promise<number> {
    return this.#countsOf(seasonId)?.countGreater(score) ?? this.#parts.fallback.countGreater(seasonId, score);
  }

  distinctGreater(seasonId: string, score: number): number | Promise<number> {
    return this.#countsOf(seasonId)?.distinctGreater(score) ?? this.#parts.fallback.distinctGreater(seasonId, score);
  }

  size(seasonId: string): number | Promise<number> {
    return this.#countsOf(seasonId)?.size ?? this.#parts.fallback.size(seasonId);
  }

  /** Whether the season is answered from memory. */
  holds(seasonId: string): boolean {
    return (this.#seasons.get(seasonId)?.state?.counts ?? null) !== null;
  }

  /** The memory taken by all seasons, in bytes. */
  get bytes(): number {
    let bytes = 0;
    for (const { state } of this.#seasons.values()) bytes += state?.counts?.bytes ?? 0;
    return bytes;
  }

  /** Reads the season now, unless it is held already. @throws Error when that cannot be done. */
  async prepare(seasonId: string): Promise<void> {
    // What happens meanwhile may throw away what is being read.
    for (let attempt = 1; attempt <= PREPARATIONS; attempt += 1) {
      this.#countsOf(seasonId);
      await this.#seasons.get(seasonId)?.read;
      if (this.holds(seasonId)) return;
    }
    throw new Error(`The ranks of season ${seasonId} could not be read.`);
  }

  /** Takes a page of the outbox: what nobody is told of too. */
  follow(events: readonly StoredEvent[]): void {
    if (this.#seasons.size === 0) return;
    for (const { type, payload, position } of events) {
      if (type === SCORES_CHANGED) {
        for (const change of payload.changes as ScoreChange[]) this.#change(position.xid, change);
      } else if (type === SEASON_CLOSED || type === SEASON_REFILLED) {
        this.#seasons.delete(payload.seasonId as string);
      }
    }
    this.#pages += 1;
    if (this.#pages % PAGES_BETWEEN_LOOKS === 0) this.#forget();
  }

  /** Reads no more seasons, and waits for the one being read. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#seasons.clear();
    await this.#reading;
  }

  #countsOf(seasonId: string): ScoreCounts | null {
    const season = this.#seasons.get(seasonId);
    if (season === undefined) {
      this.#begin(seasonId);
      return null;
    }
    if (seasonId !== this.#latest) {
      this.#seasons.delete(seasonId);
      this.#seasons.set(seasonId, season);
      this.#latest = seasonId;
    }
    return season.state?.counts ?? null;
  }

  /** Seasons are read one after the other: a node with many boards does not ask the database for all of them at once. */
  #begin(seasonId: string): void {
    if (this.#stopped || performance.now() < this.#restsUntil) return;
    const season: Followed = { state: null, read: this.#reading.then(() => this.#read(seasonId, season)) };
    this.#reading = season.read;
    this.#seasons.set(seasonId, season);
    this.#latest = seasonId;
  }

  /** Never throws. */
  async #read(seasonId: string, season: Followed): Promise<void> {
    if (this.#seasons.get(seasonId) !== season) return;
    const startedAt = performance.now();
    // Changes are kept from here on, before the statement begins: what it does not see comes later than this moment.
    const state = new FollowedCounts();
    season.state = state;
    try {
      const { snapshot, scores, members } = await this.#load(seasonId);
      const counts = await readCounts(scores, members);
      if (this.#seasons.get(seasonId) !== season) return;
      state.begin(counts, snapshot);
      this.#forget();
      const durationMs = Math.round(performance.now() - startedAt);
      this.#parts.log.debug({ seasonId, size: counts.size, distinct: counts.distinct, durationMs }, 'ranks.read');
    } catch (error) {
      if (this.#seasons.get(seasonId) === season) this.#seasons.delete(seasonId);
      this.#restsUntil = performance.now() + REST_MS;
      if (!this.#stopped) this.#parts.log.warn({ err: error, seasonId }, 'ranks.not-read');
    }
  }

  #load(seasonId: string): Promise<LoadedRow> {
    return this.#parts.work.run({ name: 'leaderboards.read-ranks' }, async (tx) => {
      await tx.query(READING_SETTINGS);
      const [row] = await tx.query<LoadedRow>(READING, [seasonId]);
      if (row === undefined) throw new Error('A statement that always gives one row gave none.');
      return row;
    });
  }

  #change(xid: string, [seasonId, , before, after]: ScoreChange): void {
    const state = this.#seasons.get(seasonId)?.state;
    if (state == null) return;
    try {
      state.change(xid, before, after);
      if (!state.overflowed) return;
      this.#parts.log.warn({ seasonId }, 'ranks.overflowed');
    } catch (error) {
      this.#parts.log.warn({ err: error, seasonId, xid }, 'ranks.disagreed');
    }
    this.#seasons.delete(seasonId);
  }

  /** Drops the seasons that were not asked for longest until the rest fits. The last one stays, whatever its size. */
  #forget(): void {
    let bytes = this.bytes;
    for (const [seasonId, { state }] of this.#seasons) {
      if (bytes <= this.#mostBytes && this.#seasons.size <= MOST_SEASONS) return;
      if (this.#seasons.size === 1) return;
      // What is still being read has no size yet, and somebody has just asked for it.
      if (state?.counts == null) continue;
      bytes -= state.counts.bytes;
      this.#seasons.delete(seasonId);
    }
  }
}

interface LoadedRow {
  snapshot: string;
  scores: string;
  members: string;
}

/** Reading ten million scores takes seconds, and may; it holds up nobody. Sorting what it found stays in memory. */
const READING_SETTINGS = `set local statement_timeout = '10min'; set local work_mem = '64MB'`;

// The snapshot is that of the statement itself.
const READING = `select pg_current_snapshot()::text as snapshot,
    coalesce(array_agg(score order by score)::text, '{}') as scores,
    coalesce(array_agg(members order by score)::text, '{}') as members
  from (select score, count(*) as members from scores where season_id = $1 group by score) as counted`;
