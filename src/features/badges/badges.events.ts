import { encodeCursor } from '../../platform/cursor.ts';
import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { AwardRow } from './badges.rows.ts';

/** A member was awarded a badge: `{ awardId }`. */
export const BADGE_AWARDED = 'BadgeAwarded';
/** An award was revoked: `{ awardId }`. */
export const BADGE_REVOKED = 'BadgeRevoked';

/** Emits an event about one award and gives it as mutations answer it. */
export async function emitAwardIn(tx: Tx, type: string, award: AwardRow): Promise<Effect> {
  const payload = { awardId: award.id };
  const event = { id: newId(), type, memberId: award.memberId, occurredAt: tx.now, payload };
  const seq = tx.emit(event);
  return { ...event, cursor: encodeCursor({ xid: await tx.xid(), seq }), live: award };
}
