import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';

/*
 * What boards tell the nodes through the outbox. These events belong to no member; clients meet them only as what
 * `leaderboardUpdated` makes of them.
 */

/** Scores changed: one event for each batch of recording. */
export const SCORES_CHANGED = 'ScoresChanged';
/** A season was closed; what runs next is open already. */
export const SEASON_CLOSED = 'SeasonClosed';
/** All scores of a season were counted anew: whatever was kept of it is void. */
export const SEASON_REFILLED = 'SeasonRefilled';
/** A board was created or changed. */
export const LEADERBOARD_SAVED = 'LeaderboardSaved';

/**
 * One changed score; the old one is null for a member who was not on the board, the new one for a member who left it. The time
 * is epoch milliseconds.
 */
export type ScoreChange = readonly [
  seasonId: string,
  memberId: string,
  oldScore: number | null,
  newScore: number | null,
  reachedAtMs: number,
];

export interface ScoresChangedPayload {
  changes: readonly ScoreChange[];
}

/** The payload of SEASON_CLOSED and SEASON_REFILLED. */
export interface SeasonPayload {
  leaderboard: string;
  seasonId: string;
}

/** Stores an event that belongs to no member. */
export function announceIn(tx: Tx, type: string, payload: object): void {
  tx.emit({ id: newId(), type, memberId: null, occurredAt: tx.now, payload: { ...payload } });
}
