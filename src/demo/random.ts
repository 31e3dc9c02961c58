/**
 * A small seeded source of chance: the same seed gives the same sequence on every machine and Node version, which
 * `Math.random` does not. A counter walks the 32-bit numbers by the golden ratio and a finaliser scrambles it; that is
 * plenty for a demo and takes no memory. Never for secrets.
 */
export class Random {
  #counter: number;

  /** @param seed any text; equal texts give equal sequences. */
  constructor(seed: string) {
    let hash = seed.length;
    for (let index = 0; index < seed.length; index += 1) {
      hash = scramble(hash + seed.charCodeAt(index) * 0x01000193);
    }
    this.#counter = hash;
  }

  /** A fraction, 0 ≤ x < 1, in steps of 2^-32. */
  fraction(): number {
    this.#counter = (this.#counter + 0x9e3779b9) | 0;
    return scramble(this.#counter) / 2 ** 32;
  }

  /** True once in `1 / probability` times. */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.fraction() * (high - low + 1));
  }

  /** One of the list, each equally likely. @throws RangeError for an empty list. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[Math.floor(this.fraction() * items.length)];
    if (item === undefined) throw new RangeError('Nothing can be picked from an empty list.');
    return item;
  }

  /** The index of one of the weights, each as likely as its share of the sum. @throws RangeError when no weight is positive. */
  weighted(weights: readonly number[]): number {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (!(sum > 0)) throw new RangeError('At least one weight must be positive.');
    let left = this.fraction() * sum;
    for (const [index, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return index;
    }
    return weights.length - 1;
  }

  /** A number from the normal distribution with mean 0 and deviation 1. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.fraction()));
    return radius * Math.cos(2 * Math.PI * this.fraction());
  }
}

/** Spreads a change of any bit over all 32, so that neighbouring counters look unrelated. */
function scramble(value: number): number {
  let mixed = value | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
