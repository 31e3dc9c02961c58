import { expect, test } from '@jest/globals';
import { Hub, TooSlowError } from '../../src/platform/hub.ts';

async function take<Item>(stream: AsyncIterator<Item, undefined>, count: number): Promise<Item[]> {
  const items: Item[] = [];
  while (items.length < count) {
    const result = await stream.next();
    if (result.done === true) break;
    items.push(result.value);
  }
  return items;
}

test('an item reaches every subscriber of its topic, in order, and nobody else', async () => {
  const hub = new Hub<number>();
  const one = hub.subscribe('a');
  const two = hub.subscribe('a');
  const other = hub.subscribe('b');
  for (const item of [1, 2, 3]) hub.publish('a', item);
  expect(await take(one, 3)).toEqual([1, 2, 3]);
  expect(await take(two, 3)).toEqual([1, 2, 3]);
  expect(other.unread).toBe(0);
});

test('an item published between subscribing and reading is not lost', async () => {
  const hub = new Hub<number>();
  const stream = hub.subscribe('a');
  hub.publish('a', 1);
  const waiting = take(stream, 2);
  hub.publish('a', 2);
  expect(await waiting).toEqual([1, 2]);
});

test('an item published to several topics arrives once at a subscriber of several', async () => {
  const hub = new Hub<number>();
  const stream = hub.subscribe(['a', 'b', 'a']);
  hub.publish(['a', 'b', 'c'], 1);
  expect(stream.unread).toBe(1);
});

test('past its bound one stream ends with TooSlowError while the others go on', async () => {
  const hub = new Hub<number>();
  const stalled = hub.subscribe('a', { bound: 3 });
  const reading = hub.subscribe('a', { bound: 3 });
  const received: number[] = [];
  for (let item = 0; item < 10; item += 1) {
    hub.publish('a', item);
    received.push(...(await take(reading, 1)));
  }
  expect(received).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(stalled.unread).toBe(0);
  expect(hub.subscribers('a')).toBe(1);
  await expect(stalled.next()).rejects.toThrow(TooSlowError);
  expect(await stalled.next()).toEqual({ value: undefined, done: true });
});

test('exactly its bound is kept for a subscriber that does not read', async () => {
  const hub = new Hub<number>();
  const stream = hub.subscribe('a', { bound: 3 });
  for (const item of [1, 2, 3]) hub.publish('a', item);
  expect(await take(stream, 3)).toEqual([1, 2, 3]);
});

test('a coalescing stream holds the newest state only and never ends for slowness', async () => {
  const hub = new Hub<{ version: number; changes: number }>();
  const stream = hub.subscribe('board', {
    bound: 1,
    coalesce: (unread, next) => ({ version: next.version, changes: unread.changes + next.changes }),
  });
  for (let version = 1; version <= 5_000; version += 1) hub.publish('board', { version, changes: 1 });
  expect(await take(stream, 1)).toEqual([{ version: 5_000, changes: 5_000 }]);
});

test('no two subscribers share a buffer: what one reads is not taken from another', async () => {
  const hub = new Hub<number>();
  const streams = Array.from({ length: 50 }, () => hub.subscribe('a'));
  for (let item = 0; item < 20; item += 1) hub.publish('a', item);
  const all = await Promise.all(streams.map((stream) => take(stream, 20)));
  const expected = Array.from({ length: 20 }, (_, item) => item);
  for (const items of all) expect(items).toEqual(expected);
});

test('leaving a loop, returning and disposing give the subscription back, and a waiting reader is told the end', async () => {
  const hub = new Hub<number>();
  const left = hub.subscribe('a');
  hub.publish('a', 1);
  for await (const item of left) {
    expect(item).toBe(1);
    break;
  }
  const returned = hub.subscribe('a');
  const waiting = returned.next();
  await returned.return();
  expect(await waiting).toEqual({ value: undefined, done: true });
  {
    await using disposed = hub.subscribe(['a', 'b']);
    expect(disposed.unread).toBe(0);
    expect(hub.topics).toBe(2);
  }
  expect(hub.topics).toBe(0);
});

test('closing lets readers finish what they have, then throws the reason; later subscribers end at once', async () => {
  const hub = new Hub<number>();
  const stream = hub.subscribe('a');
  hub.publish('a', 1);
  hub.close(new Error('The server is stopping.'));
  hub.publish('a', 2);
  expect(await take(stream, 1)).toEqual([1]);
  await expect(stream.next()).rejects.toThrow('stopping');
  await expect(hub.subscribe('a').next()).rejects.toThrow('stopping');
});

test('readers that ask ahead are answered in the order they asked', async () => {
  const hub = new Hub<number>();
  const stream = hub.subscribe('a');
  const asked = [stream.next(), stream.next(), stream.next()];
  for (const item of [1, 2, 3]) hub.publish('a', item);
  expect((await Promise.all(asked)).map((result) => result.value)).toEqual([1, 2, 3]);
});
