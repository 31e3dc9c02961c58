import type { LinkStatus } from '../../shared/connection/link-status.ts';
import type { Place } from './standings.ts';
import type { Award, BoardInfo, Me, Program, Season } from './types.ts';

/** What a board shows at one moment. Never changed in place: each change makes a new one. */
export interface BoardState {
  status: LinkStatus;
  /** When the server was last heard, epoch milliseconds; null before the first time. */
  lastSeenAt: number | null;
  /** Null until the server has told. */
  program: Program | null;
  /** Null until the server has told; empty when there are none for this viewer. */
  boards: readonly BoardInfo[] | null;
  /** The board shown. Null while there is none. */
  board: BoardInfo | null;
  /** The running season of the board and the closed ones, newest first. */
  seasons: readonly Season[];
  /** The closed season shown; null is the running one. */
  closedSeason: Season | null;
  /** Null until the first places came. */
  places: readonly Place[] | null;
  /** How many are on the board, of which `places` are the first; null when unknown. */
  size: number | null;
  mine: Place | null;
  /** What is missing to overtake the next one; null when leading or not on the board. */
  missing: number | null;
  around: readonly Place[];
  /** Newest first. */
  awards: readonly Award[];
  /** False when this server does not tell awards to this viewer. */
  awardsOpen: boolean;
  /** Some awards are lost to this page: it was away for longer than the server keeps them. */
  awardsMissed: boolean;
  /** The member who looks; null for anybody. */
  me: Me | null;
  /** The token that was given has not been accepted. */
  tokenRefused: boolean;
}

export const INITIAL: BoardState = {
  status: 'connecting',
  lastSeenAt: null,
  program: null,
  boards: null,
  board: null,
  seasons: [],
  closedSeason: null,
  places: null,
  size: null,
  mine: null,
  missing: null,
  around: [],
  awards: [],
  awardsOpen: true,
  awardsMissed: false,
  me: null,
  tokenRefused: false,
};

/** What a board that is not chosen yet has to show: nothing of the one before. */
export const NO_STANDINGS = { places: null, size: null, mine: null, missing: null, around: [] } as const;
