import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { seedDemo } from '../../src/demo/seed.ts';
import { entities } from '../../src/features/entities.ts';
import { migrateDatabase } from '../../src/platform/database/migrations.ts';
import { closeDatabase, openDatabase, schemaDrift } from '../../src/platform/database/orm.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** The bits of pg_trigger.tgtype that say when a trigger fires. */
const TRIGGERS = `
  select t.tgname as name, c.relname as table,
         case when t.tgtype & 2 > 0 then 'before' else 'after' end as timing,
         case when t.tgtype & 1 > 0 then 'row' else 'statement' end as "forEach",
         array_remove(array[case when t.tgtype & 4 > 0 then 'insert' end, case when t.tgtype & 8 > 0 then 'delete' end,
           case when t.tgtype & 16 > 0 then 'update' end, case when t.tgtype & 32 > 0 then 'truncate' end], null) as events,
         regexp_replace(p.prosrc, '^\\s*begin\\s+(.*)\\s+end;?\\s*$', '\\1') as body, t.tgenabled <> 'D' as enabled
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_proc p on p.oid = t.tgfoid
   where not t.tgisinternal and c.relnamespace = 'public'::regnamespace order by 1`;

interface Trigger {
  name: string;
  table: string;
  timing: string;
  forEach: string;
  events: string[];
  body: string;
  enabled: boolean;
}

/** The triggers that the entities declare. */
function declaredTriggers(orm: MikroORM): Trigger[] {
  const declared = [...orm.getMetadata().getAll().values()].flatMap(({ tableName, triggers }) =>
    triggers.map(({ name = '', timing, forEach = 'row', events, body = '' }) => {
      return { name, table: tableName, timing, forEach, events: [...events].sort(), body: String(body), enabled: true };
    }),
  );
  return declared.sort((left, right) => (left.name < right.name ? -1 : 1));
}

describe('migrations on an empty database', () => {
  let database: TestDatabase;
  let orm: MikroORM;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    orm = await openDatabase({ url: database.url, entities });
  });

  afterAll(async () => {
    await closeDatabase(orm);
    await database.drop();
  });

  test('run under a lock timeout, so that they never queue all traffic behind them, and without a statement timeout', async () => {
    // Asking for the pending ones makes the list of what has run; each migration is then written into it by its transaction.
    expect((await orm.migrator.getPending()).length).toBeGreaterThan(0);
    const connection = orm.em.getConnection();
    await connection.execute(`alter table mikro_orm_migrations
      add column lock text default current_setting('lock_timeout'),
      add column statement text default current_setting('statement_timeout')`);
    expect((await migrateDatabase(orm)).length).toBeGreaterThan(0);
    const seen = await connection.execute('select distinct lock, statement from mikro_orm_migrations');
    expect(seen).toEqual([{ lock: '10s', statement: '0' }]);
  });

  test('make the triggers that the entities declare, switched on', async () => {
    const actual = await orm.em.getConnection().execute<Trigger[]>(TRIGGERS);
    expect(actual.map((trigger) => ({ ...trigger, events: [...trigger.events].sort() }))).toEqual(
      declaredTriggers(orm),
    );
    expect(actual.map(({ table }) => table)).toEqual(expect.arrayContaining(['ledger_entries', 'audit_entries']));
  });
});

describe('migrations on a seeded database', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startTestApp();
    await seedDemo(app.core, { members: 40, activities: 200 });
    await app.settled();
  });

  afterAll(() => app.stop());

  test('find nothing left to do, and leave every row alone while the server works', async () => {
    const count = `select (select count(*) from members) as members, (select count(*) from activities) as activities,
      (select sum(points) from ledger_entries) as points, (select sum(remaining) from lots) as lots`;
    const connection = app.core.orm.em.getConnection();
    const before = await connection.execute(count);
    expect(before).toMatchObject([
      { members: expect.stringMatching(/^40$/), activities: expect.stringMatching(/^200$/) },
    ]);
    expect(await migrateDatabase(app.core.orm)).toEqual([]);
    expect(await connection.execute(count)).toEqual(before);
  });

  test('leave no difference between the tables and the entities, whatever jobs and seeding made', async () => {
    expect(await schemaDrift(app.core.orm)).toBe('');
  });
});
