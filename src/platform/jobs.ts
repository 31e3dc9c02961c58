import { PgBoss, type Queue } from 'pg-boss';
import { newId } from './ids.ts';
import type { Log } from './log.ts';
import { oweIn } from './owed-jobs.ts';
import type { EnqueueOptions, Query } from './tx.ts';
import type { JobSink, PendingJob } from './work.ts';

/** What a handler learns about the run it is in. */
export interface JobRun {
  id: string;
  /** 1 for the first run. */
  attempt: number;
  /** Aborted when the job has run out of time or the process stops; hand it to what you await. */
  signal: AbortSignal;
}

/** Does a job's work. It may run more than once (a killed worker's job is taken over), so it must be idempotent. */
export type JobHandler<Data extends object> = (data: Data, run: JobRun) => Promise<void>;

export interface JobOptions {
  /** Runs in all before the job goes to the dead letters; 6 unless told. Pauses double from 2 s to 5 minutes. */
  attempts?: number;
  /** How long one run may take, in seconds; 900 unless told. A run past it is aborted and repeated. */
  timeoutSeconds?: number;
  /** Runs at once on one node; 1 unless told. */
  concurrency?: number;
  /** At most one job waits per `key` (or at all, without keys); enqueueing another meanwhile does nothing. */
  coalesce?: boolean;
  /**
   * True for work that nothing would ask for again, such as a payment: until it is done it is kept in a table of ours, so that
   * a start takes it up from a restored backup. See owed-jobs.ts.
   */
  owed?: boolean;
}

export interface JobsOptions {
  url: string;
  log: Log;
  /** False on a node that only enqueues (ROLE=api): it polls, supervises and schedules nothing. */
  works: boolean;
}

interface Definition {
  handler: JobHandler<object>;
  options: JobOptions;
}

interface Schedule {
  name: string;
  cron: string;
  timeZone: string;
}

/** Where jobs end whose attempts are used up, with their data and last error. Kept for 30 days. */
export const DEAD_LETTERS = 'dead-letters';

/**
 * A worker that is killed stops touching its jobs. Ten seconds without a touch is the shortest pg-boss 12 allows, and the
 * supervisor looks every 3 s, so that another node runs the job again within 20 s (measured: 18 s). One pass costs 8–11 ms of CPU
 * with ten queues and 20,000 waiting jobs, that is 0.3 % of a core; every second it would be 1 %.
 */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 3;
/** Other nodes find a job by polling; this node's own workers are woken by its commits. */
const POLL_SECONDS = 2;

/**
 * Background jobs on PostgreSQL (pg-boss in its own schema `pgboss`). Jobs are enqueued inside a unit of work and exist
 * only if it commits. Starting takes 75 ms on an empty database and 20 ms on a used one.
 */
export class Jobs implements JobSink {
  readonly #log: Log;
  readonly #works: boolean;
  readonly #boss: PgBoss;
  readonly #definitions = new Map<string, Definition>();
  readonly #schedules: Schedule[] = [];
  readonly #workers = new Map<string, string>();
  #opened = false;

