import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { loadConfig } from '../src/config.ts';
import { openCore } from '../src/core.ts';
import { Commands } from './support/commands.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

/** The purchases of 23,570 customers of a record shop; too large for the repository, so its absence skips these tests. */
const FILE = process.env.POKAL_CDNOW_FILE ?? resolve('../shared/data/cdnow/CDNOW_master.txt');
const PURCHASES = 69_659;
const CUSTOMERS = 23_570;

/** How many purchases are in before the import is killed: enough to be half-way, whatever the machine. */
const HALF_WAY = 30_000;

const present = existsSync(FILE);
if (!present) process.stderr.write(`Skipped: ${FILE} is missing; POKAL_CDNOW_FILE names it.\n`);
const proof = present ? test : test.skip;

let commands: Commands;
let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  if (!present) return;
  [commands, database] = await Promise.all([Commands.build(), createTestDatabase()]);
  client = new pg.Client({ connectionString: database.url });
  await Promise.all([client.connect(), payOnePointPerDollar(database.url)]);
}, 60_000);

afterAll(async () => {
  await client?.end();
  await Promise.all([commands?.remove(), database?.drop()]);
});

async function payOnePointPerDollar(url: string): Promise<void> {
  const settings = { NODE_ENV: 'test', DATABASE_URL: url, POKAL_JWT_SECRET: 'x'.repeat(32), LOG_LEVEL: 'silent' };
  const core = await openCore({ config: loadConfig(settings), owner: 'command' });
  const author = { actor: 'test', requestId: null };
  await core.program.update({ currencyCode: 'USD' }, author);
  const points = { perAmount: { points: 1, per: '1', rounding: 'FLOOR' as const } };
  await core.earningRules.save(
    { code: 'dollar', name: 'Dollar', trigger: 'purchase', points, status: 'ACTIVE' },
    author,
  );
  await core.close();
}

function importFile() {
  return commands.start('import', [FILE, '--format', 'cdnow', '--source', 'cdnow'], { DATABASE_URL: database.url });
}

async function countActivities(): Promise<number> {
  const { rows } = await client.query<{ count: number }>('select count(*)::int as count from activities');
  return rows[0]?.count ?? 0;
}

/** Whole dollars per customer and instants of purchase, read from the file without any of the importer's code. */
async function readFileApart(): Promise<{ points: Map<string, number>; times: Map<string, string[]> }> {
  const points = new Map<string, number>();
  const times = new Map<string, string[]>();
  const lines = (await readFile(FILE, 'latin1')).split('\r\n').slice(1);
  for (const line of lines) {
    const [customer, date, , dollars] = line.trim().split(/ +/);
    if (customer === undefined || date === undefined || dollars === undefined) continue;
    points.set(customer, (points.get(customer) ?? 0) + Math.floor(Number(dollars)));
    times.set(customer, [...(times.get(customer) ?? []), date]);
  }
  return { points, times };
}

proof(
  'the real file, killed half-way and run again, is recorded once: balances and history to the last point',
  async () => {
    const killed = importFile();
    let running = true;
    void killed.finished.then(() => {
      running = false;
    });
    // Each look at the table takes milliseconds, so this neither sleeps nor spins.
    while (running && (await countActivities()) < HALF_WAY);
    killed.kill('SIGKILL');
    expect(await killed.finished).toMatchObject({ code: null, out: '' });
    const before = await countActivities();
    expect(before).toBeLessThan(PURCHASES);

    const rest = await importFile().finished;
    expect(rest).toMatchObject({ code: 0, out: expect.stringContaining('refused 0') });
    expect(rest.out).toBe(summary(PURCHASES - before, before));
    const again = await importFile().finished;
    expect([again.code, again.out]).toEqual([0, summary(0, PURCHASES)]);

    const apart = await readFileApart();
    expect(apart.points.size).toBe(CUSTOMERS);
    const { rows } = await client.query<{ who: string; points: number; dates: string[] }>(
      `select external_id as who, active + pending as points,
       (select array_agg(to_char(occurred_at at time zone 'UTC', 'YYYYMMDD') order by substr(idempotency_key, 6)::int)
        from activities where member_id = members.id) as dates
     from members join wallets on member_id = id`,
    );
    expect(rows).toHaveLength(CUSTOMERS);
    expect(new Map(rows.map((row) => [row.who, row.points]))).toEqual(apart.points);
    expect(new Map(rows.map((row) => [row.who, row.dates]))).toEqual(apart.times);
    const verified = await commands.run('verify-ledger', [], { DATABASE_URL: database.url });
    expect([verified.code, verified.err]).toEqual([0, '']);
  },
  180_000,
);

function summary(recorded: number, replayed: number): string {
  const count = (number: number) => number.toLocaleString('en-US');
  return `recorded ${count(recorded)}, replayed ${count(replayed)}, refused 0\n`;
}
