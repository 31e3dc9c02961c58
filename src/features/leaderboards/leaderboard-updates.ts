import type { Viewer } from '../../api/context.ts';
import type { Selection } from '../../api/streams.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { type Move, movesBetween } from './leaderboard-updates.moves.ts';
import { type LeaderboardWatch, looks, notFound, type Shown } from './leaderboard-watch.ts';
import { mayKnow, mayReadBoard } from './leaderboards.access.ts';
import type { PlacedRow } from './leaderboards.reading.ts';

/** Places shown above and below with `around`. */
const RADIUS = 3;
/** While the database is away, it is asked again after this long. */
const RETRY_MS = 1_000;

/** What a stream is asked for. */
export interface UpdatesRequest {
  first: number;
  /** Whose surroundings are wanted; null: the viewer's own. */
  around: string | null;
  throttleMs: number;
  viewer: Viewer;
  selection: Selection;
}

/** How a board stands for one stream. */
export interface BoardState extends Shown {
  version: number;
  top: readonly PlacedRow[];
  moves: readonly Move[];
  mine: PlacedRow | null;
  next: number | null;
  around: readonly PlacedRow[];
}

/** The state as somebody gets it who has seen none before it. */
export function asFirst(state: BoardState): BoardState {
  return { ...state, moves: [] };
}

/** One stream of a board's states: the first at once, the next at most once in its interval and only when it looks different. */
export class LeaderboardUpdates implements AsyncIterableIterator<BoardState, undefined, undefined> {
  readonly #watch: LeaderboardWatch;
  readonly #request: UpdatesRequest;
  readonly #onEnd: () => void;
  #state: BoardState | null = null;
  /** What of the state, besides the first places, could be seen. */
  #seen = '';
  #epoch = -1;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(watch: LeaderboardWatch, request: UpdatesRequest, onEnd: () => void) {
    this.#watch = watch;
    this.#request = request;
    this.#onEnd = onEnd;
  }

  async next(): Promise<IteratorResult<BoardState, undefined>> {
    try {
      while (!this.#ended) {
        if (this.#state !== null) await this.#tick();
        if (this.#ended) break;
        const state = await this.#look();
        if (state !== null && !this.#ended) return { value: state, done: false };
      }
    } catch (error) {
      await this.return();
      throw error;
    }
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#onEnd();
      this.#wake?.();
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Waits for the next tick after a change that this stream has not looked at. */
  #tick(): Promise<void> {
    const { ticks, epoch } = this.#watch;
    const { throttleMs } = this.#request;
    return new Promise((resolve) => {
      const leave = ticks.wait(throttleMs, resolve);
      this.#wake = () => {
        leave();
        resolve();
      };
      if (epoch !== this.#epoch) ticks.pokeOne(throttleMs);
    });
  }

  /** The state, or null when it looks as before. */
  async #look(): Promise<BoardState | null> {
    const epoch = this.#watch.epoch;
    try {
      const state = await this.#read();
      this.#epoch = epoch;
      return state;
    } catch (error) {
      // Whoever watches a board already need not hear that the database was away for a moment.
      const passes = error instanceof Refusal && error.code === ErrorCode.SERVICE_UNAVAILABLE;
      if (!passes || this.#state === null) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return null;
    }
  }

  async #read(): Promise<BoardState | null> {
    const { viewer, first, selection } = this.#request;
    const shown = await this.#watch.shown();
    if (!mayReadBoard(viewer, shown.board)) throw notFound();
    const [top, mine, next, around] = await Promise.all([
      this.#watch.top(shown.season, first),
      this.#mine(shown, selection.has('mine')),
      this.#next(shown, selection.has('pointsToOvertakeNext')),
      this.#around(shown, selection.has('around')),
    ]);
    const { board, season } = shown;
    const seen = JSON.stringify([board, season, looks(mine), next, around.map(looks)]);
    const before = this.#state;
    if (before !== null && before.top === top && this.#seen === seen) return null;
    const moves = before === null || before.season.id !== season.id ? [] : await this.#moves(shown, before.top, top);
    this.#seen = seen;
    this.#state = { ...shown, version: (before?.version ?? 0) + 1, top, moves, mine, next, around };
    return this.#state;
  }

  async #mine({ season }: Shown, wanted: boolean): Promise<PlacedRow | null> {
    const { memberId } = this.#request.viewer;
    return wanted && memberId !== null ? this.#watch.place(season, memberId) : null;
  }

  /** How much the viewer needs to be ahead of the next better score. */
  async #next({ season }: Shown, wanted: boolean): Promise<number | null> {
    const { memberId } = this.#request.viewer;
    if (!wanted || memberId === null) return null;
    const [own, better] = await Promise.all([
      this.#watch.place(season, memberId),
      this.#watch.nextScore(season, memberId),
    ]);
    return own === null || better === null ? null : better - own.score + 1;
  }

  async #around({ season }: Shown, wanted: boolean): Promise<PlacedRow[]> {
    const { viewer, around } = this.#request;
    const centre = around ?? viewer.memberId;
    if (!wanted || centre === null) return [];
    const rows = await this.#watch.around(season, centre, RADIUS);
    const own = rows.find(({ member }) => member.id === centre);
    return own !== undefined && mayKnow(viewer, own.member) ? rows : [];
  }

  async #moves({ season }: Shown, before: readonly PlacedRow[], after: readonly PlacedRow[]): Promise<Move[]> {
    if (before === after || !this.#request.selection.has('moves')) return [];
    const since = this.#epoch;
    return movesBetween(before, after, {
      scoreBefore: (memberId) => this.#watch.scoreBefore(memberId, since),
      placesOf: (memberIds) => this.#watch.placesOf(season, memberIds),
    });
  }
}
