import pg from 'pg';
import type { Log } from './log.ts';
import { PLANS_KEPT_MS } from './session.ts';
import type { Query } from './tx.ts';

export interface ListenerOptions {
  /** `postgresql://…`; a connection of its own, beside the pool, so that delivery never queues behind requests. */
  url: string;
  channel: string;
  log: Log;
}

/** Pauses between attempts to connect, in milliseconds; the last one is repeated. */
const PAUSES_MS = [0, 50, 100, 200, 400, 800, 1_000];

/** Thrown by `query` while there is no connection. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
  readonly code = 'ECONNRESET';
}

/**
 * One connection that LISTENs on a channel and comes back by itself, with pauses growing to one second, for as long as the
 * process lives. What was notified while it was away is lost, so `onConnect` must look at the tables.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #names = new Map<string, string>();
  #client: pg.Client | null = null;
  #processId = 0;
  #last: Promise<unknown> = Promise.resolve();
  #onNotify: (payload: string) => void = () => {};
  #onConnect: () => void = () => {};
  #stopped = false;
  #failures = 0;
  #timer: NodeJS.Timeout | null = null;
  #plannedAt = 0;

  constructor(options: ListenerOptions) {
    this.#options = options;
  }

  /** Runs one of a few fixed statements (each is prepared once per connection). Throws NotConnectedError while away. */
  readonly query: Query = async <Row extends object>(sql: string, parameters: readonly unknown[] = []) => {
    const run = async () => {
      const client = this.#client;
      if (client === null) throw new NotConnectedError('The listening connection is being re-established.');
      await this.#replan(client);
      let name = this.#names.get(sql);
      if (name === undefined) {
        name = `listener-${this.#names.size}`;
        this.#names.set(sql, name);
      }
      const result = await client.query<Row>({ name, text: sql, values: [...parameters] });
      return result.rows;
    };
    const rows = this.#last.then(run, run);
    this.#last = rows.catch(() => {});
    return rows;
  };

  /** True while the connection is up. */
  get connected(): boolean {
    return this.#client !== null;
  }

  /** The backend's process id, as `pg_stat_activity` shows it; null while away. */
  get processId(): number | null {
    return this.#client === null ? null : this.#processId;
  }

  /** Sets what to do with a notification of another session. The session's own are left out. */
  onNotify(listener: (payload: string) => void): void {
    this.#onNotify = listener;
  }

  /** Sets what to do each time the connection is up again: whatever was notified meanwhile has been missed. */
  onConnect(listener: () => void): void {
    this.#onConnect = listener;
  }

  /** Makes the first attempt to connect. Does not throw when it fails: the attempts go on. */
  async start(): Promise<void> {
    await this.#connect();
  }

  /** Ends the connection and the attempts. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => {});
  }

  /** Has plans made anew once a second, as sessions do: one from when the outbox was empty would read all of it each time. */
  async #replan(client: pg.Client): Promise<void> {
    const now = performance.now();
    if (now - this.#plannedAt < PLANS_KEPT_MS) return;
    this.#plannedAt = now;
    await client.query('discard plans');
  }

  async #connect(): Promise<void> {
    if (this.#stopped) return;
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'pokal-listener',
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
      statement_timeout: 10_000,
      // Ends a wait on a server that has gone without closing the socket; the server's own timeout comes first.
      query_timeout: 15_000,
      // A notification's own commit need not wait for the disk: losing one costs a poll interval at most.
      options: '-c synchronous_commit=off',
    });
    let lost = false;
    const onLost = (error?: Error) => {
      if (lost) return;
      lost = true;
      if (this.#client === client) this.#client = null;
      client.end().catch(() => {});
      this.#reconnect(error);
    };
    client.on('error', onLost);
    client.on('end', () => onLost());
    client.on('notification', (message) => {
      if (message.processId !== this.#processId) this.#onNotify(message.payload ?? '');
    });
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(this.#options.channel)}`);
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      this.#processId = rows[0]?.pid ?? 0;
    } catch (error) {
      onLost(error instanceof Error ? error : undefined);
      return;
    }
    if (lost) return;
    if (this.#stopped) {
      await client.end().catch(() => {});
      return;
    }
    this.#client = client;
    if (this.#failures > 0) this.#options.log.info({ attempts: this.#failures }, 'listener.reconnected');
    this.#failures = 0;
    this.#onConnect();
  }

  #reconnect(error: Error | undefined): void {
    if (this.#stopped) return;
    if (this.#failures === 0) this.#options.log.warn({ err: error }, 'listener.lost');
    const pauseMs = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 1_000;
    this.#failures += 1;
    this.#timer = setTimeout(() => void this.#connect(), pauseMs);
  }
}
