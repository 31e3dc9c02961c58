import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { entities } from '../../src/features/entities.ts';
import { backup } from '../../src/platform/database/backup.ts';
import { closeDatabase, openDatabase, schemaDrift } from '../../src/platform/database/orm.ts';
import { restore } from '../../src/platform/database/restore.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/platform.ts';

/** Every table's rows as one text, so that two databases can be compared whole; the outbox without its positions. */
async function contents(url: string): Promise<Record<string, unknown>> {
  return withClient(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
    );
    const found: Record<string, unknown> = {};
    for (const { name } of tables.filter((table) => table.name !== 'mikro_orm_migrations')) {
      const row = name === 'outbox' ? `(to_jsonb(t) - 'xid' - 'seq')::text` : 't::text';
      const { rows } = await client.query(
        `select count(*)::int as rows, md5(coalesce(string_agg(${row}, chr(10) order by ${row}), '')) as digest from "${name}" t`,
      );
      found[name] = rows[0];
    }
    return found;
  });
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function tableCount(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::int as count from information_schema.tables where table_schema = 'public'`,
    );
    return rows[0]?.count ?? -1;
  });
}

/** Rows that COPY has to escape, append-only tables, documents and arrays, enough rows for many frames, and a changed default row. */
const ROWS = `
  insert into ledger_entries (id, member_id, kind, points, balance_after, reason, active_at, occurred_at, recorded_at)
    select gen_random_uuid(), gen_random_uuid(), 'EARN', n, n, E'tab\\t line\\n back\\\\slash \\\\N ÅÄÖ 🏆 ' || n, now(), now(), now()
      from generate_series(1, 5000) n;
  insert into audit_entries (id, actor, action, target_kind, target_id, after, occurred_at)
    values (gen_random_uuid(), 'admin', 'program.update', 'Program', '1', '{"name": "Friluft \\"Klubben\\""}', now());
  insert into outbox (seq, id, type, occurred_at, payload)
    select n, gen_random_uuid(), 'PointsEarned', now(), json_build_object('b', n, 'a', null) from generate_series(0, 99) n;
  insert into outbox (xid, seq, id, type, occurred_at, payload)
    values ('900000000000', 0, gen_random_uuid(), 'FromTheFuture', now(), '{"z": 1, "a" : 2}');
  insert into member_progress (member_id, goals) select gen_random_uuid(), '{"badge:x": [1,  null], "a": "å"}' from generate_series(1, 500);
  insert into badge_awards (id, badge_code, member_id, number, awarded_at, cause_kind, cause_code)
    values (gen_random_uuid(), 'x', gen_random_uuid(), 1, now(), 'HAND', 'x');
  insert into goal_fills (key, version, done, total, completed_keys, started_at) values ('badge:x', 1, 0, 1, '{"a,b",c}', now());
  insert into tier_days (member_id, day, points, value, activities) values (gen_random_uuid(), '2026-02-28', 9007199254740993, 1, 1);
  insert into redemptions (id, member_id, reward_code, reward_version, name, kind, status, cost, voucher_code, uses, entry_id, actor, created_at)
    values (gen_random_uuid(), gen_random_uuid(), 'x', 1, 'X', 'COUPON', 'ISSUED', 60, 'ABCDEFGHJKLM', '[["a",  60]]', gen_random_uuid(), 'staff', now());
  insert into referrals (id, referrer_id, referee_id, code, status, flags, created_at)
    values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'ABCDEFGH', 'FLAGGED', '{SHARED_DEVICE,MANY_FROM_ADDRESS}', now());
  insert into enrolment_salts (id, salt) values (1, 'salt');
  update program set name = 'Friluft';
