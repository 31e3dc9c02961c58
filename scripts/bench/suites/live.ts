import { signToken } from '../../../src/api/sign-token.ts';
import { loadConfig } from '../../../src/config.ts';
import { memberId } from '../fill/identity.ts';
import type { Arrived, LiveOrder, Opened, OpenOrder } from '../load/live-main.ts';
import { clockMs, type LivePeerOrder, type Memory } from '../peers/live-orders.ts';
import { Child } from '../support/child.ts';
import { environment, tokenHeaders } from '../support/pokal.ts';
import { type Contender, type Outcome, type Spread, spread } from '../support/rounds.ts';

const TIMEOUT_MS = 60_000;
const DAY_MS = 86_400_000;

/** Brings frames about, and tells when they could begin to come, in milliseconds of the monotonic clock. */
export type Cause = () => Promise<number>;

/** How a change came to everybody. */
export interface Delivery {
  frames: number;
  bytes: number;
  /** From the moment at which it could begin to the last frame. */
  tookMs: number;
  p50Ms: number;
  p99Ms: number;
}

/** Clients that follow one server, in a process of their own. */
export class Watchers {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(): Promise<Watchers> {
    return new Watchers(await Child.start({ script: 'load/live-main.js' }));
  }

  open(order: Omit<OpenOrder, 'kind'>): Promise<Opened> {
    return this.ask<Opened>({ kind: 'open', ...order });
  }

  /** Waits for so many frames, which `cause` brings about; it tells when they could begin to come. */
  async expect(frames: number, cause: Cause): Promise<Delivery> {
    await this.ask({ kind: 'arm' });
    const causedAt = await cause();
    const arrived = await this.ask<Arrived>({ kind: 'expect', frames, timeoutMs: TIMEOUT_MS });
    const startedAt = Math.min(causedAt, arrived.firstAt);
    const waitMs = arrived.firstAt - startedAt;
    const times = { tookMs: arrived.lastAt - startedAt, p50Ms: arrived.p50Ms + waitMs, p99Ms: arrived.p99Ms + waitMs };
    return { frames: arrived.frames, bytes: arrived.bytes, ...times };
  }

  ask<Answer>(order: LiveOrder, timeoutMs = 2 * TIMEOUT_MS): Promise<Answer> {
    return this.#child.ask<Answer>(order, timeoutMs);
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }
}

/** Starts Pokal for any number of sockets from this machine. */
export function startLivePokal(databaseUrl: string, nodeArgs: readonly string[] = []): Promise<Child> {
  const env = { ...environment(databaseUrl), POKAL_SOCKETS_PER_ADDRESS: '1000000' };
  return Child.start({ script: 'peers/pokal.js', env, nodeArgs: ['--expose-gc', ...nodeArgs] });
}

/** Starts a server to compare with. */
export function startPeer(name: 'raw' | 'stock' | 'mercurius', payload = ''): Promise<Child> {
  const env = { BENCH_PAYLOAD: payload };
  return Child.start({ script: `peers/${name}-live.js`, env, nodeArgs: ['--expose-gc'] });
}

/** Has a peer publish something; gives the time at which it began to. */
export async function order(server: Child, what: LivePeerOrder): Promise<number> {
  return (await server.ask<{ startedAt: number }>(what, TIMEOUT_MS)).startedAt;
}

export function memoryOf(server: Child): Promise<Memory> {
  return server.ask<Memory>({ kind: 'memory' }, TIMEOUT_MS);
}

/** Tokens for the members from the first one on. */
export async function memberTokens(databaseUrl: string, count: number): Promise<string[]> {
  const config = loadConfig(environment(databaseUrl));
  const tokens: string[] = [];
  for (let place = 1; place <= count; place += 1) {
    tokens.push(await signToken(config, { role: 'MEMBER', subject: memberId(place), lifetimeMs: DAY_MS }));
  }
  return tokens;
}

/** Sends operations to Pokal as an administrator does. */
export async function administrator(databaseUrl: string, server: Child) {
  const headers = { 'content-type': 'application/json', ...(await tokenHeaders(databaseUrl)) };
  /** Gives the time at which the answer came: what was asked for is committed. */
  return async (query: string, variables: object): Promise<number> => {
    const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const text = await response.text();
    if (text.includes('"errors"') || text.includes('"userErrors":[{')) throw new Error(`Refused: ${text}`);
    return clockMs();
  };
}

/**
 * A server whose pushing is measured: changes, one after the other, each of which brings so many frames. Its time is that
 * from the moment a change is published, for Pokal from its commit, to the last frame.
 */
export function pushing(
  name: string,
  server: Child,
  watchers: Watchers,
  frames: number,
  cause: Cause,
  restMs = 0,
): Contender {
  return {
    name,
    pid: server.pid,
    async run(seconds): Promise<Outcome> {
      const until = performance.now() + seconds * 1_000;
      const taken: Delivery[] = [];
      while (performance.now() < until || taken.length < 3) {
        await new Promise((resolve) => setTimeout(resolve, restMs));
        taken.push(await watchers.expect(frames, cause));
      }
      const middle = (value: (one: Delivery) => number): number => spread(taken.map(value)).median;
      return {
        operations: taken.length * frames,
        seconds: taken.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1_000,
        p50Ms: middle(({ p50Ms }) => p50Ms),
        p99Ms: middle(({ p99Ms }) => p99Ms),
      };
    },
  };
}

/** For messages: smallest, middle, largest. */
export function told({ min, median, max }: Spread, digits = 1): string {
  return [min, median, max].map((value) => value.toFixed(digits)).join(' / ');
}
