import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { entities } from '../../src/features/entities.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/platform/database/embedded.ts';
import { migrateDatabase } from '../../src/platform/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/platform/database/orm.ts';

const TEMPLATE = 'simulation_template';

/** A PostgreSQL of the simulation's own in a temporary directory, with a database to clone for each history. */
export class Cluster {
  readonly #directory: string;
  readonly #database: EmbeddedDatabase;
  #made = 0;

  private constructor(directory: string, database: EmbeddedDatabase) {
    this.#directory = directory;
    this.#database = database;
  }

  static async open(): Promise<Cluster> {
    const directory = await mkdtemp(join(tmpdir(), 'pokal-simulation-'));
    // PostgreSQL's own user must be able to enter it when this runs as root.
    await chmod(directory, 0o755);
    const database = await startEmbeddedDatabase({ directory: join(directory, 'data'), durable: false });
    const cluster = new Cluster(directory, database);
    try {
      await cluster.#makeTemplate();
      return cluster;
    } catch (error) {
      await cluster.close();
      throw error;
    }
  }

  /** Does something with an empty database that is dropped afterwards. */
  async withDatabase<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
    this.#made += 1;
    const name = `simulation_${this.#made}`;
    await this.#administer(`create database ${name} owner pokal template ${TEMPLATE}`);
    try {
      return await work(this.#urlOf(name));
    } finally {
      await this.#administer(`drop database ${name} with (force)`);
    }
  }

  async close(): Promise<void> {
    await this.#database.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #makeTemplate(): Promise<void> {
    await this.#administer(`create database ${TEMPLATE} owner pokal`);
    const orm = await openDatabase({ url: this.#urlOf(TEMPLATE), entities, poolSize: 2 });
    try {
      await migrateDatabase(orm);
    } finally {
      await closeDatabase(orm);
    }
  }

  #urlOf(name: string): string {
    const url = new URL(this.#database.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  async #administer(sql: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.#database.superuserUrl });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  }
}
