import { backoffMs } from '../../shared/connection/backoff.ts';
import type { Endpoint } from '../../shared/connection/endpoint.ts';

/** Events come in handfuls; what they changed is asked for once. */
const GATHER_MS = 60;
/** What changes by time alone (points that become spendable, periods that end) is asked for this often. */
const LOOK_AGAIN_MS = 60_000;

export interface AskedEvents<Data> {
  answered(data: Data): void;
  refused(error: unknown): void;
}

/**
 * One question whose answer is kept fresh for as long as it is open: asked again after each event, so that nobody has to
 * know what an event changes, and every minute besides.
 */
export class Asked<Data> {
  readonly #endpoint: Endpoint;
  readonly #document: string;
  readonly #mostOftenMs: number;
  readonly #events: AskedEvents<Data>;
  #isOpen = false;
  #loading = false;
  #isDue = false;
  #isSoon = false;
  #loadedAt = 0;
  #failures = 0;
  #next: ReturnType<typeof setTimeout> | undefined;

  /** @param mostOftenMs at most this often, so that a member to whom much happens stays within what one may ask for in a minute. */
  constructor(endpoint: Endpoint, document: string, mostOftenMs: number, events: AskedEvents<Data>) {
    this.#endpoint = endpoint;
    this.#document = document;
    this.#mostOftenMs = mostOftenMs;
    this.#events = events;
  }

  /** Asks now, and from now on. */
  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.refresh();
  }

  /** Ends asking; another member begins anew. */
  close(): void {
    this.#isOpen = false;
    this.#isSoon = false;
    this.#loadedAt = 0;
    clearTimeout(this.#next);
  }

  /** Asks again soon; what is asked while an answer is on its way is asked once more after it. */
  refresh(): void {
    if (!this.#isOpen) return;
    if (this.#loading) {
      this.#isDue = true;
      return;
    }
    // One that is already on its way is not put off: a flood of events would put it off for ever.
    if (this.#isSoon) return;
    this.#isSoon = true;
    clearTimeout(this.#next);
    const waitMs = Math.max(GATHER_MS, this.#loadedAt + this.#mostOftenMs - Date.now());
    this.#next = setTimeout(() => this.#load(), waitMs);
  }

  async #load(): Promise<void> {
    const { token } = this.#endpoint;
    this.#loading = true;
    this.#isDue = false;
    this.#isSoon = false;
    this.#loadedAt = Date.now();
    let nextMs = LOOK_AGAIN_MS;
    try {
      const data = await this.#endpoint.query<Data>(this.#document);
      this.#failures = 0;
      if (token === this.#endpoint.token) this.#events.answered(data);
    } catch (error) {
      nextMs = backoffMs(this.#failures);
      this.#failures += 1;
      if (token === this.#endpoint.token) this.#events.refused(error);
    }
    this.#loading = false;
    if (!this.#isOpen) return;
    if (this.#isDue || token !== this.#endpoint.token) this.refresh();
    else this.#next = setTimeout(() => this.#load(), nextMs);
  }
}
