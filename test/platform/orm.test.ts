import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { entities } from '../../src/features/entities.ts';
import { executedMigrations, migrateDatabase } from '../../src/platform/database/migrations.ts';
import { closeDatabase, openDatabase, schemaDrift } from '../../src/platform/database/orm.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

describe('the database behind the entities', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(() => database.drop());

  test('has, after the migrations, exactly the tables the entities describe', async () => {
    const orm = await openDatabase({ url: database.url, entities });
    expect(await schemaDrift(orm)).toBe('');
    await closeDatabase(orm);
  });

  test('bounds every statement and every idle transaction, and speaks UTC', async () => {
    const orm = await openDatabase({ url: database.url, entities, applicationName: 'pokal test' });
    const rows = await orm.em.getConnection().execute(
      `select current_setting('statement_timeout') as statement, current_setting('timezone') as zone,
                current_setting('idle_in_transaction_session_timeout') as idle, current_setting('application_name') as name`,
    );
    expect(rows).toEqual([{ statement: '30s', idle: '10s', zone: 'UTC', name: 'pokal test' }]);
    await closeDatabase(orm);
  });

  test('keeps its pool when the server cuts every connection', async () => {
    const orm = await openDatabase({ url: database.url, entities, applicationName: 'pokal cut off' });
    const killer = new pg.Client({ connectionString: database.url });
    await killer.connect();
    const { rowCount } = await killer.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pokal cut off'`,
    );
    expect(rowCount).toBe(1);
    await killer.end();
    const answers = await Promise.allSettled([1, 2, 3].map(() => orm.em.getConnection().execute('select 1 as one')));
    expect(answers.at(-1)).toMatchObject({ status: 'fulfilled', value: [{ one: 1 }] });
    await closeDatabase(orm);
  });

  test('refuses global use of the EntityManager', async () => {
    const orm = await openDatabase({ url: database.url, entities });
    await expect(orm.em.flush()).rejects.toThrow(/global/);
    await closeDatabase(orm);
  });
});

describe('migrating', () => {
  test('runs each migration once when several nodes start at once', async () => {
    const database = await createTestDatabase({ empty: true });
    const nodes = await Promise.all([1, 2, 3].map(() => openDatabase({ url: database.url, entities })));
    const ran = await Promise.all(nodes.map((orm) => migrateDatabase(orm)));
    const first = nodes[0];
    if (first === undefined) throw new Error('no node');
    expect(ran.flat().sort()).toEqual(await executedMigrations(first));
    expect(ran.filter((names) => names.length > 0)).toHaveLength(1);
    await Promise.all(nodes.map(closeDatabase));
    await database.drop();
  });
});

describe('an unusable database', () => {
  test('is named without its password when nothing listens there', async () => {
    const opening = openDatabase({ url: 'postgresql://me:secret@127.0.0.1:1/shop', entities, connectTimeoutMs: 0 });
    const error = await opening.catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'DatabaseError' });
    expect(String(error)).toContain('PostgreSQL at 127.0.0.1:1/shop cannot be used');
    expect(String(error)).not.toContain('secret');
  });

  test('is refused when its address is no URL', async () => {
    await expect(openDatabase({ url: 'localhost', entities })).rejects.toThrow(/not of the form/);
  });
});
