import { setTimeout as pause } from 'node:timers/promises';
import { Migrator } from '@mikro-orm/migrations';
import { defineConfig, MikroORM, type Options } from '@mikro-orm/postgresql';
import { migrationOptions } from './migrations.ts';
import { codeOf, DatabaseError, type DatabaseLog, describeUrl, messageOf, silentLog } from './types.ts';

/** The oldest PostgreSQL Pokal supports. */
const OLDEST_SERVER = 15;

/** How long one statement may run. Delivery of events waits for the oldest open writer, so nothing may sit for ever. */
const STATEMENT_TIMEOUT_MS = 30_000;

/** How long a transaction may stay open between two statements, for the same reason. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 10_000;

/** The pause between two attempts to reach a server that does not answer yet. */
const RETRY_PAUSE_MS = 250;

/** SQLSTATE and system codes of a server that may answer a moment later: starting up, restarting, not listening yet. */
const NOT_YET = new Set([
  '57P03',
  '57P01',
  '53300',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
]);

/** What `entities` holds: what `defineEntity` returns, or the class bound to it. */
export type EntityDefinition = NonNullable<Options['entities']>[number];

export interface OpenDatabaseOptions {
  /** `postgresql://user:password@host:port/database`, with the parameters `pg` knows (`sslmode`, …). */
  url: string;
  entities: readonly EntityDefinition[];
  /** Connections in the pool at most; 10 unless told. */
  poolSize?: number;
  /** Shown in `pg_stat_activity`; `pokal` unless told. */
  applicationName?: string;
  /** How long to keep trying while the server is not there yet, in milliseconds; 10,000 unless told. */
  connectTimeoutMs?: number;
  log?: DatabaseLog;
}

/**
 * The MikroORM configuration, for `openDatabase` and the MikroORM command line alike. The session settings travel as
 * start-up parameters of each connection, which costs no round trip. The whole URL goes to `pg` as its connection
 * string, because MikroORM keeps only host, port, user, password and database of it and would drop `sslmode`.
 */
export function databaseConfig(options: OpenDatabaseOptions): Options {
  const log = options.log ?? silentLog;
  return defineConfig({
    clientUrl: options.url,
    entities: [...options.entities],
    extensions: [Migrator],
    pool: { min: 0, max: options.poolSize ?? 10 },
    driverOptions: {
      connectionString: options.url,
      application_name: options.applicationName ?? 'pokal',
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
      options: '-c TimeZone=UTC',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      // Statements asked for together travel together; see Session.
      pipeline: true,
    },
    allowGlobalContext: false,
    forceUtcTimezone: true,
    metadataCache: { enabled: false },
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
    colors: false,
    logger: (message) => log.debug({ message }, 'database.orm'),
    migrations: migrationOptions,
    // pg-boss keeps its own schema. MikroORM reads triggers from information_schema, which does not tell of TRUNCATE, so it
    // would see a difference for ever; a test compares the triggers instead.
    schemaGenerator: { ignoreSchema: ['pgboss'], ignoreTriggers: true, ignoreRoutines: true },
  });
}

/**
 * Opens the connection pool and checks the server. Lost connections are replaced: MikroORM listens to the pool's and
 * each client's errors, so a restart of the database fails the queries in flight and nothing else.
 * Throws DatabaseError when the server stays away, is older than PostgreSQL 15 or keeps its text in another encoding.
 */
export async function openDatabase(options: OpenDatabaseOptions): Promise<MikroORM> {
  const log = options.log ?? silentLog;
  if (!isDatabaseUrl(options.url)) {
    throw new DatabaseError('The database address is not of the form postgresql://user:password@host:port/name.');
  }
  const orm = await MikroORM.init(databaseConfig(options));
  try {
    await reach(orm, options, log);
    await checkServer(orm, options.url);
  } catch (error) {
    await orm.close(true);
    throw error;
  }
  return orm;
}

/** Closes the pool after the queries in flight have ended. */
export async function closeDatabase(orm: MikroORM): Promise<void> {
  await orm.close(true);
}

/**
 * Compares the entities with the database as it is now.
 * @returns the SQL that would make the database fit the entities, for people to read; empty when they agree.
 */
export async function schemaDrift(orm: MikroORM): Promise<string> {
  const sql = await orm.schema.getUpdateSchemaSQL({ wrap: false, safe: false, dropTables: true });
  return sql.trim();
}

function isDatabaseUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol) && new URL(text).pathname.length > 1;
}

async function reach(orm: MikroORM, options: OpenDatabaseOptions, log: DatabaseLog): Promise<void> {
  const deadline = Date.now() + (options.connectTimeoutMs ?? 10_000);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await orm.em.getConnection().execute('select 1');
      return;
    } catch (error) {
      const code = codeOf(error);
      if (!NOT_YET.has(code) || Date.now() >= deadline) {
        throw new DatabaseError(
          `PostgreSQL at ${describeUrl(options.url)} cannot be used: ${messageOf(error)}. Check DATABASE_URL and that the server runs.`,
        );
      }
      if (attempt === 1) log.warn({ server: describeUrl(options.url), code }, 'database.waiting');
      await pause(RETRY_PAUSE_MS);
    }
  }
}

async function checkServer(orm: MikroORM, url: string): Promise<void> {
  const [server] = await orm.em.getConnection().execute<{ version: number; name: string; encoding: string }[]>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
              current_setting('server_encoding') as encoding`,
  );
  if (server === undefined) throw new DatabaseError(`PostgreSQL at ${describeUrl(url)} did not tell its version.`);
  if (server.version < OLDEST_SERVER * 10_000) {
    throw new DatabaseError(
      `PostgreSQL at ${describeUrl(url)} is version ${server.name}; Pokal needs ${OLDEST_SERVER} or newer.`,
    );
  }
  if (server.encoding !== 'UTF8') {
    throw new DatabaseError(
      `The database at ${describeUrl(url)} keeps its text in ${server.encoding}; create it with encoding 'UTF8'.`,
    );
  }
}
