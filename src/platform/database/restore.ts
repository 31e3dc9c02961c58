import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { MikroORM } from '@mikro-orm/postgresql';
import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type BackupSummary, MIGRATIONS_TABLE, quoted, readMigrations, readTableList } from './backup.ts';
import { BackupReader, type Frame, type Manifest } from './backup-format.ts';
import { MIGRATION_LOCK } from './migrations.ts';
import { databaseConfig } from './orm.ts';
import { DatabaseError } from './types.ts';

/**
 * Loads a backup into an empty database: runs the migrations up to the recorded state, loads every table, compares row
 * counts and checksum and commits, all in one transaction, so that a failure leaves the database empty. Migrations that
 * are newer than the backup run when Pokal next starts. The role needs to own the database, not to be a superuser.
 * Throws DatabaseError when the database has tables, or the file is damaged, no backup, or from a newer Pokal.
 */
export async function restore(url: string, file: string): Promise<BackupSummary> {
  const { size } = await stat(file).catch(() => {
    throw new DatabaseError(`There is no file ${file}.`);
  });
  const client = new pg.Client({ connectionString: url, application_name: 'pokal restore' });
  client.on('error', () => undefined);
  await client.connect();
  const source = createReadStream(file);
  const unpacked = createGunzip();
  // A reading error surfaces where the bytes are taken.
  source.on('error', (error) => unpacked.destroy(error)).pipe(unpacked);
  try {
    const reader = new BackupReader(unpacked);
    const manifest = await reader.manifest();
    const tables = await inTransaction(client, () => load(client, url, reader, manifest));
    await client.query('analyze');
    return { tables, rows: tables.reduce((sum, table) => sum + table.rows, 0), bytes: size };
  } finally {
    source.destroy();
    unpacked.destroy();
    await client.end();
  }
}

async function inTransaction<Result>(client: pg.Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // Where the connection itself was lost the server rolls back; what failed first is what is told.
    await client
      .query('rollback')
      .then(() => dropEmptyMigrationsTable(client))
      .catch(() => undefined);
    throw error;
  }
}

/** The migrator makes its table on a connection of its own, so it outlives the rollback; without rows it is dropped. */
async function dropEmptyMigrationsTable(client: pg.Client): Promise<void> {
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  if ((await readMigrations(client)).length === 0) {
    await client.query(`drop table if exists public.${MIGRATIONS_TABLE}`);
  }
  await client.query('commit');
}

async function load(
  client: pg.Client,
  url: string,
  reader: BackupReader,
  manifest: Manifest,
): Promise<BackupSummary['tables']> {
  // The lock of the migrations: a server that starts meanwhile waits until the restore has committed.
  await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await refuseUnlessEmpty(client);
  await migrateTo(client, url, manifest.migrations);
  await refuseOtherTables(client, manifest);
  const names = manifest.tables.map((table) => table.name);
  const bare = names.map((name) => `alter table public.${quoted([name])}`);
  // Triggers guard changes that people make; rows that come back were guarded when they were first written.
  await client.query(bare.map((alter) => `${alter} disable trigger user`).join('; '));
  // Migrations may have put rows there, which the backup has too, as they were later.
  await client.query(`truncate ${names.map((name) => `public.${quoted([name])}`).join(', ')}`);
  const tables = await loadTables(client, reader, manifest);
  // Deferred constraints are checked now: a table with checks outstanding cannot be altered.
  await client.query('set constraints all immediate');
  await client.query(bare.map((alter) => `${alter} enable trigger user`).join('; '));
  for (const { name, value } of manifest.sequences) {
    await client.query('select setval($1::regclass, $2)', [`public.${quoted([name])}`, value]);
  }
  const outbox = manifest.tables.find((table) => table.name === 'outbox');
  if (outbox !== undefined) await renumberOutbox(client, outbox.columns);
  return tables;
}

