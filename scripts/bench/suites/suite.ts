import type { LoadOrder } from '../load/main.ts';
import { Child } from '../support/child.ts';
import type { Report } from '../support/report.ts';
import type { Contender, Outcome, Plan } from '../support/rounds.ts';

/** What every benchmark is given. */
export interface Bench {
  plan: Plan;
  /** Smaller sizes and shorter runs: shows that it works, and measures little. */
  quick: boolean;
  /** The live benchmarks with 10,000 sockets, too; that takes some 25,000 file descriptors over all processes. */
  full: boolean;
  /** Where Pokal's processor profiles go; null for none. */
  profiles: string | null;
  /** The sizes of P12's large club. */
  large: { members: number; entries: number };
}

export type Suite = (bench: Bench) => Promise<Report>;

/** No run sends more than this many requests, whatever its duration. */
const MOST_REQUESTS = 500_000;

/** The load generator, a process of its own, and a count of everything it was acknowledged. */
export class LoadGenerator {
  readonly #child: Child;
  #runs = 0;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(): Promise<LoadGenerator> {
    return new LoadGenerator(await Child.start({ script: 'load/main.js' }));
  }

  /** A contender that answers this load. `acknowledged` counts all its operations, those of the warm-up included. */
  contender(
    name: string,
    server: Child,
    order: Pick<LoadOrder, 'workload' | 'connections' | 'members'> & Partial<LoadOrder>,
  ): Contender & { acknowledged: number } {
    const contender = {
      name,
      pid: server.pid,
      acknowledged: 0,
      run: async (seconds: number): Promise<Outcome> => {
        this.#runs += 1;
        const common = { batch: 1, headers: {}, url: server.url, mostRequests: MOST_REQUESTS };
        const run = `${name.replace(/\W+/g, '-')}-${process.pid}-${this.#runs}`;
        const outcome = await this.#child.ask<Outcome>({ ...common, ...order, seconds, run }, seconds * 1_000 + 60_000);
        contender.acknowledged += outcome.operations;
        return outcome;
      },
    };
    return contender;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

/** Node's arguments for the server under test: a processor profile, when one was asked for. */
export function profiling({ profiles }: Bench, name: string): string[] {
  if (profiles === null) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${profiles}`, `--cpu-prof-name=${name}.cpuprofile`];
}

/** Runs `action` and then undoes everything it opened, the last first, whatever happened. */
export async function withCleanUp<Result>(
  action: (after: (undo: () => Promise<void>) => void) => Promise<Result>,
): Promise<Result> {
  const undo: (() => Promise<void>)[] = [];
  try {
    return await action((step) => void undo.push(step));
  } finally {
    for (const step of undo.reverse()) await step();
  }
}
