import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { TokenVerifier } from '../src/api/tokens.ts';
import { entities } from '../src/features/entities.ts';
import { verifyLedger } from '../src/features/points/verify-ledger.ts';
import { startEmbeddedDatabase } from '../src/platform/database/embedded.ts';
import { closeDatabase, openDatabase } from '../src/platform/database/orm.ts';
import { runningPostmaster } from '../src/platform/database/postmaster.ts';
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
    mkdtemp(join(tmpdir(), 'pokal-cli-')),
  ]);
  here = { DATABASE_URL: database.url, POKAL_DATA_DIR: directory, PORT: '0' };
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

function viewerOf(token: string) {
  const settings = { jwtSecret: commands.secret, jwksUrl: null, jwtIssuer: null, jwtAudience: null };
  return new TokenVerifier(settings).viewerOf(token.trim());
}

describe('every command', () => {
  const names = ['seed', 'import', 'token', 'verify-ledger', 'doctor', 'backup', 'restore'];

  test('explains itself with --help and ends with 0', async () => {
    const all = await Promise.all(names.map((name) => commands.run(name, ['--help'], here)));
    for (const [index, { code, out, err }] of all.entries()) {
      expect([names[index], code, err]).toEqual([names[index], 0, '']);
      expect(out).toContain(`Usage: ${names[index]}`);
      expect(out).toContain('Exit codes: 0 done');
    }
  });

  test('ends with 2 and a plain sentence for an option it does not know', async () => {
    const parameters = ['file', '--format', 'csv', '--frobnicate'];
    const all = await Promise.all(
      names.map((name) => commands.run(name, name === 'import' ? parameters : ['--frobnicate'], here)),
    );
    for (const [index, { code, out, err }] of all.entries()) {
      expect([names[index], code, out]).toEqual([names[index], 2, '']);
      expect(err).toContain("unknown option '--frobnicate'");
      expect(err).not.toMatch(/^\s+at /m);
    }
  });

  test('that needs the database ends with 3 when it does not answer, in one line', async () => {
    const away = { ...here, DATABASE_URL: NOBODY_HOME };
    const { code, err } = await commands.run('verify-ledger', [], away);
    expect(code).toBe(3);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).toContain('127.0.0.1:1');
  });

  test('ends with 2 and every problem when the settings are not valid', async () => {
    const { code, err } = await commands.run('seed', [], { ...here, PORT: 'x', ROLE: 'y' });
    expect(code).toBe(2);
    expect(err).toContain('PORT must be');
    expect(err).toContain('ROLE must be');
  });
});

describe('token', () => {
  test('prints a token that the server accepts, and nothing else, on standard output', async () => {
    const { code, out, err } = await commands.run('token', ['--role', 'admin', '--expires-in', 'PT1H'], here);
    expect(code).toBe(0);
    const viewer = await viewerOf(out);
    expect(viewer).toMatchObject({ role: 'ADMIN', actor: 'admin:command-line' });
    expect(Math.abs((viewer.expiresAt ?? 0) - Date.now() - 3_600_000)).toBeLessThan(60_000);
    expect(err).toContain('For admin');
  });

  test('a service token carries its scopes', async () => {
    const scopes = 'activities:write members:read';
    const { out } = await commands.run('token', ['--role', 'service', '--scopes', scopes, '--subject', 'shop'], here);
    expect(await viewerOf(out)).toMatchObject({ role: 'SERVICE', subject: 'shop', scopes: scopes.split(' ') });
  });

  test('ends with 2 and no token for what makes no sense', async () => {
    const senseless = [
      ['--role', 'king'],
      ['--role', 'member'],
      ['--role', 'member', '--member', 'kund-1'],
      ['--role', 'admin', '--member', 'kund-1'],
      ['--role', 'admin', '--scopes', 'a:read'],
      ['--expires-in', 'tomorrow'],
      ['--role', 'member', '--external-id', 'nobody-has-this'],
    ];
    const all = await Promise.all(senseless.map((parameters) => commands.run('token', parameters, here)));
    for (const [index, { code, out }] of all.entries())
      expect([senseless[index], code, out]).toEqual([senseless[index], 2, '']);
  });
});

