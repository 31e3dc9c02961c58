import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { entities } from '../../src/features/entities.ts';
import { migrateDatabase } from '../../src/platform/database/migrations.ts';
import { closeDatabase, openDatabase } from '../../src/platform/database/orm.ts';
import { asAdmin, type TestServer, templateName, testServer } from './server.ts';

/** Workers that come at once make the template one after another; the others then find it made. */
const TEMPLATE_LOCK = '7309453104512003';

/** A database of a test file's own. */
export interface TestDatabase {
  url: string;
  /** Drops it, cutting off connections that are left. */
  drop(): Promise<void>;
}

/**
 * Makes a database with the whole schema and no rows: a clone of a template that is migrated once per run, about
 * 50 ms. All test files and jest workers share one server.
 * @param options.empty gives a database without any table instead, for tests of migrations and restores.
 * @param options.from gives a copy of another test database, to which nobody may be connected.
 */
export async function createTestDatabase(
  options: { empty?: boolean; from?: TestDatabase } = {},
): Promise<TestDatabase> {
  const server = await testServer();
  const name = `pokal_test_${process.env.POKAL_TEST_RUN}_${randomBytes(6).toString('hex')}`;
  await asAdmin(server.adminUrl, async (admin) => {
    const template = await templateOf(options, server, admin);
    await admin.query(`create database ${name} owner "${server.owner}" template ${template} encoding 'UTF8'`);
  });
  return {
    url: server.urlOf(name),
    drop: () =>
      asAdmin(server.adminUrl, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}

function templateOf(
  { empty, from }: { empty?: boolean; from?: TestDatabase },
  server: TestServer,
  admin: pg.Client,
): Promise<string> {
  if (from !== undefined) return Promise.resolve(new URL(from.url).pathname.slice(1));
  return empty === true ? Promise.resolve('template0') : ensureTemplate(server, admin);
}

async function ensureTemplate(server: TestServer, admin: pg.Client): Promise<string> {
  const name = templateName();
  await admin.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rows } = await admin.query<{ finished: boolean }>(
      'select datistemplate as finished from pg_database where datname = $1',
      [name],
    );
    if (rows[0]?.finished === true) return name;
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.query(`create database ${name} owner "${server.owner}" template template0 encoding 'UTF8'`);
    const orm = await openDatabase({ url: server.urlOf(name), entities, poolSize: 2 });
    try {
      await migrateDatabase(orm);
    } finally {
      await closeDatabase(orm);
    }
    // Nobody may connect: a clone is refused while its template has a session.
    await admin.query(`alter database ${name} is_template true allow_connections false`);
    return name;
  } finally {
    await admin.query('select pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}
