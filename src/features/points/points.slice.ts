import type { Tx } from '../../platform/tx.ts';
import type { OpenSlice, Slice, Step } from '../../recording/slice.ts';
import { balanceOf, walletAfterCredit } from '../../rules/lots.ts';
import type { Evaluation, Posting } from '../../rules/types.ts';
import { newEntryId } from './entry-ids.ts';
import { requireRoom } from './points.limits.ts';
import {
  insertEntries,
  insertLots,
  type LedgerRow,
  type LotRow,
  readWallets,
  updateWallets,
  type WalletRow,
} from './points.rows.ts';

/** What the points slice has open for one batch; `walletOf` shows a wallet as the folded activities left it. */
export interface OpenPointsSlice extends OpenSlice {
  walletOf(memberId: string): WalletRow;
}

/** How points take part in recording: each posting becomes a ledger entry, a lot and a change of the wallet. */
export const pointsSlice: Slice = {
  name: 'points',
  async open(tx, _programme, candidates): Promise<OpenPointsSlice> {
    const memberIds = [...new Set(candidates.map((candidate) => candidate.memberId))];
    const wallets = memberIds.length === 0 ? new Map<string, WalletRow>() : await readWallets(tx, memberIds);
    return new PointsBatch(tx, wallets);
  },
};

/** Tells the points slice among the open slices of a simulation. */
export function isPointsSlice(slice: OpenSlice): slice is OpenPointsSlice {
  return slice instanceof PointsBatch;
}

class PointsBatch implements OpenPointsSlice {
  readonly #tx: Tx;
  readonly #wallets: Map<string, WalletRow>;
  readonly #changed = new Set<string>();
  readonly #entries: LedgerRow[] = [];
  readonly #lots: LotRow[] = [];

  constructor(tx: Tx, wallets: Map<string, WalletRow>) {
    this.#tx = tx;
    this.#wallets = wallets;
  }

  walletOf(memberId: string): WalletRow {
    const wallet = this.#wallets.get(memberId);
    if (wallet === undefined) throw new Error(`Member ${memberId} has no wallet; enrolling must have made one.`);
    return wallet;
  }

  accept(memberId: string, evaluation: Evaluation): void {
    const points = evaluation.postings.reduce((sum, posting) => sum + posting.points, 0);
    requireRoom(this.walletOf(memberId), points);
  }

  fold(step: Step): void {
    for (const posting of step.evaluation.postings) this.#credit(step, posting);
  }

  async write(): Promise<void> {
    const wallets = [...this.#changed].map((memberId) => this.walletOf(memberId));
    await Promise.all([
      insertEntries(this.#tx, this.#entries),
      insertLots(this.#tx, this.#lots),
      updateWallets(this.#tx, wallets),
    ]);
  }

  #credit(step: Step, posting: Posting): void {
    const { memberId, facts } = step.activity;
    const { points, kind, reason, rule, activeAt, expiresAt } = posting;
    const pending = activeAt > step.now;
    const { wallet, remaining } = walletAfterCredit(this.walletOf(memberId), points, pending);
    this.#wallets.set(memberId, wallet);
    this.#changed.add(memberId);
    const id = newEntryId(this.#tx);
    const entry: LedgerRow = {
      id,
      memberId,
      kind,
      points,
      balanceAfter: balanceOf(wallet),
      reason,
      activityId: facts.id,
      rule,
      reversesId: null,
      actor: null,
      activeAt,
      expiresAt,
      occurredAt: facts.occurredAt,
      recordedAt: step.now,
    };
    this.#entries.push(entry);
    this.#lots.push({ id, memberId, points, remaining, pending, activeAt, expiresAt });
    // By which rule and for what is told to everybody who follows awards, without a look at the ledger for each. The entry's
    // own reason stays with the member: it names amounts.
    const told = { reason: rule.name, activityType: facts.type };
    step.emit('PointsEarned', { entryId: id, points, balance: wallet.active, ...told }, entry);
  }
}
