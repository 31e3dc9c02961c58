import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { LotUse } from '../../rules/lots.ts';
import { deficitOf, refunded } from '../../rules/refunds.ts';
import { newEntryId } from './entry-ids.ts';
import { settleIn } from './points.cycle.ts';
import { emitIn } from './points.events.ts';
import {
  insertEntries,
  type LedgerRow,
  readEntries,
  readLotsById,
  readWallets,
  updateLots,
  updateWallets,
} from './points.rows.ts';

/** A debit that is undone. */
export interface DebitToUndo {
  memberId: string;
  /** The debit's entry. */
  entryId: string;
  /** What it took from which lots. */
  uses: readonly LotUse[];
  /** A sentence for the member. */
  reason: string;
  actor: string;
}

/** What undoing did: the entry that reverses the debit's, and the event. */
export interface Refunded {
  entry: LedgerRow;
  effect: Effect;
}

/**
 * Undoes a debit inside a transaction that locks the member: the points go back to the lots they came from, with the
 * validity they had. What has reached its end meanwhile comes back too and expires at once, so that the ledger tells it.
 */
export async function refundIn(tx: Tx, { memberId, entryId, uses, reason, actor }: DebitToUndo): Promise<Refunded> {
  await settleIn(tx, [memberId]);
  const [debit] = await readEntries(tx, [entryId]);
  const before = (await readWallets(tx, [memberId])).get(memberId);
  if (debit === undefined || before === undefined) throw new Error(`The debit ${entryId} of ${memberId} is missing.`);
  const { wallet, uses: back } = refunded(before, uses);
  const returned = new Map(back.map(({ lotId, points }) => [lotId, points]));
  const lots = await readLotsById(tx, [...returned.keys()]);
  const entry: LedgerRow = {
    ...{ id: newEntryId(tx), memberId, kind: 'REFUND', points: -debit.points, reason, rule: debit.rule, actor },
    balanceAfter: wallet.active + wallet.pending - deficitOf(wallet),
    ...{ activityId: null, reversesId: debit.id, expiresAt: null },
    ...{ activeAt: tx.now, occurredAt: tx.now, recordedAt: tx.now },
  };
  await Promise.all([
    insertEntries(tx, [entry]),
    updateLots(
      tx,
      lots.map((lot) => ({ ...lot, remaining: lot.remaining + (returned.get(lot.id) ?? 0) })),
    ),
    updateWallets(tx, [wallet]),
  ]);
  const effect = await emitIn(tx, 'PointsRefunded', entry, entry.points, wallet.active);
  await settleIn(tx, [memberId]);
  return { entry, effect };
}
