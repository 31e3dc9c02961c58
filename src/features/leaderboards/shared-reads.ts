/** A read under way. */
interface Turn<Result> {
  /** Resolves when it has ended, well or not. */
  ended: Promise<void>;
  /** The read of those who came meanwhile; null while nobody has. */
  next: Promise<Result> | null;
}

/**
 * Shares reads among requests that want the same at the same time, as all visitors of a board do. Whoever asks while such a
 * read is under way gets the next one, which begins when that ends, together with everybody else who has asked by then. So
 * nothing is ever older than the question, a popular board costs one read at a time, and nothing is kept.
 */
export class SharedReads<Result> {
  readonly #turns = new Map<string, Turn<Result>>();

  /**
   * Gives what `reading` gives, or that of somebody who asked with the same key. The result belongs to several: do not change it.
   * @param key holds everything that the result depends on.
   */
  read(key: string, reading: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.get(key);
    if (turn === undefined) return this.#begin(key, reading);
    turn.next ??= turn.ended.then(() => this.#begin(key, reading));
    return turn.next;
  }

  #begin(key: string, reading: () => Promise<Result>): Promise<Result> {
    const result = reading();
    const end = () => {
      if (turn.next === null) this.#turns.delete(key);
    };
    const turn: Turn<Result> = { ended: result.then(end, end), next: null };
    this.#turns.set(key, turn);
    return result;
  }
}