async function loadTables(
  client: pg.Client,
  reader: BackupReader,
  manifest: Manifest,
): Promise<BackupSummary['tables']> {
  const frames = reader.frames();
  const loaded: BackupSummary['tables'] = [];
  for (const table of manifest.tables) {
    const sink = client.query(copyFrom(`copy public.${quoted([table.name])} (${quoted(table.columns)}) from stdin`));
    let expected = -1;
    const pieces = async function* (): AsyncGenerator<Buffer> {
      for (;;) {
        const frame = await next(frames, table.name);
        if ('data' in frame) {
          yield frame.data;
        } else {
          expected = frame.rows;
          return;
        }
      }
    };
    await pipeline(pieces, sink);
    if (sink.rowCount !== expected) {
      throw new DatabaseError(`The backup is damaged: ${table.name} has ${sink.rowCount} rows instead of ${expected}.`);
    }
    loaded.push({ name: table.name, rows: expected });
  }
  const rest = await frames.next();
  if (rest.done !== true) throw new DatabaseError('The backup is damaged: it goes on after its last table.');
  return loaded;
}

async function next(frames: AsyncGenerator<Frame>, table: string): Promise<Frame> {
  const { done, value } = await frames.next();
  if (done === true || value.table !== table) throw new DatabaseError(`The backup is damaged: ${table} is incomplete.`);
  return value;
}

async function refuseUnlessEmpty(client: pg.Client): Promise<void> {
  const tables = await readTableList(client);
  if (tables.length === 0 && (await readMigrations(client)).length === 0) return;
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  throw new DatabaseError(
    `The database ${rows[0]?.name} is not empty. Restore into a new one: create an empty database and name it in ` +
      'DATABASE_URL, or, for the embedded database, name a new directory in POKAL_DATA_DIR.',
  );
}

/** Runs the migrations of the backup on this connection, inside its transaction, so that they roll back with the rest. */
async function migrateTo(client: pg.Client, url: string, recorded: readonly string[]): Promise<void> {
  const orm = await MikroORM.init(databaseConfig({ url, entities: [], poolSize: 1 }));
  try {
    const known = (await orm.migrator.getPending()).map((migration) => migration.name);
    const unknown = recorded.filter((name, index) => known[index] !== name);
    if (unknown.length > 0) {
      throw new DatabaseError(
        `The backup was made by another version of Pokal: this one does not know its migration ${unknown[0]}. ` +
          'Restore it with the version that made it, or a newer one.',
      );
    }
    const connection = {
      query: (sql: string, parameters?: unknown[]) =>
        // The transaction is already open, and is ended by its owner.
        /^(begin|commit|rollback)$/.test(sql)
          ? Promise.resolve({ command: sql, rowCount: 0, rows: [] })
          : client.query(sql, parameters?.length === 0 ? undefined : parameters),
      release: () => undefined,
      // Kysely's type has overloads for cursors, which a migration never uses.
    } as unknown as PostgresPoolClient;
    const kysely = new Kysely<unknown>({
      dialect: new PostgresDialect({
        pool: { connect: () => Promise.resolve(connection), end: () => Promise.resolve(), options: {} },
      }),
    });
    const transaction = await kysely.startTransaction().execute();
    await orm.migrator.up({ transaction, migrations: [...recorded] });
  } finally {
    await orm.close(true);
  }
  const done = await readMigrations(client);
  if (done.join() !== recorded.join()) throw new DatabaseError('The migrations of the backup did not all run.');
}

async function refuseOtherTables(client: pg.Client, manifest: Manifest): Promise<void> {
  const describe = (tables: Manifest['tables']) =>
    tables.map((table) => `${table.name}(${[...table.columns].sort().join()})`).sort();
  const here = describe(await readTableList(client));
  const missing = describe(manifest.tables).filter((table) => !here.includes(table));
  const surplus = here.filter((table) => !describe(manifest.tables).includes(table));
  if (missing.length + surplus.length > 0) {
    throw new DatabaseError(`The backup does not fit its own migrations: ${[...missing, ...surplus].join('; ')}.`);
  }
}

/**
 * Gives the outbox's events new positions in the same order. A position begins with a transaction id of the server that
 * wrote it; on another server it may lie ahead of the present, where it would hide behind every event to come.
 */
async function renumberOutbox(client: pg.Client, columns: readonly string[]): Promise<void> {
  const rest = quoted(columns.filter((column) => column !== 'xid' && column !== 'seq'));
  await client.query('create temp table outbox_restored on commit drop as select * from public.outbox');
  await client.query('truncate public.outbox');
  await client.query(
    `insert into public.outbox (xid, seq, ${rest})
     select pg_current_xact_id(), row_number() over (order by xid, seq) - 1, ${rest} from outbox_restored`,
  );
}
