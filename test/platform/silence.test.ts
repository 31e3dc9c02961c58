import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { entities } from '../../src/features/entities.ts';
import { Clock } from '../../src/platform/clock.ts';
import { closeDatabase, openDatabase } from '../../src/platform/database/orm.ts';
import { Work } from '../../src/platform/work.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';
import { eventually, logLines } from '../support/platform.ts';

const POOL_SIZE = 3;

let database: TestDatabase;
let proxy: HoldingProxy;
let orm: MikroORM;
let work: Work;
const { log, lines } = logLines();

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await HoldingProxy.to(database.url);
  orm = await openDatabase({ url: proxy.through(database.url), entities, poolSize: POOL_SIZE });
  work = new Work({ orm, clock: new Clock(), log, silence: { patienceMs: 300, answerMs: 300 } });
});

afterAll(async () => {
  await closeDatabase(orm);
  await proxy.close();
  await database.drop();
});

afterEach(() => {
  lines.length = 0;
});

const logged = (name: string) => lines.filter(({ event }) => event === name).length;
const write = () => work.run({ name: 'test' }, (tx) => tx.query('select 1 as one'));
const read = () => work.read((reads) => reads.query('select 1 as one'));

test('a database that falls silent in the middle of work is given up, and used again when it answers', async () => {
  const begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const inside = work.run({ name: 'test' }, async (tx) => {
    begun.resolve();
    await held.promise;
    return tx.query('select 2 as two');
  });
  await begun.promise;
  proxy.hold();
  held.resolve();
  // More than the pool has connections for: some wait for a statement, the others for a connection.
  const waiting = [inside, ...Array.from({ length: 4 }, write), ...Array.from({ length: 4 }, read)];
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes).toEqual(
    waiting.map(() => ({
      status: 'rejected',
      reason: expect.objectContaining({ code: 'SERVICE_UNAVAILABLE', retryable: true }),
    })),
  );
  expect(logged('database.silent')).toBe(1);

  proxy.letGo();
  await eventually('it is noticed that the database answers', () => logged('database.answers-again') === 1);
  expect(await Promise.all([...Array.from({ length: 4 }, write), ...Array.from({ length: 4 }, read)])).toEqual(
    Array.from({ length: 8 }, () => [{ one: 1 }]),
  );
});

test('a statement that merely takes long is waited for', async () => {
  const slow = await work.run({ name: 'test' }, (tx) => tx.query('select 1 as one from pg_sleep(1.5)'));
  const slowRead = await work.read((reads) => reads.query('select 1 as one from pg_sleep(1)'));
  expect([slow, slowRead]).toEqual([[{ one: 1 }], [{ one: 1 }]]);
  expect(logged('database.silent')).toBe(0);
});
