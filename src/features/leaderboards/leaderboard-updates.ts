import type { Viewer } from '../../api/context.ts';
import type { Selection } from '../../api/streams.ts';
import { type Move, movesBetween } from './leaderboard-updates.moves.ts';
import { type LeaderboardWatch, looks, notFound, type Shown } from './leaderboard-watch.ts';
import { mayKnow, mayReadBoard } from './leaderboards.access.ts';
import type { PlacedRow } from './leaderboards.reading.ts';

/** Places shown above and below with `around`. */
const RADIUS = 3;

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

/** What one stream reads of a board. */
export class LeaderboardUpdates {
  readonly #watch: LeaderboardWatch;
  readonly #request: UpdatesRequest;
  /** What of the state, besides the first places, could be seen. */
  #seen = '';

  constructor(watch: LeaderboardWatch, request: UpdatesRequest) {
    this.#watch = watch;
    this.#request = request;
  }

  /** The board as this stream's viewer sees it; null when it looks as before. */
  async read(before: BoardState | null, since: number): Promise<BoardState | null> {
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
    if (before !== null && before.top === top && this.#seen === seen) return null;
    const moves =
      before === null || before.season.id !== season.id ? [] : await this.#moves(shown, since, before.top, top);
    this.#seen = seen;
    return { ...shown, version: (before?.version ?? 0) + 1, top, moves, mine, next, around };
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

  async #moves(
    { season }: Shown,
    since: number,
    before: readonly PlacedRow[],
    after: readonly PlacedRow[],
  ): Promise<Move[]> {
    if (before === after || !this.#request.selection.has('moves')) return [];
    return movesBetween(before, after, {
      scoreBefore: (memberId) => this.#watch.scoreBefore(memberId, since),
      placesOf: (memberIds) => this.#watch.placesOf(season, memberIds),
    });
  }
}
