import type { Renderer } from './renderer.ts';
import type { Running, Sink } from './sink.ts';
import type { Sharing } from './streams.ts';

/** A follower of events may leave this much unread in our memory; past it, it is cut off, for none may be left out. */
const UNREAD_BYTES = 128 * 1_024;

interface Follower {
  readonly sink: Sink;
}

/** The state that was sent last, and what it looks like to somebody new, made when somebody new first comes. */
interface Latest {
  readonly state: unknown;
  first: Promise<Buffer> | null;
}

/**
 * One stream for all who ask the same: each event is executed once and serialised once, and every follower is sent the
 * same bytes. Of states a slow follower skips those it has no room for and is then given the newest; of events it may
 * skip none, so it is cut off when too many wait.
 */
export class SharedStream {
  readonly #renderer: Renderer;
  readonly #sharing: Sharing;
  readonly #onEnd: () => void;
  readonly #followers = new Set<Follower>();
  /** Those who have not been sent the latest state: they came after it, or had no room for it. */
  readonly #behind = new Set<Follower>();
  #source: AsyncIterator<unknown> | null = null;
  #latest: Latest | null = null;
  #ended = false;
  #catchingUp = false;

  constructor(renderer: Renderer, sharing: Sharing, onEnd: () => void) {
    this.#renderer = renderer;
    this.#sharing = sharing;
    this.#onEnd = onEnd;
    void this.#run();
  }

  join(sink: Sink): Running {
    const follower: Follower = { sink };
    this.#followers.add(follower);
    if (this.#latest !== null && this.#sharing.kind === 'states') this.#fallBehind(follower);
    return { stop: () => this.#leave(follower) };
  }

  #leave(follower: Follower): void {
    this.#followers.delete(follower);
    this.#behind.delete(follower);
    if (this.#followers.size === 0) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd();
    this.#source?.return?.().catch(() => {});
    this.#source = null;
  }

  async #run(): Promise<void> {
    try {
      const opened = await this.#renderer.open();
      if ('errors' in opened) {
        this.#endAll((sink) => sink.error(opened.errors));
        return;
      }
      if (this.#ended) return void opened.source.return?.().catch(() => {});
      this.#source = opened.source;
      await this.#follow(opened.source);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #follow(source: AsyncIterator<unknown>): Promise<void> {
    for (;;) {
      const event = await source.next();
      if (this.#ended) return;
      if (event.done === true) return this.#endAll((sink) => sink.complete());
      const payload = await this.#renderer.render(event.value);
      if (this.#ended) return;
      if (this.#sharing.kind === 'events') this.#sendEvent(payload);
      else this.#sendState(event.value, payload);
    }
  }

  #sendEvent(payload: Buffer): void {
    for (const { sink } of this.#followers) {
      if (sink.backlog > UNREAD_BYTES) sink.tooSlow();
      else sink.next(payload);
    }
  }

  #sendState(state: unknown, payload: Buffer): void {
    this.#latest = { state, first: null };
    for (const follower of this.#followers) {
      if (this.#behind.has(follower)) continue;
      if (follower.sink.congested) this.#fallBehind(follower);
      else follower.sink.next(payload);
    }
    if (this.#behind.size > 0) this.#startCatchingUp();
  }

  #fallBehind(follower: Follower): void {
    this.#behind.add(follower);
    if (follower.sink.congested) void follower.sink.drained().then(() => this.#startCatchingUp());
    else this.#startCatchingUp();
  }

  #startCatchingUp(): void {
    this.#catchUp().catch((error: unknown) => this.#fail(error));
  }

  /** Sends the latest state to those who are behind and have room; again when a newer one was sent meanwhile. */
  async #catchUp(): Promise<void> {
    if (this.#catchingUp || this.#sharing.kind !== 'states') return;
    this.#catchingUp = true;
    try {
      for (;;) {
        const latest = this.#latest;
        const ready = [...this.#behind].filter(({ sink }) => !sink.congested);
        if (latest === null || ready.length === 0) return;
        latest.first ??= this.#renderer.render(this.#sharing.asFirst(latest.state));
        const payload = await latest.first;
        if (this.#latest !== latest) continue;
        for (const follower of ready) if (this.#behind.delete(follower)) follower.sink.next(payload);
      }
    } finally {
      this.#catchingUp = false;
    }
  }

  #fail(error: unknown): void {
    this.#endAll((sink) => this.#renderer.fail(error, sink));
  }

  #endAll(tell: (sink: Sink) => void): void {
    const followers = [...this.#followers];
    this.#followers.clear();
    this.#behind.clear();
    this.#end();
    for (const { sink } of followers) tell(sink);
  }
}
