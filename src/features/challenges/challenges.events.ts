import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';

/** Something counted towards a challenge of a member, or less than before: `{ progress }`, a PackedSnapshot. */
export const CHALLENGE_PROGRESSED = 'ChallengeProgressed';
/** A member completed a challenge: `{ progress }`. */
export const CHALLENGE_COMPLETED = 'ChallengeCompleted';
/** A member's completion was taken back: `{ progress }`. */
export const CHALLENGE_REOPENED = 'ChallengeReopened';

/*
 * What community challenges tell the nodes through the outbox. These events belong to no member; clients meet them only as
 * what `challengeUpdated` makes of them.
 */

/** What everybody has together changed: `{ challenges }`, their codes. */
export const CONTRIBUTIONS_CHANGED = 'ContributionsChanged';
/** A challenge was created or changed: `{ challenge }`, its code. */
export const CHALLENGE_SAVED = 'ChallengeSaved';

/** Tells every node that something was contributed to these challenges. */
export function announceContributionsIn(tx: Tx, challenges: readonly string[]): void {
  announceIn(tx, CONTRIBUTIONS_CHANGED, { challenges });
}

/** Tells every node that a challenge was saved. */
export function announceSavedIn(tx: Tx, challenge: string): void {
  announceIn(tx, CHALLENGE_SAVED, { challenge });
}

function announceIn(tx: Tx, type: string, payload: Record<string, unknown>): void {
  tx.emit({ id: newId(), type, memberId: null, occurredAt: tx.now, payload });
}
