import { setTimeout as pause } from 'node:timers/promises';
import { Follower } from './follower.ts';
import { metricsOf } from './metrics.ts';

/** What a client follows, and who it is. */
export interface Following {
  query: string;
  params: Record<string, string>;
}

const LOOK_MS = 50;
/** A server cuts off whoever has not read its closing frame within 3 s; clients read on before that. */
const READ_ON_MS = 2_000;
const CLOSED_WITHIN_MS = 500;
const AT_ONCE = 25;

/** Clients that have subscribed and then read nothing more, while the server goes on writing to them. */
export class StalledClients {
  /** With what each was closed so far. */
  readonly codes: number[] = [];
  readonly #url: string;
  readonly #others: number;
  #open: Follower<unknown>[];

  private constructor(url: string, others: number, open: Follower<unknown>[]) {
    this.#url = url;
    this.#others = others;
    this.#open = open;
    for (const one of open) void one.closed.then(({ code }) => this.#closed(one, code));
  }

  /** Opens them all. None reads anything from the moment it has asked. */
  static async open(url: string, followings: readonly Following[]): Promise<StalledClients> {
    const others = await subscriptionsOf(url);
    const open: Follower<unknown>[] = [];
    for (let at = 0; at < followings.length; at += AT_ONCE) {
      open.push(...(await Promise.all(followings.slice(at, at + AT_ONCE).map((following) => stall(url, following)))));
    }
    while ((await subscriptionsOf(url)) < others + open.length) await pause(LOOK_MS);
    return new StalledClients(url, others, open);
  }

  /**
   * Waits until the server has closed them all. A client sees the closing frame only when it reads on, so they do as soon as
   * some have been given up; those that the server has not given up yet then stall once more.
   * @returns those that were still open after that time.
   */
  async ended(timeoutMs: number): Promise<number> {
    const deadline = performance.now() + timeoutMs;
    while (this.#open.length > 0 && performance.now() < deadline) {
      await this.#untilGivenUp(0, deadline);
      await this.#untilGivenUp(this.#open.length - 1, performance.now() + READ_ON_MS);
      for (const { webSocket } of this.#open) webSocket.resume();
      await pause(CLOSED_WITHIN_MS);
      for (const { webSocket } of this.#open) webSocket.pause();
    }
    return this.#open.length;
  }

  close(): void {
    for (const { webSocket } of this.#open) webSocket.terminate();
  }

  /** Waits until the server follows more than so many of the open ones no longer. */
  async #untilGivenUp(count: number, deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      const left = (await subscriptionsOf(this.#url)) - this.#others;
      if (this.#open.length - left > count) return;
      await pause(LOOK_MS);
    }
  }

  #closed(one: Follower<unknown>, code: number): void {
    this.#open = this.#open.filter((other) => other !== one);
    this.codes.push(code);
  }
}

async function stall(url: string, { query, params }: Following): Promise<Follower<unknown>> {
  const follower = await Follower.start<unknown>(url, query, { params });
  follower.webSocket.pause();
  // What it reads in the end is not kept: some megabytes for each.
  follower.webSocket.removeAllListeners('message');
  return follower;
}

async function subscriptionsOf(url: string): Promise<number> {
  return (await metricsOf(url)).get('pokal_subscriptions') ?? 0;
}
