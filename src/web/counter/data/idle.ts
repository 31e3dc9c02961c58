interface IdleEvents {
  /** It is about to be so long, or it is not any more. */
  warn(isSoon: boolean): void;
  /** Nobody has touched anything for long enough. */
  clear(): void;
}

export interface IdleTimes {
  /** A warning comes at least 20 seconds before, so that whoever still reads can stay. */
  warnAfterMs: number;
  clearAfterMs: number;
}

export const TWO_MINUTES: IdleTimes = { warnAfterMs: 100_000, clearAfterMs: 120_000 };

/** Notices when nobody has touched the page for a while, as long as there is something to be put away. */
export class Idle {
  readonly #times: IdleTimes;
  readonly #events: IdleEvents;
  #isWatching = false;
  #touchedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(times: IdleTimes, events: IdleEvents) {
    this.#times = times;
    this.#events = events;
    // Not the press but the click: the warning must not go from under the finger that means it.
    for (const type of ['click', 'keydown', 'input', 'scroll']) {
      addEventListener(type, () => this.touch(), { capture: true, passive: true });
    }
    // A tablet that slept has missed its timers, and may wake up before somebody else.
    document.addEventListener('visibilitychange', () => this.#isWatching && this.#look());
  }

  /** Watches from now on, or no longer. */
  watch(isOn: boolean): void {
    if (isOn === this.#isWatching) return;
    this.#isWatching = isOn;
    this.touch();
  }

  /** Somebody is there. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#touchedAt = Date.now();
    this.#events.warn(false);
    if (this.#isWatching) this.#timer = setTimeout(() => this.#look(), this.#times.warnAfterMs);
  }

  #look(): void {
    clearTimeout(this.#timer);
    const { warnAfterMs, clearAfterMs } = this.#times;
    const quietMs = Date.now() - this.#touchedAt;
    if (quietMs >= clearAfterMs) {
      this.#events.clear();
      return;
    }
    if (quietMs >= warnAfterMs) this.#events.warn(true);
    this.#timer = setTimeout(() => this.#look(), (quietMs >= warnAfterMs ? clearAfterMs : warnAfterMs) - quietMs);
  }
}
