import type { LinkStatus } from '../../shared/connection/link.ts';
import type { Community } from './communities.ts';
import type { BadgeInfo, Member, Program } from './types.ts';
import type { Win } from './wins.ts';

/** What the page shows at one moment. Never changed in place: each change makes a new one. */
export interface MeState {
  status: LinkStatus;
  /** When the server was last heard, epoch milliseconds; null before the first time. */
  lastSeenAt: number | null;
  signedIn: boolean;
  /** Null until the server has told. */
  program: Program | null;
  badges: readonly BadgeInfo[];
  /** Null until the server has told. */
  member: Member | null;
  /** How far everybody is in each challenge of all, by its code. */
  communities: ReadonlyMap<string, Community>;
  /** What was won and is not put away yet, in the order of winning. */
  wins: readonly Win[];
  /** The latest points, to be told to those who do not see the page. */
  earned: { points: number; reason: string; balance: number } | null;
  /** The token that was given has not been accepted, or is no longer. */
  tokenRefused: boolean;
  /** The token is in order, but speaks for no member. */
  isNoMember: boolean;
}

export const INITIAL: MeState = {
  status: 'connecting',
  lastSeenAt: null,
  signedIn: false,
  program: null,
  badges: [],
  member: null,
  communities: new Map(),
  wins: [],
  earned: null,
  tokenRefused: false,
  isNoMember: false,
};

/** The state between two members: nothing of the one before. */
export function nobody(): Partial<MeState> {
  const { program, badges, member, communities, wins, earned, isNoMember } = INITIAL;
  return { program, badges, member, communities, wins, earned, isNoMember };
}
