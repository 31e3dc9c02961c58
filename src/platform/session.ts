import { type ControlledTransaction, Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import type pg from 'pg';

/** What the unit of work sends itself; savepoints and all else go to the server. */
const ANSWERED_HERE = new Set(['begin', 'rollback']);
const NO_ROWS = { command: 'BEGIN', rowCount: 0, rows: [] };

/** Statements that are kept prepared on each connection: all there are in the code, with room for the texts of pages. */
const PREPARED = 500;
const names = new Map<string, string>();

/**
 * How long a connection's plans are kept. A plan made while a table was empty reads the whole table, and PostgreSQL keeps it
 * until the table is analysed, up to a minute later: an import into an empty database would crawl.
 */
export const PLANS_KEPT_MS = 1_000;

/**
 * The statement under a name, so that each connection parses and plans it once: the set statements of recording cost
 * PostgreSQL about 1.5 ms of planning for each transaction otherwise. Texts are few and written in the code; should some
 * caller make them up without end, those past the bound go unnamed.
 */
function prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
  let name = names.get(text);
  if (name === undefined && names.size < PREPARED) {
    name = `pokal-${names.size}`;
    names.set(text, name);
  }
  const statement = { text, values: values as unknown[] };
  return name === undefined ? statement : { ...statement, name };
}

/**
 * One pooled connection while a unit of work holds it. Statements asked for together are sent together, whether they come
 * from the ORM or from `query`: the pool's connections are in pipeline mode, in which the server works them off in order
 * and answers each. A batch of activities so takes 5 round trips instead of 14. When one fails, the later ones are
 * answered with "transaction is aborted".
 */
export class Session {
  static readonly #known = new WeakMap<pg.PoolClient, Session>();
  readonly #client: pg.PoolClient;
  readonly #kysely: Kysely<unknown>;
  #plannedAt = 0;

  private constructor(client: pg.PoolClient) {
    this.#client = client;
    // Kysely thinks it owns a pool of this one connection. Its own `begin` and `rollback` are answered here, because the
    // unit of work sends them together with other things. Made once per connection: 17 µs, against 3 µs for each transaction on it.
    // Its types want overloads for cursors, which nothing in a transaction uses.
    const connection = {
      query: (sql: string, parameters?: readonly unknown[]) =>
        ANSWERED_HERE.has(sql) ? Promise.resolve(NO_ROWS) : this.send(sql, parameters),
      release: () => {},
    } as unknown as PostgresPoolClient;
    this.#kysely = new Kysely({
      dialect: new PostgresDialect({
        pool: { connect: () => Promise.resolve(connection), end: () => Promise.resolve(), options: {} },
      }),
    });
  }

  /** Takes a connection from the pool. Give it back with `release`. */
  static async take(pool: pg.Pool): Promise<Session> {
    const client = await pool.connect();
    let session = Session.#known.get(client);
    if (session === undefined) {
      session = new Session(client);
      Session.#known.set(client, session);
    }
    return session;
  }

  /** Sends a statement after all earlier ones. Without parameters it may be several, joined by semicolons. */
  send(sql: string, parameters?: readonly unknown[]): Promise<pg.QueryResult> {
    return parameters === undefined || parameters.length === 0
      ? this.#client.query(sql)
      : this.#client.query(prepared(sql, parameters));
  }

  /** What to send before the next statement: nothing, or once a second that plans be made anew. */
  replanning(): string {
    const now = performance.now();
    if (now - this.#plannedAt < PLANS_KEPT_MS) return '';
    this.#plannedAt = now;
    return 'discard plans;';
  }

  /** What the ORM takes for its transaction: the one already open on this connection. Sends nothing. */
  transaction(): Promise<ControlledTransaction<unknown>> {
    return this.#kysely.startTransaction().execute();
  }

  /** Rolls back whatever is open. Returns false when that failed too, so that the connection must be closed. */
  async rollback(): Promise<boolean> {
    try {
      await this.send('rollback');
      return true;
    } catch {
      return false;
    }
  }

  /** Gives the connection back; a broken one is closed instead. */
  release(broken: boolean): void {
    this.#client.release(broken);
  }
}
