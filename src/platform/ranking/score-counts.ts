import { ChunkList } from './chunk-list.ts';
import { CHUNK_CAPACITY, ChunkStore, countsStart, scoresStart } from './chunk-store.ts';
import { countUpTo } from './search.ts';

/** Scores are whole numbers from −2^53 to 2^53; one of them occurs at most 2^32 − 1 times. */
const LARGEST_SCORE = 2 ** 53;
const LARGEST_COUNT = 2 ** 32 - 1;

/** Ascending scores fill a chunk this far and leave the rest for what comes between them later. */
const FILLED = CHUNK_CAPACITY * (7 / 8);
/** A chunk below the first is joined with a neighbour if both together stay within the second, so that it is not split again at once. */
const SPARSE = CHUNK_CAPACITY / 4;
const JOINED = CHUNK_CAPACITY * (3 / 4);

/**
 * A multiset of scores that knows how many are greater than a given one: the places of a ranking. It holds each distinct
 * score once with its count, 12 bytes in chunks that are more than half full on average, and nothing per member.
 *
 * Sorted chunks lie under running sums of what they hold. A question costs a binary search over the chunks, one in the
 * chunk, and a sum over at most half of it.
 */
export class ScoreCounts {
  readonly #store = new ChunkStore();
  readonly #list = new ChunkList();
  /** No score is above this one. */
  #ceiling = Number.NEGATIVE_INFINITY;

  /** Builds from pairs of score and count; quickest when the scores ascend. @throws RangeError see `add`. */
  static from(pairs: Iterable<readonly [score: number, count: number]>): ScoreCounts {
    const built = new ScoreCounts();
    for (const [score, count] of pairs) built.add(score, count);
    return built;
  }

  /** How many scores there are, equal ones counted each. */
  get size(): number {
    return this.#list.size;
  }

  /** How many different scores there are. */
  get distinct(): number {
    return this.#list.distinct;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#store.bytes + this.#list.bytes;
  }

  /** How many scores are greater than this one, which need not be in the set itself. */
  countGreater(score: number): number {
    const list = this.#list;
    const chunk = list.find(score);
    if (chunk < 0) return list.size;
    const place = this.#placeAfter(chunk, score);
    return list.size - list.memberSums.first(chunk + 1) + this.#membersFrom(chunk, place);
  }

  /** How many different scores are greater than this one. */
  distinctGreater(score: number): number {
    const list = this.#list;
    const chunk = list.find(score);
    if (chunk < 0) return list.distinct;
    const place = this.#placeAfter(chunk, score);
    return list.distinct - list.distinctSums.first(chunk + 1) + list.length(chunk) - place;
  }

  /** How often the score occurs. */
  count(score: number): number {
    const chunk = this.#list.find(score);
    const place = chunk < 0 ? -1 : this.#placeOf(chunk, score);
    return place < 0 ? 0 : this.#countAt(chunk, place);
  }

  /** Puts a score in, `count` times. @throws RangeError when it is no whole number within ±2^53, or would occur too often. */
  add(score: number, count = 1): void {
    if (!Number.isInteger(score) || Math.abs(score) > LARGEST_SCORE)
      throw new RangeError(`${score} is no whole score.`);
    requireCount(count);
    if (score > this.#ceiling) {
      this.#append(score, count);
      return;
    }
    // A score below all others goes to the first chunk's beginning.
    const chunk = Math.max(0, this.#list.find(score));
    const place = this.#placeOf(chunk, score);
    if (place < 0) {
      this.#insert(chunk, ~place, score, count);
      return;
    }
    const raised = this.#countAt(chunk, place) + count;
    if (raised > LARGEST_COUNT) throw new RangeError(`${score} would occur ${raised} times.`);
    this.#setCountAt(chunk, place, raised);
    this.#list.change(chunk, count, 0);
  }

  /** Takes a score out, `count` times. @throws RangeError, having changed nothing, when it does not occur so often. */
  remove(score: number, count = 1): void {
    requireCount(count);
    const chunk = this.#list.find(score);
    const place = chunk < 0 ? -1 : this.#placeOf(chunk, score);
    const present = place < 0 ? 0 : this.#countAt(chunk, place);
    if (present < count) throw new RangeError(`${score} occurs ${present} times, so not ${count} can be removed.`);
    if (present === count) {
      this.#erase(chunk, place, count);
      return;
    }
    this.#setCountAt(chunk, place, present - count);
    this.#list.change(chunk, -count, 0);
  }

  /** Every score with its count, ascending. The set must not change meanwhile. */
  *entries(): Generator<[score: number, count: number], undefined> {
    for (let chunk = 0; chunk < this.#list.count; chunk += 1) {
      for (let place = 0; place < this.#list.length(chunk); place += 1) {
        yield [this.#scoreAt(chunk, place), this.#countAt(chunk, place)];
      }
    }
  }

  /** How full each chunk is, in distinct scores, for tests of the structure. */
  fillings(): number[] {
    return Array.from({ length: this.#list.count }, (_, chunk) => this.#list.length(chunk));
  }

  #scoreAt(chunk: number, place: number): number {
    const slot = this.#list.slot(chunk);
    return this.#store.scores(slot)[scoresStart(slot) + place] as number;
  }

  #countAt(chunk: number, place: number): number {
    const slot = this.#list.slot(chunk);
    return this.#store.counts(slot)[countsStart(slot) + place] as number;
  }

  #setCountAt(chunk: number, place: number, count: number): void {
    const slot = this.#list.slot(chunk);
    this.#store.counts(slot)[countsStart(slot) + place] = count;
  }

  /** The first place in the chunk that holds a greater score. */
  #placeAfter(chunk: number, score: number): number {
    const slot = this.#list.slot(chunk);
    return countUpTo(this.#store.scores(slot), scoresStart(slot), this.#list.length(chunk), score);
  }

  /** The place of the score in the chunk, or the complement (`~`) of where it would stand. */
  #placeOf(chunk: number, score: number): number {
    const after = this.#placeAfter(chunk, score);
    return after > 0 && this.#scoreAt(chunk, after - 1) === score ? after - 1 : ~after;
  }

