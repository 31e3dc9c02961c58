import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { OutboxEntry } from '../../src/platform/outbox.entity.ts';
import { ErrorCode } from '../../src/platform/refusal.ts';
import { type Bench, openBench, someEvent } from '../support/platform.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
  await bench.outside.query(
    'create table note (id int primary key, text text, unique (text) deferrable initially deferred)',
  );
});
afterAll(() => bench.close());
beforeEach(() => bench.outside.query('truncate note, outbox'));

async function notes(): Promise<unknown[]> {
  return (await bench.outside.query('select id, text from note order by id')).rows;
}

async function outboxRows(): Promise<{ seq: number; type: string; notify: boolean; payload: unknown }[]> {
  return (await bench.outside.query('select seq, type, notify, payload from outbox order by xid, seq')).rows;
}

test('commits rows, entities and events together, events numbered from 0 inside the transaction', async () => {
  const quote = `it's a "quote" and a \\ backslash, $1, å and \u2028`;
  const seqs = await bench.work.run({ name: 'test' }, async (tx) => {
    await tx.query('insert into note values ($1, $2)', [1, 'one']);
    return [tx.emit(someEvent(null, { quote })), tx.emit(someEvent(null))];
  });
  expect(seqs).toEqual([0, 1]);
  expect(await notes()).toEqual([{ id: 1, text: 'one' }]);
  expect(await outboxRows()).toMatchObject([{ seq: 0, payload: { quote }, notify: true }, { seq: 1 }]);
});

test.each([1, 100, 101, 1_000])('stores %i events of one transaction in order', async (count) => {
  await bench.work.run({ name: 'test', notify: false }, async (tx) => {
    for (let index = 0; index < count; index += 1) tx.emit(someEvent(null, { index }));
  });
  const rows = await outboxRows();
  expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: count }, (_, index) => index));
  expect(rows.map((row) => row.payload)).toEqual(Array.from({ length: count }, (_, index) => ({ index })));
  expect(new Set(rows.map((row) => row.notify))).toEqual(new Set([false]));
});

test('arrays, JSON text, dates and nulls reach PostgreSQL as parameters, untouched', async () => {
  const at = new Date('2026-01-02T03:04:05.678Z');
  const [row] = await bench.work.run({ name: 'test' }, (tx) =>
    tx.query(
      `select $1::int[] as numbers, $2::json as document, $3::timestamptz = '2026-01-02T03:04:05.678Z' as same, $4::text as none,
       $5::text[] as texts, '?' as mark`,
      [[1, 2], '{"a": [1, "x"]}', at, null, ["it's", 'a "b"', null]],
    ),
  );
  expect(row).toEqual({
    numbers: [1, 2],
    document: { a: [1, 'x'] },
    same: true,
    none: null,
    texts: ["it's", 'a "b"', null],
    mark: '?',
  });
});

test('the EntityManager of the transaction sees its rows and flushes with it', async () => {
  const id = '019aaaaa-0000-7000-8000-000000000001';
  await bench.work.run({ name: 'test' }, async (tx) => {
    tx.em.create(OutboxEntry, {
      xid: await tx.xid(),
      seq: 7,
      id,
      type: 'ByHand',
      memberId: null,
      occurredAt: new Date(),
      notify: true,
      payload: {},
      recordedAt: new Date(),
    });
    await tx.em.flush();
    expect(await tx.query('select seq from outbox where id = $1', [id])).toEqual([{ seq: 7 }]);
    await tx.em.transactional(async (inner) => {
      await inner.execute('insert into note values (5, null)');
    });
  });
  expect(await outboxRows()).toMatchObject([{ seq: 7, type: 'ByHand' }]);
  expect(await notes()).toEqual([{ id: 5, text: null }]);
});

test('the transaction id is asked for once and is the one the events carry', async () => {
  const xid = await bench.work.run({ name: 'test' }, async (tx) => {
    tx.emit(someEvent(null));
    expect(await tx.xid()).toBe(await tx.xid());
    return tx.xid();
  });
  const { rows } = await bench.outside.query('select xid::text as xid from outbox');
  expect(rows).toEqual([{ xid }]);
});

test('members in one lock partition wait for one another, and the later one has the later time', async () => {
  const inside = Promise.withResolvers<void>();
  const leave = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = bench.work.run({ name: 'test', partitions: [3, 5] }, async (tx) => {
    inside.resolve();
    await leave.promise;
    order.push('first');
    return tx.now;
  });
  await inside.promise;
  const second = bench.work.run({ name: 'test', partitions: [5, 9] }, async (tx) => {
    order.push('second');
    return tx.now;
  });
  await bench.work.run({ name: 'test', partitions: [4] }, async () => order.push('unrelated'));
  leave.resolve();
  expect(await second).toBeGreaterThan(await first);
  expect(order).toEqual(['unrelated', 'first', 'second']);
});

test('the programme can be moved in time; what the work sees is the database time plus the offset', async () => {
  const day = 86_400_000;
  bench.clock.advance(day);
  try {
    const { now, database } = await bench.work.run({ name: 'test' }, async (tx) => {
      const [row] = await tx.query<{ ms: number }>('select extract(epoch from now())::float8 * 1000 as ms');
      return { now: tx.now, database: row?.ms ?? 0 };
    });
    expect(Math.abs(now - database - day)).toBeLessThan(5_000);
  } finally {
    bench.clock.advance(-day);
  }
});

test('a read is tried once more after its connection was killed in flight', async () => {
  let runs = 0;
  const [row] = await bench.work.read(async ({ query }) => {
    runs += 1;
    if (runs === 1) await query('select pg_terminate_backend(pg_backend_pid())');
    return query<{ one: number }>('select 1 as one');
  });
  expect(row).toEqual({ one: 1 });
  expect(runs).toBe(2);
});

test('a statement past its time limit is SERVICE_UNAVAILABLE, for writes and reads', async () => {
  const slow = bench.work.run({ name: 'test' }, async (tx) => {
    await tx.query('set local statement_timeout = 50');
    await tx.query('select pg_sleep(10)');
  });
  await expect(slow).rejects.toMatchObject({ code: ErrorCode.SERVICE_UNAVAILABLE, retryable: true });
  const reading = bench.work.read(async ({ query }) => {
    await query("do $$ begin raise exception 'too slow' using errcode = '57014'; end $$");
  });
  await expect(reading).rejects.toMatchObject({ code: ErrorCode.SERVICE_UNAVAILABLE });
});

test('idle resolves when the last unit of work has ended', async () => {
  const leave = Promise.withResolvers<void>();
  const running = bench.work.run({ name: 'test' }, () => leave.promise);
  let idle = false;
  const waited = bench.work.idle().then(() => {
    idle = true;
  });
  await bench.work.run({ name: 'test' }, async () => {});
  expect(idle).toBe(false);
  leave.resolve();
  await running;
  await waited;
  expect(idle).toBe(true);
});
