import type { Tx } from '../../platform/tx.ts';
import { walletAfterCredit } from '../../rules/lots.ts';
import type { RuleReference } from '../../rules/types.ts';
import { newEntryId } from './entry-ids.ts';
import { emitIn } from './points.events.ts';
import { roomOf } from './points.limits.ts';
import { insertEntries, insertLots, type LedgerRow, type LotRow, readWallets, updateWallets } from './points.rows.ts';

/** Points that something other than an activity gives: a prize, a reward for a badge. Spendable at once, without expiry. */
export interface Bonus {
  memberId: string;
  /** At least 1. */
  points: number;
  rule: RuleReference;
  /** A sentence for the member. */
  reason: string;
}

/**
 * Credits bonuses inside a transaction that locks their members; a member comes up once. Somebody who cannot hold all of it
 * (2,147,483,647 points in a lifetime) gets what fits.
 * @returns the ledger entries by member; members without a wallet and without any room are missing.
 */
export async function payBonusesIn(tx: Tx, bonuses: readonly Bonus[]): Promise<Map<string, LedgerRow>> {
  const wallets = await readWallets(
    tx,
    bonuses.map(({ memberId }) => memberId),
  );
  const entries = new Map<string, LedgerRow>();
  for (const bonus of bonuses) {
    const wallet = wallets.get(bonus.memberId);
    const points = wallet === undefined ? 0 : Math.min(bonus.points, roomOf(wallet));
    if (wallet === undefined || points < 1) continue;
    const after = { memberId: bonus.memberId, ...walletAfterCredit(wallet, points, false) };
    wallets.set(bonus.memberId, after);
    const entry = entryOf(tx, { ...bonus, points }, after.active + after.pending);
    entries.set(bonus.memberId, entry);
    await emitIn(tx, 'PointsEarned', entry, points, after.active);
  }
  const rows = [...entries.values()];
  await Promise.all([
    insertEntries(tx, rows),
    insertLots(tx, rows.map(lotOf)),
    updateWallets(
      tx,
      rows.flatMap(({ memberId }) => wallets.get(memberId) ?? []),
    ),
  ]);
  return entries;
}

function entryOf(tx: Tx, { memberId, points, rule, reason }: Bonus, balanceAfter: number): LedgerRow {
  const times = { activeAt: tx.now, expiresAt: null, occurredAt: tx.now, recordedAt: tx.now };
  const nothing = { activityId: null, reversesId: null, actor: null };
  return { id: newEntryId(tx), memberId, kind: 'BONUS', points, balanceAfter, reason, rule, ...nothing, ...times };
}

function lotOf({ id, memberId, points, activeAt, expiresAt }: LedgerRow): LotRow {
  return { id, memberId, points, remaining: points, pending: false, activeAt, expiresAt };
}
