import type { Tx } from '../../platform/tx.ts';
import { balanceOf, walletAfterCredit } from '../../rules/lots.ts';
import type { RuleReference } from '../../rules/types.ts';
import { newEntryId } from './entry-ids.ts';
import { emitIn } from './points.events.ts';
import { roomOf } from './points.limits.ts';
import {
  insertEntries,
  insertLots,
  type LedgerRow,
  type LotRow,
  readWallets,
  updateWallets,
  type WalletRow,
} from './points.rows.ts';

/** Points that something other than an activity gives: a prize, a challenge that many completed together. */
export interface Bonus {
  memberId: string;
  /** At least 1. */
  points: number;
  rule: RuleReference;
  /** A sentence for the member. */
  reason: string;
  /** When that happened which earned it, epoch milliseconds; now unless told. */
  occurredAt?: number;
  /** How long after that the points become spendable; at once unless told. */
  pendingForMs?: number | null;
  /** How long they stay valid from then on; for ever unless told. */
  expiresAfterMs?: number | null;
}

/**
 * Credits bonuses inside a transaction that locks their members; a member comes up once. Somebody who cannot hold all of it
 * (2,147,483,647 points in a lifetime) gets what fits.
 * @returns the ledger entries by member; members without a wallet and without any room are missing.
 */
export async function payBonusesIn(tx: Tx, bonuses: readonly Bonus[]): Promise<Map<string, LedgerRow>> {
  const entries = await creditBonusesIn(tx, bonuses);
  return new Map(entries.flatMap((entry) => (entry === null ? [] : [[entry.memberId, entry]])));
}

/**
 * `payBonusesIn` for members who may come up several times.
 * @returns the ledger entry of each bonus in their order; null without a wallet and without any room.
 */
export async function creditBonusesIn(tx: Tx, bonuses: readonly Bonus[]): Promise<(LedgerRow | null)[]> {
  const memberIds = new Set(bonuses.map(({ memberId }) => memberId));
  const wallets = memberIds.size === 0 ? new Map<string, WalletRow>() : await readWallets(tx, [...memberIds]);
  const changed = new Set<string>();
  const entries: (LedgerRow | null)[] = [];
  const lots: LotRow[] = [];
  for (const bonus of bonuses) {
    const wallet = wallets.get(bonus.memberId);
    const points = wallet === undefined ? 0 : Math.min(bonus.points, roomOf(wallet));
    if (wallet === undefined || points < 1) {
      entries.push(null);
      continue;
    }
    const times = timesOf(tx, bonus);
    const pending = times.activeAt > tx.now;
    const { wallet: after, remaining } = walletAfterCredit(wallet, points, pending);
    wallets.set(bonus.memberId, after);
    changed.add(bonus.memberId);
    const entry = { ...entryOf(tx, { ...bonus, points }, balanceOf(after)), ...times };
    entries.push(entry);
    lots.push(lotOf(entry, remaining, pending));
    await emitIn(tx, 'PointsEarned', entry, points, after.active);
  }
  await Promise.all([
    insertEntries(
      tx,
      entries.filter((entry) => entry !== null),
    ),
    insertLots(tx, lots),
    updateWallets(
      tx,
      [...changed].flatMap((memberId) => wallets.get(memberId) ?? []),
    ),
  ]);
  return entries;
}

/** What is paid late, because it was counted late, is spendable from now on, and valid from now on. */
function timesOf(tx: Tx, { occurredAt = tx.now, pendingForMs, expiresAfterMs }: Bonus) {
  const activeAt = Math.max(tx.now, occurredAt + (pendingForMs ?? 0));
  return { occurredAt, activeAt, expiresAt: expiresAfterMs == null ? null : activeAt + expiresAfterMs };
}

function entryOf(tx: Tx, { memberId, points, rule, reason }: Bonus, balanceAfter: number) {
  const nothing = { activityId: null, reversesId: null, actor: null };
  return {
    ...{ id: newEntryId(tx), memberId, kind: 'BONUS' as const, points, balanceAfter, reason, rule, ...nothing },
    recordedAt: tx.now,
  };
}

function lotOf({ id, memberId, points, activeAt, expiresAt }: LedgerRow, remaining: number, pending: boolean): LotRow {
  return { id, memberId, points, remaining, pending, activeAt, expiresAt };
}
