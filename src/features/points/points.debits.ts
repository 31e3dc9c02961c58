import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { balanceOf, consume, type LotUse, walletAfterDebit } from '../../rules/lots.ts';
import type { RuleReference } from '../../rules/types.ts';
import { newEntryId } from './entry-ids.ts';
import { emitIn } from './points.events.ts';
import {
  insertEntries,
  type LedgerRow,
  type LotRow,
  readLotsToSpend,
  readWallet,
  updateLots,
  updateWallets,
  type WalletRow,
} from './points.rows.ts';

/** Points that a member spends. */
export interface Debit {
  memberId: string;
  /** At least 1. */
  points: number;
  /** What they are spent on. */
  rule: RuleReference;
  /** A sentence for the member. */
  reason: string;
  actor: string;
}

/** What spending did: its entry, which lots gave how many points, and the event. */
export interface Spent {
  entry: LedgerRow;
  uses: LotUse[];
  effect: Effect;
}

/**
 * Spends a member's points inside a transaction that locks the member and has settled it (see `settleIn`): the
 * soonest-expiring active lots go first.
 * @throws Refusal INSUFFICIENT_POINTS; nothing is written then.
 */
export async function debitIn(tx: Tx, { memberId, points, rule, reason, actor }: Debit): Promise<Spent> {
  const wallet = await readWallet(tx, memberId);
  const { uses, ...after } = await takeIn(tx, wallet, points);
  const entry: LedgerRow = {
    ...{ id: newEntryId(tx), memberId, kind: 'REDEEM', points: -points, reason, rule, actor },
    balanceAfter: balanceOf(after.wallet),
    ...{ activityId: null, reversesId: null, expiresAt: null },
    ...{ activeAt: tx.now, occurredAt: tx.now, recordedAt: tx.now },
  };
  await Promise.all([insertEntries(tx, [entry]), updateLots(tx, after.consumed), updateWallets(tx, [after.wallet])]);
  return { entry, uses, effect: await emitIn(tx, 'PointsSpent', entry, points, after.wallet.active) };
}

/** The wallet and the lots as they are once so many points are taken; the caller stores them. */
export interface Taken {
  wallet: WalletRow;
  consumed: LotRow[];
  uses: LotUse[];
}

/**
 * Finds the lots that pay for a deduction.
 * @throws Refusal INSUFFICIENT_POINTS with `details.missingPoints`: what the member lacks, what it owes included.
 */
export async function takeIn(tx: Tx, wallet: WalletRow, points: number): Promise<Taken> {
  const { memberId } = wallet;
  const lots = await readLotsToSpend(tx, memberId, points);
  const { uses, missing } = consume(lots, points);
  if (missing > 0) {
    throw tooFew(wallet, missing);
  }
  const taken = new Map(uses.map((use) => [use.lotId, use.points]));
  const consumed = lots
    .filter((lot) => taken.has(lot.id))
    .map((lot) => ({ ...lot, remaining: lot.remaining - (taken.get(lot.id) ?? 0) }));
  return { wallet: walletAfterDebit(wallet, points), consumed, uses };
}

function tooFew({ active, deficit }: WalletRow, lacking: number): Refusal {
  const missingPoints = lacking + deficit;
  const message =
    deficit === 0
      ? `The member has ${active} spendable points, ${missingPoints} fewer than needed. Deduct less.`
      : `The member has no spendable points and owes ${deficit} that were taken back after they had been spent: ${missingPoints} are missing in all.`;
  const details = { missingPoints, active, deficit };
  return new Refusal(ErrorCode.INSUFFICIENT_POINTS, message, { path: ['input', 'points'], details });
}
