/** A client that has taken nothing at all for so long while something waits for it has stalled. */
const STALLED_MS = 10_000;

/** Notices a client that no longer reads. A slow one that takes a little all the time is not meant. */
export class StallWatch {
  #since: number | null = null;
  #taken = 0;

  /**
   * Looks at the connection as it is now.
   * @param congested whether something waits for the client. @param taken how many bytes it has taken so far.
   */
  isStalled(nowMs: number, congested: boolean, taken: number): boolean {
    if (!congested) this.#since = null;
    else if (this.#since === null || taken > this.#taken) {
      this.#since = nowMs;
      this.#taken = taken;
    }
    return this.#since !== null && nowMs - this.#since >= STALLED_MS;
  }
}
