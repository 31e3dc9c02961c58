import { signToken } from '../../../src/api/sign-token.ts';
import { type Config, loadConfig } from '../../../src/config.ts';
import { type Core, openCore } from '../../../src/core.ts';
import { entities } from '../../../src/features/entities.ts';
import { verifyLedger } from '../../../src/features/points/verify-ledger.ts';
import { connectOrStart } from '../../../src/platform/database/embedded.ts';
import { closeDatabase, openDatabase } from '../../../src/platform/database/orm.ts';
import { createLog } from '../../../src/platform/log.ts';
import { Child } from './child.ts';
import { statement } from './stage.ts';

const SECRET = 'a-secret-that-only-benchmarks-know-of';

/** The settings of a production server on this database, with the rate limits off: one caller sends everything here. */
export function environment(databaseUrl: string): Record<string, string> {
  return {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    POKAL_JWT_SECRET: SECRET,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'error',
    POKAL_DRAIN_DELAY: 'PT0S',
    POKAL_RATE_MEMBER: '0',
    POKAL_RATE_PRIVILEGED: '0',
    POKAL_RATE_ADDRESS: '0',
  };
}

function configOf(databaseUrl: string): Config {
  return loadConfig(environment(databaseUrl));
}

/** Starts Pokal on this database, in a process of its own and as it runs in production. */
export function startPokal(databaseUrl: string, nodeArgs: readonly string[] = []): Promise<Child> {
  return Child.start({ script: 'peers/pokal.js', env: environment(databaseUrl), nodeArgs });
}

/** The headers of a service that sends with a token, as a shop does. */
export async function tokenHeaders(databaseUrl: string): Promise<Record<string, string>> {
  const token = await signToken(configOf(databaseUrl), { role: 'ADMIN', subject: 'bench', lifetimeMs: 24 * 3_600_000 });
  return { authorization: `Bearer ${token}` };
}

/** The settings of a first start: the embedded database in this directory, and the demo in it. */
export function embeddedEnvironment(directory: string): Record<string, string> {
  const { DATABASE_URL: _, ...rest } = environment('');
  return { ...rest, NODE_ENV: 'development', POKAL_DATA_DIR: directory, POKAL_DEMO: 'on' };
}

/** The address of the embedded database that runs in this directory. */
export async function addressOf(directory: string): Promise<string> {
  const database = await connectOrStart({ directory });
  await database.stop();
  return database.url;
}

/** Migrates the database and hands the services to `prepare`. */
export async function prepareDatabase(databaseUrl: string, prepare: (core: Core) => Promise<void>): Promise<void> {
  const core = await openCore({ config: configOf(databaseUrl), owner: 'command', log: createLog('error') });
  try {
    await prepare(core);
  } finally {
    await core.close();
  }
}

/** Proves that nothing was lost, doubled or miscounted. @throws Error naming the first difference. */
export async function checkLedger(databaseUrl: string, activities: number): Promise<string> {
  const [row] = await statement<{ count: number }>(
    databaseUrl,
    `select count(*)::float8 as count from activities where source = 'bench'`,
  );
  if (row?.count !== activities) throw new Error(`${activities} were acknowledged, ${row?.count} are stored.`);
  const orm = await openDatabase({ url: databaseUrl, entities });
  try {
    const report = await verifyLedger(orm);
    const [first] = report.differences;
    if (first !== undefined) throw new Error(`The ledger does not add up: ${first.message}`);
    return `${activities} acknowledged = stored; ${report.entries} entries = balances = lots, ${report.points} points`;
  } finally {
    await closeDatabase(orm);
  }
}
