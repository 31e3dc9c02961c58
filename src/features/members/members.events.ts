import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';

/*
 * What changes of members tell the nodes through the outbox. These events belong to no stream of a member: clients never see
 * them, only what follows from them.
 */

/** A member's status changed: `{ memberId, status }`. */
export const MEMBER_STATUS_CHANGED = 'MemberStatusChanged';
/** What others see of a member changed, that is the name, the alias or the visibility: `{ memberId }`. */
export const MEMBER_APPEARANCE_CHANGED = 'MemberAppearanceChanged';

/** Stores an event that no client sees. */
export function tellNodesIn(tx: Tx, type: string, payload: { memberId: string; status?: string }): void {
  tx.emit({ id: newId(), type, memberId: null, occurredAt: tx.now, payload });
}
