const SMALLEST = 16;

/**
 * A row of numbers whose sums from the left are asked for often and whose numbers change often (a Fenwick tree): both
 * take a step per binary digit of the length. Sums are exact up to 2^53.
 */
export class RunningSums {
  /** tree[i] is the sum of the numbers in (i − lowest bit of i, i], counted from 1. */
  #tree = new Float64Array(SMALLEST);
  #length = 0;

  /** How many numbers there are. */
  get length(): number {
    return this.#length;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#tree.byteLength;
  }

  /** The sum of the first `count` numbers. */
  first(count: number): number {
    const tree = this.#tree;
    let sum = 0;
    for (let node = count; node > 0; node &= node - 1) sum += tree[node] as number;
    return sum;
  }

  /** Changes the number at `index`, counted from 0. */
  add(index: number, difference: number): void {
    const tree = this.#tree;
    for (let node = index + 1; node <= this.#length; node += node & -node) {
      tree[node] = (tree[node] as number) + difference;
    }
  }

  /** Adds a number at the right end. */
  push(value: number): void {
    this.#reserve(this.#length + 1);
    const node = this.#length + 1;
    this.#tree[node] = value + this.first(this.#length) - this.first(node & (node - 1));
    this.#length = node;
  }

  /** Replaces all numbers: `valueAt(0)` to `valueAt(length - 1)`. */
  rebuild(length: number, valueAt: (index: number) => number): void {
    this.#reserve(length);
    const tree = this.#tree;
    for (let index = 0; index < length; index += 1) tree[index + 1] = valueAt(index);
    for (let node = 1; node <= length; node += 1) {
      const above = node + (node & -node);
      if (above <= length) tree[above] = (tree[above] as number) + (tree[node] as number);
    }
    this.#length = length;
  }

  #reserve(length: number): void {
    if (length < this.#tree.length) return;
    const grown = new Float64Array(Math.max(length + 1, this.#tree.length * 2));
    grown.set(this.#tree);
    this.#tree = grown;
  }
}
