import { postgresCpuMs, processCpuMs } from './cpu.ts';

/** What one timed run came to. */
export interface Outcome {
  operations: number;
  seconds: number;
  /** Latency of the requests, in milliseconds, where there are requests. */
  p50Ms?: number;
  p99Ms?: number;
}

/** One of those that are compared. */
export interface Contender {
  name: string;
  /** The process whose processor time counts as the server's; null when it is another one each time. */
  pid: number | null;
  run(seconds: number): Promise<Outcome>;
}

/** One timed run with what it cost. Microseconds are of processor time, per operation. */
export interface Sample extends Outcome {
  rate: number;
  serverMicros: number;
  databaseMicros: number;
}

/** How long and how often is measured. */
export interface Plan {
  /** At least three. */
  rounds: number;
  seconds: number;
  warmSeconds: number;
}

/** Every contender's samples, one per round, in the order of the contenders. */
export type Samples = Map<string, Sample[]>;

/**
 * Warms every contender up, then measures them alternately, round by round and in turning order, so that what the
 * machine does besides meets all of them alike.
 */
export async function compare(contenders: readonly Contender[], plan: Plan, postmaster: number): Promise<Samples> {
  const samples: Samples = new Map(contenders.map(({ name }) => [name, []]));
  for (const contender of contenders) await contender.run(plan.warmSeconds);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const contender = contenders[(round + turn) % contenders.length];
      if (contender === undefined) continue;
      samples.get(contender.name)?.push(await measure(contender, plan.seconds, postmaster));
    }
  }
  return samples;
}

async function measure({ pid, run }: Contender, seconds: number, postmaster: number): Promise<Sample> {
  const server = cpuOf(pid);
  const database = postgresCpuMs(postmaster);
  const outcome = await run(seconds);
  const perOperation = (milliseconds: number) => (milliseconds * 1_000) / Math.max(1, outcome.operations);
  return {
    ...outcome,
    rate: outcome.operations / outcome.seconds,
    serverMicros: pid === null ? Number.NaN : perOperation(cpuOf(pid) - server),
    databaseMicros: perOperation(postgresCpuMs(postmaster) - database),
  };
}

function cpuOf(pid: number | null): number {
  return pid === null ? 0 : processCpuMs(pid);
}

/** The ratio of two contenders' rates, round by round. */
export function ratios(samples: Samples, name: string, peer: string): number[] {
  const peers = samples.get(peer) ?? [];
  return (samples.get(name) ?? []).map(({ rate }, round) => rate / (peers[round]?.rate ?? Number.NaN));
}

/** Smallest, middle and largest. */
export interface Spread {
  min: number;
  median: number;
  max: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { min: sorted[0] ?? Number.NaN, median, max: sorted.at(-1) ?? Number.NaN };
}

/** The value of a sorted list below which that share of it lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
