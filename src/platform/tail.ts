import type { Position } from './cursor.ts';
import { Listener } from './listener.ts';
import type { Log } from './log.ts';
import { committedSoFar, readEvents, type StoredEvent, safePosition } from './outbox.ts';

/** Takes a page of events in outbox order. The tail waits for it before it reads on. Must not throw. */
export type Consumer = (events: readonly StoredEvent[]) => void | Promise<void>;

export interface TailOptions {
  /** The database's address, for a connection of the tail's own. */
  url: string;
  log: Log;
  /** The longest wait between two looks at the outbox, in milliseconds; 1,000 unless told, and never more. */
  pollMs?: number;
  /** Events per read; 1,000 unless told. */
  pageSize?: number;
}

const CHANNEL = 'pokal_outbox';
/** At most one NOTIFY in this time: inside the write transaction, one per commit, it cut throughput by 47–61 %. */
const HINT_INTERVAL_MS = 25;
/** While events are known to wait behind an open transaction, looks come this far apart, in milliseconds. */
const BLOCKED_PAUSES_MS = [1, 2, 4, 8, 16, 25];
const FAILURE_PAUSE_MS = 250;

interface Waiter {
  bound: bigint;
  resolve(): void;
}

interface Delivery {
  bound: bigint;
  done: Promise<void>;
}

/**
 * Follows the outbox from the moment it starts: every event exactly once and in order, on every node, whoever wrote it.
 * The table is the truth and the poll guarantees it; commits of this node wake the tail at once and other nodes' commits
 * by NOTIFY, both only to be early. Survives lost connections and database restarts: the position stays in memory.
 */
export class Tail {
  readonly #log: Log;
  readonly #pollMs: number;
  readonly #pageSize: number;
  readonly #listener: Listener;
  readonly #consumers: Consumer[] = [];
  #waiters: Waiter[] = [];
  /** What `delivered` gave last; all who ask between two commits wait for the same. */
  #delivery: Delivery | null = null;
  #position: Position = { xid: '0', seq: -1 };
  /** Every transaction below has been delivered. */
  #passed = 0n;
  /** A transaction known to have committed; until it is passed, looks are frequent. */
  #expected = 0n;
  #woken = false;
  #wake: (() => void) | null = null;
  #hint = '';
  #hintTimer: NodeJS.Timeout | null = null;
  #hintedAt = Number.NEGATIVE_INFINITY;
  #stopped = false;
  #failing = false;
  #loop: Promise<void> | null = null;

  constructor(options: TailOptions) {
    this.#log = options.log;
    this.#pollMs = Math.min(options.pollMs ?? 1_000, 1_000);
    this.#pageSize = options.pageSize ?? 1_000;
    this.#listener = new Listener({ url: options.url, channel: CHANNEL, log: options.log });
    this.#listener.onConnect(() => this.wake());
    this.#listener.onNotify((xid) => this.wake(/^\d{1,20}$/.test(xid) ? xid : undefined));
  }

  /** Adds a consumer; consumers are called in the order they were added, each for every page. Add before `start`. */
  onEvents(consumer: Consumer): void {
    this.#consumers.push(consumer);
  }

  /** The last position delivered: what a new subscriber starts after. */
  get position(): Position {
    return this.#position;
  }

  /** Connects and starts following from the present. Throws when the database cannot be reached. */
  async start(): Promise<void> {
    await this.#listener.start();
    this.#position = await safePosition(this.#listener.query);
    this.#passed = BigInt(this.#position.xid);
    this.#loop = this.#follow();
  }

