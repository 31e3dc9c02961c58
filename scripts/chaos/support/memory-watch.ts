import { setTimeout as pause } from 'node:timers/promises';
import type { Stretch } from './latency.ts';
import { metricsOf } from './metrics.ts';

const EVERY_MS = 200;
/** Long enough that a server under load has collected its garbage meanwhile. */
const WINDOW_MS = 5_000;

interface Sample {
  at: number;
  resident: number;
  heap: number;
  external: number;
}

/** What a server took in a stretch of time, in bytes. */
export interface Taken {
  /** The most that the system had given to the process. */
  resident: number;
  /**
   * The most that it held on its heap and in buffers. Garbage on the heap is not meant: of each five seconds the least counts,
   * which is what was left right after a collection. Of buffers the most counts, because they come and go in a second.
   */
  held: number;
}

/** Looks at the memory of a server's process all the time, as the server itself tells it at `/metrics`. */
export class MemoryWatch {
  readonly #samples: Sample[] = [];
  readonly #loop: Promise<void>;
  #stopped = false;

  /** @param url where the server listens. */
  constructor(url: string) {
    this.#loop = this.#watch(url);
  }

  taken({ from, to }: Stretch): Taken {
    const samples = this.#samples.filter(({ at }) => at >= from && at <= to);
    const windows = Map.groupBy(samples, ({ at }) =>
      Math.min(Math.floor((at - from) / WINDOW_MS), wholeWindows(from, to)),
    );
    const heaps = [...windows.values()].map((window) => Math.min(...window.map(({ heap }) => heap)));
    return {
      resident: Math.max(...samples.map(({ resident }) => resident)),
      held: Math.max(...heaps) + Math.max(...samples.map(({ external }) => external)),
    };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  async #watch(url: string): Promise<void> {
    while (!this.#stopped) {
      const metrics = await metricsOf(url);
      const read = (name: string) => metrics.get(name) ?? Number.NaN;
      this.#samples.push({
        at: performance.now(),
        resident: read('process_resident_memory_bytes'),
        heap: read('nodejs_heap_size_used_bytes'),
        external: read('nodejs_external_memory_bytes'),
      });
      await pause(EVERY_MS);
    }
  }
}

/** The last window takes in what is left over, because in a short one nothing may have been collected. */
function wholeWindows(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / WINDOW_MS) - 1);
}
