import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export type Transport = 'http' | 'socket' | 'ingest';
export type Outcome = 'ok' | 'refused' | 'fault';

/** Everything `/metrics` tells. Labels have few, fixed values: never an operation name, a member or an address. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts one request and how long it took. */
  request(transport: Transport, kind: string, outcome: Outcome, seconds: number): void;
  /** Counts one committed batch of recording and the activities in it. */
  batch(size: number, seconds: number): void;
  /** Counts one repetition of a unit of work, by its dotted name and the SQLSTATE that caused it. */
  retry(work: string, sqlState: string): void;
  /** Counts one request refused by a rate limit: `token`, `address` or `credentials`. */
  rateLimited(by: string): void;
  /** Sets the number of open sockets. */
  sockets(open: number): void;
  /** Counts subscriptions up (+1) and down (-1). */
  subscriptions(change: number): void;
  /** The text for Prometheus. */
  text(): Promise<string>;
}

/** Makes the metrics of one server. Each has its own registry, so that several servers fit into one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const requests = new Histogram({
    name: 'pokal_request_seconds',
    help: 'Requests by transport, kind of operation and outcome, and how long they took.',
    labelNames: ['transport', 'kind', 'outcome'] as const,
    buckets: SECONDS,
    registers,
  });
  const batches = batchMetrics(registers);
  const retries = new Counter({
    name: 'pokal_work_retries_total',
    help: 'Units of work that were run again in a new transaction, by SQLSTATE.',
    labelNames: ['work', 'sql_state'] as const,
    registers,
  });
  const limited = new Counter({
    name: 'pokal_rate_limited_total',
    help: 'Requests refused by a rate limit.',
    labelNames: ['by'] as const,
    registers,
  });
  const sockets = new Gauge({ name: 'pokal_sockets', help: 'Open WebSockets.', registers });
  const subscriptions = new Gauge({ name: 'pokal_subscriptions', help: 'Running subscriptions.', registers });
  const observers = new Map<string, { observe(seconds: number): void }>();
  return {
    registry,
    request(transport, kind, outcome, seconds) {
      // Looking a labelled child up costs more than observing, and there are only some thirty of them.
      const name = `${transport} ${kind} ${outcome}`;
      let observer = observers.get(name);
      if (observer === undefined) {
        observer = requests.labels(transport, kind, outcome);
        observers.set(name, observer);
      }
      observer.observe(seconds);
    },
    batch: batches,
    retry: (work, sqlState) => retries.inc({ work, sql_state: sqlState }),
    rateLimited: (by) => limited.inc({ by }),
    sockets: (open) => sockets.set(open),
    subscriptions: (change) => subscriptions.inc(change),
    text: () => registry.metrics(),
  };
}

function batchMetrics(registers: Registry[]): Metrics['batch'] {
  const sizes = new Histogram({
    name: 'pokal_batch_activities',
    help: 'Activities per committed batch.',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000],
    registers,
  });
  const durations = new Histogram({
    name: 'pokal_batch_seconds',
    help: 'How long a batch took from its first statement to its commit.',
    buckets: SECONDS,
    registers,
  });
  return (size, seconds) => {
    sizes.observe(size);
    durations.observe(seconds);
  };
}
