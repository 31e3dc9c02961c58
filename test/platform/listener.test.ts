import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Listener } from '../../src/platform/listener.ts';
import { createLog } from '../../src/platform/log.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

const SQL = 'select seq from outbox where (xid, seq) > ($1::text::xid8, $2::int) order by xid, seq limit $3';
const FILL = `insert into outbox (xid, seq, id, type, occurred_at, notify, payload)
  select '100'::xid8, n, gen_random_uuid(), 'Test', now(), false, '{}' from generate_series(1, 20000) n`;

describe('the listening connection', () => {
  let database: TestDatabase;
  let listener: Listener;

  beforeAll(async () => {
    database = await createTestDatabase();
    listener = new Listener({ url: database.url, channel: 'test', log: createLog('silent') });
    await listener.start();
  });

  afterAll(async () => {
    jest.restoreAllMocks();
    await listener.stop();
    await database.drop();
  });

  test('does not go on reading a whole table because it was empty when the plan was made', async () => {
    let now = 1_000_000;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const plan = async () => {
      // The plan that the connection keeps for the statement: it is the second of this listener's.
      const rows = await listener.query<Record<string, string>>(`explain execute "listener-1"('200', 0, 10)`);
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    await listener.query('vacuum analyze outbox');
    // From the sixth run on, PostgreSQL keeps one plan for all parameters.
    for (let run = 0; run < 10; run += 1) await listener.query(SQL, ['200', 0, 10]);
    now += 10;
    await listener.query(FILL);
    const before = await plan();
    now += 2_000;
    await listener.query(SQL, ['200', 0, 10]);
    expect([before, await plan()]).toEqual([expect.stringContaining('Seq Scan'), expect.stringContaining('Index')]);
  });
});
