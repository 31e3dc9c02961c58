import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from './log.ts';

/** The database has stopped answering, although connections to it are open. Classified as a lost connection. */
export class DatabaseSilentError extends Error {
  override readonly name = 'DatabaseSilentError';
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database has stopped answering.');
  }
}

export interface SilenceOptions {
  /** `postgresql://…`, for a connection of the question's own. */
  url: string;
  log: Log;
  /** Called when silence has been noticed, once each time: the moment to give up open connections. */
  onSilent: () => void;
  /** How long something may wait before the database is asked whether it is there; 4,000 ms unless told. */
  patienceMs?: number;
  /** How long it may take to answer that; 2,000 ms unless told. */
  answerMs?: number;
}

interface Waiting {
  since: number;
  giveUp: ((error: Error) => void) | null;
}

const LOOK_EVERY_MS = 250;

/**
 * Notices a database that falls silent: frozen, or behind a network that swallows packets. The driver would wait for ever
 * then, because nothing tells a slow answer from none. So when something has waited for long, a new connection asks
 * `select 1`: a database that is merely slow answers that (an error is an answer too), and nothing happens. When no answer
 * comes, everybody who waits is told, and whoever comes is refused at once until it answers again.
 * Requests promise an answer within 10 s; patience and answer together leave 4 s for the rest. Costs nothing while all is well.
 */
export class Silence {
  readonly #options: SilenceOptions;
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | null = null;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking = false;
  #silent = false;

  constructor(options: SilenceOptions) {
    this.#options = options;
  }

  /** True from the moment silence is noticed until the database answers again. */
  get noticed(): boolean {
    return this.#silent;
  }

  /** Notices silence while this waits; what waits must end by itself once its connection is given up. */
  async during<Result>(answer: Promise<Result>): Promise<Result> {
    const waiting = this.#wait(null);
    try {
      return await answer;
    } finally {
      this.#waiting.delete(waiting);
    }
  }

  /** Waits for this, but not through silence. @throws DatabaseSilentError at once while it lasts. */
  unlessSilent<Result>(begin: () => Promise<Result>): Promise<Result> {
    if (this.#silent) return Promise.reject(new DatabaseSilentError());
    return new Promise((resolve, reject) => {
      const waiting = this.#wait(reject);
      const end = () => this.#waiting.delete(waiting);
      begin().then(resolve, reject).finally(end);
    });
  }

  #wait(giveUp: Waiting['giveUp']): Waiting {
    const waiting = { since: performance.now(), giveUp };
    this.#waiting.add(waiting);
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref();
    return waiting;
  }

  #look(): void {
    const { patienceMs = 4_000 } = this.#options;
    const [longest] = this.#waiting;
    if (longest === undefined) {
      if (this.#timer !== null) clearInterval(this.#timer);
      this.#timer = null;
      return;
    }
    const before = performance.now() - patienceMs;
    if (this.#asking || longest.since > before || this.#askedAt > before) return;
    void this.#ask();
  }

  async #ask(): Promise<void> {
    this.#asking = true;
    while (!(await this.#answers())) {
      if (!this.#silent) this.#fallSilent();
      await pause(LOOK_EVERY_MS, undefined, { ref: false });
    }
    if (this.#silent) this.#options.log.info({}, 'database.answers-again');
    this.#silent = false;
    this.#askedAt = performance.now();
    this.#asking = false;
  }

  #fallSilent(): void {
    this.#silent = true;
    this.#options.log.error({ waiting: this.#waiting.size }, 'database.silent');
    for (const { giveUp } of this.#waiting) giveUp?.(new DatabaseSilentError());
    this.#options.onSilent();
  }

  /** False only when there is neither an answer nor an error in time. */
  async #answers(): Promise<boolean> {
    const { url, answerMs = 2_000 } = this.#options;
    const client = new pg.Client({ connectionString: url, application_name: 'pokal-silence' });
    client.on('error', () => {});
    const answered = client
      .connect()
      .then(() => client.query('select 1'))
      .then(
        () => true,
        () => true,
      );
    const inTime = await Promise.race([answered, timeUp(answerMs)]);
    if (inTime) void client.end().catch(() => {});
    else client.connection.stream.destroy();
    return inTime;
  }
}

/** False after this time, and after what has arrived meanwhile has been read: a busy process must not blame the database. */
async function timeUp(milliseconds: number): Promise<false> {
  await pause(milliseconds, undefined, { ref: false });
  await new Promise((resolve) => setImmediate(resolve));
  return false;
}
