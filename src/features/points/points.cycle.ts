import type { Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import { balanceOf, compareLots, walletAfterActivation, walletAfterExpiry } from '../../rules/lots.ts';
import { newEntryId } from './entry-ids.ts';
import { emitIn } from './points.events.ts';
import {
  insertEntries,
  type LedgerRow,
  type LotRow,
  readDueLots,
  readEntries,
  readWallets,
  updateLots,
  updateWallets,
  type WalletRow,
} from './points.rows.ts';

/** Members handled in one transaction: enough to share its cost, few enough to hold locks for milliseconds only. */
const MEMBERS_PER_TURN = 200;

export interface CycleResult {
  /** Lots that became spendable. */
  activated: number;
  /** Lots that expired. */
  expired: number;
}

/** What happens between activation and expiry; handed over by the composition root, because it knows no points. */
export type BetweenStep = () => Promise<unknown>;

/**
 * One turn of the daily order that design fixes: first pending points become active, then tiers are reviewed, then due
 * points expire. Runs as a job every minute, so that an hour's waiting time ends within the hour, and may be
 * killed at any point: what is due is found from the lots alone, and each turn commits on its own.
 */
export class PointsCycle {
  readonly #work: UnitOfWork;
  readonly #reader: Reader;
  readonly #now: () => number;
  readonly #between: BetweenStep;

  constructor(work: UnitOfWork, reader: Reader, now: () => number, between: BetweenStep) {
    this.#work = work;
    this.#reader = reader;
    this.#now = now;
    this.#between = between;
  }

  /** Handles everything that is due now, members in turns. */
  async run(): Promise<CycleResult> {
    const activated = await this.#turns('pending and active_at <= $1', activateIn);
    await this.#between();
    const expired = await this.#turns('remaining > 0 and not pending and expires_at <= $1', expireIn);
    return { activated, expired };
  }

  async #turns(due: string, handle: (tx: Tx, memberIds: readonly string[]) => Promise<number>): Promise<number> {
    for (let total = 0; ; ) {
      const members = await this.#reader.query<{ id: string }>(
        `select distinct member_id as id from (select member_id from lots where ${due} limit 2000) as due limit ${MEMBERS_PER_TURN}`,
        [new Date(this.#now()).toISOString()],
      );
      if (members.length === 0) return total;
      const ids = members.map((member) => member.id);
      const handled = await this.#work.run({ name: 'points.cycle', locks: ids }, (tx) => handle(tx, ids));
      // Another worker may have been faster; without this the loop could spin while clocks disagree by milliseconds.
      if (handled === 0) return total;
      total += handled;
    }
  }
}

/** Activates and expires what is due for these members, inside a transaction that locks them: before anything is spent. */
export async function settleIn(tx: Tx, memberIds: readonly string[]): Promise<void> {
  await activateIn(tx, memberIds);
  await expireIn(tx, memberIds);
}

async function activateIn(tx: Tx, memberIds: readonly string[]): Promise<number> {
  const lots = await readDueLots(tx, memberIds, 'activation', tx.now);
  if (lots.length === 0) return 0;
  // What is due first covers a deficit first; of two at once, what would be spent first.
  const due = lots.sort((left, right) => left.activeAt - right.activeAt || compareLots(left, right));
  const wallets = await readWallets(tx, memberIds);
  const ids = due.map((lot) => lot.id);
  const entries = new Map((await readEntries(tx, ids)).map((entry) => [entry.id, entry]));
  const activated: LotRow[] = [];
  for (const lot of due) {
    const { wallet, remaining } = walletAfterActivation(walletOf(wallets, lot), lot.remaining);
    wallets.set(lot.memberId, wallet);
    activated.push({ ...lot, remaining, pending: false });
    const entry = entries.get(lot.id);
    if (entry !== undefined) await emitIn(tx, 'PointsActivated', entry, lot.remaining, wallet.active);
  }
  await Promise.all([updateLots(tx, activated), updateWallets(tx, changed(wallets, due))]);
  return due.length;
}

async function expireIn(tx: Tx, memberIds: readonly string[]): Promise<number> {
  const lots = await readDueLots(tx, memberIds, 'expiry', tx.now);
  if (lots.length === 0) return 0;
  const due = lots.sort(compareLots);
  const wallets = await readWallets(tx, memberIds);
  const entries: LedgerRow[] = [];
  for (const lot of due) {
    const after = walletAfterExpiry(walletOf(wallets, lot), lot.remaining);
    wallets.set(lot.memberId, after);
    const entry = expiryOf(tx, lot, after);
    entries.push(entry);
    await emitIn(tx, 'PointsExpired', entry, lot.remaining, after.active);
  }
  await Promise.all([
    insertEntries(tx, entries),
    updateLots(
      tx,
      due.map((lot) => ({ ...lot, remaining: 0 })),
    ),
    updateWallets(tx, changed(wallets, due)),
  ]);
  return due.length;
}

function expiryOf(tx: Tx, lot: LotRow, wallet: WalletRow): LedgerRow {
  const { memberId, remaining } = lot;
  const expiresAt = lot.expiresAt ?? tx.now;
  return {
    id: newEntryId(tx),
    memberId,
    kind: 'EXPIRE',
    points: -remaining,
    balanceAfter: balanceOf(wallet),
    reason: `${remaining} points earned earlier reached the end of their validity.`,
    activityId: null,
    rule: null,
    // Reversing looks here for how many points of a credit have expired.
    reversesId: lot.id,
    actor: null,
    activeAt: expiresAt,
    expiresAt: null,
    occurredAt: expiresAt,
    recordedAt: tx.now,
  };
}

function walletOf(wallets: Map<string, WalletRow>, lot: LotRow): WalletRow {
  const wallet = wallets.get(lot.memberId);
  if (wallet === undefined) throw new Error(`Member ${lot.memberId} has a lot but no wallet.`);
  return wallet;
}

function changed(wallets: Map<string, WalletRow>, lots: readonly LotRow[]): WalletRow[] {
  return [...new Set(lots.map((lot) => lot.memberId))].flatMap((memberId) => wallets.get(memberId) ?? []);
}
