import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { decodeCursor, encodeCursor, type Position } from '../../src/platform/cursor.ts';
import { Hub } from '../../src/platform/hub.ts';
import { replay, type StoredEvent, trimOutbox } from '../../src/platform/outbox.ts';
import { ErrorCode } from '../../src/platform/refusal.ts';
import { connectTail, streamEvents } from '../../src/platform/stream.ts';
import { Tail } from '../../src/platform/tail.ts';
import { MEMBERS, writeEvents } from '../support/events.ts';
import { type Bench, eventually, openBench, someEvent } from '../support/platform.ts';

let bench: Bench;
let tails: Tail[] = [];

beforeAll(async () => {
  bench = await openBench();
  await bench.outside.query('create table tally (member_id uuid primary key, total int not null)');
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.outside.query('truncate tally, outbox');
  await bench.outside.query('insert into tally select id, 0 from unnest($1::uuid[]) id', [MEMBERS]);
});
afterEach(async () => {
  await Promise.all(tails.map((tail) => tail.stop()));
  tails = [];
});

/** A node: its tail, woken by its own commits unless `deaf`, and what the tail has delivered. */
async function startNode(options: { deaf?: boolean; pageSize?: number } = {}) {
  const tail = new Tail({ url: bench.database.url, log: bench.log, pageSize: options.pageSize ?? 50 });
  tails.push(tail);
  const seen: StoredEvent[] = [];
  tail.onEvents((events) => {
    seen.push(...events);
  });
  await tail.start();
  const work = bench.makeWork();
  if (options.deaf !== true) work.onCommit((xid) => tail.committed(xid));
  return { tail, seen, work };
}

async function stored(): Promise<string[]> {
  return (await bench.outside.query('select id from outbox order by xid, seq')).rows.map((row) => row.id);
}

/** Each member's totals in the order they were delivered must be 1, 2, 3, … */
function expectOrderPerMember(events: readonly StoredEvent[]): void {
  for (const [memberId, own] of Map.groupBy(events, (event) => event.memberId)) {
    expect({ memberId, totals: own.map((event) => event.payload.total) }).toEqual({
      memberId,
      totals: own.map((_, index) => index + 1),
    });
  }
}

