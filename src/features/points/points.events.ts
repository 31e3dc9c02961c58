import { encodeCursor } from '../../platform/cursor.ts';
import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { LedgerRow } from './points.rows.ts';

/** Emits an event about one ledger entry and gives it as mutations answer it. `points` may differ from the entry's. */
export async function emitIn(tx: Tx, type: string, entry: LedgerRow, points: number, balance: number): Promise<Effect> {
  const payload = { entryId: entry.id, points, balance, ...(type === 'PointsEarned' ? { reason: entry.reason } : {}) };
  const event = { id: newId(), type, memberId: entry.memberId, occurredAt: tx.now, payload };
  const seq = tx.emit(event);
  return { ...event, cursor: encodeCursor({ xid: await tx.xid(), seq }), live: entry };
}
