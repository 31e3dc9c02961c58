import type { ActivityType } from './programme.ts';

/*
 * What happens to a programme, one command after the other. Everything is called by names that the history chose, never by
 * the server's ids, so that a history is plain JSON, means the same each time it is played, and can be shortened.
 */

export interface PlannedActivity {
  key: string;
  member: string;
  type: ActivityType;
  channel: 'online' | 'store';
  cents: number | null;
  /** How long ago it took place; null leaves the time to the server. */
  agoMs: number | null;
}

export interface PlannedMember {
  name: string;
  /** Whose code is given: a member's name, `nobody` for a code that nobody has, or null for none. */
  by: string | null;
  device: string | null;
  address: string | null;
  /** Uses the mailbox of this member, written differently. */
  mailboxOf: string | null;
}

/** Whether the request is sent a second time under the same key: as it was, or with something else in it. */
export type Again = 'SAME' | 'OTHER' | null;

export type Command =
  | { do: 'enrol'; member: PlannedMember; again: Again }
  | { do: 'record'; activity: PlannedActivity; again: Again }
  | { do: 'batch'; activities: PlannedActivity[] }
  | { do: 'together'; activities: PlannedActivity[] }
  | { do: 'repeat'; key: string; changed: boolean }
  /** Without `points`, everything that can be spent is deducted. */
  | { do: 'adjust'; name: string; member: string; points: number | null; validDays: number | null; again: Again }
  | { do: 'redeem'; name: string; member: string; reward: string; byMember: boolean; again: Again }
  | { do: 'fulfil'; name: string; redemption: string; byCode: boolean; again: Again }
  | { do: 'cancel'; name: string; redemption: string; again: Again }
  | { do: 'reverse'; name: string; key: string; fraction: string; again: Again }
  | { do: 'regret'; name: string; key: string; fraction: string; count: number }
  | { do: 'restock'; reward: string; stock: number }
  | { do: 'status'; member: string; suspended: boolean }
  | { do: 'review'; member: string; approve: boolean }
  | { do: 'rush'; name: string; reward: string; members: string[] }
  | { do: 'debits'; name: string; member: string; points: number; count: number }
  | { do: 'wait'; days: number; hours: number; sweep: boolean }
  | { do: 'restart'; activity: PlannedActivity | null; days: number };

/** The channel that it was not. */
export function other(channel: 'online' | 'store'): 'online' | 'store' {
  return channel === 'online' ? 'store' : 'online';
}
