import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { ControlledTransaction } from 'kysely';
import type { Clock } from './clock.ts';
import { LOCK_CLASS, partitionsOf } from './locks.ts';
import { storeEvents, storingSql } from './outbox.ts';
import { failureOf } from './retry.ts';
import type { Session } from './session.ts';
import type { EnqueueOptions, OutboxEvent, Query, Scope, Tx } from './tx.ts';
import type { JobSink, PendingJob } from './work.ts';

/** The connection broke while COMMIT was under way: the change may or may not be there. `cause` is the driver's error. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
}

interface Beginning {
  session: Session;
  orm: MikroORM;
  clock: Clock;
  scope: Scope;
  jobs: JobSink | null;
  /** How long to wait for the locks, in milliseconds. */
  patienceMs: number;
}

/**
 * The transaction a unit of work sees.
 *
 * BEGIN travels with the locks and the time, and COMMIT with the events, each pair in one round trip. Measured with three
 * statements between them, 8 at a time, in CPU of this process per transaction: this form 149–165 µs, each statement by
 * itself 192–245 µs, the ORM's own begin and commit 262–496 µs, `em.transactional` 327–413 µs.
 *
 * The locks come before the first write because taking one assigns no transaction id: whoever holds a member's lock gets
 * an id above all who held it before, so that within one member the order of ids is the order of commits.
 */
export class OpenTransaction implements Tx {
  readonly now: number;
  readonly query: Query;
  /** Jobs enqueued so far. */
  readonly jobs: PendingJob[] = [];
  readonly #beginning: Beginning;
  readonly #context: ControlledTransaction<unknown>;
  readonly #events: OutboxEvent[] = [];
  #em: EntityManager | null = null;
  #xid: Promise<string> | null = null;
  #ended = false;

  private constructor(beginning: Beginning, context: ControlledTransaction<unknown>, databaseTimeMs: number) {
    this.#beginning = beginning;
    this.#context = context;
    this.now = beginning.clock.synchronise(databaseTimeMs);
    this.query = async (sql, parameters) => {
      this.#assertOpen();
      return (await beginning.session.send(sql, parameters)).rows;
    };
  }

  /** Opens the transaction (READ COMMITTED), takes the scope's locks in ascending order and reads the database's time. */
  static async begin(beginning: Beginning): Promise<OpenTransaction> {
    const partitions = partitionsOf(beginning.scope);
    const waitMs = Math.max(100, Math.round(beginning.patienceMs));
    // Numbers only, so nothing needs quoting. The time is read after the locks: a later holder reads a later time.
    const locks =
      partitions.length === 0
        ? ''
        : `set local lock_timeout = ${waitMs};
           select pg_advisory_xact_lock(${LOCK_CLASS}, partition) from unnest('{${partitions}}'::int[]) partition;`;
    // Whole milliseconds: what is answered from memory then equals what is read back, to the last digit.
    const answer = await beginning.session.send(
      `${beginning.session.replanning()} begin isolation level read committed; ${locks}
       select floor(extract(epoch from clock_timestamp()) * 1000)::float8 as now`,
    );
    // The driver gives one result per statement, which its types do not say.
    const results = answer as unknown as { rows: { now: number }[] }[];
    const context = await beginning.session.transaction();
    return new OpenTransaction(beginning, context, results.at(-1)?.rows[0]?.now ?? Date.now());
  }

  get em(): EntityManager {
    this.#assertOpen();
    if (this.#em === null) {
      this.#em = this.#beginning.orm.em.fork();
      this.#em.setTransactionContext(this.#context);
    }
    return this.#em;
  }

  xid(): Promise<string> {
    this.#xid ??= this.query<{ xid: string }>('select pg_current_xact_id()::text as xid').then(
      ([row]) => row?.xid ?? '0',
    );
    return this.#xid;
  }

  emit(event: OutboxEvent): number {
    this.#assertOpen();
    return this.#events.push(event) - 1;
  }

  enqueue(job: string, data: object, options: EnqueueOptions = {}): void {
    this.#assertOpen();
    this.jobs.push({ name: job, data, options });
  }

  /** Writes what was put off: the EntityManager's changes and the jobs. A failure here is before COMMIT, so it is known. */
  async prepareCommit(): Promise<void> {
    await this.#em?.flush();
    if (this.jobs.length > 0 && this.#beginning.jobs === null) {
      throw new Error('This unit of work enqueued a job, but it was built without a job queue.');
    }
    if (this.jobs.length > 0) await this.#beginning.jobs?.store(this.query, this.jobs);
  }

  /**
   * Makes every later statement fail, of `query` and of the EntityManager alike: what was not awaited must not reach the
   * connection when the next unit of work has it. Call before the connection is given back, whatever happened.
   */
  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#em !== null) await this.#context.rollback().execute();
  }

  /**
   * Stores the events and commits.
   * @returns the transaction's id when it stored events, else null.
   * @throws OutcomeUnknownError when the connection broke before the server's answer to COMMIT arrived.
   */
  async commit(): Promise<string | null> {
    await this.end();
    const notify = this.#beginning.scope.notify !== false;
    if (this.#events.length === 0) {
      await this.#finish('commit');
      return null;
    }
    const joined = storingSql(this.#events, notify);
    if (joined !== null) {
      const [stored] = await this.#finish(`${joined}; commit`);
      return stored?.xid ?? null;
    }
    const send: Query = async (sql, parameters) => (await this.#beginning.session.send(sql, parameters)).rows;
    const xid = await storeEvents(send, this.#events, notify);
    await this.#finish('commit');
    return xid;
  }

  async #finish(sql: string): Promise<{ xid: string }[]> {
    try {
      const answer: unknown = await this.#beginning.session.send(sql);
      const results = (Array.isArray(answer) ? answer : [answer]) as { command: string; rows: { xid: string }[] }[];
      // COMMIT of a transaction in which a statement failed is answered with ROLLBACK, not with an error.
      if (results.at(-1)?.command !== 'COMMIT') {
        throw new Error('The transaction was rolled back, because a statement in it failed and the work went on.');
      }
      return results[0]?.rows ?? [];
    } catch (error) {
      if (failureOf(error) !== 'connection') throw error;
      throw new OutcomeUnknownError('The connection broke while a transaction was being committed.', { cause: error });
    }
  }

  #assertOpen(): void {
    if (this.#ended) throw new Error('The transaction has ended. Await everything inside the unit of work.');
  }
}