async function killListeners(): Promise<number> {
  const { rowCount } = await bench.outside.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where application_name = 'pokal-listener' and datname = current_database()`,
  );
  return rowCount ?? 0;
}

test('concurrent writers and one long open writer: nothing missed, nothing twice, every member in order', async () => {
  const { tail, seen, work } = await startNode();
  const leave = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const long = work.run({ name: 'test.long' }, async (tx) => {
    await tx.xid();
    tx.emit(someEvent(null, { long: true }));
    opened.resolve();
    await leave.promise;
  });
  await opened.promise;
  await writeEvents(work, { writer: 'a', count: 300, writers: 8 });
  const held = seen.length;
  leave.resolve();
  await long;
  await tail.settled();
  expect(held).toBe(0);
  expect(seen.map((event) => event.id)).toEqual(await stored());
  expectOrderPerMember(seen.filter((event) => event.memberId !== null));
});

test('two processes that write while two nodes follow: each node delivers everything once and in order', async () => {
  const nodes = [await startNode(), await startNode({ deaf: true })];
  const writers = ['b', 'c'].map((name) => {
    const script = new URL('../support/writer.ts', import.meta.url).pathname;
    return spawn(
      process.execPath,
      ['--experimental-transform-types', '--no-warnings', script, bench.database.url, name, '250'],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  });
  const ended = Promise.all(writers.map((writer) => once(writer, 'exit')));
  await writeEvents(bench.makeWork(), { writer: 'a', count: 250, writers: 4 });
  expect(await ended).toEqual([
    [0, null],
    [0, null],
  ]);
  const ids = await stored();
  expect(new Set(ids).size).toBe(ids.length);
  for (const { tail, seen } of nodes) {
    await tail.settled();
    expect(seen.map((event) => event.id)).toEqual(ids);
    expect(new Set(seen.map((event) => event.payload.writer))).toEqual(new Set(['a', 'b', 'c']));
    expectOrderPerMember(seen);
  }
});

test('a listening connection that is terminated again and again loses nothing', async () => {
  const { tail, seen, work } = await startNode();
  let writing = true;
  let kills = 0;
  const killing = (async () => {
    while (writing) kills += await killListeners();
  })();
  await writeEvents(work, { writer: 'a', count: 400, writers: 4 });
  writing = false;
  await killing;
  await tail.settled();
  expect(kills).toBeGreaterThan(0);
  expect(seen.map((event) => event.id)).toEqual(await stored());
  expectOrderPerMember(seen);
});

test('a node that hears nothing finds the events by polling', async () => {
  const { seen } = await startNode({ deaf: true });
  await bench.work.run({ name: 'test' }, async (tx) => void tx.emit(someEvent(null)));
  await eventually('the poll finds the event', () => seen.length === 1, 5_000);
});

test("a node is told of another node's commits by NOTIFY, and not of its own", async () => {
  const writer = await startNode();
  const reader = await startNode({ deaf: true });
  const { rows } = await bench.outside.query(
    "select count(*)::int as listening from pg_stat_activity where application_name = 'pokal-listener' and datname = current_database()",
  );
  expect(rows).toEqual([{ listening: 2 }]);
  const client = await bench.outside.connect();
  const hints: string[] = [];
  client.on('notification', (message) => hints.push(message.payload ?? ''));
  await client.query('listen pokal_outbox');
  await writeEvents(writer.work, { writer: 'a', count: 200, writers: 8 });
  await eventually('everything has arrived', () => reader.seen.length > 0 && reader.seen.length === writer.seen.length);
  await eventually('a hint has arrived', () => hints.length > 0);
  expect(hints.length).toBeLessThan(200);
  await client.query('unlisten *');
  client.release();
});

test('a tail starts at the present and does not repeat the past', async () => {
  await bench.work.run({ name: 'test' }, async (tx) => void tx.emit(someEvent(null, { old: true })));
  // The present begins with the oldest transaction still open, and transactions of other databases on the server count.
  await eventually('all older transactions have ended', async () => {
    const { rows } = await bench.outside.query(
      'select max(xid) < pg_snapshot_xmin(pg_current_snapshot()) as passed from outbox',
    );
    return rows[0]?.passed === true;
  });
  const { tail, seen, work } = await startNode();
  await work.run({ name: 'test' }, async (tx) => void tx.emit(someEvent(null, { old: false })));
  await tail.settled();
  expect(seen.map((event) => event.payload)).toEqual([{ old: false }]);
});

test('settled waits for what was committed before it, through every consumer', async () => {
  const { tail, work } = await startNode();
  const slow: string[] = [];
  const other = new Tail({ url: bench.database.url, log: bench.log });
  tails.push(other);
  other.onEvents(async (events) => {
    await new Promise((resolve) => setImmediate(resolve));
    slow.push(...events.map((event) => event.id));
  });
  await other.start();
  const event = someEvent(null);
  await work.run({ name: 'test' }, async (tx) => void tx.emit(event));
  await Promise.all([tail.settled(), other.settled()]);
  expect(slow).toEqual([event.id]);
});

test("a consumer's fault neither stops delivery nor reaches other consumers", async () => {
  const { tail, seen, work } = await startNode();
  tail.onEvents(() => {
    throw new Error('a consumer at fault');
  });
  const last: number[] = [];
  tail.onEvents((events) => void last.push(events.length));
  for (let round = 0; round < 2; round += 1) {
    await work.run({ name: 'test' }, async (tx) => void tx.emit(someEvent(null)));
    await tail.settled();
  }
  expect(seen).toHaveLength(2);
  expect(last).toEqual([1, 1]);
});

test('a stream resumed from any cursor continues with the very next event, through replay into live', async () => {
  const { tail, work } = await startNode();
  const hub = new Hub<StoredEvent>();
  connectTail(tail, hub);
  const memberId = MEMBERS[1] ?? '';
  const received: number[] = [];
  let after: Position | null = null;
  const writing = writeEvents(work, { writer: 'a', count: 600, writers: 6 });
  const total = 100;
  for (let round = 1; received.length < total; round += 1) {
    const stream = streamEvents(hub, work, { topics: `member:${memberId}`, memberId, after: after ?? (await start()) });
    let inThisRound = 0;
    for await (const event of stream) {
      received.push(Number(event.payload.total));
      after = decodeCursor(event.cursor);
      inThisRound += 1;
      if (inThisRound === round || received.length === total) break;
    }
  }
  await writing;
  expect(received).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  await eventually('every subscription has been given back', () => hub.topics === 0);
});

async function start(): Promise<Position> {
  const [row] = (await bench.outside.query('select xid::text as xid from outbox order by xid, seq limit 1')).rows;
  return { xid: row === undefined ? '1' : String(BigInt(row.xid) - 1n), seq: 0 };
}

test('silent events are replayable to the tail but never pushed', async () => {
  const { tail, seen, work } = await startNode();
  const hub = new Hub<StoredEvent>();
  connectTail(tail, hub);
  const live = hub.subscribe('type:SomethingHappened');
  await work.run({ name: 'test', notify: false }, async (tx) => void tx.emit(someEvent(null, { silent: true })));
  await work.run({ name: 'test' }, async (tx) => void tx.emit(someEvent(null, { silent: false })));
  await tail.settled();
  expect(seen).toHaveLength(2);
  expect(live.unread).toBe(1);
  expect((await live.next()).value).toMatchObject({ payload: { silent: false } });
});

test('a stream that is never read and one that waits both give their subscription back', async () => {
  const hub = new Hub<StoredEvent>();
  const unread = streamEvents(hub, bench.work, { topics: 'type:None', memberId: null, after: null });
  const waiting = streamEvents(hub, bench.work, { topics: 'type:None', memberId: null, after: null });
  const next = waiting.next();
  await Promise.all([unread.return(), waiting.return()]);
  expect(await next).toEqual({ value: undefined, done: true });
  expect(hub.topics).toBe(0);
});

test('after retention an older cursor is CURSOR_EXPIRED and every kept one still works', async () => {
  for (let turn = 0; turn < 6; turn += 1) {
    await bench.work.run({ name: 'test' }, async (tx) => void tx.emit(someEvent(null, { turn })));
  }
  const read = (after: Position, memberId: string | null = null) =>
    bench.work.read(({ query }) => replay(query, memberId, after, 100));
  const all = (await read({ xid: '1', seq: 0 })).events;
  expect(all.map((event) => event.payload.turn)).toEqual([0, 1, 2, 3, 4, 5]);
  await bench.outside.query(
    `update outbox set recorded_at = now() - interval '10 days' where (payload->>'turn')::int < 3`,
  );
  const removed = await bench.work.read(({ query }) => trimOutbox(query, Date.now() - 7 * 86_400_000, 2));
  expect(removed).toBe(2);
  const at = (turn: number) => all[turn]?.position ?? { xid: '0', seq: 0 };
  await expect(read(at(0))).rejects.toMatchObject({ code: ErrorCode.CURSOR_EXPIRED });
  await expect(read(at(1), MEMBERS[0] ?? '')).rejects.toMatchObject({ code: ErrorCode.CURSOR_EXPIRED });
  expect((await read(at(2))).events.map((event) => event.payload.turn)).toEqual([3, 4, 5]);
  expect((await read(at(4))).events.map((event) => event.payload.turn)).toEqual([5]);
  expect(await bench.work.read(({ query }) => trimOutbox(query, Date.now() - 7 * 86_400_000))).toBe(0);
});

test('a cursor from another life of the database is CURSOR_EXPIRED instead of silence', async () => {
  const foreign = decodeCursor(encodeCursor({ xid: '18000000000000000000', seq: 3 }));
  const reading = bench.work.read(({ query }) => replay(query, null, foreign, 10));
  await expect(reading).rejects.toMatchObject({ code: ErrorCode.CURSOR_EXPIRED });
});

test('reading on and replaying are index range scans, whatever the size of the outbox', async () => {
  await bench.outside.query(
    `insert into outbox (xid, seq, id, type, member_id, occurred_at, payload)
    select (n / 10 + 3)::text::xid8, n % 10, gen_random_uuid(), 'Old', ($1::uuid[])[n % 12 + 1], now(), '{}' from generate_series(0, 3999) n`,
    [MEMBERS],
  );
  await bench.outside.query('analyze outbox');
  const client = await bench.outside.connect();
  const plans: string[] = [];
  const explain = async <Row extends object>(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> => {
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query(`explain ${sql}`, [...parameters]);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return [];
  };
  await replay(explain, null, { xid: '300', seq: 2 }, 10);
  await replay(explain, MEMBERS[0] ?? '', { xid: '300', seq: 2 }, 10);
  client.release(true);
  expect(plans[0]).toMatch(/Index Cond: \(+ROW\(xid, seq\) > /i);
  expect(plans[1]).toMatch(/outbox_member/);
  expect(plans.join()).not.toMatch(/Sort/);
});
