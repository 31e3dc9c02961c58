import type { ScoreCounts } from './score-counts.ts';
import { Snapshot } from './snapshot.ts';

/** One score that gave way to another; null where there was none before, or is none after. */
interface Change {
  readonly xid: string;
  readonly from: number | null;
  readonly to: number | null;
}

/** Changes kept while the counts are being read, 40 bytes each. More than these come only when reading takes minutes. */
const MOST_WAITING = 1_000_000;

/**
 * Counts of scores that are read from a table once and then follow its changes, which arrive in the order of their
 * transactions but a little later than they commit. A change is counted exactly once: either the reading saw its
 * transaction, or it is applied here. Begin to pass changes on before the reading begins.
 */
export class FollowedCounts {
  #counts: ScoreCounts | null = null;
  #waiting: Change[] = [];
  /** What the reading saw; null again once every transaction that it could have seen has been passed on. */
  #snapshot: Snapshot | null = null;

  /** The counts, or null until they have been read. */
  get counts(): ScoreCounts | null {
    return this.#counts;
  }

  /** True when more changed during the reading than is kept: what is being read is of no use any more. */
  get overflowed(): boolean {
    return this.#waiting.length > MOST_WAITING;
  }

  /**
   * Takes note of a change.
   * @throws RangeError when the counts do not hold the score that gave way; they are wrong then and must be read again.
   */
  change(xid: string, from: number | null, to: number | null): void {
    if (this.#counts !== null) this.#apply(this.#counts, { xid, from, to });
    else if (!this.overflowed) this.#waiting.push({ xid, from, to });
  }

  /** Takes what was read and what the reading statement saw. @throws RangeError as `change`. */
  begin(counts: ScoreCounts, snapshot: string): void {
    this.#snapshot = new Snapshot(snapshot);
    for (const change of this.#waiting) this.#apply(counts, change);
    this.#waiting = [];
    this.#counts = counts;
  }

  #apply(counts: ScoreCounts, { xid, from, to }: Change): void {
    if (this.#snapshot !== null) {
      if (this.#snapshot.saw(xid)) return;
      // Changes come in the order of their transactions, so none below the end follows.
      if (BigInt(xid) >= this.#snapshot.end) this.#snapshot = null;
    }
    if (from === to) return;
    if (from !== null) counts.remove(from);
    if (to !== null) counts.add(to);
  }
}
