import { setTimeout as pause } from 'node:timers/promises';
import { Follower } from './follower.ts';
import { metricsOf } from './metrics.ts';

const LOOK_MS = 50;
/** A server cuts off whoever has not read its closing frame within 3 s; witnesses read on before that. */
const READ_ON_MS = 1_500;
const AT_ONCE = 25;
/** Of so many one is a witness. If all read on at once, what the system has buffered for them would be a load of its own. */
const WITNESSES = 10;

/**
 * Clients that ask and then read nothing, while the server goes on writing to them. Only a client that reads on soon is told why
 * it was closed, so some of them do, as witnesses; the others never read again.
 */
export class StalledClients {
  /** With what the witnesses were closed. */
  readonly codes: number[] = [];
  readonly #url: string;
  readonly #before: ReadonlyMap<string, number>;
  readonly #silent: readonly Follower<unknown>[];
  #witnesses: readonly Follower<unknown>[];

  private constructor(url: string, before: ReadonlyMap<string, number>, open: readonly Follower<unknown>[]) {
    this.#url = url;
    this.#before = before;
    this.#witnesses = open.filter((_, place) => place % WITNESSES === 0);
    this.#silent = open.filter((_, place) => place % WITNESSES !== 0);
    for (const witness of this.#witnesses) {
      void witness.closed.then(({ code }) => {
        this.codes.push(code);
        this.#witnesses = this.#witnesses.filter((other) => other !== witness);
      });
    }
  }

  /** Opens them all; meanwhile nobody else may come or go. None reads anything from the moment it has asked. */
  static async open(url: string, query: string, count: number): Promise<StalledClients> {
    const before = await metricsOf(url);
    const open: Follower<unknown>[] = [];
    while (open.length < count) {
      const some = Array.from({ length: Math.min(AT_ONCE, count - open.length) }, () => stall(url, query));
      open.push(...(await Promise.all(some)));
    }
    return new StalledClients(url, before, open);
  }

  /** Waits until the server has given them all up. @returns how many it still has after that time. */
  async ended(timeoutMs: number): Promise<number> {
    const deadline = performance.now() + timeoutMs;
    const all = this.#witnesses.length + this.#silent.length;
    while ((await this.#left('pokal_subscriptions')) < all && performance.now() < deadline) await pause(LOOK_MS);
    while ((await this.#left('pokal_sockets')) > 0 && performance.now() < deadline) {
      await this.#until(async () => (await this.#left('pokal_subscriptions')) < all, deadline);
      const readOn = Math.min(deadline, performance.now() + READ_ON_MS);
      await this.#until(async () => (await this.#left('pokal_subscriptions')) === 0, readOn);
      for (const { webSocket } of this.#witnesses) webSocket.resume();
      await this.#until(() => this.#witnesses.length === 0, performance.now() + READ_ON_MS);
      // Those whom the server has not given up yet stall once more.
      for (const { webSocket } of this.#witnesses) webSocket.pause();
    }
    return this.#left('pokal_sockets');
  }

  close(): void {
    for (const { webSocket } of [...this.#witnesses, ...this.#silent]) webSocket.terminate();
  }

  async #until(holds: () => boolean | Promise<boolean>, deadline: number): Promise<void> {
    while (!(await holds()) && performance.now() < deadline) await pause(LOOK_MS);
  }

  async #left(metric: string): Promise<number> {
    const now = await metricsOf(this.#url);
    return (now.get(metric) ?? Number.NaN) - (this.#before.get(metric) ?? 0);
  }
}

async function stall(url: string, query: string): Promise<Follower<unknown>> {
  const follower = await Follower.start<unknown>(url, query);
  follower.webSocket.pause();
  // What it reads in the end is not kept: some megabytes for each.
  follower.webSocket.removeAllListeners('message');
  return follower;
}
