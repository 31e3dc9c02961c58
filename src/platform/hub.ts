/** Told to a subscriber that fell too far behind; its stream ends with it and nobody else's is touched. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';

  constructor(readonly bound: number) {
    super(`The subscriber left ${bound} items unread, so its stream was ended. Resume after the last cursor received.`);
  }
}

export interface SubscribeOptions<Item> {
  /** Items kept for a subscriber that is not reading; one more ends its stream. 1,024 unless told. */
  bound?: number;
  /**
   * Folds a new item into the newest unread one, for streams where only the latest state counts (boards).
   * With it the buffer holds one item at most and the stream never ends for slowness.
   */
  coalesce?: (unread: Item, next: Item) => Item;
}

/** A subscriber's stream: `for await` over it. Leaving the loop, `return()` or `[Symbol.asyncDispose]` unsubscribes. */
export interface Subscription<Item> extends AsyncIterableIterator<Item, undefined, undefined>, AsyncDisposable {
  /** Items waiting to be read. */
  readonly unread: number;
  /** Takes up to `most` items that are waiting, without waiting for any. */
  takeUnread(most: number): Item[];
  return(): Promise<IteratorReturnResult<undefined>>;
}

const DEFAULT_BOUND = 1_024;

/**
 * In-process fan-out by topic. Every subscriber has a buffer of its own with a bound; past the bound that one stream ends
 * with TooSlowError. Nothing is dropped in silence, nothing grows without limit, and no two subscribers share a buffer.
 * A publish costs one map look-up and one push per subscriber of the topic, never a filter over all subscribers.
 */
export class Hub<Item> {
  readonly #topics = new Map<string, Set<Stream<Item>>>();
  #closed: Error | null = null;

  /**
   * Subscribes from this moment on: an item published after this call returns is delivered, whether or not the stream
   * is being read yet.
   * @param topics one or several; an item published to two of them in one `publish` call arrives once.
   */
  subscribe(topics: string | readonly string[], options: SubscribeOptions<Item> = {}): Subscription<Item> {
    const names = typeof topics === 'string' ? [topics] : [...new Set(topics)];
    const stream = new Stream<Item>(options, () => this.#remove(names, stream));
    if (this.#closed !== null) {
      stream.end(this.#closed);
      return stream;
    }
    for (const name of names) {
      const streams = this.#topics.get(name);
      if (streams === undefined) this.#topics.set(name, new Set([stream]));
      else streams.add(stream);
    }
    return stream;
  }

  /** Hands an item to every subscriber of any of the topics, once each. Never throws because of a subscriber. */
  publish(topics: string | readonly string[], item: Item): void {
    const names = typeof topics === 'string' ? [topics] : topics;
    if (names.length === 1) {
      for (const stream of this.#topics.get(names[0] ?? '') ?? []) stream.push(item);
      return;
    }
    const reached = new Set<Stream<Item>>();
    for (const name of names) {
      for (const stream of this.#topics.get(name) ?? []) reached.add(stream);
    }
    for (const stream of reached) stream.push(item);
  }

  /** How many streams listen to a topic. */
  subscribers(topic: string): number {
    return this.#topics.get(topic)?.size ?? 0;
  }

  /** How many topics have at least one subscriber. */
  get topics(): number {
    return this.#topics.size;
  }

  /** Ends every stream, after what it has not read yet, with `reason` thrown to its reader; later ones end at once. */
  close(reason: Error): void {
    this.#closed = reason;
    for (const stream of new Set([...this.#topics.values()].flatMap((streams) => [...streams]))) stream.end(reason);
  }

  #remove(names: readonly string[], stream: Stream<Item>): void {
    for (const name of names) {
      const streams = this.#topics.get(name);
      if (streams?.delete(stream) && streams.size === 0) this.#topics.delete(name);
    }
  }
}

interface Reader<Item> {
  resolve(result: IteratorResult<Item, undefined>): void;
  reject(error: Error): void;
}

class Stream<Item> implements Subscription<Item> {
  readonly #bound: number;
  readonly #coalesce: ((unread: Item, next: Item) => Item) | undefined;
  readonly #unsubscribe: () => void;
  readonly #buffer: Item[] = [];
  readonly #readers: Reader<Item>[] = [];
  #error: Error | null = null;
  #ended = false;

  constructor(options: SubscribeOptions<Item>, unsubscribe: () => void) {
    this.#bound = options.bound ?? DEFAULT_BOUND;
    this.#coalesce = options.coalesce;
    this.#unsubscribe = unsubscribe;
  }

  get unread(): number {
    return this.#buffer.length;
  }

  takeUnread(most: number): Item[] {
    return this.#buffer.splice(0, most);
  }

  push(item: Item): void {
    if (this.#ended) return;
    const reader = this.#readers.shift();
    if (reader !== undefined) {
      reader.resolve({ value: item, done: false });
      return;
    }
    const newest = this.#buffer.at(-1);
    if (this.#coalesce !== undefined && newest !== undefined) {
      this.#buffer[this.#buffer.length - 1] = this.#coalesce(newest, item);
    } else if (this.#buffer.length >= this.#bound) {
      // The unread items go too: the reader is told at once instead of after a backlog it cannot keep up with anyway,
      // and the memory is free this moment.
      this.#buffer.length = 0;
      this.end(new TooSlowError(this.#bound));
    } else {
      this.#buffer.push(item);
    }
  }

  /** Ends the stream; the reader gets what is buffered first, then the error (once), then the end. */
  end(error: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.#unsubscribe();
    for (const reader of this.#readers.splice(0)) this.#settle(reader);
  }

  next(): Promise<IteratorResult<Item, undefined>> {
    return new Promise((resolve, reject) => {
      const reader = { resolve, reject };
      if (this.#buffer.length > 0 || this.#ended) this.#settle(reader);
      else this.#readers.push(reader);
    });
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#buffer.length = 0;
    this.end(null);
    this.#error = null;
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #settle(reader: Reader<Item>): void {
    if (this.#buffer.length > 0) {
      // The length was just looked at, so this is an item even where Item itself may be undefined.
      reader.resolve({ value: this.#buffer.shift() as Item, done: false });
    } else if (this.#error !== null) {
      const error = this.#error;
      this.#error = null;
      reader.reject(error);
    } else {
      reader.resolve({ value: undefined, done: true });
    }
  }
}
