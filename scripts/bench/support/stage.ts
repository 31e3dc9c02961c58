import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../../src/platform/database/embedded.ts';

/** A PostgreSQL of the benchmark's own, durable as in production, in a temporary directory that goes with it. */
export class Stage {
  readonly directory: string;
  /** The process id of the PostgreSQL server, for its processor time. */
  readonly postmaster: number;
  readonly #database: EmbeddedDatabase;

  private constructor(directory: string, database: EmbeddedDatabase, postmaster: number) {
    this.directory = directory;
    this.#database = database;
    this.postmaster = postmaster;
  }

  static async open(): Promise<Stage> {
    const directory = await temporaryDirectory();
    const database = await startEmbeddedDatabase({ directory: join(directory, 'data') });
    // The file's first line is the server's process id.
    const [row] = await statement<{ file: string }>(
      database.superuserUrl,
      `select pg_read_file('postmaster.pid') as file`,
    );
    return new Stage(directory, database, Number.parseInt(row?.file ?? '', 10));
  }

  /** Makes an empty database and gives its address. */
  async create(name: string): Promise<string> {
    await statement(this.#database.superuserUrl, `create database ${name} owner pokal`);
    return withDatabase(this.#database.url, name);
  }

  /** Runs statements on a database as its superuser, for `vacuum`, `checkpoint` and settings. */
  async administer(name: string, ...statements: readonly string[]): Promise<void> {
    for (const sql of statements) await statement(withDatabase(this.#database.superuserUrl, name), sql);
  }

  async close(): Promise<void> {
    await this.#database.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** A directory that PostgreSQL's own user may enter too, when the benchmark runs as root. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'pokal-bench-'));
  await chmod(directory, 0o755);
  return directory;
}

/** Runs one statement on a connection of its own, without a time limit. */
export async function statement<Row extends object>(
  url: string,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql, [...parameters])).rows as Row[];
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.href;
}
