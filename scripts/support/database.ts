import type { MikroORM } from '@mikro-orm/postgresql';
import { destination } from 'pino';
import type { Config } from '../../src/config.ts';
import { entities } from '../../src/features/entities.ts';
import { connectOrStart } from '../../src/platform/database/embedded.ts';
import { migrateDatabase } from '../../src/platform/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/platform/database/orm.ts';
import { createLog, type Log } from '../../src/platform/log.ts';
import { Declined } from './command.ts';
import { logLevel, readSettings } from './settings.ts';

/** How long the database may take to answer: somebody waits at the keyboard. */
const PATIENCE_MS = 3_000;

/** The database that the settings name, and whether another process runs it. */
export interface Located {
  config: Config;
  log: Log;
  url: string;
  /** True when a server, or whoever DATABASE_URL belongs to, runs the database. */
  shared: boolean;
}

/**
 * Finds or starts the database, hands it to `action` and lets go of it, whatever happens: an embedded database that
 * this command has started is stopped, also on Ctrl-C.
 */
export async function withLocated<Result>(action: (located: Located) => Promise<Result>): Promise<Result> {
  const config = readSettings();
  const log = createLog(logLevel(), destination({ dest: 2, sync: true }));
  if (config.databaseUrl !== null) return action({ config, log, url: config.databaseUrl, shared: true });
  const embedded = await connectOrStart({ directory: config.dataDirectory, log });
  const letGo = once(() => embedded.stop());
  const unwatch = onInterrupt(letGo);
  try {
    return await action({ config, log, url: embedded.url, shared: embedded.shared });
  } finally {
    unwatch();
    await letGo();
  }
}

/** `withLocated` with the database opened for reading what is there. @throws Declined when migrations are pending. */
export function withDatabase<Result>(name: string, action: (orm: MikroORM) => Promise<Result>): Promise<Result> {
  return withLocated((located) =>
    withOpened(name, located, async (orm) => {
      // Nobody else can be using an embedded database that this command has started.
      if (!located.shared) await migrateDatabase(orm, { log: located.log });
      const pending = await orm.migrator.getPending();
      if (pending.length === 0) return action(orm);
      throw new Declined(
        `The database lacks ${pending.length} migration${pending.length === 1 ? '' : 's'}. Start this version's server once, then try again.`,
      );
    }),
  );
}

/** Opens the database as it is, hands it to `action` and closes it. @throws DatabaseError when it does not answer. */
export async function withOpened<Result>(
  name: string,
  { url, log }: Pick<Located, 'url' | 'log'>,
  action: (orm: MikroORM) => Promise<Result>,
): Promise<Result> {
  const options = { url, entities, poolSize: 2, applicationName: `pokal ${name}`, connectTimeoutMs: PATIENCE_MS, log };
  const orm = await openDatabase(options);
  try {
    return await action(orm);
  } finally {
    await closeDatabase(orm);
  }
}

function once(release: () => Promise<void>): () => Promise<void> {
  let released: Promise<void> | null = null;
  return () => {
    released ??= release();
    return released;
  };
}

/** Lets go of the database before the process dies of a signal; the shell sees 128 + the signal's number, as usual. */
function onInterrupt(release: () => Promise<void>): () => void {
  const handle = (signal: NodeJS.Signals) => {
    const code = signal === 'SIGINT' ? 130 : 143;
    void release().finally(() => process.exit(code));
  };
  process.on('SIGINT', handle);
  process.on('SIGTERM', handle);
  return () => {
    process.off('SIGINT', handle);
    process.off('SIGTERM', handle);
  };
}
