import { type Page, type PageArguments, pageOf } from '../../platform/pages.ts';
import type { Reader } from '../../platform/reader.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { balanceOf, compareLots, walletAfterCredit } from '../../rules/lots.ts';
import { newEntryId } from './entry-ids.ts';
import { settleIn } from './points.cycle.ts';
import { takeIn } from './points.debits.ts';
import { emitIn } from './points.events.ts';
import { requireRoom } from './points.limits.ts';
import {
  ENTRY_COLUMNS,
  insertEntries,
  insertLots,
  type LedgerEntryKind,
  type LedgerRow,
  type LotRow,
  readWallets,
  type StoredEntry,
  toLedgerRow,
  updateLots,
  updateWallets,
  type WalletRow,
} from './points.rows.ts';

/** A change of a member's points that no activity caused. Points are signed; a credit may expire. */
export interface PointsChange {
  memberId: string;
  points: number;
  reason: string;
  actor: string;
  /** How long after now credited points expire, in milliseconds; null is never. */
  expiresAfterMs: number | null;
}

/**
 * Adjusts a member's points by hand inside an open transaction whose scope locks the member: a credit makes a lot, a
 * deduction consumes the soonest-expiring active lots.
 * @throws Refusal INSUFFICIENT_POINTS, LIMIT_REACHED, NOT_FOUND or BAD_USER_INPUT (zero points); nothing is written then.
 */
export async function adjustIn(tx: Tx, change: PointsChange): Promise<{ entry: LedgerRow; effects: Effect[] }> {
  if (change.points === 0) {
    const message = 'An adjustment by 0 points changes nothing. Give a positive or a negative number.';
    throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['input', 'points'] });
  }
  await settleIn(tx, [change.memberId]);
  const wallet = (await readWallets(tx, [change.memberId])).get(change.memberId);
  if (wallet === undefined) {
    throw new Refusal(ErrorCode.NOT_FOUND, 'There is no member with this id. Check memberId.', {
      path: ['input', 'memberId'],
    });
  }
  const expiresAt = change.points > 0 && change.expiresAfterMs !== null ? tx.now + change.expiresAfterMs : null;
  const after =
    change.points > 0
      ? await creditIn(tx, wallet, change.points, expiresAt)
      : await debitIn(tx, wallet, -change.points);
  const entry = entryOf(tx, change, after.wallet, expiresAt, after.lot?.id ?? newEntryId(tx));
  await Promise.all([
    insertEntries(tx, [entry]),
    insertLots(tx, after.lot === null ? [] : [after.lot]),
    updateLots(tx, after.consumed),
    updateWallets(tx, [after.wallet]),
  ]);
  const effect = await emitIn(tx, 'PointsAdjusted', entry, entry.points, after.wallet.active);
  return { entry, effects: [effect] };
}

interface Change {
  wallet: WalletRow;
  lot: LotRow | null;
  consumed: LotRow[];
}

async function creditIn(tx: Tx, wallet: WalletRow, points: number, expiresAt: number | null): Promise<Change> {
  requireRoom(wallet, points);
  const { memberId } = wallet;
  const { wallet: after, remaining } = walletAfterCredit(wallet, points, false);
  const lot = { id: newEntryId(tx), memberId, points, remaining, pending: false, activeAt: tx.now, expiresAt };
  return { wallet: after, lot, consumed: [] };
}

async function debitIn(tx: Tx, wallet: WalletRow, points: number): Promise<Change> {
  const { wallet: after, consumed } = await takeIn(tx, wallet, points);
  return { wallet: after, lot: null, consumed };
}

function entryOf(tx: Tx, change: PointsChange, wallet: WalletRow, expiresAt: number | null, id: string): LedgerRow {
  const kind: LedgerEntryKind = 'ADJUST';
  const { memberId, points, reason, actor } = change;
  const balanceAfter = balanceOf(wallet);
  const times = { activeAt: tx.now, expiresAt, occurredAt: tx.now, recordedAt: tx.now };
  return {
    id,
    memberId,
    kind,
    points,
    balanceAfter,
    reason,
    activityId: null,
    rule: null,
    reversesId: null,
    actor,
    ...times,
  };
}

/**
 * What of these lots expires within the window, soonest first, summed per instant. A lot that expired before the window
 * may still lie there for a minute, until the cycle has swept it; it is no longer anything to hurry for.
 */
export function expiringOf(lots: readonly LotRow[], fromMs: number, untilMs: number) {
  const sums = new Map<number, number>();
  for (const { expiresAt, remaining, pending } of [...lots].sort(compareLots)) {
    if (pending || expiresAt === null || expiresAt <= fromMs || expiresAt >= untilMs) continue;
    sums.set(expiresAt, (sums.get(expiresAt) ?? 0) + remaining);
  }
  return [...sums].map(([expiresAt, points]) => ({ expiresAt, points }));
}

/** A member's ledger, the latest entry first. */
export function readLedger(
  reader: Reader,
  memberId: string,
  page: PageArguments,
  kinds: readonly LedgerEntryKind[] | null,
): Promise<Page<LedgerRow>> {
  return pageOf<StoredEntry, LedgerRow>(reader, page, {
    select: ENTRY_COLUMNS,
    from: 'ledger_entries',
    where: 'member_id = $1 and ($2::text[] is null or kind = any ($2))',
    parameters: [memberId, kinds],
    // Ids of one member's entries sort in the order they took effect: see newEntryId.
    order: [{ expression: 'id', type: 'uuid' }],
    direction: 'desc',
    toNode: toLedgerRow,
  });
}
