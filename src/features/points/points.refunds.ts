import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { balanceOf, type LotUse } from '../../rules/lots.ts';
import { haveRoom, refunded } from '../../rules/refunds.ts';
import { newEntryId } from './entry-ids.ts';
import { type RefillableLotRow, readFates, readLotsWithRoom } from './points.credits.ts';
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
 * A deficit is covered first, and what was taken back in another lot's place goes to that lot: see `refunded`.
 */
export async function refundIn(tx: Tx, { memberId, entryId, uses, reason, actor }: DebitToUndo): Promise<Refunded> {
  await settleIn(tx, [memberId]);
  const [debit] = await readEntries(tx, [entryId]);
  const before = (await readWallets(tx, [memberId])).get(memberId);
  if (debit === undefined || before === undefined) throw new Error(`The debit ${entryId} of ${memberId} is missing.`);
  const lots = await lotsIn(tx, memberId, uses);
  const { wallet, uses: back } = refunded(before, uses, lots);
  const returned = new Map(back.map(({ lotId, points }) => [lotId, points]));
  const entry: LedgerRow = {
    ...{ id: newEntryId(tx), memberId, kind: 'REFUND', points: -debit.points, reason, rule: debit.rule, actor },
    balanceAfter: balanceOf(wallet),
    ...{ activityId: null, reversesId: debit.id, expiresAt: null },
    ...{ activeAt: tx.now, occurredAt: tx.now, recordedAt: tx.now },
  };
  await Promise.all([
    insertEntries(tx, [entry]),
    updateLots(
      tx,
      lots
        .filter((lot) => returned.has(lot.id))
        .map((lot) => ({ ...lot, remaining: lot.remaining + (returned.get(lot.id) ?? 0) })),
    ),
    updateWallets(tx, [wallet]),
  ]);
  const effect = await emitIn(tx, 'PointsRefunded', entry, entry.points, wallet.active);
  await settleIn(tx, [memberId]);
  return { entry, effect };
}

/** The lots that paid; where points of theirs were taken back meanwhile, also those that have room instead. */
async function lotsIn(tx: Tx, memberId: string, uses: readonly LotUse[]): Promise<RefillableLotRow[]> {
  const ids = uses.map(({ lotId }) => lotId);
  const fates = await readFates(tx, ids);
  const own = (await readLotsById(tx, ids)).map((lot) => {
    const { taken = 0, expired = 0 } = fates.get(lot.id) ?? {};
    return { ...lot, room: lot.points - taken - expired - lot.remaining };
  });
  if (haveRoom(uses, own)) return own;
  const points = uses.reduce((sum, use) => sum + use.points, 0);
  const others = await readLotsWithRoom(tx, memberId, points);
  return [...new Map([...own, ...others].map((lot) => [lot.id, lot])).values()];
}
