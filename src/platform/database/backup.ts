import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, open, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { encodeBackup, FORMAT, FORMAT_VERSION, type Frame, type Manifest } from './backup-format.ts';
import { codeOf, DatabaseError } from './types.ts';

/** MikroORM's list of the migrations that have run; a restore rebuilds it by running them. */
export const MIGRATIONS_TABLE = 'mikro_orm_migrations';

/** What a backup or a restore moved. */
export interface BackupSummary {
  tables: { name: string; rows: number }[];
  rows: number;
  /** The size of the file, compressed. */
  bytes: number;
}

/**
 * Writes the whole database into one file (see backup-format.ts), readable by its owner alone, as it was at one moment:
 * all tables are read in one REPEATABLE READ transaction, beside a running server and without blocking it. The job
 * queue's own schema is left out: schedules are made again when a server starts, and work that is owed stands in a table of
 * its own, from which a start takes it up.
 * Throws DatabaseError when the file exists or the database has no tables; a failed backup leaves no file.
 */
export async function backup(url: string, file: string): Promise<BackupSummary> {
  if ((await stat(file).catch(() => null)) !== null) {
    throw new DatabaseError(`${file} exists already. Name another file; a backup never replaces one.`);
  }
  const draft = `${file}.${randomBytes(4).toString('hex')}.part`;
  const client = new pg.Client({ connectionString: url, application_name: 'pokal backup' });
  // A connection that breaks fails the statement in flight, which is enough.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('begin isolation level repeatable read, read only');
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    const manifest = await describe(client);
    const tables: BackupSummary['tables'] = [];
    const bytes = encodeBackup(manifest, readTables(client, manifest, tables));
    await pipeline(
      Readable.from(bytes, { objectMode: false }),
      createGzip(),
      createWriteStream(draft, { flags: 'wx', mode: 0o600 }),
    );
    await client.query('commit');
    await publish(draft, file);
    const rows = tables.reduce((sum, table) => sum + table.rows, 0);
    return { tables, rows, bytes: (await stat(file)).size };
  } finally {
    await rm(draft, { force: true });
    await client.end();
  }
}

async function describe(client: pg.Client): Promise<Manifest> {
  const tables = await readTableList(client);
  const migrations = await readMigrations(client);
  if (tables.length === 0 || migrations.length === 0) {
    throw new DatabaseError('The database holds no Pokal tables. Check that this is the right one.');
  }
  const { rows: sequences } = await client.query<{ name: string; value: string }>(
    `select sequencename as name, last_value::text as value from pg_sequences
      where schemaname = 'public' and last_value is not null and sequencename not like $1 order by 1`,
    [`${MIGRATIONS_TABLE}%`],
  );
  const createdAt = new Date().toISOString();
  return { format: FORMAT, version: FORMAT_VERSION, createdAt, migrations, tables, sequences };
}

/** The names of the migrations that have run, oldest first; empty for a database that has had none. */
export async function readMigrations(client: pg.Client): Promise<string[]> {
  const exists = await client.query('select to_regclass($1) is not null as found', [`public.${MIGRATIONS_TABLE}`]);
  if (exists.rows[0]?.found !== true) return [];
  const { rows } = await client.query<{ name: string }>(`select name from public.${MIGRATIONS_TABLE} order by id`);
  return rows.map((row) => row.name);
}

/** Pokal's tables with their stored columns, each after the tables that its foreign keys point to. */
export async function readTableList(client: pg.Client): Promise<Manifest['tables']> {
  const { rows: tables } = await client.query<{ name: string; columns: string[]; references: string[] }>(
    `select c.relname as name,
            array(select a.attname::text from pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                   order by a.attnum) as columns,
            array(select distinct f.confrelid::regclass::text from pg_constraint f
                   where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as references
       from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> $1
        and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      order by c.relname`,
    [MIGRATIONS_TABLE],
  );
  const ordered: Manifest['tables'] = [];
  const waiting = new Map(tables.map((table) => [table.name, table]));
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter((table) => !table.references.some((name) => waiting.has(name)));
    if (ready.length === 0) {
      throw new DatabaseError(`The tables ${[...waiting.keys()].join(', ')} point to each other in a circle.`);
    }
    for (const { name, columns } of ready) {
      ordered.push({ name, columns });
      waiting.delete(name);
    }
  }
  return ordered;
}

/** Quotes names for a statement. */
export function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
}

async function* readTables(
  client: pg.Client,
  manifest: Manifest,
  done: BackupSummary['tables'],
): AsyncGenerator<Frame> {
  for (const table of manifest.tables) {
    // A query and not the table itself, because COPY of a partitioned table needs PostgreSQL 18.
    const statement = `copy (select ${quoted(table.columns)} from public.${quoted([table.name])}) to stdout`;
    const rows = client.query(copyTo(statement));
    for await (const data of rows) yield { table: table.name, data };
    done.push({ name: table.name, rows: rows.rowCount });
    yield { table: table.name, rows: rows.rowCount };
  }
}

/** Gives the finished file its name, once it is on the disk; a link never replaces a file that came meanwhile. */
async function publish(draft: string, file: string): Promise<void> {
  const handle = await open(draft, 'r');
  await handle.sync();
  await handle.close();
  await link(draft, file).catch((error) => {
    throw codeOf(error) === 'EEXIST' ? new DatabaseError(`${file} exists already. Name another file.`) : error;
  });
}
