import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';
import { Refusal } from './refusal.ts';
import { failureOf, outcomeUnknown, pauseBefore, unavailable } from './retry.ts';
import { Session } from './session.ts';
import { Silence, type SilenceOptions } from './silence.ts';
import { OpenTransaction, OutcomeUnknownError } from './transaction.ts';
import type { EnqueueOptions, Query, Reads, Scope, Tx, UnitOfWork } from './tx.ts';

/** A job waiting for its transaction to commit. */
export interface PendingJob {
  name: string;
  data: object;
  options: EnqueueOptions;
}

/** Where units of work hand their jobs: written inside the transaction, announced after it. */
export interface JobSink {
  /** Writes the jobs with statements of the open transaction. */
  store(query: Query, jobs: readonly PendingJob[]): Promise<void>;
  /** Called after the commit, to wake this node's own workers. Must not throw. */
  committed(jobs: readonly PendingJob[]): void;
}

/** What became of one unit of work, for metrics. */
export interface WorkOutcome {
  name: string;
  outcome: 'committed' | 'refused' | 'failed';
  attempts: number;
  durationMs: number;
}

export interface WorkOptions {
  orm: MikroORM;
  clock: Clock;
  log: Log;
  jobs?: JobSink;
  /** Called once per unit of work, when it has ended. Must not throw. */
  observe?: (outcome: WorkOutcome) => void;
  /** From 0 to 1, for the pauses; `Math.random` unless a test fixes it. */
  random?: () => number;
  /** When a database counts as silent; see SilenceOptions. */
  silence?: Pick<SilenceOptions, 'patienceMs' | 'answerMs'>;
}

/** Attempts in all, and how long a caller may be kept waiting by them, in milliseconds. */
const ATTEMPTS = 5;
const PATIENCE_MS = 9_000;

/** The one door for writes, and a helper for reads. See UnitOfWork for the contract. */
export class Work implements UnitOfWork {
  readonly #options: WorkOptions;
  readonly #random: () => number;
  readonly #listeners = new Set<(xid: string) => void>();
  readonly #silence: Silence;
  /** All connections of the pool. */
  readonly #clients = new Set<pg.PoolClient>();
  #pool: pg.Pool | null = null;
  #running = 0;
  #idle: (() => void)[] = [];

