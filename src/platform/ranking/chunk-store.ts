/**
 * Entries in a chunk at most. Measured from 10,000 to 10 M members: chunks of 256 answer 15 % later; chunks of 64 answer 5 %
 * sooner, but splitting one, which costs a step for every chunk, comes twice as often among twice as many.
 */
export const CHUNK_CAPACITY = 128;

/** A chunk is its scores of 8 bytes and then their counts of 4, 1.5 kB side by side: two arrays would touch two pages. */
const CHUNK_BYTES = CHUNK_CAPACITY * 12;
const SCORES_APART = CHUNK_BYTES / 8;
const COUNTS_APART = CHUNK_BYTES / 4;
const COUNTS_FROM = CHUNK_CAPACITY * 2;

/** Slabs double from one chunk until they hold 64 (98 kB): a small set stays small, and growing copies nothing. */
const LARGEST_SLAB_BITS = 6;
const LARGEST_SLAB = 1 << LARGEST_SLAB_BITS;

/** Which slab a chunk lies in: chunk 0 in slab 0, 1 in 1, 2–3 in 2, 4–7 in 3 … 32–63 in 6, then 64 in each. */
function slabOf(slot: number): number {
  return slot >= LARGEST_SLAB ? LARGEST_SLAB_BITS + (slot >> LARGEST_SLAB_BITS) : 32 - Math.clz32(slot);
}

function placeInSlab(slot: number): number {
  if (slot >= LARGEST_SLAB) return slot & (LARGEST_SLAB - 1);
  return slot === 0 ? 0 : slot - (1 << (31 - Math.clz32(slot)));
}

/** Where the chunk's scores begin in its slab. */
export function scoresStart(slot: number): number {
  return placeInSlab(slot) * SCORES_APART;
}

/** Where the chunk's counts begin in its slab. */
export function countsStart(slot: number): number {
  return placeInSlab(slot) * COUNTS_APART + COUNTS_FROM;
}

/**
 * Memory for chunks of (score, count) entries. Many chunks share one buffer, because a pair of objects for each would
 * cost as much time to reach at 10 M scores as the search itself, and 600 bytes.
 */
export class ChunkStore {
  readonly #scores: Float64Array[] = [];
  readonly #counts: Uint32Array[] = [];
  readonly #free: number[] = [];
  #slots = 0;
  #bytes = 0;

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Takes a chunk, whose content is undefined. */
  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const slot = this.#slots;
    this.#slots += 1;
    if (slabOf(slot) === this.#scores.length) this.#addSlab(slot);
    return slot;
  }

  /** Gives a chunk back. Its memory is used again, and returned only with the whole store. */
  give(slot: number): void {
    this.#free.push(slot);
  }

  /** The slab's scores; the chunk's own begin at `scoresStart(slot)`. */
  scores(slot: number): Float64Array {
    return this.#scores[slabOf(slot)] as Float64Array;
  }

  /** The slab's counts; the chunk's own begin at `countsStart(slot)`. */
  counts(slot: number): Uint32Array {
    return this.#counts[slabOf(slot)] as Uint32Array;
  }

  /** Copies `length` entries from one chunk, beginning at `from`, to another, beginning at `to`. */
  copy(source: number, from: number, target: number, to: number, length: number): void {
    const scores = scoresStart(source) + from;
    this.scores(target).set(this.scores(source).subarray(scores, scores + length), scoresStart(target) + to);
    const counts = countsStart(source) + from;
    this.counts(target).set(this.counts(source).subarray(counts, counts + length), countsStart(target) + to);
  }

  #addSlab(slot: number): void {
    const chunks = slot === 0 ? 1 : Math.min(slot, LARGEST_SLAB);
    const buffer = new ArrayBuffer(chunks * CHUNK_BYTES);
    this.#scores.push(new Float64Array(buffer));
    this.#counts.push(new Uint32Array(buffer));
    this.#bytes += buffer.byteLength;
  }
}
