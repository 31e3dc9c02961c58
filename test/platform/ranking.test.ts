import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { CHUNK_CAPACITY } from '../../src/platform/ranking/chunk-store.ts';
import { ScoreCounts } from '../../src/platform/ranking/score-counts.ts';

const LARGEST = 2 ** 53;

/** The same questions answered by looking at every score. */
class Model {
  readonly counts = new Map<number, number>();

  add(score: number, count: number): void {
    this.counts.set(score, (this.counts.get(score) ?? 0) + count);
  }

  remove(score: number, count: number): void {
    const left = (this.counts.get(score) ?? 0) - count;
    if (left === 0) this.counts.delete(score);
    else this.counts.set(score, left);
  }

  greater(score: number): [members: number, distinct: number] {
    const above = [...this.counts].filter(([other]) => other > score);
    return [above.reduce((sum, [, count]) => sum + count, 0), above.length];
  }

  get entries(): [number, number][] {
    return [...this.counts].sort(([left], [right]) => left - right);
  }
}

function expectSame(set: ScoreCounts, model: Model, asked: Iterable<number>): void {
  const entries = model.entries;
  expect([...set.entries()]).toEqual(entries);
  expect(set.distinct).toBe(entries.length);
  expect(set.size).toBe(entries.reduce((sum, [, count]) => sum + count, 0));
  for (const score of asked) {
    expect([set.countGreater(score), set.distinctGreater(score)]).toEqual(model.greater(score));
    expect(set.count(score)).toBe(model.counts.get(score) ?? 0);
  }
  expectSound(set);
}

/** What holds of the structure whatever was done to it. */
function expectSound(set: ScoreCounts): void {
  const fillings = set.fillings();
  expect(fillings.reduce((sum, length) => sum + length, 0)).toBe(set.distinct);
  expect(fillings.every((length) => length >= 1 && length <= CHUNK_CAPACITY)).toBe(true);
  const entries = [...set.entries()];
  expect(entries.every(([score], index) => index === 0 || score > (entries[index - 1]?.[0] ?? score))).toBe(true);
  expect(entries.every(([, count]) => count >= 1)).toBe(true);
}

