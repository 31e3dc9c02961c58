import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { Commands } from './support/commands.ts';
import { createTestDatabase, type TestDatabase } from './support/database.ts';

const NOBODY_HOME = 'postgresql://nobody@127.0.0.1:1/none';

let commands: Commands;
let database: TestDatabase;
let directory: string;
/** What every command of this file runs with, unless a test says otherwise. */
let here: Record<string, string>;

beforeAll(async () => {
  [commands, database, directory] = await Promise.all([
    Commands.build(),
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'pokal-cli-files-')),
  ]);
  here = { DATABASE_URL: database.url, POKAL_DATA_DIR: directory, PORT: '0' };
  await commands.run('seed', ['--members', '20'], here);
});

afterAll(async () => {
  await Promise.all([commands?.remove(), database?.drop(), rm(directory, { recursive: true, force: true })]);
});

async function query(sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('import', () => {
  let file: string;

  const run = (parameters: string[], variables = here) => commands.run('import', [file, ...parameters], variables);

  beforeAll(async () => {
    file = join(directory, 'purchases.csv');
    await writeFile(
      file,
      'type,memberExternalId,value,currency,occurredAt\n' +
        'purchase,new-1,100.00,SEK,2024-05-01T10:00:00Z\npurchase,new-1,100.00,SEK,2024-05-01T10:00:00Z\n' +
        'purchase,new-2,55.50,,2024-04-01T10:00:00+02:00\ndance,new-2,1,,2024-04-02T10:00:00Z\n' +
        'purchase,new-3,abc,,2024-04-02T10:00:00Z\npurchase,new-3,10,,2099-01-01T00:00:00Z\n',
    );
  });

  test('records what it can, names every refused line with its reason, and ends with 1', async () => {
    const report = join(directory, 'refused.csv');
    const { code, out, err } = await run(['--format', 'csv', '--report', report]);
    expect([code, out]).toEqual([1, 'recorded 3, replayed 0, refused 3\n']);
    expect(err).toMatch(/^line 5: UNKNOWN_ACTIVITY_TYPE: /m);
    expect(err).toMatch(/^line 6: BAD_USER_INPUT: Decimal must be .*\(value\.amount\)$/m);
    expect(err).toMatch(/^line 7: EVENT_IN_FUTURE: /m);
    const lines = (await readFile(report, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines).toContainEqual(expect.stringMatching(/^5,UNKNOWN_ACTIVITY_TYPE,".*"$/));
  });

  test('keeps the time each activity happened, enrols the unknown as of then, and pushes nothing', async () => {
    const stored = await query(`select m.external_id as who, m.joined_at = a.occurred_at as "joinedThen",
        a.occurred_at at time zone 'UTC' || '' as at, value_amount as value, idempotency_key as key
      from activities a join members m on m.id = a.member_id where source = 'import:purchases.csv' order by key`);
    expect(stored).toEqual([
      { who: 'new-1', joinedThen: true, at: '2024-05-01 10:00:00', value: '100', key: 'line-2' },
      { who: 'new-1', joinedThen: true, at: '2024-05-01 10:00:00', value: '100', key: 'line-3' },
      { who: 'new-2', joinedThen: true, at: '2024-04-01 08:00:00', value: '55.5', key: 'line-4' },
    ]);
    const [pushed] = await query(`select count(*)::int as count from outbox o join members m on m.id = o.member_id
      where notify and m.external_id like 'new-%'`);
    expect(pushed?.count).toBe(0);
  });

  test('run again, it replays everything and changes nothing; under another source it records again', async () => {
    const again = await run(['--format', 'csv']);
    expect([again.code, again.out]).toEqual([1, 'recorded 0, replayed 3, refused 3\n']);
    const other = await run(['--format', 'csv', '--source', 'second-till']);
    expect(other.out).toBe('recorded 3, replayed 0, refused 3\n');
  });

  test('ends with 0 when no line is refused', async () => {
    const good = join(directory, 'good.ndjson');
    const activity = { type: 'share', memberExternalId: 'new-1', occurredAt: '2024-06-01T00:00:00Z' };
    await writeFile(good, `${JSON.stringify({ ...activity, idempotencyKey: 'a' })}\n${JSON.stringify(activity)}\n`);
    const { code, out } = await commands.run('import', [good, '--format', 'ndjson'], here);
    expect([code, out]).toEqual([0, 'recorded 2, replayed 0, refused 0\n']);
  });

  test('without enrolling, activities of unknown members are refused', async () => {
    const strangers = join(directory, 'strangers.ndjson');
    await writeFile(strangers, '{"type":"share","memberExternalId":"stranger"}\n');
    const { code, err } = await commands.run('import', [strangers, '--format', 'ndjson', '--no-enroll'], here);
    expect(code).toBe(1);
    expect(err).toMatch(/^line 1: NOT_FOUND: /m);
  });

  test('ends with 2 for a missing file, a directory, no or an unknown format, an impossible batch', async () => {
    const wrong = [
      ['/does/not/exist.csv', '--format', 'csv'],
      [tmpdir(), '--format', 'csv'],
      [file],
      [file, '--format', 'xml'],
      [file, '--format', 'csv', '--batch', '0'],
      [file, '--format', 'csv', '--report', '/does/not/exist/report.csv'],
    ];
    const all = await Promise.all(wrong.map((parameters) => commands.run('import', parameters, here)));
    for (const [index, { code, out }] of all.entries())
      expect([wrong[index], code, out]).toEqual([wrong[index], 2, '']);
  });

  test('ends with 2 for a file of another format, and with 3 when the database is away', async () => {
    const wrong = await run(['--format', 'cdnow']);
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('not the header of a CDNOW file');
    expect((await run(['--format', 'csv'], { ...here, DATABASE_URL: NOBODY_HOME })).code).toBe(3);
  });

  test('the ledger adds up after all of it', async () => {
    expect((await commands.run('verify-ledger', [], here)).code).toBe(0);
  });
});

describe('backup and restore', () => {
  let file: string;
  let empty: TestDatabase;

  beforeAll(async () => {
    file = join(directory, 'club.backup');
    empty = await createTestDatabase({ empty: true });
  });

  afterAll(() => empty?.drop());

  test('backup writes one file and ends with 0; onto a file that exists it ends with 2 and leaves it alone', async () => {
    const { code, out } = await commands.run('backup', [file], here);
    expect(code).toBe(0);
    expect(out).toMatch(/^[\d,]+ rows of \d+ tables, [\d.]+ MB: /);
    const before = await readFile(file);
    expect((await commands.run('backup', [file], here)).code).toBe(2);
    expect(await readFile(file)).toEqual(before);
  });

  test('backup ends with 1 for a database that is not Pokal’s, and with 3 when it is away', async () => {
    const other = join(directory, 'other.backup');
    expect((await commands.run('backup', [other], { ...here, DATABASE_URL: empty.url })).code).toBe(1);
    expect((await commands.run('backup', [other], { ...here, DATABASE_URL: NOBODY_HOME })).code).toBe(3);
    await expect(readFile(other)).rejects.toThrow('ENOENT');
  });

  test('restore ends with 2 for a file that is missing or no backup, and with 1 where there are tables already', async () => {
    const missing = await commands.run('restore', [join(directory, 'none')], { ...here, DATABASE_URL: empty.url });
    expect(missing.code).toBe(2);
    const strange = join(directory, 'purchases.csv');
    expect((await commands.run('restore', [strange], { ...here, DATABASE_URL: empty.url })).code).toBe(2);
    expect((await commands.run('restore', [file], here)).code).toBe(1);
  });

  test('what is restored is what was backed up: the same members, and a ledger that adds up', async () => {
    const there = { ...here, DATABASE_URL: empty.url };
    const { code, out } = await commands.run('restore', [file], there);
    expect([code, out]).toEqual([0, expect.stringMatching(/^[\d,]+ rows of \d+ tables restored from /)]);
    const [before, after] = await Promise.all(
      [here, there].map((variables) => commands.run('verify-ledger', [], variables)),
    );
    expect(after?.code).toBe(0);
    expect(after?.out.replace(/\(.*/, '')).toBe(before?.out.replace(/\(.*/, ''));
  });
});
