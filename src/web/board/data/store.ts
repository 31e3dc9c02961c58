import { backoffMs } from '../../shared/connection/backoff.ts';
import { Endpoint, RequestError } from '../../shared/connection/endpoint.ts';
import { Link } from '../../shared/connection/link.ts';
import type { LinkStatus } from '../../shared/connection/link-status.ts';
import type { FinalData, MeData, OverviewData, SeasonsData } from './answers.ts';
import { operations } from './operations.ts';
import { placesOf } from './standings.ts';
import { type BoardState, INITIAL, NO_STANDINGS } from './state.ts';
import type { Award, BoardInfo, BoardUpdate, Entry, Season } from './types.ts';

export interface StoreOptions {
  /** The server's address. */
  source: string;
  /** The code of the board to begin with; the first one unless told. */
  board?: string | null;
  /** The id of the closed season to begin with; the running one unless told. */
  season?: string | null;
  /** How many places, 1 to 100. */
  first: number;
  token?: string | null;
  /** Follow the awards too. */
  awards: boolean;
}

/** Places move over about half a second, so changes that come faster would only be half seen. */
const THROTTLE = 'PT0.5S';
const AWARDS_KEPT = 12;
/** A page without boards looks again this often, so that it shows the first one by itself. */
const LOOK_AGAIN_MS = 5_000;

/** What moves most and everybody can still win comes first: a month's board says more on a wall than that of all time. */
const PERIODS = ['MONTH', 'WEEK', 'DAY', 'CUSTOM', 'ALL_TIME'];

function inOrder(boards: readonly BoardInfo[]): BoardInfo[] {
  return boards.toSorted((left, right) => PERIODS.indexOf(left.period) - PERIODS.indexOf(right.period));
}

