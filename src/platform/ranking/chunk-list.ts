import { RunningSums } from './running-sums.ts';
import { countUpTo } from './search.ts';

const SMALLEST = 4;

/** What the list knows of one chunk. */
export interface ChunkFacts {
  /** Its slot in the store. */
  slot: number;
  /** Its lowest score. */
  lowest: number;
  /** Its distinct scores. */
  length: number;
  /** Its scores, equal ones counted each. */
  members: number;
}

/** The chunks of a set in ascending order of their scores, each fact in an array of its own, under running sums. */
export class ChunkList {
  readonly distinctSums = new RunningSums();
  readonly memberSums = new RunningSums();
  /** Members of all chunks. */
  size = 0;
  /** Distinct scores of all chunks. */
  distinct = 0;
  #slots = new Uint32Array(SMALLEST);
  #lowest = new Float64Array(SMALLEST);
  #lengths = new Uint16Array(SMALLEST);
  #members = new Float64Array(SMALLEST);
  #count = 0;

  /** How many chunks there are. */
  get count(): number {
    return this.#count;
  }

  /** Bytes held. */
  get bytes(): number {
    const arrays = [this.#slots, this.#lowest, this.#lengths, this.#members];
    return arrays.reduce((sum, { byteLength }) => sum + byteLength, this.distinctSums.bytes + this.memberSums.bytes);
  }

  slot(chunk: number): number {
    return this.#slots[chunk] as number;
  }

  length(chunk: number): number {
    return this.#lengths[chunk] as number;
  }

  members(chunk: number): number {
    return this.#members[chunk] as number;
  }

  /** The last chunk that begins at or below the score; −1 when all begin above it. */
  find(score: number): number {
    return countUpTo(this.#lowest, 0, this.#count, score) - 1;
  }

  /** Puts a chunk in; at the end that is cheap, elsewhere it costs a step per chunk. */
  insert(chunk: number, facts: ChunkFacts): void {
    this.#reserve(this.#count + 1);
    for (const array of [this.#slots, this.#lowest, this.#lengths, this.#members]) {
      array.copyWithin(chunk + 1, chunk, this.#count);
    }
    this.#slots[chunk] = facts.slot;
    this.#lowest[chunk] = facts.lowest;
    this.#lengths[chunk] = facts.length;
    this.#members[chunk] = facts.members;
    this.#count += 1;
    this.size += facts.members;
    this.distinct += facts.length;
    if (chunk < this.#count - 1) {
      this.#sum();
    } else {
      this.distinctSums.push(facts.length);
      this.memberSums.push(facts.members);
    }
  }

  /** Takes a chunk out, with what it counts. */
  remove(chunk: number): void {
    this.size -= this.members(chunk);
    this.distinct -= this.length(chunk);
    for (const array of [this.#slots, this.#lowest, this.#lengths, this.#members]) {
      array.copyWithin(chunk, chunk + 1, this.#count);
    }
    this.#count -= 1;
    this.#sum();
  }

  /** Records that the chunk now begins at another score. */
  setLowest(chunk: number, score: number): void {
    this.#lowest[chunk] = score;
  }

  /** Records that a chunk has so many members and distinct scores more. */
  change(chunk: number, members: number, distinct: number): void {
    this.#members[chunk] = this.members(chunk) + members;
    this.memberSums.add(chunk, members);
    this.size += members;
    if (distinct === 0) return;
    this.#lengths[chunk] = this.length(chunk) + distinct;
    this.distinctSums.add(chunk, distinct);
    this.distinct += distinct;
  }

  #sum(): void {
    this.distinctSums.rebuild(this.#count, (chunk) => this.length(chunk));
    this.memberSums.rebuild(this.#count, (chunk) => this.members(chunk));
  }

  #reserve(count: number): void {
    if (count <= this.#slots.length) return;
    const capacity = this.#slots.length * 2;
    const grown = <Numbers extends { set(from: Numbers): void }>(array: Numbers, larger: Numbers): Numbers => {
      larger.set(array);
      return larger;
    };
    this.#slots = grown(this.#slots, new Uint32Array(capacity));
    this.#lowest = grown(this.#lowest, new Float64Array(capacity));
    this.#lengths = grown(this.#lengths, new Uint16Array(capacity));
    this.#members = grown(this.#members, new Float64Array(capacity));
  }
}
