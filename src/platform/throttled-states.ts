import { ErrorCode, Refusal } from './refusal.ts';
import type { Ticks } from './ticks.ts';

/** While the database is away, it is asked again after this long. */
const RETRY_MS = 1_000;

/** Something that many look at while it changes. */
export interface Watched {
  readonly ticks: Ticks;
  /** Rises with every change. */
  readonly epoch: number;
}

export interface StatesRequest<State> {
  watched: Watched;
  throttleMs: number;
  /**
   * Reads the state; null when it looks as before.
   * @param before what was given last; null at first.
   * @param since the epoch in which that was read; -1 at first.
   */
  read(before: State | null, since: number): Promise<State | null>;
  /** Called once, when nobody reads any more. */
  onEnd(): void;
}

/** The states of something watched: the first at once, the next at most once in an interval and only when it looks different. */
export class ThrottledStates<State> implements AsyncIterableIterator<State, undefined, undefined> {
  readonly #request: StatesRequest<State>;
  #state: State | null = null;
  #epoch = -1;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(request: StatesRequest<State>) {
    this.#request = request;
  }

  async next(): Promise<IteratorResult<State, undefined>> {
    try {
      while (!this.#ended) {
        if (this.#state !== null) await this.#tick();
        if (this.#ended) break;
        const state = await this.#look();
        if (state !== null && !this.#ended) return { value: state, done: false };
      }
    } catch (error) {
      await this.return();
      throw error;
    }
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    if (!this.#ended) {
      this.#ended = true;
      this.#request.onEnd();
      this.#wake?.();
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Waits for the next tick after a change that this stream has not looked at. */
  #tick(): Promise<void> {
    const { watched, throttleMs } = this.#request;
    return new Promise((resolve) => {
      const leave = watched.ticks.wait(throttleMs, resolve);
      this.#wake = () => {
        leave();
        resolve();
      };
      if (watched.epoch !== this.#epoch) watched.ticks.pokeOne(throttleMs);
    });
  }

  /** The state, or null when it looks as before. */
  async #look(): Promise<State | null> {
    const { watched, read } = this.#request;
    const epoch = watched.epoch;
    try {
      const state = await read(this.#state, this.#epoch);
      this.#epoch = epoch;
      if (state !== null) this.#state = state;
      return state;
    } catch (error) {
      // Whoever watches already need not hear that the database was away for a moment.
      const passes = error instanceof Refusal && error.code === ErrorCode.SERVICE_UNAVAILABLE;
      if (!passes || this.#state === null) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return null;
    }
  }
}
