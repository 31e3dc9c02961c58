import type { LinkStatus } from '../../shared/connection/link-status.ts';
import type { Outcome } from './outcome.ts';
import type { Recognised } from './recognise.ts';
import type { Match, Member, Redemption, Reward, Shop } from './types.ts';

/** Why something did not work: a code of the API or one of the counter's own, with facts for the words about it. */
export interface Trouble {
  code: string;
  details: Record<string, unknown>;
}

/** How far something that was asked of the server is. */
export type Job =
  | { is: 'READY' }
  /** On its way; `isRetrying` when there was no answer yet and it is sent again. */
  | { is: 'BUSY'; isRetrying: boolean }
  | { is: 'FAILED'; trouble: Trouble };

/** The one field and what it found. */
export interface Find {
  text: string;
  recognised: Recognised;
  /** Null before there is an answer to the text. */
  matches: readonly Match[] | null;
  hasMore: boolean;
  /** Which match the keyboard is on; -1 for none. */
  active: number;
  job: Job;
}

/** What an amount would bring. */
export type Preview =
  | { is: 'NONE' }
  | { is: 'ASKING' }
  | { is: 'KNOWN'; amount: string; outcome: Outcome; balance: number }
  | { is: 'REFUSED'; trouble: Trouble };

/** What lies on top of the member. Its key tells it apart from those before and after it. */
export type Sheet = { key: string; job: Job } & (
  | { kind: 'REDEEM'; reward: Reward }
  | {
      kind: 'VOUCHER';
      redemption: Redemption;
      /** It was redeemed a moment ago: the picture is there to be photographed. */
      isNew: boolean;
      /** The reason is being asked for. */
      isCancelling: boolean;
      done: 'USED' | 'CANCELLED' | null;
    }
  | { kind: 'PURCHASE'; amount: string; preview: Preview }
  | { kind: 'CAMERA' }
);

/** The button that records a visit. */
export interface Visit {
  /** The code of the activity type; null where there is none that one tap can record. */
  type: string | null;
  key: string;
  job: Job;
  isDone: boolean;
}

/** What was recorded a moment ago. */
export interface Win {
  id: string;
  what: 'VISIT' | 'PURCHASE';
  /** It had been recorded before, and was not recorded again. */
  isOld: boolean;
  outcome: Outcome;
}

/** What is shown of a member. */
export interface Served {
  member: Member;
  rewards: readonly Reward[];
}

/** What the counter shows at one moment. Never changed in place: each change makes a new one. */
export interface CounterState {
  status: LinkStatus;
  /** When the server was last heard, epoch milliseconds; null before the first time. */
  lastSeenAt: number | null;
  access: 'NONE' | 'ASKING' | 'GRANTED';
  /** Why the token that was given does not open the counter: not valid, a member's, or an API key's. */
  refused: 'TOKEN' | 'MEMBER' | 'SERVICE' | null;
  /** Null until the server has told. */
  shop: Shop | null;
  find: Find;
  /** Whom the counter serves; null for nobody. */
  memberId: string | null;
  /** Null until the server has told. */
  served: Served | null;
  /** How far asking about the member is. */
  serving: Job;
  visit: Visit;
  sheet: Sheet | null;
  win: Win | null;
  /** How much is sent again and again because there was no answer yet. */
  unsent: number;
  /** Nobody has touched the counter for a while: it is about to forget the member. */
  isLeaving: boolean;
}

export const READY: Job = { is: 'READY' };
export const BUSY: Job = { is: 'BUSY', isRetrying: false };

export const NOTHING_FOUND: Find = {
  text: '',
  recognised: { kind: 'NOTHING' },
  matches: null,
  hasMore: false,
  active: -1,
  job: READY,
};

export const INITIAL: CounterState = {
  status: 'connecting',
  lastSeenAt: null,
  access: 'NONE',
  refused: null,
  shop: null,
  find: NOTHING_FOUND,
  memberId: null,
  served: null,
  serving: READY,
  visit: { type: null, key: '', job: READY, isDone: false },
  sheet: null,
  win: null,
  unsent: 0,
  isLeaving: false,
};