/** Numbers from 0 up to, not including, 1 that are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a set of scores', () => {
  test('is empty at first, and nothing is greater than anything', () => {
    const set = new ScoreCounts();
    expect([set.size, set.distinct, set.countGreater(0), set.distinctGreater(-LARGEST)]).toEqual([0, 0, 0, 0]);
    expect([...set.entries()]).toEqual([]);
  });

  test('counts equal scores each for competition ranks and once for dense ones', () => {
    const set = ScoreCounts.from([
      [30, 1],
      [20, 2],
      [10, 1],
    ]);
    const places = [30, 20, 10].map((score) => [1 + set.countGreater(score), 1 + set.distinctGreater(score)]);
    expect(places).toEqual([
      [1, 1],
      [2, 2],
      [4, 3],
    ]);
  });

  test('answers for scores that nobody has', () => {
    const set = ScoreCounts.from([
      [5, 2],
      [7, 1],
    ]);
    expect([4, 6, 8, 6.5].map((score) => set.countGreater(score))).toEqual([3, 1, 0, 1]);
  });

  test('takes scores to ±2^53, negative ones and zero, and knows one zero only', () => {
    const set = ScoreCounts.from([
      [LARGEST, 1],
      [-LARGEST, 1],
      [0, 1],
    ]);
    set.add(-0);
    expect([...set.entries()]).toEqual([
      [-LARGEST, 1],
      [0, 2],
      [LARGEST, 1],
    ]);
    expect([set.countGreater(-0), set.countGreater(-LARGEST)]).toEqual([1, 3]);
  });

  test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 54])('refuses the score %p', (score) => {
    const set = ScoreCounts.from([[1, 1]]);
    expect(() => set.add(score)).toThrow(RangeError);
    expect(() => set.remove(score)).toThrow(RangeError);
    expect([...set.entries()]).toEqual([[1, 1]]);
  });

  test.each([0, -1, 0.5, Number.NaN, 2 ** 32])('refuses to add or remove a score %p times', (count) => {
    const set = ScoreCounts.from([[1, 1]]);
    expect(() => set.add(1, count)).toThrow(RangeError);
    expect(() => set.add(2, count)).toThrow(RangeError);
    expect(() => set.remove(1, count)).toThrow(RangeError);
    expect([...set.entries()]).toEqual([[1, 1]]);
  });

  test('refuses to count one score more than 2^32 − 1 times, and stays as it was', () => {
    const set = ScoreCounts.from([[1, 2 ** 32 - 1]]);
    expect(() => set.add(1)).toThrow(RangeError);
    set.add(2, 2 ** 32 - 1);
    expect([set.size, set.countGreater(1)]).toEqual([2 ** 33 - 2, 2 ** 32 - 1]);
  });

  test('refuses to remove what is not there, and stays as it was', () => {
    const set = ScoreCounts.from([[10, 2]]);
    expect(() => set.remove(9)).toThrow('9 occurs 0 times');
    expect(() => set.remove(11)).toThrow(RangeError);
    expect(() => set.remove(10, 3)).toThrow('10 occurs 2 times');
    expect([...set.entries()]).toEqual([[10, 2]]);
  });
});

describe('any sequence of changes', () => {
  const change = fc.record({ score: fc.integer({ min: -40, max: 40 }), count: fc.integer({ min: -3, max: 3 }) });

  test('leaves what a plain count of every score says', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
        const set = new ScoreCounts();
        const model = new Model();
        for (const { score, count } of changes) {
          const removed = Math.min(-count, model.counts.get(score) ?? 0);
          if (count > 0) {
            set.add(score, count);
            model.add(score, count);
          } else if (removed > 0) {
            set.remove(score, removed);
            model.remove(score, removed);
          }
        }
        expectSame(
          set,
          model,
          Array.from({ length: 84 }, (_, index) => index - 42),
        );
      }),
    );
  });

  test('stays true while chunks split and join: many scores come and go, in any order', () => {
    const order = fc.constantFrom<'ascending' | 'descending' | 'random'>('ascending', 'descending', 'random');
    fc.assert(
      fc.property(fc.integer(), order, order, (seed, coming, going) => {
        const random = randomFrom(seed);
        const scores = new Set(Array.from({ length: 3_000 }, () => Math.floor(random() * LARGEST)));
        const set = new ScoreCounts();
        const model = new Model();
        for (const score of ordered([...scores], coming, random)) {
          const count = 1 + Math.floor(random() * 3);
          set.add(score, count);
          model.add(score, count);
        }
        const asked = Array.from({ length: 20 }, () => Math.floor(random() * LARGEST));
        expectSame(set, model, [...asked, ...[...scores].slice(0, 20)]);
        for (const score of ordered([...scores], going, random).slice(0, 2_700)) {
          set.remove(score, model.counts.get(score));
          model.counts.delete(score);
        }
        expectSame(set, model, [...asked, ...[...scores].slice(0, 20)]);
        expect(set.fillings().length).toBeLessThanOrEqual(1 + Math.ceil((300 * 3) / CHUNK_CAPACITY) * 2);
      }),
      { numRuns: 30 },
    );
  });

  test('gives the same set whether built at once or score by score', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 2_000 }), (scores) => {
        const sorted = scores.toSorted((left, right) => left - right);
        const built = ScoreCounts.from(sorted.map((score) => [score, 1]));
        const grown = ScoreCounts.from(scores.map((score) => [score, 1]));
        expect([...built.entries()]).toEqual([...grown.entries()]);
        expectSound(built);
      }),
    );
  });
});

describe('the memory of a set', () => {
  test('is 12 to 16 bytes for each distinct score and nothing for each member', () => {
    const set = new ScoreCounts();
    for (let score = 0; score < 1_000_000; score += 1) set.add(score * 7, 1_000);
    expect(set.size).toBe(1_000_000_000);
    expect(set.bytes / set.distinct).toBeGreaterThan(12);
    expect(set.bytes / set.distinct).toBeLessThan(16);
  });

  test('is used again: scores that move up and down for ever take no more', () => {
    const random = randomFrom(1);
    const set = new ScoreCounts();
    const scores = Array.from({ length: 20_000 }, () => Math.floor(random() * 1e9));
    for (const score of scores) set.add(score);
    let before = 0;
    for (let round = 0; round < 10; round += 1) {
      for (const [index, score] of scores.entries()) {
        set.remove(score);
        scores[index] = Math.floor(random() * 1e9);
        set.add(scores[index]);
      }
      if (round === 4) before = set.bytes;
    }
    expectSound(set);
    expect(set.bytes).toBeLessThanOrEqual(before * 1.05);
    expect(set.bytes / set.distinct).toBeLessThan(36);
  });

  test('is small for a small set', () => {
    expect(ScoreCounts.from([[1, 1]]).bytes).toBeLessThan(5_000);
  });
});

function ordered(scores: number[], order: 'ascending' | 'descending' | 'random', random: () => number): number[] {
  if (order === 'ascending') return scores.sort((left, right) => left - right);
  if (order === 'descending') return scores.sort((left, right) => right - left);
  return scores
    .map((score) => ({ score, key: random() }))
    .sort((left, right) => left.key - right.key)
    .map(({ score }) => score);
}
