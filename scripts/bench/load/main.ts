import { onOrder, ready } from '../support/parent.ts';
import { type Outcome, quantile } from '../support/rounds.ts';
import { Connection } from './connection.ts';
import { type Workload, type WorkloadName, type WorkloadOptions, workloads } from './workloads.ts';

/** One timed run. It ends after `seconds`, when the requests under way are answered, and never exceeds `mostRequests`. */
export interface LoadOrder extends WorkloadOptions {
  workload: WorkloadName;
  /** The GraphQL endpoint. */
  url: string;
  headers: Readonly<Record<string, string>>;
  connections: number;
  seconds: number;
  mostRequests: number;
}

/** Every answer is looked at; every hundredth closely. */
const CLOSELY_EVERY = 100;

onOrder(runLoad);
ready(null);

async function runLoad(order: LoadOrder): Promise<Outcome> {
  const workload = workloads[order.workload](order);
  const url = new URL(order.url);
  const connections = await Promise.all(
    Array.from({ length: order.connections }, () => Connection.open(url, order.headers)),
  );
  const latencies: number[] = [];
  const startedAt = performance.now();
  const run = { workload, latencies, deadline: startedAt + order.seconds * 1_000, left: order.mostRequests };
  try {
    await Promise.all(connections.map((connection) => drive(connection, run)));
  } finally {
    for (const connection of connections) connection.close();
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  latencies.sort((left, right) => left - right);
  const operations = latencies.length * workload.operations;
  return { operations, seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}

interface Run {
  workload: Workload;
  latencies: number[];
  deadline: number;
  left: number;
}

async function drive(connection: Connection, run: Run): Promise<void> {
  for (;;) {
    const sentAt = performance.now();
    if (sentAt >= run.deadline || run.left <= 0) return;
    run.left -= 1;
    const answer = await connection.send(run.workload.body());
    run.workload.check(answer, run.latencies.length % CLOSELY_EVERY === 0);
    run.latencies.push(performance.now() - sentAt);
  }
}