`;

describe('a backup', () => {
  let source: TestDatabase;
  let directory: string;
  let file: string;

  beforeAll(async () => {
    source = await createTestDatabase();
    directory = await mkdtemp(join(tmpdir(), 'pokal-backup-'));
    file = join(directory, 'pokal.backup');
    await withClient(source.url, (client) => client.query(ROWS));
    await backup(source.url, file);
  });

  afterAll(async () => {
    await source.drop();
    await rm(directory, { recursive: true });
  });

  test('restores every row of every table into an empty database, with the same schema and guards', async () => {
    const target = await createTestDatabase({ empty: true });
    const summary = await restore(target.url, file);
    expect(await contents(target.url)).toEqual(await contents(source.url));
    expect(summary.tables.find((table) => table.name === 'ledger_entries')?.rows).toBe(5000);
    const orm = await openDatabase({ url: target.url, entities });
    expect(await schemaDrift(orm)).toBe('');
    await closeDatabase(orm);
    await withClient(target.url, async (client) => {
      await expect(client.query('delete from ledger_entries')).rejects.toThrow(/append-only/);
    });
    await target.drop();
  });

  test('puts restored events before every event to come, in their order', async () => {
    const target = await createTestDatabase({ empty: true });
    await restore(target.url, file);
    await withClient(target.url, async (client) => {
      await client.query(
        `insert into outbox (seq, id, type, occurred_at, payload) values (0, gen_random_uuid(), 'New', now(), '{}')`,
      );
      // Readers see an event when every older transaction has ended, and those of other databases on the server count.
      await eventually('all older transactions have ended', async () => {
        const { rows } = await client.query(
          'select max(xid) < pg_snapshot_xmin(pg_current_snapshot()) as passed from outbox',
        );
        return rows[0]?.passed === true;
      });
      const { rows } = await client.query('select type from outbox order by xid, seq');
      expect(rows.map((row) => row.type)).toEqual([
        ...Array.from({ length: 100 }, () => 'PointsEarned'),
        'FromTheFuture',
        'New',
      ]);
    });
    await target.drop();
  });

  test('is readable by its owner alone, and never replaces a file', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await expect(backup(source.url, file)).rejects.toThrow(/exists already/);
  });

  test('holds one moment although rows are written meanwhile', async () => {
    const copy = join(directory, 'moving.backup');
    const writer = new pg.Client({ connectionString: source.url });
    await writer.connect();
    let writing = true;
    const writes = (async () => {
      // Each transaction writes one row to either table: a mixed view would show different counts.
      while (writing) {
        await writer.query(
          `with stamp as (select gen_random_uuid() as id)
           , key as (insert into idempotency_keys select 'moving', id::text, 'hash', '{}', now() from stamp)
           insert into rule_usages select id, 'moving', 1, 1 from stamp`,
        );
      }
    })();
    await backup(source.url, copy);
    writing = false;
    await writes;
    await writer.end();
    const target = await createTestDatabase({ empty: true });
    const { tables } = await restore(target.url, copy);
    const rowsOf = (name: string) => tables.find((table) => table.name === name)?.rows;
    expect(rowsOf('idempotency_keys')).toBe(rowsOf('rule_usages'));
    await target.drop();
  });

  test('is not restored over anything', async () => {
    await expect(restore(source.url, file)).rejects.toThrow(/is not empty.*POKAL_DATA_DIR/);
  });

  test('leaves the database empty when the file was cut, changed or is something else', async () => {
    const target = await createTestDatabase({ empty: true });
    const whole = await readFile(file);
    const plain = gunzipSync(whole);
    const changed = Buffer.from(plain);
    const at = changed.indexOf('ÅÄÖ');
    changed.write('ÖÄÅ', at);
    const cases: [string, Buffer, RegExp][] = [
      ['cut', whole.subarray(0, whole.length - 1000), /damaged/],
      ['short', gzipSync(plain.subarray(0, plain.length - 80)), /damaged/],
      ['changed', gzipSync(changed), /checksum does not match/],
      ['text', Buffer.from('hello'), /damaged/],
      ['other', gzipSync('{"format":"other"}\n'), /not a backup/],
      ['newer', gzipSync('{"format":"pokal-backup","version":2}\n'), /has format 2/],
    ];
    for (const [name, bytes, message] of cases) {
      const broken = join(directory, name);
      await writeFile(broken, bytes);
      await expect(restore(target.url, broken)).rejects.toThrow(message);
      expect(await tableCount(target.url)).toBe(0);
    }
    await restore(target.url, file);
    await target.drop();
  });

  test('of a version with other migrations is refused', async () => {
    const target = await createTestDatabase({ empty: true });
    const plain = gunzipSync(await readFile(file)).toString('latin1');
    const foreign = join(directory, 'foreign');
    await writeFile(foreign, gzipSync(Buffer.from(plain.replace('"Migration2026', '"Migration2099'), 'latin1')));
    await expect(restore(target.url, foreign)).rejects.toThrow(/does not know its migration Migration2099/);
    expect(await tableCount(target.url)).toBe(0);
    await target.drop();
  });

  test('of a database without Pokal’s tables is refused and leaves no file', async () => {
    const empty = await createTestDatabase({ empty: true });
    const nothing = join(directory, 'nothing');
    await expect(backup(empty.url, nothing)).rejects.toThrow(/no Pokal tables/);
    await expect(stat(nothing)).rejects.toThrow(/ENOENT/);
    await empty.drop();
  });
});
