/** Those who wait for the next tick of one pace. */
interface Pace {
  readonly everyMs: number;
  tickedAt: number;
  timer: NodeJS.Timeout | null;
  readonly waiting: Set<() => void>;
}

/**
 * Tells many streams that something changed, each at most once in its own interval. Streams of the same interval tick together:
 * one timer serves them all, and what they read at the tick is read once.
 */
export class Ticks {
  readonly #paces = new Map<number, Pace>();

  /** Calls back at the next tick of this pace. @returns what takes it back. */
  wait(everyMs: number, callback: () => void): () => void {
    const pace = this.#pace(everyMs);
    pace.waiting.add(callback);
    return () => {
      pace.waiting.delete(callback);
      if (pace.waiting.size === 0 && pace.timer === null) this.#paces.delete(everyMs);
    };
  }

  /** Something changed: every pace ticks as soon as it may. */
  poke(): void {
    for (const pace of this.#paces.values()) this.#schedule(pace);
  }

  /** Makes one pace tick as soon as it may, for somebody who knows of a change already. */
  pokeOne(everyMs: number): void {
    this.#schedule(this.#pace(everyMs));
  }

  stop(): void {
    for (const { timer } of this.#paces.values()) if (timer !== null) clearTimeout(timer);
    this.#paces.clear();
  }

  #schedule(pace: Pace): void {
    if (pace.timer !== null) return;
    const waitMs = Math.max(0, pace.tickedAt + pace.everyMs - performance.now());
    pace.timer = setTimeout(() => this.#tick(pace), waitMs);
  }

  #tick(pace: Pace): void {
    pace.timer = null;
    pace.tickedAt = performance.now();
    const callbacks = [...pace.waiting];
    pace.waiting.clear();
    for (const callback of callbacks) callback();
  }

  #pace(everyMs: number): Pace {
    let pace = this.#paces.get(everyMs);
    if (pace === undefined) {
      pace = { everyMs, tickedAt: Number.NEGATIVE_INFINITY, timer: null, waiting: new Set() };
      this.#paces.set(everyMs, pace);
    }
    return pace;
  }
}
