import { type LiveOperation, Renderer } from './renderer.ts';
import type { ServerParts } from './server-parts.ts';
import { SharedStream } from './shared-stream.ts';
import { SharingRules, variablesKey } from './sharing.ts';
import type { Running, Sink } from './sink.ts';

/** Runs subscriptions: those who ask the same share one stream where that is allowed, the others have one each. */
export class Subscriptions {
  readonly #parts: ServerParts;
  readonly #rules: SharingRules;
  /** By document and operation name, which one prepared operation stands for; then by variables and scope. */
  readonly #shared = new WeakMap<object, Map<string, SharedStream>>();
  #running = 0;

  constructor(parts: ServerParts) {
    this.#parts = parts;
    this.#rules = new SharingRules(parts.schema);
  }

  /** How many operations are under way. */
  get running(): number {
    return this.#running;
  }

  /** Starts an operation whose results go to the sink. Never throws: what goes wrong is told to the sink. */
  start(operation: LiveOperation, sink: Sink): Running {
    this.#count(1);
    const running = this.#begin(operation, sink);
    let stopped = false;
    return {
      stop: () => {
        if (stopped) return;
        stopped = true;
        this.#count(-1);
        running.stop();
      },
    };
  }

  #begin(operation: LiveOperation, sink: Sink): Running {
    const { passed, variables, viewer } = operation;
    const sharing = this.#rules.sharingOf(passed.prepared, variables);
    if (sharing === null) return new OwnStream(new Renderer(this.#parts, operation), sink);
    const scope = this.#rules.scopeOf(passed.prepared, viewer);
    const key = `${scope.key}\n${variablesKey(passed.prepared, variables)}`;
    const streams = this.#shared.get(passed.prepared) ?? new Map<string, SharedStream>();
    this.#shared.set(passed.prepared, streams);
    let stream = streams.get(key);
    if (stream === undefined) {
      const renderer = new Renderer(this.#parts, { ...operation, viewer: scope.viewer });
      const made = new SharedStream(renderer, sharing, () => streams.get(key) === made && streams.delete(key));
      streams.set(key, made);
      stream = made;
    }
    return stream.join(sink);
  }

  #count(change: number): void {
    this.#running += change;
    this.#parts.metrics.subscriptions(change);
  }
}

/** A stream of one follower. It is read no faster than the client reads; what comes meanwhile waits in its own bounded buffer. */
class OwnStream implements Running {
  readonly #renderer: Renderer;
  readonly #sink: Sink;
  #source: AsyncIterator<unknown> | null = null;
  #stopped = false;

  constructor(renderer: Renderer, sink: Sink) {
    this.#renderer = renderer;
    this.#sink = sink;
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    this.#source?.return?.().catch(() => {});
    this.#source = null;
  }

  async #run(): Promise<void> {
    try {
      const opened = await this.#renderer.open();
      if ('errors' in opened) {
        if (!this.#stopped) this.#sink.error(opened.errors);
        return;
      }
      this.#source = opened.source;
      if (this.#stopped) this.stop();
      else await this.#follow(opened.source);
    } catch (error) {
      this.#source = null;
      if (!this.#stopped) this.#renderer.fail(error, this.#sink);
    }
  }

  async #follow(source: AsyncIterator<unknown>): Promise<void> {
    for (;;) {
      const event = await source.next();
      if (this.#stopped) return;
      if (event.done === true) return this.#sink.complete();
      const payload = await this.#renderer.render(event.value);
      if (this.#stopped) return;
      this.#sink.next(payload);
      if (this.#sink.congested) await this.#sink.drained();
    }
  }
}