  constructor(options: WorkOptions) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    const url = options.orm.config.get('clientUrl') ?? '';
    const onSilent = () => this.#giveUpConnections();
    this.#silence = new Silence({ url, log: options.log, onSilent, ...options.silence });
  }

  /** Hears the id of each transaction of this node that stored events, right after its commit. Must not throw. */
  onCommit(listener: (xid: string) => void): void {
    this.#listeners.add(listener);
  }

  async run<Result>(scope: Scope, work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    let attempts = 0;
    let outcome: WorkOutcome['outcome'] = 'failed';
    this.#running += 1;
    try {
      for (;;) {
        attempts += 1;
        try {
          const leftMs = PATIENCE_MS - (performance.now() - startedAt);
          const result = await this.#silence.during(this.#attempt(scope, work, leftMs));
          outcome = 'committed';
          return result;
        } catch (error) {
          if (failureOf(error) === 'other') {
            if (error instanceof Refusal) outcome = 'refused';
            throw error;
          }
          await this.#pauseOrGiveUp(scope, error, attempts, startedAt);
        }
      }
    } finally {
      this.#running -= 1;
      if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
      this.#options.observe?.({ name: scope.name, outcome, attempts, durationMs: performance.now() - startedAt });
    }
  }

  async read<Result>(reading: (reads: Reads) => Promise<Result>): Promise<Result> {
    const pool = await this.#connections();
    const query: Query = (sql, parameters = []) => readOne(pool, sql, parameters);
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#silence.unlessSilent(() => reading(new PooledReads(this.#options.orm, query)));
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'other') throw error;
        // After a connection was killed in flight the next query may fail once more on a connection of the same age.
        if (failure === 'overload' || attempt === 2) throw unavailable(error);
        this.#options.log.debug({ err: error }, 'database.read-retried');
      }
    }
  }

  /** Resolves when no unit of work is running: the last thing to wait for before the pool closes. */
  idle(): Promise<void> {
    return this.#running === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  async #attempt<Result>(scope: Scope, work: (tx: Tx) => Promise<Result>, patienceMs: number): Promise<Result> {
    const { orm, clock, jobs } = this.#options;
    const session = await this.#session();
    let broken = true;
    let tx: OpenTransaction | null = null;
    try {
      tx = await OpenTransaction.begin({ session, orm, clock, scope, jobs: jobs ?? null, patienceMs });
      const result = await work(tx);
      await tx.prepareCommit();
      const xid = await tx.commit();
      broken = false;
      this.#announce(tx, xid);
      return result;
    } catch (error) {
      await tx?.end();
      broken = !(await session.rollback());
      throw error;
    } finally {
      session.release(broken);
    }
  }

  #announce(tx: OpenTransaction, xid: string | null): void {
    if (xid !== null) for (const listener of this.#listeners) listener(xid);
    if (tx.jobs.length > 0) this.#options.jobs?.committed(tx.jobs);
  }

  async #pauseOrGiveUp(scope: Scope, error: unknown, attempts: number, startedAt: number): Promise<void> {
    const { log } = this.#options;
    const failure = failureOf(error);
    if (error instanceof OutcomeUnknownError && scope.idempotent === false) {
      log.error({ err: error, work: scope.name }, 'work.outcome-unknown');
      throw outcomeUnknown(error);
    }
    const pauseMs = pauseBefore(attempts + 1, failure, this.#random);
    const spentMs = performance.now() - startedAt + pauseMs;
    const hopeless = failure === 'overload' || this.#silence.noticed;
    if (hopeless || attempts >= ATTEMPTS || spentMs > PATIENCE_MS) {
      log.error({ err: error, work: scope.name, attempts, failure }, 'work.gave-up');
      throw unavailable(error);
    }
    log.debug({ err: error, work: scope.name, attempts, failure, pauseMs }, 'work.retried');
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }

  /** A connection from the pool. One that comes when nobody waits for it any more goes back. */
  async #session(): Promise<Session> {
    const pool = await this.#connections();
    const taken = Session.take(pool);
    try {
      return await this.#silence.unlessSilent(() => taken);
    } catch (error) {
      taken.then(
        (session) => session.release(true),
        () => {},
      );
      throw error;
    }
  }

  async #connections(): Promise<pg.Pool> {
    if (this.#pool !== null) return this.#pool;
    const pool: pg.Pool = await this.#options.orm.em.getConnection().getNativeClient();
    this.#pool = pool;
    pool.on('acquire', (client) => this.#clients.add(client));
    pool.on('remove', (client) => this.#clients.delete(client));
    return pool;
  }

  /** Statements that wait on them fail at once, and the pool makes new ones. `end` would wait for the statements instead. */
  #giveUpConnections(): void {
    for (const client of this.#clients) client.connection.stream.destroy();
    this.#clients.clear();
  }
}

/** Runs one statement on a connection of its own. */
async function readOne<Row extends object>(pool: pg.Pool, sql: string, parameters: readonly unknown[]): Promise<Row[]> {
  const session = await Session.take(pool);
  let broken = true;
  try {
    const replanning = session.replanning();
    if (replanning !== '') session.send(replanning).catch(() => {});
    const { rows } = await session.send(sql, parameters);
    broken = false;
    return rows;
  } catch (error) {
    // An error of the statement leaves the connection whole; one of the connection does not.
    broken = failureOf(error) === 'connection';
    throw error;
  } finally {
    session.release(broken);
  }
}

class PooledReads implements Reads {
  readonly #orm: MikroORM;
  readonly query: Query;
  #em: EntityManager | null = null;

  constructor(orm: MikroORM, query: Query) {
    this.#orm = orm;
    this.query = query;
  }

  get em(): EntityManager {
    this.#em ??= this.#orm.em.fork();
    return this.#em;
  }
}
