import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comparePositions, decodeCursor, encodeCursor } from '../../src/platform/cursor.ts';
import { isId, newId } from '../../src/platform/ids.ts';
import { PARTITIONS, partitionOf, partitionsOf } from '../../src/platform/locks.ts';
import { ErrorCode } from '../../src/platform/refusal.ts';
import { failureOf, pauseBefore } from '../../src/platform/retry.ts';

const positions = fc.record({
  xid: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  seq: fc.integer({ min: -1, max: 2 ** 31 - 1 }),
});

test('ids are UUIDv7, distinct, and sort in the order they were made', () => {
  const ids = Array.from({ length: 10_000 }, newId);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('only a canonical UUID is an id', () => {
  expect(isId(newId())).toBe(true);
  for (const text of ['', newId().toUpperCase(), `${newId()}0`, `{${newId()}}`, 'x'.repeat(36)])
    expect(isId(text)).toBe(false);
});

test('a cursor gives back the position it was made of', () => {
  fc.assert(fc.property(positions, (position) => expect(decodeCursor(encodeCursor(position))).toEqual(position)));
});

test('any other text is refused as a cursor', () => {
  const made = (text: string) => Buffer.from(text).toString('base64url');
  const others = [
    '',
    'x',
    made('1'),
    made('1-'),
    made('-1-1'),
    made('01-1'),
    made('1-01'),
    made('1-2147483648'),
    made('18446744073709551616-0'),
  ];
  for (const text of [...others, made("1-1'; select"), 'A'.repeat(10_000)]) {
    expect(() => decodeCursor(text)).toThrow(expect.objectContaining({ code: ErrorCode.BAD_USER_INPUT }));
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        expect(encodeCursor(decodeCursor(text))).toBeTruthy();
      } catch (error) {
        expect(error).toMatchObject({ code: ErrorCode.BAD_USER_INPUT });
      }
    }),
  );
});

test('positions are ordered as numbers, not as texts', () => {
  expect(comparePositions({ xid: '9', seq: 5 }, { xid: '10', seq: 0 })).toBeLessThan(0);
  expect(comparePositions({ xid: '10', seq: 2 }, { xid: '10', seq: 1 })).toBeGreaterThan(0);
  expect(comparePositions({ xid: '10', seq: 1 }, { xid: '10', seq: 1 })).toBe(0);
});

test('ids spread over all lock partitions, no partition having twice its share', () => {
  const counts = new Array<number>(PARTITIONS).fill(0);
  for (let turn = 0; turn < 64_000; turn += 1) {
    const partition = partitionOf(newId());
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(500);
  expect(Math.max(...counts)).toBeLessThan(2_000);
});

test('a scope takes distinct partitions in ascending order, by key and by number, and refuses others', () => {
  const key = newId();
  expect(partitionsOf({ locks: [key, key], partitions: [63, 0, partitionOf(key)] })).toEqual(
    [...new Set([63, 0, partitionOf(key)])].sort((left, right) => left - right),
  );
  expect(partitionsOf({})).toEqual([]);
  for (const partition of [-1, 64, 1.5, Number.NaN])
    expect(() => partitionsOf({ partitions: [partition] })).toThrow(RangeError);
});

test.each([
  ['40001', 'conflict'],
  ['40P01', 'conflict'],
  ['55P03', 'conflict'],
  ['08006', 'connection'],
  ['57P01', 'connection'],
  ['57P03', 'connection'],
  ['ECONNREFUSED', 'connection'],
  ['57014', 'overload'],
  ['53300', 'overload'],
  ['23505', 'other'],
  ['42P01', 'other'],
])('a failure with code %s is of the kind %s, by itself and inside another error', (code, failure) => {
  const error = Object.assign(new Error('failed'), { code });
  expect(failureOf(error)).toBe(failure);
  expect(failureOf(new Error('around it', { cause: error }))).toBe(failure);
  expect(failureOf(new AggregateError([error]))).toBe(failure);
});

test('lost connections without a code are known by the driver’s words, and anything else is a fault', () => {
  expect(failureOf(new Error('Connection terminated unexpectedly'))).toBe('connection');
  expect(failureOf(new Error('timeout exceeded when trying to connect'))).toBe('overload');
  for (const other of [new TypeError('x is not a function'), 'text', null, undefined])
    expect(failureOf(other)).toBe('other');
});

test('pauses grow, differ between competitors and stay under two seconds', () => {
  for (const failure of ['conflict', 'connection'] as const) {
    const shortest = [2, 3, 4, 5].map((attempt) => pauseBefore(attempt, failure, () => 0));
    expect([...shortest].sort((left, right) => left - right)).toEqual(shortest);
    expect(pauseBefore(3, failure, () => 0.99)).toBeGreaterThan(pauseBefore(3, failure, () => 0));
    expect(pauseBefore(30, failure, () => 1)).toBe(2_000);
  }
});