describe('seed, token, verify-ledger and doctor on one database', () => {
  test('seed fills an empty database; the members, their points and the audit log are there', async () => {
    const { code, out } = await commands.run('seed', ['--members', '60', '--activities', '900', '--seed', 'cli'], here);
    expect([code, out]).toEqual([0, 'Seeded 60 members with 900 activities.\n']);
    const [found] = await query(`select (select count(*)::int from members) as members,
      (select count(*)::int from activities where source = 'demo') as activities,
      (select count(*)::int from outbox where notify and type in ('PointsEarned', 'MemberEnrolled')) as pushed,
      (select count(*)::int from audit_entries where actor = 'command:seed') as audited,
      (select name from program) as name`);
    expect(found).toEqual({ members: 60, activities: 900, pushed: 0, audited: 12, name: 'Fjällklubben' });
  });

  test('seed is declined with 1 where members are already, and says what to do', async () => {
    const { code, err } = await commands.run('seed', ['--members', '10'], here);
    expect(code).toBe(1);
    expect(err).toContain('POKAL_DATA_DIR');
  });

  test('token finds a member by external id', async () => {
    const { code, out } = await commands.run('token', ['--role', 'member', '--external-id', 'kund-00007'], here);
    expect(code).toBe(0);
    const [member] = await query(`select id from members where external_id = 'kund-00007'`);
    expect(await viewerOf(out)).toMatchObject({ role: 'MEMBER', memberId: member?.id });
  });

  test('doctor ends with 0 where all is well, and with 1 and a ✗ where the database is away or a setting wrong', async () => {
    const well = await commands.run('doctor', [], here);
    expect([well.code, well.err]).toEqual([0, '']);
    expect(well.out).toContain('✓ PostgreSQL');
    expect(well.out).toContain('✓ All migrations have run');
    const away = await commands.run('doctor', [], { ...here, DATABASE_URL: NOBODY_HOME });
    expect(away.code).toBe(1);
    expect(away.out).toMatch(/^✗ PostgreSQL at 127\.0\.0\.1:1/m);
    const wrong = await commands.run('doctor', [], { ...here, PORT: '99999' });
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/^✗ PORT must be/m);
  });

  test('verify-ledger ends with 0 while everything adds up', async () => {
    const { code, out } = await commands.run('verify-ledger', [], here);
    expect(code).toBe(0);
    expect(out).toContain('60 members');
    expect(out).toContain('0 differences');
  });

  test.each([
    ['wallet', 'update wallets set active = active + 1, lifetime_earned = lifetime_earned + 1 where true'],
    ['lifetime', 'update wallets set lifetime_earned = lifetime_earned + 1, lifetime_spent = lifetime_spent + 1'],
    ['lot', 'delete from lots where id = (select id from lots limit 1)'],
    ['balance', 'update ledger_entries set balance_after = balance_after + 1'],
    ['orphan', `update ledger_entries set activity_id = '00000000-0000-7000-8000-000000000000'`],
    ['member', 'delete from members where id = (select member_id from ledger_entries limit 1)'],
    ['guard', 'drop trigger ledger_entries_append_only on ledger_entries'],
    ['guard', 'alter table wallets drop constraint wallets_active'],
  ])('the audit names the %s after: %s', async (check, damage) => {
    // A template keeps the seeded database as it is, so that each damage is judged alone.
    const copy = await createTestDatabase({ from: database });
    try {
      const client = new pg.Client({ connectionString: copy.url });
      await client.connect();
      await client.query(`alter table ledger_entries disable trigger ledger_entries_append_only; ${damage};
        do $$ begin alter table ledger_entries enable trigger ledger_entries_append_only;
        exception when undefined_object then null; end $$`);
      await client.end();
      const orm = await openDatabase({ url: copy.url, entities, poolSize: 1 });
      const { differences } = await verifyLedger(orm).finally(() => closeDatabase(orm));
      expect(differences.map((difference) => difference.check)).toContain(check);
    } finally {
      await copy.drop();
    }
  });
});

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

test('verify-ledger ends with 1 and names each difference when the ledger does not add up', async () => {
  const [member] = await query(`select id from members where external_id = 'new-1'`);
  await query(
    `update wallets set active = active + 1, lifetime_earned = lifetime_earned + 1 where member_id = '${member?.id}'`,
  );
  const { code, out } = await commands.run('verify-ledger', [], here);
  expect(code).toBe(1);
  expect(out).toMatch(new RegExp(`^balance: Member ${member?.id}: entries \\d+, wallet \\d+\\.$`, 'm'));
  expect(out).toContain('3 differences');
});

describe('the embedded database', () => {
  test('is started by a command that finds none, and stopped at its end; beside a server it is shared', async () => {
    const data = await mkdtemp(join(tmpdir(), 'pokal-cli-embedded-'));
    const variables = { POKAL_DATA_DIR: data, PORT: '0' };
    try {
      const alone = await commands.run('seed', ['--members', '5'], variables);
      expect([alone.code, alone.err]).toEqual([0, '']);
      expect(await runningPostmaster(join(data, 'postgres'))).toBeNull();
      const server = await startEmbeddedDatabase({ directory: data, durable: false });
      try {
        const beside = await commands.run('verify-ledger', [], variables);
        expect([beside.code, beside.out]).toEqual([0, expect.stringContaining('of 5 members')]);
        expect(await runningPostmaster(join(data, 'postgres'))).not.toBeNull();
      } finally {
        await server.stop();
      }
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  }, 60_000);
});
