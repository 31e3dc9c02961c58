import { comparePositions, type Position } from './cursor.ts';
import type { Hub, SubscribeOptions, Subscription } from './hub.ts';
import { replay, type StoredEvent } from './outbox.ts';
import type { Tail } from './tail.ts';
import type { UnitOfWork } from './tx.ts';

/** The topics an event is published to: its member's, and its type's. */
export function topicsOf(event: StoredEvent): string[] {
  const ofType = `type:${event.type}`;
  return event.memberId === null ? [ofType] : [ofType, `member:${event.memberId}`];
}

/** Publishes every event the tail delivers to its topics in the hub, except silent ones. */
export function connectTail(tail: Tail, hub: Hub<StoredEvent>): void {
  tail.onEvents((events) => {
    for (const event of events) {
      if (event.notify) hub.publish(topicsOf(event), event);
    }
  });
}

export interface StreamRequest extends SubscribeOptions<StoredEvent> {
  topics: string | readonly string[];
  /** Whose events to replay; null for everybody's. Live events come from `topics`. */
  memberId: string | null;
  /** Where the subscriber left off; null for from now on. */
  after: Position | null;
  /** Which of these events the subscriber wants; all unless told. Replayed and live ones are treated alike. */
  wanted?: (event: StoredEvent) => boolean;
}

/** Leave it with `break`, `return()` or disposal; it holds a subscription until then. */
export interface EventPages extends AsyncIterableIterator<StoredEvent[], undefined, undefined>, AsyncDisposable {
  return(): Promise<IteratorReturnResult<undefined>>;
}

/** What became of the events, one by one. */
export interface ItemStream<Item> extends AsyncIterableIterator<Item, undefined, undefined>, AsyncDisposable {
  return(): Promise<IteratorReturnResult<undefined>>;
}

/** The events themselves, one by one. */
export type EventStream = ItemStream<StoredEvent>;

const PAGE = 500;
const END = { value: undefined, done: true } as const;

/**
 * A subscriber's events in pages, none of them empty: first what it missed, read from the outbox, then live ones, each
 * exactly once and in order; a live page holds whatever has come since the one before, so that what belongs to the events can
 * be loaded for many at once.
 *
 * What was missed is read before the subscription begins, because it may be long and nothing shall wait for it in memory;
 * the rest is read after it has begun, so nothing falls between the two. What both brought is left out by position.
 * Ends with TooSlowError past the bound. @throws Refusal CURSOR_EXPIRED (on the first page) for a cursor too old.
 */
export function streamPages(hub: Hub<StoredEvent>, work: Pick<UnitOfWork, 'read'>, request: StreamRequest): EventPages {
  return new Pages(hub, work, request);
}

/** The events of `streamPages` one by one. */
export function streamEvents(
  hub: Hub<StoredEvent>,
  work: Pick<UnitOfWork, 'read'>,
  request: StreamRequest,
): EventStream {
  return new Items(streamPages(hub, work, request), (events) => events);
}

/** Makes something of each page's events together, and hands it out one by one. An event may come to nothing. */
export function mapPages<Item>(
  pages: EventPages,
  make: (events: StoredEvent[]) => Item[] | Promise<Item[]>,
): ItemStream<Item> {
  return new Items(pages, make);
}

// Not generators: the `return` of one that waits for an event, or was never started, would wait with it and leave the
// subscription behind; and 10,000 subscribers have one each.
class Pages implements EventPages {
  readonly #hub: Hub<StoredEvent>;
  readonly #work: Pick<UnitOfWork, 'read'>;
  readonly #request: StreamRequest;
  #live: Subscription<StoredEvent> | null = null;
  #last: Position | null;
  #caughtUp: boolean;
  #ended = false;

  constructor(hub: Hub<StoredEvent>, work: Pick<UnitOfWork, 'read'>, request: StreamRequest) {
    this.#hub = hub;
    this.#work = work;
    this.#request = request;
    this.#last = request.after;
    this.#caughtUp = request.after === null;
    if (this.#caughtUp) this.#live = hub.subscribe(request.topics, request);
  }

  async next(): Promise<IteratorResult<StoredEvent[], undefined>> {
    try {
      while (!this.#ended) {
        const page = this.#caughtUp ? await this.#liveOnes() : await this.#missed();
        if (page === null) break;
        if (page.length > 0 && !this.#ended) return { value: page, done: false };
      }
    } catch (error) {
      await this.return();
      throw error;
    }
    return this.return();
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#ended = true;
    await this.#live?.return();
    return END;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  async #missed(): Promise<StoredEvent[]> {
    const { memberId, topics, wanted } = this.#request;
    const from = this.#last ?? { xid: '0', seq: -1 };
    const { events } = await this.#work.read((reads) => replay(reads.query, memberId, from, PAGE));
    this.#last = events.at(-1)?.position ?? from;
    if (events.length < PAGE && !this.#ended) {
      if (this.#live === null) this.#live = this.#hub.subscribe(topics, this.#request);
      else this.#caughtUp = true;
    }
    return events.filter((event) => event.notify && (wanted === undefined || wanted(event)));
  }

  /** Null when the live stream has ended. */
  async #liveOnes(): Promise<StoredEvent[] | null> {
    const first = await this.#live?.next();
    if (this.#live === null || first === undefined || first.done === true) return null;
    const { wanted } = this.#request;
    const last = this.#last;
    const isNew = (event: StoredEvent) =>
      (last === null || comparePositions(event.position, last) > 0) && (wanted === undefined || wanted(event));
    return [first.value, ...this.#live.takeUnread(PAGE - 1)].filter(isNew);
  }
}

class Items<Item> implements ItemStream<Item> {
  readonly #pages: EventPages;
  readonly #make: (events: StoredEvent[]) => Item[] | Promise<Item[]>;
  #ready: Item[] = [];
  #place = 0;

  constructor(pages: EventPages, make: (events: StoredEvent[]) => Item[] | Promise<Item[]>) {
    this.#pages = pages;
    this.#make = make;
  }

  async next(): Promise<IteratorResult<Item, undefined>> {
    while (this.#place >= this.#ready.length) {
      const page = await this.#pages.next();
      if (page.done === true) return END;
      this.#ready = await this.#make(page.value);
      this.#place = 0;
    }
    const value = this.#ready[this.#place] as Item;
    this.#place += 1;
    return { value, done: false };
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#ready = [];
    this.#place = 0;
    return this.#pages.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }
}
