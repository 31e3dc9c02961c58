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
export interface EventStream extends AsyncIterableIterator<StoredEvent, undefined, undefined>, AsyncDisposable {
  return(): Promise<IteratorReturnResult<undefined>>;
}

const REPLAY_PAGE = 500;

/**
 * A subscriber's events: first what it missed, read from the outbox, then live ones, each exactly once and in order.
 * It is subscribed before it reads, so nothing falls between the two; what both brought is left out by position.
 * Ends with TooSlowError past the bound. @throws Refusal CURSOR_EXPIRED (on the first item) for a cursor too old.
 */
export function streamEvents(
  hub: Hub<StoredEvent>,
  work: Pick<UnitOfWork, 'read'>,
  request: StreamRequest,
): EventStream {
  const live = hub.subscribe(request.topics, request);
  const events = follow(live, work, request);
  return {
    next: () => events.next(),
    // The live stream is ended from outside: a generator that waits for an event, or was never started, would not.
    return: async () => {
      await live.return();
      await events.return(undefined);
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await live.return();
    },
  };
}

async function* follow(
  live: Subscription<StoredEvent>,
  work: Pick<UnitOfWork, 'read'>,
  { after, memberId, wanted = () => true }: StreamRequest,
): AsyncGenerator<StoredEvent, undefined, undefined> {
  try {
    let last = after;
    while (last !== null) {
      const from: Position = last;
      const page = await work.read((reads) => replay(reads.query, memberId, from, REPLAY_PAGE));
      for (const event of page.events) {
        last = event.position;
        if (event.notify && wanted(event)) yield event;
      }
      if (page.events.length < REPLAY_PAGE) break;
    }
    for await (const event of live) {
      if ((last === null || comparePositions(event.position, last) > 0) && wanted(event)) yield event;
    }
    return undefined;
  } finally {
    await live.return();
  }
}
