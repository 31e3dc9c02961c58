import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
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
      (select count(*)::int from audit_entries where actor = 'command:seed' and action like '%.saved') as saved,
      (select count(*) > 0 from redemptions) as redeemed,
      (select name from program) as name`);
    expect(found).toEqual({
      ...{ members: 60, activities: 900, pushed: 0, saved: 47, redeemed: true, name: 'Fjällklubben' },
    });
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
    expect(well.out).toContain('! Nothing signs badge credentials');
    const issuer = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
    const signing = await commands.run('doctor', [], { ...here, POKAL_ISSUER_KEY: JSON.stringify(issuer) });
    expect([signing.code, signing.out]).toEqual([0, expect.stringContaining('! A key signs badge credentials, but')]);
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

test('verify-ledger ends with 1 and names each difference when the ledger does not add up', async () => {
  const [member] = await query(`select id from members where external_id = 'kund-00003'`);
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