  constructor(options: JobsOptions) {
    this.#log = options.log;
    this.#works = options.works;
    this.#boss = new PgBoss({
      connectionString: options.url,
      application_name: 'pokal-jobs',
      max: options.works ? 3 : 1,
      schema: 'pgboss',
      supervise: options.works,
      schedule: options.works,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      registerInstance: false,
      openTelemetry: { enabled: false },
    });
    this.#boss.on('error', (error) => this.#log.warn({ err: error }, 'jobs.error'));
    this.#boss.on('warning', (warning) => this.#log.warn({ warning: warning.message }, 'jobs.warning'));
  }

  /** Makes a job known under an imperative dotted name, for example `points.expire`. Call before `open`, on every node. */
  define<Data extends object>(name: string, handler: JobHandler<Data>, options: JobOptions = {}): void {
    if (this.#opened || this.#definitions.has(name)) {
      throw new Error(`The job ${name} must be defined once, before the queue opens.`);
    }
    // What was enqueued under a name is what its handler was written for; JSON in between keeps the shape.
    this.#definitions.set(name, { handler: handler as unknown as JobHandler<object>, options });
  }

  /**
   * Runs a defined job by the clock, once for all nodes; a time missed while nothing ran is made up for once.
   * @param cron five fields, for example `15 3 * * *`.
   * @param timeZone IANA name in which the fields are read.
   */
  schedule(name: string, cron: string, timeZone: string): void {
    if (!this.#definitions.has(name)) throw new Error(`The job ${name} is not defined, so it cannot be scheduled.`);
    this.#schedules.push({ name, cron, timeZone });
  }

  /** Prepares the queues: from now on jobs can be enqueued. Throws when the database cannot be reached. */
  async open(): Promise<void> {
    this.#opened = true;
    await this.#boss.start();
    await this.#prepareQueues();
  }

  /** Starts running jobs, on a working node. Opens first, where that has not been done. */
  async start(): Promise<void> {
    if (!this.#opened) await this.open();
    if (!this.#works) return;
    await this.#prepareSchedules();
    for (const [name, definition] of this.#definitions) {
      this.#workers.set(name, await this.#work(name, definition));
    }
  }

  /** Takes no more jobs, gives running ones this long to end, in milliseconds, and leaves the rest to be run again. */
  async stop(graceMs = 5_000): Promise<void> {
    if (!this.#opened) return;
    this.#opened = false;
    await this.#boss.stop({ graceful: true, timeout: Math.max(1_000, graceMs) });
  }

  /** Enqueues outside any unit of work, at once; not for work that is owed. */
  async enqueue(name: string, data: object, options: EnqueueOptions = {}): Promise<void> {
    if (this.#definitions.get(name)?.options.owed === true)
      throw new Error(`The job ${name} is enqueued by units of work.`);
    await this.#boss.insert(name, [this.#insertable({ name, data, options })]);
    this.committed([{ name, data, options }]);
  }

  async store(query: Query, jobs: readonly PendingJob[]): Promise<void> {
    const db = {
      executeSql: async (text: string, values?: unknown[]) => ({ rows: await query<object>(text, values) }),
    };
    for (const [name, group] of Map.groupBy(jobs, (job) => job.name)) {
      const insertables = group.map((job) => ({ id: newId(), ...this.#insertable(job) }));
      await this.#boss.insert(name, insertables, { db });
      if (this.#definitions.get(name)?.options.owed !== true) continue;
      await oweIn(
        query,
        name,
        insertables.map(({ id }) => id),
      );
    }
  }

  /** The names of all jobs that have a handler. */
  get names(): string[] {
    return [...this.#definitions.keys()];
  }

  committed(jobs: readonly PendingJob[]): void {
    for (const name of new Set(jobs.map((job) => job.name))) {
      const worker = this.#workers.get(name);
      if (worker !== undefined) this.#boss.notifyWorker(worker);
    }
  }

  /** Before the queue hears of it: whoever is killed in between does the job once more. */
  async #settle(id: string): Promise<void> {
    await this.#boss.getDb().executeSql('delete from owed_jobs where id = $1', [id]);
  }

  #insertable({ name, data, options }: PendingJob): { data: object; startAfter?: Date; singletonKey?: string } {
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw new Error(`There is no job named ${name}.`);
    if (options.key !== undefined && definition.options.coalesce !== true) {
      throw new Error(`The job ${name} was enqueued with a key, but it is not defined with coalesce.`);
    }
    return {
      data,
      ...(options.startAfter === undefined ? {} : { startAfter: new Date(options.startAfter) }),
      ...(options.key === undefined ? {} : { singletonKey: options.key }),
    };
  }

  /** One look tells what is there, so that a restart creates and changes nothing: 2–4 ms for each queue it need not touch. */
  async #prepareQueues(): Promise<void> {
    const present = new Map((await this.#boss.getQueues()).map((queue) => [queue.name, queue]));
    if (!present.has(DEAD_LETTERS)) {
      await this.#boss.createQueue(DEAD_LETTERS, {
        retryLimit: 0,
        retentionSeconds: 30 * 86_400,
        deleteAfterSeconds: 30 * 86_400,
      });
    }
    for (const [name, { options }] of this.#definitions) {
      const wanted = queueOf(options);
      const found = present.get(name);
      if (found === undefined) await this.#boss.createQueue(name, { ...wanted, policy: policyOf(options) });
      else if (differs(found, wanted)) await this.#boss.updateQueue(name, wanted);
    }
  }

  async #prepareSchedules(): Promise<void> {
    const present = await this.#boss.getSchedules();
    for (const { name } of present) {
      if (!this.#schedules.some((schedule) => schedule.name === name)) await this.#boss.unschedule(name);
    }
    for (const { name, cron, timeZone } of this.#schedules) {
      await this.#boss.schedule(name, cron, {}, { tz: timeZone, missed: 'once' });
    }
  }

  #work(name: string, { handler, options }: Definition): Promise<string> {
    const settings = {
      pollingIntervalSeconds: POLL_SECONDS,
      localConcurrency: options.concurrency ?? 1,
      includeMetadata: true as const,
    };
    return this.#boss.work<object, void, typeof settings>(name, settings, async (jobs) => {
      for (const job of jobs) {
        const run = { id: job.id, attempt: job.retryCount + 1, signal: job.signal };
        try {
          await handler(job.data ?? {}, run);
          if (options.owed === true) await this.#settle(job.id);
        } catch (error) {
          this.#log.error({ err: error, job: name, id: run.id, attempt: run.attempt }, 'jobs.failed');
          throw error;
        } finally {
          // Whoever has just done a job looks for the next at once; without, twenty jobs of one kind took forty seconds.
          const worker = this.#workers.get(name);
          if (worker !== undefined) this.#boss.notifyWorker(worker);
        }
      }
    });
  }
}

interface QueueSettings {
  retryLimit: number;
  retryDelay: number;
  retryBackoff: boolean;
  retryDelayMax: number;
  expireInSeconds: number;
  heartbeatSeconds: number;
  deleteAfterSeconds: number;
  deadLetter: string;
}

function queueOf(options: JobOptions): QueueSettings {
  return {
    retryLimit: (options.attempts ?? 6) - 1,
    retryDelay: 2,
    retryBackoff: true,
    retryDelayMax: 300,
    expireInSeconds: options.timeoutSeconds ?? 900,
    heartbeatSeconds: HEARTBEAT_SECONDS,
    deleteAfterSeconds: 86_400,
    deadLetter: DEAD_LETTERS,
  };
}

function policyOf(options: JobOptions): string {
  return options.coalesce === true ? 'short' : 'standard';
}

function differs(found: Queue, wanted: QueueSettings): boolean {
  const current = new Map(Object.entries(found));
  return Object.entries(wanted).some(([key, value]) => current.get(key) !== value);
}
