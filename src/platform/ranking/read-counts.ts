import { setImmediate } from 'node:timers/promises';
import { ScoreCounts } from './score-counts.ts';

/** Scores put in before anybody else gets a turn: 2 to 5 ms. */
const AT_A_TIME = 20_000;

/**
 * Builds a set from two lists as PostgreSQL writes arrays, `{1,2,3}`: ascending scores, and how often each occurs. As two
 * texts a million scores take 15 MB and half a second; as rows, each an object, four times that.
 * @throws RangeError when the lists are not of one length, or see `ScoreCounts.add`.
 */
export async function readCounts(scores: string, counts: string): Promise<ScoreCounts> {
  const built = new ScoreCounts();
  const [score, count] = [new NumberList(scores), new NumberList(counts)];
  for (let read = 1; !score.ended; read += 1) {
    built.add(score.next(), count.next());
    if (read % AT_A_TIME === 0) await setImmediate();
  }
  if (!count.ended) throw new RangeError('There are more counts than scores.');
  return built;
}

const MINUS = 45;
const ZERO = 48;
const NINE = 57;

/** Reads whole numbers from a text one after the other, without a string for each. */
class NumberList {
  readonly #text: string;
  /** Where the next number begins, behind the brace or comma before it. */
  #at = 1;

  constructor(text: string) {
    this.#text = text;
  }

  get ended(): boolean {
    return this.#at >= this.#text.length - 1;
  }

  next(): number {
    const text = this.#text;
    const negative = text.charCodeAt(this.#at) === MINUS;
    let at = negative ? this.#at + 1 : this.#at;
    const begin = at;
    let value = 0;
    for (let code = text.charCodeAt(at); code >= ZERO && code <= NINE; code = text.charCodeAt(at)) {
      value = value * 10 + (code - ZERO);
      at += 1;
    }
    if (at === begin) throw new RangeError('A list of numbers ends early, or holds something else.');
    this.#at = at + 1;
    return negative ? -value : value;
  }
}