/** Keeps one board's state in step with the server, for ever. Knows nothing of how it is shown. */
export class BoardStore {
  state: BoardState = INITIAL;
  readonly #options: StoreOptions;
  readonly #endpoint: Endpoint;
  readonly #link: Link;
  readonly #listeners = new Set<() => void>();
  #wanted: { board: string | null; season: string | null };
  #leaveBoard: () => void = () => {};
  #followed: string | null = null;
  #awardsAfter: string | null = null;
  #refreshing: Promise<void> | null = null;
  #again: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.#wanted = { board: options.board ?? null, season: options.season ?? null };
    this.#endpoint = new Endpoint(options.source);
    this.#endpoint.token = options.token ?? null;
    this.#link = new Link(this.#endpoint, {
      status: (status) => this.#statusIs(status),
      connected: () => void this.refresh(),
      unauthenticated: () => this.#tokenRefused(),
    });
  }

  /** Calls back after each change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#link.start();
    if (this.#options.awards) this.#followAwards();
    void this.refresh();
  }

  stop(): void {
    clearTimeout(this.#again);
    this.#link.stop();
    this.#listeners.clear();
  }

  /** Shows another board, from its running season. */
  choose(code: string): void {
    this.#wanted = { board: code, season: null };
    this.#settle();
  }

  /** Shows a closed season of the board by its id; null is the running one. */
  chooseSeason(id: string | null): void {
    this.#wanted = { ...this.#wanted, season: id };
    this.#settle();
  }

  /** Looks as the bearer of a token, or as anybody with null. */
  signIn(token: string | null): void {
    this.#endpoint.token = token;
    this.#set({ me: null, mine: null, missing: null, around: [], tokenRefused: false });
    this.#leaveBoard();
    this.#followed = null;
    this.#link.restart();
    void this.refresh();
  }

  /** Asks which boards there are and who looks; repeated until it is answered. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#load().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  async #load(): Promise<void> {
    clearTimeout(this.#again);
    try {
      const { token } = this.#endpoint;
      const [overview, { me }] = await Promise.all([
        this.#endpoint.query<OverviewData>(operations.overview),
        token === null ? { me: null } : this.#endpoint.query<MeData>(operations.me),
      ]);
      if (token !== this.#endpoint.token) return void setTimeout(() => this.refresh());
      this.#failures = 0;
      const before = this.state.board?.code;
      this.#set({ program: overview.program, boards: inOrder(overview.leaderboards), me });
      this.#settle();
      const { board } = this.state;
      // Settling on another board loads its seasons already.
      if (board !== null && board.code === before) await this.#loadSeasons(board);
      if (board === null) this.#again = setTimeout(() => this.refresh(), LOOK_AGAIN_MS);
    } catch (error) {
      if (error instanceof RequestError && error.code === 'UNAUTHENTICATED') this.#tokenRefused();
      this.#again = setTimeout(() => this.refresh(), backoffMs(this.#failures));
      this.#failures += 1;
    }
  }

  /** Brings what is shown in line with what is wanted and what there is. */
  #settle(): void {
    const { boards, me } = this.state;
    if (boards === null) return;
    const board = boards.find(({ code }) => code === this.#wanted.board) ?? boards[0] ?? null;
    const isOther = board?.code !== this.state.board?.code;
    if (isOther) this.#set({ ...NO_STANDINGS, seasons: [], closedSeason: null });
    this.#set({ board });
    if (isOther && board !== null) void this.#loadSeasons(board).catch(() => this.refresh());
    if (this.#wanted.season !== null && this.state.seasons.length === 0) return;
    const closed = this.state.seasons.find(({ id }) => id === this.#wanted.season) ?? null;
    const season = closed?.id === this.#running()?.id ? null : closed;
    if (season?.id !== this.state.closedSeason?.id) this.#set({ ...NO_STANDINGS, closedSeason: season });
    const followed = board === null ? null : `${board.code} ${season?.id ?? ''} ${me?.id ?? ''}`;
    if (followed === this.#followed || board === null) return;
    this.#followed = followed;
    this.#leaveBoard();
    if (season === null) this.#followBoard(board, me?.id ?? null);
    else void this.#loadFinal(season, followed ?? '');
  }

  #running(): Season | null {
    return this.state.board?.season ?? null;
  }

  async #loadSeasons(board: BoardInfo): Promise<void> {
    const { leaderboard } = await this.#endpoint.query<SeasonsData>(operations.seasons, { code: board.code });
    if (leaderboard === null || this.state.board?.code !== board.code) return;
    const { season, seasons } = leaderboard;
    const others = seasons.edges.map(({ node }) => node).filter(({ id }) => id !== season.id);
    this.#set({ seasons: [season, ...others], board: { ...this.state.board, season } });
    this.#settle();
  }

  async #loadFinal(season: Season, followed: string): Promise<void> {
    this.#leaveBoard = () => {};
    try {
      const variables = { season: season.id, first: this.#options.first };
      const { node } = await this.#endpoint.query<FinalData>(operations.final, variables);
      if (this.#followed !== followed) return;
      this.#show(node?.entries.edges.map((edge) => edge.node) ?? []);
    } catch {
      if (this.#followed !== followed) return;
      this.#followed = null;
      this.#again = setTimeout(() => this.refresh(), backoffMs(this.#failures));
    }
  }

  #followBoard({ code }: BoardInfo, around: string | null): void {
    const variables = { code, first: this.#options.first, throttle: THROTTLE };
    this.#leaveBoard = this.#link.follow({
      query: around === null ? operations.live : operations.liveMine,
      variables: () => (around === null ? variables : { ...variables, around }),
      next: (data) => this.#updated((data as { leaderboardUpdated: BoardUpdate }).leaderboardUpdated),
      refused: () => {
        // The board was closed to this viewer, or is gone: the overview knows which ones are left.
        this.#followed = null;
        void this.refresh();
        return false;
      },
    });
  }

  #updated(update: BoardUpdate): void {
    const { season, entries, mine = null, pointsToOvertakeNext = null, around = [], leaderboard } = update;
    const running = this.#running();
    const isNewSeason = running !== null && running.id !== season.id;
    if (this.state.board !== null) this.#set({ board: { ...this.state.board, season } });
    this.#show(entries);
    const neighbours = placesOf(around, this.state.around);
    const own = mine === null ? null : (placesOf([mine], [])[0] ?? null);
    this.#set({ size: leaderboard.size, mine: own, missing: pointsToOvertakeNext, around: neighbours });
    if (isNewSeason) void this.refresh();
  }

  #show(entries: readonly Entry[]): void {
    this.#set({ places: placesOf(entries, this.state.places ?? []), lastSeenAt: this.#link.lastSeenAt });
  }

  #followAwards(): void {
    this.#link.follow({
      query: operations.awards,
      variables: () => ({ after: this.#awardsAfter }),
      next: (data) => this.#awarded((data as { pointAwards: Award }).pointAwards),
      refused: (code) => {
        const isExpired = code === 'CURSOR_EXPIRED' && this.#awardsAfter !== null;
        this.#awardsAfter = null;
        this.#set(isExpired ? { awardsMissed: true } : { awardsOpen: false });
        return isExpired;
      },
    });
  }

  #awarded(award: Award): void {
    this.#awardsAfter = award.cursor;
    this.#set({ awards: [award, ...this.state.awards].slice(0, AWARDS_KEPT), awardsOpen: true });
  }

  #statusIs(status: LinkStatus): void {
    this.#set({ status, lastSeenAt: this.#link.lastSeenAt });
    // Without a cursor nothing can be asked for afterwards, so the page must not pretend to know all.
    const losesAwards = status === 'reconnecting' && this.#options.awards && this.#awardsAfter === null;
    if (losesAwards && this.state.awardsOpen) this.#set({ awardsMissed: true });
  }

  #tokenRefused(): void {
    if (this.#endpoint.token === null) return;
    this.signIn(null);
    this.#set({ tokenRefused: true });
  }

  #set(change: Partial<BoardState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener();
  }
}
