/** Something that is to be done once, however often it is asked for. */
interface Intention {
  key: string;
  /** It was sent, and nobody knows yet what became of it. */
  isUnanswered: boolean;
  /** When it was thought of or last sent, epoch milliseconds. */
  at: number;
}

/** Whoever asks for the same an hour later means it anew. */
const MEANT_FOR_MS = 3_600_000;

/**
 * The idempotency keys of what somebody is about to do. A key is made when it is first thought of and kept until the server
 * has said what became of it, also when the form is closed in between: whoever got no answer and tries again asks for the
 * same thing, and it happens once.
 */
export class Keys {
  readonly #intentions = new Map<string, Intention>();
  readonly #prefix: string;

  readonly #now: () => number;

  /** @param prefix tells in the server's data which page made a key. @param now epoch milliseconds */
  constructor(prefix: string, now: () => number = Date.now) {
    this.#prefix = prefix;
    this.#now = now;
  }

  /** The key for this, made now when there is none. */
  keyOf(what: string): string {
    const known = this.#intentions.get(what);
    if (known !== undefined && this.#now() - known.at < MEANT_FOR_MS) return known.key;
    const key = newKey(this.#prefix);
    this.#intentions.set(what, { key, isUnanswered: false, at: this.#now() });
    return key;
  }

  /** Tells whether this was sent and not answered. */
  isUnanswered(what: string): boolean {
    return this.#intentions.get(what)?.isUnanswered ?? false;
  }

  /** It is sent now. */
  sent(what: string): void {
    this.#intentions.set(what, { key: this.keyOf(what), isUnanswered: true, at: this.#now() });
  }

  /** The server has answered: what comes next is something new. */
  answered(what: string): void {
    this.#intentions.delete(what);
  }

  /** It was thought better of, before anything was sent. */
  dropped(what: string): void {
    if (!this.isUnanswered(what)) this.answered(what);
  }

  /** Forgets everything, for somebody else. */
  clear(): void {
    this.#intentions.clear();
  }
}

/** A random key. `crypto.randomUUID` is not there on a shop's test address without TLS. */
export function newKey(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `${prefix}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
