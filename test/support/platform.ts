import { Writable } from 'node:stream';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { entities } from '../../src/features/entities.ts';
import { Clock } from '../../src/platform/clock.ts';
import { closeDatabase, openDatabase } from '../../src/platform/database/orm.ts';
import { newId } from '../../src/platform/ids.ts';
import { createLog, type Log } from '../../src/platform/log.ts';
import type { OutboxEvent } from '../../src/platform/tx.ts';
import { Work, type WorkOptions } from '../../src/platform/work.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';

/** A database of the test file's own with a unit of work on it, and a plain connection to look and interfere from outside. */
export interface Bench {
  database: TestDatabase;
  orm: MikroORM;
  clock: Clock;
  log: Log;
  work: Work;
  /** Runs statements on a connection of its own, outside everything under test. */
  outside: pg.Pool;
  makeWork(options?: Partial<WorkOptions>): Work;
  close(): Promise<void>;
}

/** Opens a database for one test file. `close` drops it. */
export async function openBench(poolSize = 12): Promise<Bench> {
  const database = await createTestDatabase();
  const orm = await openDatabase({ url: database.url, entities, poolSize });
  const outside = new pg.Pool({ connectionString: database.url, max: 4, application_name: 'outside' });
  outside.on('error', () => {});
  const clock = new Clock();
  const log = createLog('silent');
  const makeWork = (options: Partial<WorkOptions> = {}) => new Work({ orm, clock, log, ...options });
  return {
    database,
    orm,
    clock,
    log,
    outside,
    makeWork,
    work: makeWork(),
    close: async () => {
      await outside.end();
      await closeDatabase(orm);
      await database.drop();
    },
  };
}

/** An event of a member, with whatever the test wants to find again in its payload. */
export function someEvent(memberId: string | null, payload: Record<string, unknown> = {}): OutboxEvent {
  return { id: newId(), type: 'SomethingHappened', memberId, occurredAt: Date.now(), payload };
}

/** Looks every 10 ms until the condition holds. @throws Error with `what` after the deadline. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  deadlineMs = 15_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not within ${deadlineMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Collects log lines as objects. */
export function logLines(level = 'debug'): { log: Log; lines: Record<string, unknown>[]; text: () => string } {
  const raw: string[] = [];
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      raw.push(String(chunk));
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { log: createLog(level, destination), lines, text: () => raw.join('') };
}
