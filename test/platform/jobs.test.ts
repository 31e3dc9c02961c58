import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { DEAD_LETTERS, Jobs } from '../../src/platform/jobs.ts';
import { takeUpOwedJobs } from '../../src/platform/owed-jobs.ts';
import { ErrorCode, Refusal } from '../../src/platform/refusal.ts';
import { type Bench, eventually, openBench } from '../support/platform.ts';

let bench: Bench;
let started: Jobs[] = [];

beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
afterEach(async () => {
  await Promise.all(started.map((jobs) => jobs.stop(1_000)));
  started = [];
});

/** A node's job queue, stopped after the test. */
function makeJobs(works = true): Jobs {
  const jobs = new Jobs({ url: bench.database.url, log: bench.log, works });
  started.push(jobs);
  return jobs;
}

async function states(name: string): Promise<string[]> {
  const { rows } = await bench.outside.query('select state from pgboss.job where name = $1 order by created_on', [
    name,
  ]);
  return rows.map((row) => row.state);
}

test('a job runs after the unit of work that enqueued it has committed, at once and with its data', async () => {
  const jobs = makeJobs();
  const ran: unknown[] = [];
  jobs.define<{ member: string }>('test.committed', async (data, run) => void ran.push([data, run.attempt]));
  await jobs.start();
  const work = bench.makeWork({ jobs });
  await work.run({ name: 'test' }, async (tx) => tx.enqueue('test.committed', { member: 'm1' }));
  await eventually('the job has run', () => ran.length === 1);
  expect(ran).toEqual([[{ member: 'm1' }, 1]]);
});

test('a job enqueued by work that is rolled back or run again exists as often as the work committed', async () => {
  const jobs = makeJobs(false);
  jobs.define('test.rolled-back', async () => {});
  await jobs.start();
  const work = bench.makeWork({ jobs });
  const refused = work.run({ name: 'test' }, async (tx) => {
    tx.enqueue('test.rolled-back', {});
    throw new Refusal(ErrorCode.CONFLICT, 'No.');
  });
  await expect(refused).rejects.toThrow('No.');
  expect(await states('test.rolled-back')).toEqual([]);
  let runs = 0;
  await work.run({ name: 'test' }, async (tx) => {
    runs += 1;
    tx.enqueue('test.rolled-back', { runs });
    if (runs === 1) await tx.query("do $$ begin raise exception 'conflict' using errcode = '40001'; end $$");
  });
  expect(await states('test.rolled-back')).toEqual(['created']);
});

test('jobs that wait are done one after another, without a poll of two seconds between them', async () => {
  const jobs = makeJobs();
  const ran: number[] = [];
  jobs.define<{ turn: number }>('test.queued', async ({ turn }) => void ran.push(turn));
  await jobs.start();
  const turns = Array.from({ length: 40 }, (_, turn) => turn);
  await bench.makeWork({ jobs }).run({ name: 'test' }, async (tx) => {
    for (const turn of turns) tx.enqueue('test.queued', { turn });
  });
  // With a poll between them they would take 80 seconds.
  await eventually('all have run', () => ran.length === turns.length);
  expect(ran.toSorted((left, right) => left - right)).toEqual(turns);
});

test('a node that does not work enqueues for one that does', async () => {
  const api = makeJobs(false);
  const worker = makeJobs();
  const ran: string[] = [];
  api.define('test.roles', async () => void ran.push('api'));
  worker.define('test.roles', async () => void ran.push('worker'));
  await api.start();
  await worker.start();
  await bench.makeWork({ jobs: api }).run({ name: 'test' }, async (tx) => tx.enqueue('test.roles', {}));
  await eventually('the worker has found it by polling', () => ran.length === 1);
  expect(ran).toEqual(['worker']);
});

