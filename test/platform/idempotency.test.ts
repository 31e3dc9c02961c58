import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hashOf } from '../../src/platform/canonical.ts';
import { forgetKeysIn, onceIn } from '../../src/platform/idempotency.ts';
import { newId } from '../../src/platform/ids.ts';
import { ErrorCode, Refusal } from '../../src/platform/refusal.ts';
import { type Bench, openBench } from '../support/platform.ts';

let bench: Bench;
let done = 0;

beforeAll(async () => {
  bench = await openBench(10);
});

afterAll(() => bench.close());

function send(key: string, input: object = { points: 1 }, scope = 'test') {
  return bench.work.run({ name: 'test.once' }, (tx) =>
    onceIn(tx, { scope, key, input }, async () => {
      done += 1;
      return { done };
    }),
  );
}

describe('a mutation with an idempotency key', () => {
  test('happens once when it is sent a hundred times at once, and all get the same answer', async () => {
    const before = done;
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 100 }, () => send(key)));
    expect(done).toBe(before + 1);
    expect(new Set(answers.map((answer) => answer.response.done))).toEqual(new Set([done]));
    expect(answers.filter((answer) => !answer.replayed)).toHaveLength(1);
  });

  test('is refused when the key comes with another input, and not when only the order of the fields differs', async () => {
    const key = newId();
    const first = await send(key, { points: 1, reason: 'x' });
    await expect(send(key, { reason: 'x', points: 1 })).resolves.toEqual({ ...first, replayed: true });
    await expect(send(key, { points: 2, reason: 'x' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      inputPath: ['input', 'idempotencyKey'],
    });
  });

  test('that was refused may be sent again with the input corrected', async () => {
    const key = newId();
    const refused = bench.work.run({ name: 'test.once' }, (tx) =>
      onceIn(tx, { scope: 'test', key, input: { points: -1 } }, async () => {
        throw new Refusal(ErrorCode.INSUFFICIENT_POINTS, 'Too few.');
      }),
    );
    await expect(refused).rejects.toMatchObject({ code: 'INSUFFICIENT_POINTS' });
    await expect(send(key, { points: 1 })).resolves.toMatchObject({ replayed: false });
  });

  test('never meets the same key of somebody else', async () => {
    const key = newId();
    await expect(send(key, {}, 'anna')).resolves.toMatchObject({ replayed: false });
    await expect(send(key, {}, 'berit')).resolves.toMatchObject({ replayed: false });
  });

  test.each([['', 'x'.repeat(256), 'a\0b', '\ud800']].flat())('is refused for the key %j', async (key) => {
    await expect(send(key)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', inputPath: ['input', 'idempotencyKey'] });
  });

  test('happens anew once the key has been forgotten', async () => {
    const key = newId();
    await send(key);
    await bench.work.run({ name: 'test.forget' }, (tx) => forgetKeysIn(tx, -1_000));
    await expect(send(key)).resolves.toMatchObject({ replayed: false });
  });
});

test('hashes tell contents apart, not their writing', () => {
  expect(hashOf({ a: 1, b: [{ d: null, c: 2 }] })).toBe(hashOf({ b: [{ c: 2, d: null }], a: 1, e: undefined }));
  expect(hashOf({ a: [1, 2] })).not.toBe(hashOf({ a: [2, 1] }));
  expect(hashOf({ a: '1' })).not.toBe(hashOf({ a: 1 }));
  expect(hashOf(JSON.parse('{"__proto__": 1}'))).not.toBe(hashOf({}));
  expect(hashOf({ at: new Date(0) })).toBe(hashOf({ at: '1970-01-01T00:00:00.000Z' }));
});
