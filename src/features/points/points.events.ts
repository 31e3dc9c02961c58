import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { emitEffectIn } from '../../recording/effects.ts';
import type { LedgerRow } from './points.rows.ts';

/** Emits an event about one ledger entry and gives it as mutations answer it. `points` may differ from the entry's. */
export async function emitIn(tx: Tx, type: string, entry: LedgerRow, points: number, balance: number): Promise<Effect> {
  const payload = { entryId: entry.id, points, balance, ...(type === 'PointsEarned' ? { reason: entry.reason } : {}) };
  return { ...(await emitEffectIn(tx, type, entry.memberId, payload)), live: entry };
}
