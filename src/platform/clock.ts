/**
 * The programme's clock. Decisions use the database's time plus an offset that tests and sandboxes move, never this
 * machine's own wall clock: `synchronise` learns the difference from every transaction that reads the database's time.
 */
export class Clock {
  #databaseSkewMs = 0;
  #offsetMs: number;

  constructor(offsetMs = 0) {
    this.#offsetMs = offsetMs;
  }

  /** The programme's present in epoch milliseconds: the best estimate of the database's time, moved by the offset. */
  now(): number {
    return Date.now() + this.#databaseSkewMs + this.#offsetMs;
  }

  /** Takes the database's own time (epoch milliseconds) and returns it as the programme's time. */
  synchronise(databaseTimeMs: number): number {
    this.#databaseSkewMs = databaseTimeMs - Date.now();
    return databaseTimeMs + this.#offsetMs;
  }

  /** Moves the programme's time by this many milliseconds, for tests and the sandbox setting `POKAL_CLOCK_OFFSET`. */
  advance(milliseconds: number): void {
    this.#offsetMs += milliseconds;
  }
}
