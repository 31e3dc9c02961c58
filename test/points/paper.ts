/** Time passes in moments, so that sums of days are exact. */
export const DAY = 1_000_000;

const MOST_VISITS = 9;

/** A credit as the paper has it. */
export interface PaperLot {
  points: number;
  left: number;
  taken: number;
  expired: number;
  waiting: boolean;
  activeOn: number;
  expiresOn: number;
  made: number;
}

interface Part {
  lot: PaperLot;
  points: number;
}

/** What visits give. */
export interface Visits {
  points: number;
  pendingDays: number;
  validDays: number;
  dailyCap: number;
}

/** A member's points as one would keep them on paper: lots in a list, what is owed beside it, nothing clever. */
export class Paper {
  today = 0;
  lots: PaperLot[] = [];
  /** What was redeemed and not refunded: what came from which lots. */
  debits: Part[][] = [];
  deficit = 0;
  /** The balance after each entry. */
  ladder: number[] = [];
  readonly #visits: Visits;
  readonly #days = new Map<string, number>();
  #spent = 0;

  constructor(visits: Visits) {
    this.#visits = visits;
  }

  visit(date: string, daysAgo: number): number {
    const { points, pendingDays, validDays, dailyCap } = this.#visits;
    const onDay = this.#days.get(date) ?? 0;
    const all = [...this.#days.values()].reduce((sum, count) => sum + count, 0);
    if (onDay >= dailyCap || all >= MOST_VISITS) return 0;
    this.#days.set(date, onDay + 1);
    const activeOn = this.today + (pendingDays - daysAgo) * DAY;
    this.credit(points, activeOn, activeOn + validDays * DAY);
    return points;
  }

  credit(points: number, activeOn: number, expiresOn: number): void {
    const waiting = activeOn > this.today;
    const left = waiting ? points : points - this.#cover(points);
    this.lots.push({ points, left, taken: 0, expired: 0, waiting, activeOn, expiresOn, made: this.lots.length });
    this.#note(points);
  }

  /** Spends points, or does nothing at all when there are too few. */
  spend(points: number): Part[] | null {
    const before = { lots: this.lots.map((lot) => ({ ...lot })), deficit: this.deficit, ladder: [...this.ladder] };
    // What is due is written down before it is spent around; a refusal writes nothing.
    this.settle();
    const usable = this.lots.filter(({ waiting }) => !waiting);
    if (total(usable) < points) {
      this.lots.forEach((lot, index) => {
        Object.assign(lot, before.lots[index]);
      });
      this.deficit = before.deficit;
      this.ladder = before.ladder;
      return null;
    }
    const parts = take(usable.toSorted(bySpending), points);
    this.#spent += points;
    this.#note(-points);
    return parts;
  }

  /** Takes points of one credit back: its own, then others', then as a debt. Gives how many. */
  takeBack(lot: PaperLot, target: number): number {
    this.settle();
    const points = Math.max(0, Math.min(target, lot.points - lot.expired) - lot.taken);
    if (points === 0) return 0;
    const others = this.lots.filter((other) => other !== lot && !other.waiting).toSorted(bySpending);
    const found = take([lot, ...others], points).reduce((sum, part) => sum + part.points, 0);
    this.deficit += points - found;
    lot.taken += points;
    this.#note(-points);
    return points;
  }

  /** Pays a debit back: first what is owed, then the lots that paid as far as they give so much, then others. */
  refund(debit: Part[]): void {
    this.settle();
    this.debits = this.debits.filter((other) => other !== debit);
    const points = debit.reduce((sum, part) => sum + part.points, 0);
    let back = points - this.#cover(points);
    const put = (lot: PaperLot, most: number) => {
      const part = Math.min(back, most, lot.points - lot.taken - lot.expired - lot.left);
      lot.left += part;
      back -= part;
    };
    const latest = this.lots.filter((lot) => !lot.waiting).toSorted((left, right) => bySpending(right, left));
    for (const lot of latest) put(lot, debit.find((part) => part.lot === lot)?.points ?? 0);
    for (const lot of latest) put(lot, back);
    this.#spent -= points;
    this.#note(points);
    this.settle();
  }

  /** Activates what is due, then lets expire what is. */
  settle(): void {
    const active = this.lots.filter((lot) => lot.waiting && lot.left > 0 && lot.activeOn <= this.today);
    for (const lot of active.toSorted((left, right) => left.activeOn - right.activeOn || bySpending(left, right))) {
      lot.waiting = false;
      lot.left -= this.#cover(lot.left);
    }
    const over = this.lots.filter((lot) => !lot.waiting && lot.left > 0 && lot.expiresOn <= this.today);
    for (const lot of over.toSorted(bySpending)) {
      this.#note(-lot.left);
      lot.expired += lot.left;
      lot.left = 0;
    }
  }

  wallet() {
    const sum = (of: (lot: PaperLot) => number) => this.lots.reduce((all, lot) => all + of(lot), 0);
    return {
      active: total(this.lots.filter(({ waiting }) => !waiting)),
      pending: total(this.lots.filter(({ waiting }) => waiting)),
      ...{ deficit: this.deficit, lifetimeEarned: sum(({ points }) => points), lifetimeSpent: this.#spent },
      ...{ lifetimeExpired: sum(({ expired }) => expired), lifetimeReversed: sum(({ taken }) => taken) },
    };
  }

  #cover(points: number): number {
    const covered = Math.min(this.deficit, points);
    this.deficit -= covered;
    return covered;
  }

  #note(points: number): void {
    this.ladder.push((this.ladder.at(-1) ?? 0) + points);
  }
}

function total(lots: readonly PaperLot[]): number {
  return lots.reduce((sum, { left }) => sum + left, 0);
}

function bySpending(left: PaperLot, right: PaperLot): number {
  if (left.expiresOn !== right.expiresOn) return left.expiresOn < right.expiresOn ? -1 : 1;
  return left.activeOn - right.activeOn || left.made - right.made;
}

function take(lots: readonly PaperLot[], points: number): Part[] {
  let missing = points;
  return lots.flatMap((lot) => {
    const part = Math.min(missing, lot.left);
    lot.left -= part;
    missing -= part;
    return part === 0 ? [] : [{ lot, points: part }];
  });
}
