import type { EntityManager } from '@mikro-orm/postgresql';

/** One thing that happened, as the outbox stores it. `payload` is JSON; `memberId` is null for programme-wide events. */
export interface OutboxEvent {
  /** UUIDv7, the id clients see. */
  id: string;
  /** Past tense, for example `PointsEarned`; listed in schema/events.md. */
  type: string;
  memberId: string | null;
  /** When it took effect, in epoch milliseconds. */
  occurredAt: number;
  payload: Record<string, unknown>;
  /** The payload as JSON text, where whoever emits it has written it already. */
  payloadText?: string;
}

/** What a unit of work wants: who it locks and what it may do after a failure. */
export interface Scope {
  /** Dotted name for logs and metrics, for example `members.enrol`. */
  name: string;
  /** Lock keys (member ids, or `external:<id>` before an id exists); hashed onto partitions and taken in sorted order. */
  locks?: readonly string[];
  /** Lock partitions named directly, when the caller has hashed already. */
  partitions?: readonly number[];
  /**
   * False for work that must not be repeated after a COMMIT whose outcome is unknown (nothing in it would find out
   * that it had been done). Default true: the work looks its idempotency key up first, or is naturally idempotent.
   */
  idempotent?: boolean;
  /** False for silent work (imports, retroactive awards): its events are stored but never pushed. Default true. */
  notify?: boolean;
}

/** When and how often a background job runs, where it differs from its definition. */
export interface EnqueueOptions {
  /** Not before this time, in epoch milliseconds of the database's own clock (a sandbox offset does not move jobs). */
  startAfter?: number;
  /** At most one waiting job has this key; another enqueue with it is dropped. */
  key?: string;
}

/** Runs one statement with $1… parameters and gives its rows; timestamps, numerics and 64-bit integers arrive as text. */
export type Query = <Row extends object>(sql: string, parameters?: readonly unknown[]) => Promise<Row[]>;

/** A place to read from: pooled connections, each statement on its own, nothing locked. */
export interface Reads {
  /** A fresh EntityManager. */
  readonly em: EntityManager;
  readonly query: Query;
}

/** An open transaction. Everything written through it commits together, with its events and jobs. */
export interface Tx {
  /** A fork of the EntityManager bound to the transaction, for reads and writes that need no set statement. */
  readonly em: EntityManager;
  /** The database's time at the start of the work, moved by the sandbox offset, in epoch milliseconds. */
  readonly now: number;
  /** PostgreSQL's transaction id as decimal text, assigned when first asked for; the first half of every cursor. */
  xid(): Promise<string>;
  /**
   * Runs one statement with $1… parameters, which reach the server as the driver sends them, and gives its rows.
   * Timestamps, numerics and 64-bit integers arrive as text. Statements asked for together run one after the other.
   */
  readonly query: Query;
  /** Stores an event in the outbox; returns its place inside this transaction, the second half of its cursor. */
  emit(event: OutboxEvent): number;
  /** Enqueues a background job that starts only if this transaction commits. */
  enqueue(job: string, data: object, options?: EnqueueOptions): void;
}

/** The one door for writes. */
export interface UnitOfWork {
  /**
   * Runs `work` in a transaction and commits it. Serialisation failures, deadlocks and lost connections (40001, 40P01,
   * 08xxx, 57P0x) run it again from scratch in a new transaction, at most 5 times with growing, jittered pauses.
   * Throws what `work` throws (a Refusal rolls back and is not retried), or SERVICE_UNAVAILABLE when the database stays away.
   */
  run<Result>(scope: Scope, work: (tx: Tx) => Promise<Result>): Promise<Result>;
  /**
   * Reads outside any transaction. A lost connection is tried once more from scratch; then, or when the database is too
   * slow, it throws SERVICE_UNAVAILABLE.
   */
  read<Result>(reading: (reads: Reads) => Promise<Result>): Promise<Result>;
}
