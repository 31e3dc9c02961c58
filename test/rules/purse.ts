import {
  balanceOf,
  compareLots,
  consume,
  emptyWallet,
  type LotUse,
  type WalletFigures,
  walletAfterActivation,
  walletAfterCredit,
  walletAfterDebit,
  walletAfterExpiry,
} from '../../src/rules/lots.ts';
import { haveRoom, refunded } from '../../src/rules/refunds.ts';
import { type HeldLot, takeBack } from '../../src/rules/take-back.ts';

/** A credit and what has become of it. */
export interface PurseLot extends HeldLot {
  points: number;
  taken: number;
  expired: number;
}

/** A member's points in memory, moved by the rules alone as the tables are: what every property is tried on. */
export class Purse {
  wallet: WalletFigures = emptyWallet;
  lots: PurseLot[] = [];
  /** Debits that are not refunded. */
  debits: LotUse[][] = [];

  credit(points: number, lot: { pending: boolean; activeAt: number; expiresAt: number | null }): string {
    const id = `lot-${String(this.lots.length).padStart(3, '0')}`;
    const { wallet, remaining } = walletAfterCredit(this.wallet, points, lot.pending);
    this.wallet = wallet;
    this.lots.push({ id, ...lot, points, remaining, taken: 0, expired: 0 });
    return id;
  }

  /** Spends so many points, or nothing. */
  debit(points: number): boolean {
    const active = this.lots.filter(({ pending }) => !pending);
    const { uses, missing } = consume(active, points);
    if (missing > 0) return false;
    this.wallet = walletAfterDebit(this.wallet, points);
    this.#move(uses, -1);
    this.debits.push(uses);
    return true;
  }

  /** Undoes one of the open debits; like the feature it looks at other lots only when those that paid have too little room. */
  refund(index: number): void {
    const [uses] = this.debits.splice(index, 1);
    if (uses === undefined) throw new RangeError(`There is no debit ${index}.`);
    const roomy = this.lots.filter(({ pending }) => !pending).map((lot) => ({ ...lot, room: this.roomOf(lot) }));
    const own = roomy.filter(({ id }) => uses.some(({ lotId }) => lotId === id));
    const { wallet, uses: back } = refunded(this.wallet, uses, haveRoom(uses, own) ? own : roomy);
    this.wallet = wallet;
    this.#move(back, 1);
  }

  /** Activates everything pending. */
  activate(): void {
    for (const lot of this.lots.filter(({ pending }) => pending).toSorted(compareLots)) {
      const { wallet, remaining } = walletAfterActivation(this.wallet, lot.remaining);
      this.wallet = wallet;
      Object.assign(lot, { remaining, pending: false });
    }
  }

  /** Lets an active lot expire. */
  expire(id: string): void {
    const lot = this.lot(id);
    if (lot.pending || lot.remaining === 0) return;
    this.wallet = walletAfterExpiry(this.wallet, lot.remaining);
    Object.assign(lot, { expired: lot.expired + lot.remaining, remaining: 0 });
  }

  takeBack(id: string, target: number): number {
    const { points, taken, expired } = this.lot(id);
    const result = takeBack(this.wallet, this.lots, { entryId: id, points, taken, expired, target });
    this.wallet = result.wallet;
    this.lots = result.lots;
    this.lot(id).taken += result.points;
    return result.points;
  }

  lot(id: string): PurseLot {
    const lot = this.lots.find((one) => one.id === id);
    if (lot === undefined) throw new RangeError(`There is no lot ${id}.`);
    return lot;
  }

  /** What a lot holds. */
  remaining(id: string): number {
    return this.lot(id).remaining;
  }

  /** How many more points a lot may hold. */
  roomOf({ points, taken, expired, remaining }: PurseLot): number {
    return points - taken - expired - remaining;
  }

  get balance(): number {
    return balanceOf(this.wallet);
  }

  #move(uses: readonly LotUse[], sign: 1 | -1): void {
    for (const { lotId, points } of uses) this.lot(lotId).remaining += sign * points;
  }
}
