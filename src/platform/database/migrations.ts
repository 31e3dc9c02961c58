import { fileURLToPath } from 'node:url';
import type { MigrationsOptions } from '@mikro-orm/core';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { type DatabaseLog, silentLog } from './types.ts';

/** How long a migration waits for a table lock before it gives up; waiting longer would queue all traffic behind it. */
const LOCK_TIMEOUT_MS = 10_000;

/** Two nodes that start at once take this session lock before they look at the migrations. Any fixed 64-bit number. */
export const MIGRATION_LOCK = '7309453104512001';

/** Works from the TypeScript sources and from `dist/` alike: `migrations/` lies beside `src/` in both. */
const directory = fileURLToPath(new URL('../../../migrations', import.meta.url));

/** Where the migrations are. All pending ones run in one transaction, and no snapshot file is kept beside them. */
export const migrationOptions: MigrationsOptions = {
  path: directory,
  pathTs: directory,
  // Not the declarations that a build may put beside the code.
  glob: '!(*.d).{js,ts}',
  snapshot: false,
  transactional: true,
  allOrNothing: true,
  silent: true,
};

/**
 * Runs the pending migrations, all in one transaction, while holding an advisory lock: of several nodes that start at
 * once one migrates, and the others wait and then find nothing to do.
 * @param upTo runs no migration after the one of this name, for restoring an older backup.
 * @returns the names of the migrations that ran, oldest first.
 */
export async function migrateDatabase(
  orm: MikroORM,
  options: { log?: DatabaseLog; upTo?: string } = {},
): Promise<string[]> {
  const log = options.log ?? silentLog;
  const lock = new pg.Client({
    ...orm.config.get('driverOptions'),
    statement_timeout: 0,
    application_name: 'pokal migrations',
  });
  // The lock is a convenience; losing its connection shows when it is closed, not as an uncaught error.
  lock.on('error', (error) => log.warn({ reason: error.message }, 'database.migration-lock-lost'));
  await lock.connect();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await orm.em.getConnection().transactional(async (transaction) => {
      await orm.em.getConnection().execute(
        `set local lock_timeout = ${LOCK_TIMEOUT_MS}; set local statement_timeout = 0;
         set local idle_in_transaction_session_timeout = 0`,
        [],
        'run',
        transaction,
      );
      return orm.migrator.up({ transaction, ...(options.upTo === undefined ? {} : { to: options.upTo }) });
    });
    const names = done.map((migration) => migration.name);
    if (names.length > 0) log.info({ migrations: names }, 'database.migrated');
    return names;
  } finally {
    await lock.end();
  }
}

/** The names of the migrations that have run in this database, oldest first. */
export async function executedMigrations(orm: MikroORM): Promise<string[]> {
  const executed = await orm.migrator.getExecuted();
  return executed.map((migration) => migration.name);
}
