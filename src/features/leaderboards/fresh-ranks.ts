import type { Tail } from '../../platform/tail.ts';
import type { Ranks } from './ranks.ts';

/**
 * How long a question waits at most, in milliseconds. Delivery takes a few, but waits for the oldest open writer; then a
 * rank that is a moment old is better than none.
 */
const MOST_MS = 50;

/**
 * Ranks for whoever asks right after writing: waits until what this node has committed is in the ranks, too. While nothing
 * was just written, that is no wait at all.
 */
export class FreshRanks implements Ranks {
  readonly #ranks: Ranks;
  readonly #tail: Pick<Tail, 'delivered'>;

  constructor(ranks: Ranks, tail: Pick<Tail, 'delivered'>) {
    this.#ranks = ranks;
    this.#tail = tail;
  }

  countGreater(seasonId: string, score: number): number | Promise<number> {
    return this.#then(() => this.#ranks.countGreater(seasonId, score));
  }

  distinctGreater(seasonId: string, score: number): number | Promise<number> {
    return this.#then(() => this.#ranks.distinctGreater(seasonId, score));
  }

  size(seasonId: string): number | Promise<number> {
    return this.#then(() => this.#ranks.size(seasonId));
  }

  #then(answer: () => number | Promise<number>): number | Promise<number> {
    const delivered = this.#tail.delivered();
    return delivered === null ? answer() : atMost(delivered, MOST_MS).then(answer);
  }
}

async function atMost(wait: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([wait, end]);
  clearTimeout(timer);
}
