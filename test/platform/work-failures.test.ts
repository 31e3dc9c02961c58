import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { ErrorCode, Refusal } from '../../src/platform/refusal.ts';
import type { WorkOutcome } from '../../src/platform/work.ts';
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

/** Ends the backend that runs a statement, as an administrator would. */
async function terminate(pid: number): Promise<void> {
  await bench.outside.query('select pg_terminate_backend($1)', [pid]);
}

test('a refusal rolls everything back and is not retried', async () => {
  let runs = 0;
  const refused = bench.work.run({ name: 'test' }, async (tx) => {
    runs += 1;
    await tx.query("insert into note values (1, 'gone')");
    tx.emit(someEvent(null));
    throw new Refusal(ErrorCode.CONFLICT, 'No.');
  });
  await expect(refused).rejects.toMatchObject({ code: ErrorCode.CONFLICT });
  expect(runs).toBe(1);
  expect(await notes()).toEqual([]);
  expect(await outboxRows()).toEqual([]);
});

test('a serialisation failure runs the work again from scratch, and the failed run leaves nothing', async () => {
  const outcomes: WorkOutcome[] = [];
  const work = bench.makeWork({ random: () => 0, observe: (outcome) => outcomes.push(outcome) });
  let runs = 0;
  await work.run({ name: 'test' }, async (tx) => {
    runs += 1;
    tx.emit(someEvent(null, { runs }));
    await tx.query('insert into note values ($1, $2)', [runs, 'x']);
    if (runs < 3) await tx.query("do $$ begin raise exception 'conflict' using errcode = '40001'; end $$");
  });
  expect(runs).toBe(3);
  expect(await notes()).toEqual([{ id: 3, text: 'x' }]);
  expect(await outboxRows()).toMatchObject([{ seq: 0, payload: { runs: 3 } }]);
  expect(outcomes).toMatchObject([{ name: 'test', outcome: 'committed', attempts: 3 }]);
});

test('a conflict that does not go away is tried five times and then refused as SERVICE_UNAVAILABLE', async () => {
  let runs = 0;
  const given = bench.work.run({ name: 'test' }, async (tx) => {
    runs += 1;
    await tx.query("do $$ begin raise exception 'conflict' using errcode = '40001'; end $$");
  });
  await expect(given).rejects.toMatchObject({ code: ErrorCode.SERVICE_UNAVAILABLE, retryable: true });
  expect(runs).toBe(5);
});

test('two units of work that lock rows crosswise both succeed', async () => {
  await bench.outside.query("insert into note values (1, 'a'), (2, 'b')");
  const met = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lockBoth = (first: number, second: number) =>
    bench.work.run({ name: 'test' }, async (tx) => {
      await tx.query('select from note where id = $1 for update', [first]);
      met[first - 1]?.resolve();
      await met[second - 1]?.promise;
      await tx.query('select from note where id = $1 for update', [second]);
      await tx.query("update note set text = text || 'x' where id = $1", [first]);
    });
  await Promise.all([lockBoth(1, 2), lockBoth(2, 1)]);
  expect(await notes()).toEqual([
    { id: 1, text: 'ax' },
    { id: 2, text: 'bx' },
  ]);
});

test('a terminated connection is replaced and the work run again', async () => {
  let runs = 0;
  await bench.work.run({ name: 'test' }, async (tx) => {
    runs += 1;
    const [backend] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
    await tx.query('insert into note values ($1, $2)', [1, `run ${runs}`]);
    if (runs === 1 && backend !== undefined) await terminate(backend.pid);
    await tx.query('select 1');
  });
  expect(runs).toBe(2);
  expect(await notes()).toEqual([{ id: 1, text: 'run 2' }]);
});

test('work that must not be repeated is not repeated when the connection breaks during COMMIT', async () => {
  // A deferred trigger runs inside COMMIT, so the backend can be ended exactly there.
  await bench.outside.query(`create function slow_commit() returns trigger language plpgsql as
    $$ begin if new.text = 'slow' then perform pg_sleep(20); end if; return null; end $$`);
  await bench.outside.query(`create constraint trigger slow_commit after insert on note
    deferrable initially deferred for each row execute function slow_commit()`);
  for (const [idempotent, expectedRuns] of [
    [false, 1],
    [true, 2],
  ] as const) {
    await bench.outside.query('truncate note');
    let runs = 0;
    const result = bench.work.run({ name: 'test', idempotent }, async (tx) => {
      runs += 1;
      await tx.query('insert into note values ($1, $2)', [1, runs === 1 ? 'slow' : 'quick']);
    });
    const killed = (async () => {
      for (;;) {
        const { rowCount } = await bench.outside.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and state = 'active' and query = 'commit' and wait_event = 'PgSleep'`,
        );
        if (rowCount === 1) return;
      }
    })();
    const settled = await Promise.allSettled([result]);
    await killed;
    expect(runs).toBe(expectedRuns);
    if (idempotent) {
      expect(settled[0]?.status).toBe('fulfilled');
      expect(await notes()).toEqual([{ id: 1, text: 'quick' }]);
    } else {
      expect(settled[0]).toMatchObject({
        status: 'rejected',
        reason: { code: ErrorCode.SERVICE_UNAVAILABLE, retryable: false, details: { outcome: 'UNKNOWN' } },
      });
    }
  }
  await bench.outside.query('drop trigger slow_commit on note');
});

test('a constraint that fails at COMMIT is thrown as it is and not retried', async () => {
  let runs = 0;
  const given = bench.work.run({ name: 'test' }, async (tx) => {
    runs += 1;
    await tx.query("insert into note values (1, 'same'), (2, 'same')");
    tx.emit(someEvent(null));
  });
  await expect(given).rejects.toMatchObject({ code: '23505' });
  expect(runs).toBe(1);
  expect(await outboxRows()).toEqual([]);
});

test('work that swallows the failure of a statement is not reported as committed', async () => {
  const given = bench.work.run({ name: 'test' }, async (tx) => {
    await tx.query('insert into note values (1, null)');
    await tx.query('select 1/0').catch(() => {});
  });
  await expect(given).rejects.toThrow('rolled back');
  expect(await notes()).toEqual([]);
});

test('what was not awaited cannot reach the connection after the transaction has ended', async () => {
  let late: Promise<unknown> = Promise.resolve();
  let lateEntity: Promise<unknown> = Promise.resolve();
  const gate = Promise.withResolvers<void>();
  await expect(
    bench.work.run({ name: 'test' }, async (tx) => {
      const em = tx.em;
      await em.execute('select 1');
      late = gate.promise.then(() => tx.query("insert into note values (9, 'late')"));
      lateEntity = gate.promise.then(() => em.execute("insert into note values (10, 'late')"));
      throw new Refusal(ErrorCode.CONFLICT, 'No.');
    }),
  ).rejects.toThrow('No.');
  gate.resolve();
  await expect(late).rejects.toThrow('ended');
  await expect(lateEntity).rejects.toThrow();
  expect(await notes()).toEqual([]);
});
