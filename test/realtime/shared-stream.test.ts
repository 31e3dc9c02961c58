import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Renderer } from '../../src/api/renderer.ts';
import { SharedStream } from '../../src/api/shared-stream.ts';
import type { Sink } from '../../src/api/sink.ts';
import type { Sharing } from '../../src/api/streams.ts';
import { Hub, TooSlowError } from '../../src/platform/hub.ts';

interface State {
  version: number;
  moves: number;
}

const STATES: Sharing = { kind: 'states', asFirst: (state) => ({ ...(state as State), moves: 0 }) };
const EVENTS: Sharing = { kind: 'events', when: () => true };

/** A client whose connection is full when the test says so. */
class Client implements Sink {
  readonly seen: State[] = [];
  readonly told: string[] = [];
  backlog = 0;
  congested = false;
  #drained: () => void = () => {};

  next(payload: Buffer): void {
    this.seen.push(JSON.parse(String(payload)));
  }
  error(): void {
    this.told.push('error');
  }
  complete(): void {
    this.told.push('complete');
  }
  tooSlow(): void {
    this.told.push('too slow');
  }
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }
  readOn(): void {
    this.congested = false;
    this.#drained();
  }
}

let hub: Hub<State>;
let rendered = 0;
let opened = 0;

/** Renders a state as it is; counts how often. */
const renderer = {
  open: async () => {
    opened += 1;
    return { source: hub.subscribe('states', { coalesce: (_unread: State, next: State) => next }) };
  },
  render: async (state: unknown) => {
    rendered += 1;
    await turn();
    return Buffer.from(JSON.stringify(state));
  },
  fail: (error: unknown, sink: Sink) => (error instanceof TooSlowError ? sink.tooSlow() : sink.error([])),
} as unknown as Renderer;

async function settle(): Promise<void> {
  for (let count = 0; count < 10; count += 1) await turn();
}

function publish(version: number): Promise<void> {
  hub.publish('states', { version, moves: version });
  return settle();
}

beforeAll(() => {
  hub = new Hub<State>();
});
afterAll(() => {
  expect(hub.topics).toBe(0);
});

describe('a shared stream of states', () => {
  test('is opened once, renders each state once, and is let go with its last follower', async () => {
    let ended = 0;
    const stream = new SharedStream(renderer, STATES, () => {
      ended += 1;
    });
    const clients = Array.from({ length: 50 }, () => new Client());
    const running = clients.map((client) => stream.join(client));
    await settle();
    const before = rendered;
    await publish(1);
    await publish(2);
    expect(rendered - before).toBe(2);
    expect(opened).toBe(1);
    for (const { seen } of clients) expect(seen.map(({ version }) => version)).toEqual([1, 2]);
    for (const one of running.slice(1)) one.stop();
    expect(ended).toBe(0);
    for (const one of running) one.stop();
    expect(ended).toBe(1);
  });

  test('lets a full connection skip states, then gives it the newest as if it were the first', async () => {
    const stream = new SharedStream(renderer, STATES, () => {});
    const [slow, quick] = [new Client(), new Client()];
    const running = [slow, quick].map((client) => stream.join(client));
    await settle();
    await publish(1);
    slow.congested = true;
    for (let version = 2; version <= 9; version += 1) await publish(version);
    slow.readOn();
    await settle();
    await publish(10);
    expect(quick.seen.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(slow.seen).toEqual([
      { version: 1, moves: 1 },
      { version: 9, moves: 0 },
      { version: 10, moves: 10 },
    ]);
    for (const one of running) one.stop();
  });

  test('gives whoever joins between two states each of them at most once and in order', async () => {
    const stream = new SharedStream(renderer, STATES, () => {});
    const running = [stream.join(new Client())];
    await settle();
    const late: Client[] = [];
    for (let version = 1; version <= 30; version += 1) {
      hub.publish('states', { version, moves: version });
      const client = new Client();
      late.push(client);
      running.push(stream.join(client));
      if (version % 3 === 0) await turn();
    }
    await settle();
    for (const { seen } of late) {
      const versions = seen.map(({ version }) => version);
      expect(versions.at(-1)).toBe(30);
      expect(versions).toEqual([...new Set(versions)].toSorted((left, right) => left - right));
    }
    for (const one of running) one.stop();
  });
});

describe('a shared stream of events', () => {
  test('cuts off who leaves too much unread, and nobody else', async () => {
    const stream = new SharedStream(renderer, EVENTS, () => {});
    const [slow, quick] = [new Client(), new Client()];
    const running = [slow, quick].map((client) => stream.join(client));
    await settle();
    await publish(1);
    slow.backlog = 10_000_000;
    await publish(2);
    expect(slow.told).toEqual(['too slow']);
    expect(quick.seen.map(({ version }) => version)).toEqual([1, 2]);
    for (const one of running) one.stop();
  });
});