test('a job that fails is run again, and ends in the dead letters when its attempts are used up', async () => {
  const jobs = makeJobs();
  const attempts: number[] = [];
  jobs.define(
    'test.failing',
    async (_data, run) => {
      attempts.push(run.attempt);
      throw new Error('always');
    },
    { attempts: 2 },
  );
  await jobs.start();
  await jobs.enqueue('test.failing', { what: 'fails' });
  await eventually('the dead letter is there', async () => (await states(DEAD_LETTERS)).length === 1);
  expect(attempts).toEqual([1, 2]);
  const { rows } = await bench.outside.query('select data from pgboss.job where name = $1', [DEAD_LETTERS]);
  expect(rows).toEqual([{ data: { what: 'fails' } }]);
});

test('a killed worker’s job is taken over by another node within seconds', async () => {
  const script = new URL('../support/job-worker.ts', import.meta.url).pathname;
  const victim = spawn(
    process.execPath,
    ['--experimental-transform-types', '--no-warnings', script, bench.database.url],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let printed = '';
  victim.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  await eventually('the victim has started', () => printed.includes('started'));
  const api = makeJobs(false);
  api.define('test.endless', async () => {});
  await api.start();
  await api.enqueue('test.endless', {});
  await eventually('the victim works', () => printed.includes('working'));
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  const successor = makeJobs();
  const attempts: number[] = [];
  successor.define('test.endless', async (_data, run) => void attempts.push(run.attempt));
  await successor.start();
  await eventually('the successor has run the job', () => attempts.length === 1, 25_000);
  expect(attempts).toEqual([2]);
  await eventually('the job is done', async () => (await states('test.endless'))[0] === 'completed');
}, 60_000);

test('of a coalescing job one waits at most, per key', async () => {
  const jobs = makeJobs(false);
  jobs.define('test.coalesced', async () => {}, { coalesce: true });
  jobs.define('test.plain', async () => {});
  await jobs.start();
  const work = bench.makeWork({ jobs });
  for (const key of ['a', 'b', 'a']) {
    await work.run({ name: 'test' }, async (tx) => tx.enqueue('test.coalesced', {}, { key }));
  }
  expect(await states('test.coalesced')).toEqual(['created', 'created']);
  await expect(jobs.enqueue('test.plain', {}, { key: 'a' })).rejects.toThrow('coalesce');
  await expect(jobs.enqueue('test.unknown', {})).rejects.toThrow('no job named');
});

test('a job for later is not run now', async () => {
  const jobs = makeJobs();
  const ran: string[] = [];
  jobs.define<{ when: string }>('test.later', async ({ when }) => void ran.push(when));
  await jobs.start();
  await jobs.enqueue('test.later', { when: 'later' }, { startAfter: Date.now() + 3_600_000 });
  await jobs.enqueue('test.later', { when: 'now' });
  await eventually('the other has run', () => ran.length === 1);
  expect(ran).toEqual(['now']);
});

test('schedules follow the definitions: a new one is added, a forgotten one removed, a changed queue adapted', async () => {
  const first = makeJobs();
  first.define('test.daily', async () => {});
  first.define('test.hourly', async () => {});
  first.schedule('test.daily', '15 3 * * *', 'Europe/Stockholm');
  first.schedule('test.hourly', '5 * * * *', 'UTC');
  await first.start();
  await first.stop();
  const second = makeJobs();
  second.define('test.daily', async () => {}, { timeoutSeconds: 60, attempts: 3 });
  second.schedule('test.daily', '30 4 * * *', 'Europe/Stockholm');
  await second.start();
  const schedules = await bench.outside.query('select name, cron, timezone from pgboss.schedule');
  expect(schedules.rows).toEqual([{ name: 'test.daily', cron: '30 4 * * *', timezone: 'Europe/Stockholm' }]);
  const queue = await bench.outside.query(
    "select expire_seconds, retry_limit, heartbeat_seconds from pgboss.queue where name = 'test.daily'",
  );
  expect(queue.rows).toEqual([{ expire_seconds: 60, retry_limit: 2, heartbeat_seconds: 10 }]);
});

test('stopping lets a running job end and takes no other', async () => {
  const jobs = makeJobs();
  const leave = Promise.withResolvers<void>();
  const ended: number[] = [];
  let begun = 0;
  jobs.define<{ turn: number }>('test.stopped', async ({ turn }) => {
    begun += 1;
    await leave.promise;
    ended.push(turn);
  });
  await jobs.start();
  await jobs.enqueue('test.stopped', { turn: 1 });
  await eventually('the job runs', () => begun === 1);
  await jobs.enqueue('test.stopped', { turn: 2 });
  const stopped = jobs.stop(10_000);
  leave.resolve();
  await stopped;
  expect(ended).toEqual([1]);
  expect(await states('test.stopped')).toEqual(['completed', 'created']);
});

test('owed work is remembered until it is done, with what it was enqueued with, and only if that commits', async () => {
  const jobs = makeJobs();
  const ran: unknown[] = [];
  jobs.define('test.owed', async (data) => void ran.push(data), { owed: true });
  const api = makeJobs(false);
  api.define('test.owed', async () => {}, { owed: true });
  await api.start();
  const work = bench.makeWork({ jobs: api });
  await work.run({ name: 'test' }, async (tx) => tx.enqueue('test.owed', { to: 'kim' }));
  const refused = work.run({ name: 'test' }, async (tx) => {
    tx.enqueue('test.owed', { to: 'nobody' });
    throw new Refusal(ErrorCode.CONFLICT, 'No.');
  });
  await expect(refused).rejects.toThrow('No.');
  expect(await owed('test.owed')).toEqual([{ to: 'kim' }]);
  await expect(api.enqueue('test.owed', {})).rejects.toThrow('units of work');
  await jobs.start();
  await eventually('it is done', async () => (await owed('test.owed')).length === 0);
  expect(ran).toEqual([{ to: 'kim' }]);
});

test('owed work whose queue is gone, or whose attempts are used up, is taken up once, however many do so', async () => {
  const jobs = makeJobs();
  const ran: string[] = [];
  let fails = true;
  const handler = async ({ to }: { to: string }) => {
    if (fails) throw new Error('The shop is closed.');
    ran.push(to);
  };
  jobs.define('test.taken-up', handler, { owed: true, attempts: 1 });
  jobs.define('test.keyed', handler, { owed: true, attempts: 1, coalesce: true });
  await jobs.start();
  const work = bench.makeWork({ jobs });
  await work.run({ name: 'test' }, async (tx) => tx.enqueue('test.taken-up', { to: 'failed' }));
  await eventually('its attempts are used up', async () => (await states('test.taken-up')).includes('failed'));
  fails = false;
  // As a restored backup has them: without any job; of two under one key only one is needed.
  await bench.outside.query(`insert into owed_jobs (id, name, key, data) values
    (gen_random_uuid(), 'test.taken-up', null, '{"to":"lost"}'), (gen_random_uuid(), 'test.keyed', 'k', '{"to":"keyed"}'),
    (gen_random_uuid(), 'test.keyed', 'k', '{"to":"keyed"}'), (gen_random_uuid(), 'test.of-a-newer-version', null, '{}')`);
  const counts = await Promise.all([1, 2, 3].map(() => takeUpOwedJobs(work, jobs.names)));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4);
  await eventually('all is done', async () => (await owed('test.taken-up', 'test.keyed')).length === 0);
  expect(ran.sort()).toEqual(['failed', 'keyed', 'lost']);
  expect(await takeUpOwedJobs(work, jobs.names)).toBe(0);
  expect(await owed('test.of-a-newer-version')).toEqual([{}]);
});

test('owed work of a newer version stands in the way of no other, however much there is', async () => {
  const jobs = makeJobs();
  jobs.define('test.behind', async () => {}, { owed: true });
  await jobs.open();
  // As many as are taken up at once, and all before the one that can be done.
  await bench.outside.query(`insert into owed_jobs (id, name, data)
    select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'test.newer', '{}'::json from generate_series(1, 1000) as n
    union all select gen_random_uuid(), 'test.behind', '{}'::json`);
  expect(await takeUpOwedJobs(bench.makeWork({ jobs }), jobs.names)).toBe(1);
});

async function owed(...names: string[]): Promise<unknown[]> {
  const { rows } = await bench.outside.query('select data from owed_jobs where name = any ($1) order by id', [names]);
  return rows.map(({ data }) => data);
}
