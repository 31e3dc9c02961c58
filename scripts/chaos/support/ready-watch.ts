import { setTimeout as pause } from 'node:timers/promises';
import { type ServerProcess, statusOf } from './server-process.ts';

const EVERY_MS = 25;
const TIMEOUT_MS = 5_000;

interface Sighting {
  /** When it was asked, `performance.now()`. */
  askedAt: number;
  answeredAt: number;
  /** 0 for no answer. */
  status: number;
}

/** Asks a server's `/readyz` all the time, as a load balancer does. */
export class ReadyWatch {
  readonly #sightings: Sighting[] = [];
  readonly #loop: Promise<void>;
  #stopped = false;

  constructor(node: ServerProcess) {
    this.#loop = this.#watch(node);
  }

  /** When an answer of this status first came to a question asked since then; null for none so far. */
  first(status: number, since: number): number | null {
    return (
      this.#sightings.find((sighting) => sighting.askedAt >= since && sighting.status === status)?.answeredAt ?? null
    );
  }

  /** Waits for such an answer. Gives milliseconds since then, or null when none came in time. */
  async until(status: number, since: number, timeoutMs: number): Promise<number | null> {
    for (;;) {
      const answeredAt = this.first(status, since);
      if (answeredAt !== null) return answeredAt - since;
      if (performance.now() - since > timeoutMs) return null;
      await pause(EVERY_MS);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#loop;
  }

  async #watch(node: ServerProcess): Promise<void> {
    while (!this.#stopped) {
      const { url } = node;
      const askedAt = performance.now();
      const status = url === null ? 0 : await statusOf(`${url}/readyz`, TIMEOUT_MS);
      this.#sightings.push({ askedAt, answeredAt: performance.now(), status });
      await pause(EVERY_MS);
    }
  }
}
