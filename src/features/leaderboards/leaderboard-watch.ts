import DataLoader from 'dataloader';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { Ticks } from '../../platform/ticks.ts';
import type { LeaderboardRecord } from './leaderboards.definitions.ts';
import type { ScoreChange } from './leaderboards.events.ts';
import type { LeaderboardsServices } from './leaderboards.loaders.ts';
import type { PlacedRow, RankedSeason } from './leaderboards.reading.ts';

export interface WatchParts extends LeaderboardsServices {
  reader: Reader;
  /** The programme's present, in epoch milliseconds. */
  now: () => number;
}

/** The board and the season it shows. */
export interface Shown {
  board: LeaderboardRecord;
  season: RankedSeason;
}

/** How many members' former scores are kept; only those who come into the places shown are looked up. */
const MOST_FORMER = 10_000;

/** What was read of the scores at one moment, shared by everybody who asks before they change again. */
interface Read {
  tops: Map<number, Promise<readonly PlacedRow[]>>;
  places: DataLoader<string, PlacedRow | null>;
  next: DataLoader<string, number | null>;
}

/**
 * One board that somebody watches on this node. All streams of the board read through it: however many there are, a change
 * costs one statement for the first places, and one for each thousand members who want their own.
 */
export class LeaderboardWatch {
  readonly ticks = new Ticks();
  readonly #parts: WatchParts;
  readonly #code: string;
  /** Rises with every change that was heard of. */
  #epoch = 0;
  #shown: Promise<Shown> | null = null;
  #showsUntil: number | null = null;
  #seasonId: string | null = null;
  #read: Read | null = null;
  /** The first places as they were read last, so that the same places are the same object. */
  readonly #lastTops = new Map<number, readonly PlacedRow[]>();
  /** Scores before the latest changes, by member: when they changed, and from what. */
  readonly #former = new Map<string, { epoch: number; score: number }[]>();

  constructor(parts: WatchParts, code: string) {
    this.#parts = parts;
    this.#code = code;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Hears of changed scores, of any season. */
  scoresChanged(changes: readonly ScoreChange[]): void {
    let mine = false;
    for (const [seasonId, memberId, oldScore] of changes) {
      // Until the season is known, everything may concern it.
      if (this.#seasonId !== null && seasonId !== this.#seasonId) continue;
      mine = true;
      this.#remember(memberId, oldScore ?? 0);
    }
    if (mine) this.#changed();
  }

  /** Hears that anything else changed: a name, or, with `board`, the board or its season. */
  changed(board: boolean): void {
    if (board) this.#shown = null;
    this.#changed();
  }

  /** @throws Refusal NOT_FOUND without such a board, NOT_STARTED before its first season. */
  shown(): Promise<Shown> {
    if (this.#showsUntil !== null && this.#parts.now() >= this.#showsUntil) this.#shown = null;
    if (this.#shown === null) {
      const shown = this.#load();
      this.#shown = shown;
      shown.catch(() => {
        if (this.#shown === shown) this.#shown = null;
      });
    }
    return this.#shown;
  }

  /** The first places. The same object as long as nothing of them changes. */
  async top(season: RankedSeason, first: number): Promise<readonly PlacedRow[]> {
    const { tops } = this.#reading(season);
    const known = tops.get(first);
    if (known !== undefined) return known;
    const read = this.#parts.standings.entries(season, { first }).then(({ edges }) => {
      const rows = edges.map(({ node }) => node);
      const last = this.#lastTops.get(first);
      if (last !== undefined && looksOf(last) === looksOf(rows)) return last;
      this.#lastTops.set(first, rows);
      return rows;
    });
    tops.set(first, read);
    return read;
  }

  /** A member's place; null when not on the board. */
  place(season: RankedSeason, memberId: string): Promise<PlacedRow | null> {
    return this.#reading(season).places.load(memberId);
  }

  /** The next better score than a member's; null for the best and for who is not on the board. */
  nextScore(season: RankedSeason, memberId: string): Promise<number | null> {
    return this.#reading(season).next.load(memberId);
  }

  around(season: RankedSeason, memberId: string, radius: number): Promise<PlacedRow[]> {
    return this.#parts.standings.around(season, memberId, radius);
  }

  placesOf(season: RankedSeason, memberIds: readonly string[]): Promise<Map<string, PlacedRow>> {
    return this.#parts.standings.entriesOf(season, memberIds);
  }

  /** A member's score before the first change after an epoch; null when none is known. */
  scoreBefore(memberId: string, epoch: number): number | null {
    return this.#former.get(memberId)?.find((change) => change.epoch > epoch)?.score ?? null;
  }

  async #load(): Promise<Shown> {
    const { leaderboards, seasons } = this.#parts;
    const board = await leaderboards.find(this.#code);
    if (board === null) throw notFound();
    const season = (await seasons.current([board])).get(board.code);
    if (season === undefined) throw new Refusal(ErrorCode.NOT_STARTED, 'The leaderboard has no season yet.');
    this.#seasonId = season.id;
    this.#showsUntil = season.closedAt === null ? season.endsAt : null;
    return { board, season: { ...season, ranking: board.ranking } };
  }

  #changed(): void {
    this.#epoch += 1;
    this.#read = null;
    this.ticks.poke();
  }

  #remember(memberId: string, score: number): void {
    const changes = this.#former.get(memberId) ?? [];
    this.#former.delete(memberId);
    this.#former.set(memberId, [...changes.slice(-7), { epoch: this.#epoch + 1, score }]);
    if (this.#former.size <= MOST_FORMER) return;
    const oldest = this.#former.keys().next();
    if (oldest.done !== true) this.#former.delete(oldest.value);
  }

  #reading(season: RankedSeason): Read {
    this.#read ??= {
      tops: new Map(),
      places: new DataLoader(
        async (ids) => {
          const places = await this.placesOf(season, ids);
          return ids.map((id) => places.get(id) ?? null);
        },
        { maxBatchSize: 1_000 },
      ),
      next: new DataLoader((ids) => readNextScores(this.#parts.reader, season.id, ids), { maxBatchSize: 1_000 }),
    };
    return this.#read;
  }
}

export function notFound(): Refusal {
  return new Refusal(ErrorCode.NOT_FOUND, 'There is no leaderboard of this code, or none for you.', { path: ['code'] });
}

/** Everything of some places that can be seen, as text. */
function looksOf(rows: readonly PlacedRow[]): string {
  return JSON.stringify(rows.map(looks));
}

/** Everything of a place that can be seen. */
export function looks(row: PlacedRow | null): unknown {
  if (row === null) return null;
  const { rank, score, reachedAt, member } = row;
  return [rank, score, reachedAt, member.id, member.displayName, member.alias, member.visibility, member.status];
}

async function readNextScores(reader: Reader, seasonId: string, ids: readonly string[]): Promise<(number | null)[]> {
  const rows = await reader.query<{ id: string; score: string | null }>(
    `select me.member_id as id, (select n.score from scores n where n.season_id = $1 and -n.score < -me.score
       order by (-n.score) desc limit 1) as score
     from scores me where me.season_id = $1 and me.member_id = any ($2::uuid[])`,
    [seasonId, ids],
  );
  const scores = new Map(rows.map(({ id, score }) => [id, score === null ? null : Number(score)]));
  return ids.map((id) => scores.get(id) ?? null);
}
