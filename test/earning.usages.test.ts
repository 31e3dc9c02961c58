import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadUsages, readProgrammeUsages, writeUsages } from '../src/features/progress/usages.ts';
import { newId } from '../src/platform/ids.ts';
import { type Bench, openBench } from './support/platform.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(async () => {
  await bench.close();
});

describe('usages', () => {
  test('are zero until something is written, and then what was written', async () => {
    const memberId = newId();
    const key = 'earning-rule:a|MEMBER|DAY:2026-11-21';
    await bench.work.run({ name: 'test' }, async (tx) => {
      const book = await loadUsages(tx, [{ memberId, key }]);
      expect(book.usageOf({ memberId, key })).toEqual({ count: 0, points: 0 });
      book.add([{ memberId, key, count: 1, points: 40 }]);
      book.add([{ memberId, key, count: 1, points: 2 }]);
      expect(book.usageOf({ memberId, key })).toEqual({ count: 2, points: 42 });
      await book.write(tx);
    });
    await bench.work.run({ name: 'test' }, async (tx) => {
      const other = newId();
      const book = await loadUsages(tx, [
        { memberId, key },
        { memberId: other, key },
        { memberId: null, key },
      ]);
      expect(book.usageOf({ memberId, key })).toEqual({ count: 2, points: 42 });
      expect(book.usageOf({ memberId: other, key })).toEqual({ count: 0, points: 0 });
      expect(book.usageOf({ memberId: null, key })).toEqual({ count: 0, points: 0 });
    });
  });

  test('go down again when something is reversed', async () => {
    const change = { memberId: newId(), key: 'earning-rule:b|MEMBER|LIFETIME', count: 1, points: 10 };
    await bench.work.run({ name: 'test' }, (tx) => writeUsages(tx, [change, change]));
    await bench.work.run({ name: 'test' }, (tx) => writeUsages(tx, [{ ...change, count: -1, points: -10 }]));
    await bench.work.run({ name: 'test' }, async (tx) => {
      const book = await loadUsages(tx, [change]);
      expect(book.usageOf(change)).toEqual({ count: 1, points: 10 });
    });
  });

  test('write keys with any characters and many rows at once', async () => {
    const changes = Array.from({ length: 500 }, (_, index) => ({
      memberId: newId(),
      key: `odd "key" \\ , {${index}} åäö`,
      count: 1,
      points: index,
    }));
    await bench.work.run({ name: 'test' }, (tx) => writeUsages(tx, changes));
    await bench.work.run({ name: 'test' }, async (tx) => {
      const book = await loadUsages(tx, changes);
      for (const change of changes) expect(book.usageOf(change).points).toBe(change.points);
    });
  });

  test('of the whole programme are exact when many transactions spend them at once', async () => {
    const budget = 57;
    const keys = ['campaign:x|PROGRAM|LIFETIME', 'campaign:y|PROGRAM|LIFETIME', 'earning-rule:z|PROGRAM|LIFETIME'];
    // Two units of work stand for two nodes; keys are named in changing order to provoke circles.
    const nodes = [bench.work, bench.makeWork()];
    const spend = (turn: number) =>
      nodes[turn % 2]?.run({ name: 'test' }, async (tx) => {
        const wanted = [...keys.slice(turn % 3), ...keys.slice(0, turn % 3)].map((key) => ({ memberId: null, key }));
        const book = await loadUsages(tx, wanted);
        for (const key of wanted) {
          const left = budget - book.usageOf(key).points;
          book.add([{ ...key, count: 1, points: Math.min(2, left) }]);
        }
        await book.write(tx);
      });
    await Promise.all(Array.from({ length: 60 }, (_, turn) => spend(turn)));
    const spent = await bench.work.run({ name: 'test' }, (tx) => readProgrammeUsages(tx, keys));
    for (const key of keys) expect(spent.get(key)).toEqual({ count: 60, points: budget });
  });
});
