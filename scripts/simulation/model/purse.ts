export type EntryKind = 'EARN' | 'BONUS' | 'ADJUST' | 'REDEEM' | 'REFUND' | 'EXPIRE' | 'REVERSE';

/** Points that came in together. Times are epoch milliseconds; `Infinity` is for ever. */
export interface Lot {
  points: number;
  left: number;
  activeAt: number;
  expiresAt: number;
  waits: boolean;
  /** How many of its points reached their end unspent, and how many were taken back on its account. */
  expired: number;
  taken: number;
}

/** What a debit took from a lot. */
export interface Use {
  lot: Lot;
  points: number;
}

/** A member's points as one would keep them on paper: credits in a list in the order in which they were made. */
export class Purse {
  readonly lots: Lot[] = [];
  /** The sum of what was ever written down, by kind. */
  readonly sums: Record<EntryKind, number> = {
    ...{ EARN: 0, BONUS: 0, ADJUST: 0, REDEEM: 0, REFUND: 0, EXPIRE: 0, REVERSE: 0 },
  };
  earned = 0;
  spent = 0;
  expired = 0;
  reversed = 0;
  /** Points that were taken back when they were spent already. */
  owed = 0;

  credit(kind: EntryKind, points: number, now: number, activeAt: number, validDays: number | null): Lot {
    const expiresAt = validDays === null ? Number.POSITIVE_INFINITY : activeAt + validDays * 86_400_000;
    const lot: Lot = { points, left: points, activeAt, expiresAt, waits: activeAt > now, expired: 0, taken: 0 };
    this.lots.push(lot);
    this.earned += points;
    this.sums[kind] += points;
    if (!lot.waits) this.#cover(lot);
    return lot;
  }

  /** What the passing of time does: what waited can be spent, and then what is over is gone. */
  settle(now: number): void {
    const due = this.lots.filter(({ waits, activeAt }) => waits && activeAt <= now);
    for (const lot of due.sort((one, two) => one.activeAt - two.activeAt)) {
      lot.waits = false;
      this.#cover(lot);
    }
    for (const lot of this.lots) {
      if (lot.waits || lot.expiresAt > now) continue;
      lot.expired += lot.left;
      this.expired += lot.left;
      this.sums.EXPIRE -= lot.left;
      lot.left = 0;
    }
  }

  /** Takes points, those first that end first; null, and nothing taken, when there are too few. */
  take(kind: 'ADJUST' | 'REDEEM', points: number): Use[] | null {
    if (this.spendable() < points) return null;
    const uses: Use[] = [];
    let missing = points;
    for (const lot of this.#inOrder()) {
      const part = Math.min(lot.left, missing);
      if (part > 0) uses.push({ lot, points: part });
      lot.left -= part;
      missing -= part;
    }
    this.spent += points;
    this.sums[kind] -= points;
    return uses;
  }

  /** Gives back what a debit took: what is owed first, then where it came from, the longest-lived first, as far as there is room. */
  refund(uses: readonly Use[], now: number): void {
    const points = uses.reduce((sum, use) => sum + use.points, 0);
    this.spent -= points;
    this.sums.REFUND += points;
    const covered = Math.min(this.owed, points);
    this.owed -= covered;
    let back = points - covered;
    const fill = (lot: Lot, most: number) => {
      const part = Math.min(back, most, lot.points - lot.expired - lot.taken - lot.left);
      lot.left += part;
      back -= part;
    };
    const backwards = uses
      .map(({ lot }) => lot)
      .sort(compare)
      .reverse();
    for (const lot of backwards) fill(lot, uses.find((use) => use.lot === lot)?.points ?? 0);
    for (const lot of this.lots
      .filter(({ waits }) => !waits)
      .sort(compare)
      .reverse())
      fill(lot, back);
    this.settle(now);
  }

  /** Takes a credit back until `target` of its points are taken; what has expired is gone already. Returns how many it took. */
  takeBack(credit: Lot, target: number): number {
    const points = Math.max(0, Math.min(target, credit.points - credit.expired) - credit.taken);
    let missing = points;
    for (const lot of [credit, ...this.#inOrder().filter((other) => other !== credit)]) {
      const part = Math.min(lot.left, missing);
      lot.left -= part;
      missing -= part;
    }
    credit.taken += points;
    this.owed += missing;
    this.reversed += points;
    this.sums.REVERSE -= points;
    return points;
  }

  spendable(): number {
    return this.lots.reduce((sum, lot) => sum + (lot.waits ? 0 : lot.left), 0);
  }

  pending(): number {
    return this.lots.reduce((sum, lot) => sum + (lot.waits ? lot.left : 0), 0);
  }

  #cover(lot: Lot): void {
    const part = Math.min(this.owed, lot.left);
    this.owed -= part;
    lot.left -= part;
  }

  #inOrder(): Lot[] {
    return this.lots.filter(({ waits }) => !waits).sort(compare);
  }
}

/** The list keeps the order in which lots were made where nothing else decides. */
function compare(one: Lot, two: Lot): number {
  if (one.expiresAt !== two.expiresAt) return one.expiresAt < two.expiresAt ? -1 : 1;
  return one.activeAt - two.activeAt;
}