  /** Stops after the page being delivered; pending `settled` calls resolve. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#hintTimer !== null) clearTimeout(this.#hintTimer);
    this.#wake?.();
    await this.#listener.stop();
    await this.#loop;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  /** Looks at the outbox now. With the id of a committed transaction it keeps looking until that one is delivered. */
  wake(xid?: string): void {
    if (xid !== undefined && BigInt(xid) > this.#expected) this.#expected = BigInt(xid);
    this.#woken = true;
    this.#wake?.();
  }

  /** To be told of this node's own commits: wakes the tail at once and the other nodes within 25 ms. */
  committed(xid: string): void {
    this.wake(xid);
    this.#hint = xid;
    if (this.#hintTimer !== null || this.#stopped) return;
    const waitMs = Math.max(0, this.#hintedAt + HINT_INTERVAL_MS - performance.now());
    this.#hintTimer = setTimeout(() => this.#sendHint(), waitMs);
  }

  /**
   * For whoever reads after writing: resolves when every commit that this node knows of has been handed to every consumer,
   * which takes milliseconds unless a transaction stays open. Null when nothing is under way. Asks the database nothing.
   */
  delivered(): Promise<void> | null {
    const bound = this.#expected + 1n;
    if (this.#stopped || this.#passed >= bound) return null;
    if (this.#delivery?.bound !== bound) {
      const done = new Promise<void>((resolve) => this.#waiters.push({ bound, resolve }));
      this.#delivery = { bound, done };
    }
    return this.#delivery.done;
  }

  /** Resolves when every event committed before this call has been handed to every consumer of this node. */
  async settled(): Promise<void> {
    const bound = BigInt(await this.#persistently(() => committedSoFar(this.#listener.query)));
    if (this.#stopped || this.#passed >= bound) return;
    await new Promise<void>((resolve) => {
      this.#waiters.push({ bound, resolve });
      this.wake();
    });
  }

  async #follow(): Promise<void> {
    let blocked = 0;
    while (!this.#stopped) {
      this.#woken = false;
      const full = await this.#read();
      if (this.#stopped) return;
      if (full === null) {
        await this.#pause(FAILURE_PAUSE_MS);
        continue;
      }
      const waiting = this.#expected >= this.#passed || this.#waiters.some((waiter) => waiter.bound > this.#passed);
      if (!waiting) blocked = 0;
      if (full || this.#woken) continue;
      const blockedMs = BLOCKED_PAUSES_MS[Math.min(blocked, BLOCKED_PAUSES_MS.length - 1)] ?? HINT_INTERVAL_MS;
      blocked += 1;
      await this.#pause(waiting ? blockedMs : this.#pollMs);
    }
  }

  /** Reads and delivers one page. Returns whether there may be more, or null when the database could not be asked. */
  async #read(): Promise<boolean | null> {
    try {
      const page = await readEvents(this.#listener.query, this.#position, this.#pageSize);
      if (this.#failing) this.#log.info({ position: this.#position }, 'tail.resumed');
      this.#failing = false;
      const full = page.events.length === this.#pageSize;
      const last = page.events.at(-1)?.position;
      if (page.events.length > 0) await this.#deliver(page.events);
      if (last !== undefined) this.#position = last;
      this.#pass(BigInt(full && last !== undefined ? last.xid : page.safeXid));
      return full;
    } catch (error) {
      if (!this.#failing && !this.#stopped) this.#log.warn({ err: error }, 'tail.interrupted');
      this.#failing = true;
      return null;
    }
  }

  async #deliver(events: readonly StoredEvent[]): Promise<void> {
    for (const consumer of this.#consumers) {
      try {
        await consumer(events);
      } catch (error) {
        // A consumer's fault must not stop delivery to the others, nor be read as a fault of the database.
        this.#log.error({ err: error, from: events[0]?.cursor, count: events.length }, 'tail.consumer-failed');
      }
    }
  }

  #pass(bound: bigint): void {
    if (bound > this.#passed) this.#passed = bound;
    const reached = this.#waiters.filter((waiter) => waiter.bound <= this.#passed);
    if (reached.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.bound > this.#passed);
    for (const waiter of reached) waiter.resolve();
  }

  /** Waits, or less when woken. */
  async #pause(milliseconds: number): Promise<void> {
    if (this.#woken || this.#stopped) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  #sendHint(): void {
    this.#hintTimer = null;
    this.#hintedAt = performance.now();
    // A hint that cannot be sent costs the other nodes a poll interval, nothing else.
    this.#listener.query('select pg_notify($1, $2)', [CHANNEL, this.#hint]).catch(() => {});
  }

  async #persistently<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (this.#stopped) throw error;
        await new Promise((resolve) => setTimeout(resolve, FAILURE_PAUSE_MS));
      }
    }
  }
}