  /** The members at this place of the chunk and after it, summed from whichever end is nearer. */
  #membersFrom(chunk: number, place: number): number {
    const length = this.#list.length(chunk);
    if (length - place <= place) return this.#sum(chunk, place, length);
    return this.#list.members(chunk) - this.#sum(chunk, 0, place);
  }

  #sum(chunk: number, from: number, to: number): number {
    const slot = this.#list.slot(chunk);
    const counts = this.#store.counts(slot);
    const end = countsStart(slot) + to;
    let sum = 0;
    for (let at = countsStart(slot) + from; at < end; at += 1) sum += counts[at] as number;
    return sum;
  }

  /** Adds a score above all others. */
  #append(score: number, count: number): void {
    const list = this.#list;
    const last = list.count - 1;
    this.#ceiling = score;
    if (last < 0 || list.length(last) >= FILLED) {
      list.insert(last + 1, { slot: this.#store.take(), lowest: score, length: 0, members: 0 });
      this.#insert(last + 1, 0, score, count);
    } else {
      this.#insert(last, list.length(last), score, count);
    }
  }

  /** Makes room in a chunk and puts a new score there, splitting the chunk first when it is full. */
  #insert(chunk: number, place: number, score: number, count: number): void {
    const list = this.#list;
    const length = list.length(chunk);
    if (length === CHUNK_CAPACITY) {
      this.#split(chunk);
      const half = list.length(chunk);
      if (place > half) this.#insert(chunk + 1, place - half, score, count);
      else this.#insert(chunk, place, score, count);
      return;
    }
    const slot = list.slot(chunk);
    const scores = this.#store.scores(slot);
    const counts = this.#store.counts(slot);
    const scoreAt = scoresStart(slot) + place;
    const countAt = countsStart(slot) + place;
    scores.copyWithin(scoreAt + 1, scoreAt, scoreAt + length - place);
    counts.copyWithin(countAt + 1, countAt, countAt + length - place);
    // Adding 0 makes 0 of −0, which would be listed as a score of its own kind.
    scores[scoreAt] = score + 0;
    counts[countAt] = count;
    if (place === 0) list.setLowest(chunk, score);
    list.change(chunk, count, 1);
  }

  #erase(chunk: number, place: number, count: number): void {
    const list = this.#list;
    const slot = list.slot(chunk);
    const after = list.length(chunk) - place - 1;
    const scoreAt = scoresStart(slot) + place;
    const countAt = countsStart(slot) + place;
    this.#store.scores(slot).copyWithin(scoreAt, scoreAt + 1, scoreAt + 1 + after);
    this.#store.counts(slot).copyWithin(countAt, countAt + 1, countAt + 1 + after);
    list.change(chunk, -count, -1);
    const length = list.length(chunk);
    if (length === 0) {
      this.#store.give(slot);
      list.remove(chunk);
      if (list.count === 0) this.#ceiling = Number.NEGATIVE_INFINITY;
      return;
    }
    if (place === 0) list.setLowest(chunk, this.#scoreAt(chunk, 0));
    if (length >= SPARSE) return;
    if (chunk + 1 < list.count && length + list.length(chunk + 1) <= JOINED) this.#join(chunk);
    else if (chunk > 0 && length + list.length(chunk - 1) <= JOINED) this.#join(chunk - 1);
  }

  /** Moves the upper half of a chunk into a new one after it. */
  #split(chunk: number): void {
    const list = this.#list;
    const half = list.length(chunk) >> 1;
    const length = list.length(chunk) - half;
    const members = this.#sum(chunk, half, half + length);
    const slot = this.#store.take();
    this.#store.copy(list.slot(chunk), half, slot, 0, length);
    const lowest = this.#scoreAt(chunk, half);
    list.change(chunk, -members, -length);
    list.insert(chunk + 1, { slot, lowest, length, members });
  }

  /** Moves what the next chunk holds to the end of this one. */
  #join(chunk: number): void {
    const list = this.#list;
    const length = list.length(chunk + 1);
    const members = list.members(chunk + 1);
    this.#store.copy(list.slot(chunk + 1), 0, list.slot(chunk), list.length(chunk), length);
    this.#store.give(list.slot(chunk + 1));
    list.remove(chunk + 1);
    list.change(chunk, members, length);
  }
}

function requireCount(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > LARGEST_COUNT) {
    throw new RangeError(`${count} is no number of scores.`);
  }
}
