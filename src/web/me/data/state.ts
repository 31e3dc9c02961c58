import type { LinkStatus } from '../../shared/connection/link-status.ts';
import type { Community } from './communities.ts';
import type { BadgeInfo, Member, MemberEvent, Program } from './types.ts';
import type { ValueState } from './value.ts';
import type { Win } from './wins.ts';

/** What the page shows at one moment. Never changed in place: each change makes a new one. */
export interface MeState extends ValueState {
  status: LinkStatus;
  /** When the server was last heard, epoch milliseconds; null before the first time. */
  lastSeenAt: number | null;
  signedIn: boolean;
  /** Null until the server has told. */
  program: Program | null;
  badges: readonly BadgeInfo[];
  /** Null until the server has told. */
  member: Member | null;
  /** What the club offers besides points: parts of the page without anything in them are not offered. */
  offers: { rewards: boolean; referrals: boolean };
  /** How far everybody is in each challenge of all, by its code. */
  communities: ReadonlyMap<string, Community>;
  /** What was won and is not put away yet, in the order of winning. */
  wins: readonly Win[];
  /** The latest points, to be told to those who do not see the page. */
  earned: { points: number; reason: string; balance: number } | null;
  /** The latest of what became of a voucher, to be told. */
  voucher: MemberEvent | null;
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
  offers: { rewards: false, referrals: false },
  rewards: null,
  friends: null,
  qrCodes: new Map(),
  chainNews: null,
  cardQr: null,
  communities: new Map(),
  wins: [],
  earned: null,
  voucher: null,
  tokenRefused: false,
  isNoMember: false,
};

/** The state between two members: nothing of the one before. */
export function nobody(): Partial<MeState> {
  const { status: _status, lastSeenAt: _lastSeenAt, signedIn: _signedIn, tokenRefused: _refused, ...theirs } = INITIAL;
  return theirs;
}
