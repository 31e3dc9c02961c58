import pg from 'pg';
import { leaveRunning } from '../../src/platform/database/embedded.ts';

/** The server that the run's test databases live on. */
export interface TestServer {
  /** May create and drop databases. */
  adminUrl: string;
  /** Owns the test databases; the tests connect as it. */
  owner: string;
  /** The connection string for one of them. */
  urlOf(database: string): string;
}

/** Starts or joins the run's embedded server, or takes the one TEST_DATABASE_URL names. */
export async function testServer(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined) {
    return {
      adminUrl: given,
      owner: decodeURIComponent(new URL(given).username),
      urlOf: (name) => withDatabase(given, name),
    };
  }
  const directory = process.env.POKAL_TEST_DIRECTORY;
  if (directory === undefined)
    throw new Error('Database tests run through jest.config.js, whose global set-up names their directory.');
  const server = await leaveRunning({ directory, durable: false });
  return { adminUrl: server.superuserUrl, owner: 'pokal', urlOf: (name) => withDatabase(server.url, name) };
}

/** The name of the run's template database. */
export function templateName(): string {
  return `pokal_test_${process.env.POKAL_TEST_RUN}_template`;
}

/** Runs statements as the server's administrator, one connection for all of them. */
export async function asAdmin<Result>(adminUrl: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Drops the run's template from a server that outlives the run. */
export async function dropTemplate(): Promise<void> {
  const given = process.env.TEST_DATABASE_URL;
  if (given === undefined) return;
  await asAdmin(given, async (admin) => {
    const name = templateName();
    const { rowCount } = await admin.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) return;
    await admin.query(`alter database ${name} is_template false`);
    await admin.query(`drop database ${name} with (force)`);
  });
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}
