import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { quantile } from '../../scripts/bench/support/rounds.ts';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { type Recorded, Shop } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { asMember, atRate, eventually } from './support/stage.ts';

interface Events {
  memberEvents: { id: string; cursor: string };
}

const EVENTS = 'subscription ($after: String) { memberEvents(after: $after) { id cursor } }';
const PER_SECOND = 100;
const KILLS = 50;

let shop: Shop;
let second: TestApp;

beforeAll(async () => {
  shop = await Shop.open();
  second = await startTestApp({ databaseUrl: shop.app.databaseUrl });
  await shop.offer('stamp');
});
afterAll(async () => {
  await second.stop();
  await shop.close();
});

/** Resolves when both nodes have delivered everything there is, so that nobody is told of what was before. */
const bothSettled = () => Promise.all([shop.app.settled(), second.settled()]);

const sorted = (values: readonly number[]) => values.toSorted((left, right) => left - right);

/** Ids of everything that was caused, in the order in which it took effect. */
function idsOf(recorded: readonly Recorded[]): string[] {
  const effects = recorded.flatMap((one) => one.effects);
  const place = ({ cursor }: { cursor: string }) => {
    const [xid = '0', seq = '0'] = Buffer.from(cursor, 'base64url').toString('latin1').split('-');
    return BigInt(xid) * 1_000_000n + BigInt(seq);
  };
  return effects.toSorted((left, right) => (place(left) < place(right) ? -1 : 1)).map(({ id }) => id);
}

/** A client that loses its connection again and again, and each time resumes after the last cursor it saw. */
async function followThroughKills(urls: readonly string[], memberId: string, after: string, kills: number) {
  const params = await asMember(shop.app, memberId);
  const seen: { id: string; cursor: string }[] = [];
  let cursor = after;
  let left = kills;
  const connect = async (place: number) => {
    const url = urls[place % urls.length] ?? '';
    const follower = await Follower.start<Events>(url, EVENTS, { variables: { after: cursor }, params });
    return follower;
  };
  const keep = (follower: Follower<Events>) => {
    for (const { memberEvents } of follower.data) seen.push(memberEvents);
    cursor = seen.at(-1)?.cursor ?? cursor;
  };
  while (left > 0) {
    const follower = await connect(left);
    const enough = 1 + (left % 9);
    await follower.until('some events', () => follower.results.length >= enough);
    follower.webSocket.terminate();
    keep(follower);
    left -= 1;
  }
  return {
    /** Follows until the last id has come. */
    finish: async (lastId: string) => {
      const follower = await connect(0);
      await follower.until('the last event', () => follower.data.at(-1)?.memberEvents.id === lastId);
      keep(follower);
      follower.close();
      return seen.map(({ id }) => id);
    },
  };
}

describe('a socket that is killed', () => {
  test(`${KILLS} times at ${PER_SECOND} events a second loses and repeats nothing, resumed on either of two nodes`, async () => {
    const memberId = await shop.enrol();
    const start = await shop.record({ type: 'stamp', memberId });
    const finishLoad = atRate(PER_SECOND, () => shop.record({ type: 'stamp', memberId }));
    const after = start.effects[0]?.cursor ?? '';
    const follower = await followThroughKills([shop.app.url, second.url], memberId, after, KILLS);
    const recorded = await finishLoad();
    const expected = idsOf([...recorded, await shop.record({ type: 'stamp', memberId })]);
    expect(await follower.finish(expected.at(-1) ?? '')).toEqual(expected);
  }, 60_000);
});

describe('two nodes on one database', () => {
  test('push what happens on the one to those who follow on the other, soon and in order', async () => {
    const memberId = await shop.enrol();
    await bothSettled();
    const params = await asMember(shop.app, memberId);
    const follower = await Follower.start<Events>(second.url, EVENTS, { params });
    await bothSettled();
    const arrivals = new Map<string, number>();
    follower.webSocket.on('message', () => {
      const id = follower.data.at(-1)?.memberEvents.id;
      if (id !== undefined && !arrivals.has(id)) arrivals.set(id, performance.now());
    });
    const recorded: Recorded[] = [];
    const latencies: number[] = [];
    for (let count = 0; count < 100; count += 1) {
      const one = await shop.record({ type: 'stamp', memberId });
      const answeredAt = performance.now();
      recorded.push(one);
      await follower.at(count);
      latencies.push((arrivals.get(one.effects[0]?.id ?? '') ?? answeredAt) - answeredAt);
    }
    expect(follower.data.map(({ memberEvents }) => memberEvents.id)).toEqual(idsOf(recorded));
    process.stdout.write(
      `from the answer of one node to the frame of the other: median ${quantile(sorted(latencies), 0.5).toFixed(1)} ms\n`,
    );
    follower.close();
  });

  test('lose nothing while the connections that listen are ended again and again', async () => {
    const memberId = await shop.enrol();
    await bothSettled();
    const params = await asMember(shop.app, memberId);
    const followers = await Promise.all(
      [shop.app.url, second.url].map((url) => Follower.start<Events>(url, EVENTS, { params })),
    );
    await bothSettled();
    const answered = new Map<string, number>();
    const arrived = new Map<string, number>();
    followers[1]?.webSocket.on('message', () => {
      const id = followers[1]?.data.at(-1)?.memberEvents.id;
      if (id !== undefined && !arrived.has(id)) arrived.set(id, performance.now());
    });
    const finishLoad = atRate(PER_SECOND, async () => {
      const one = await shop.record({ type: 'stamp', memberId });
      answered.set(one.effects[0]?.id ?? '', performance.now());
      return one;
    });
    for (let round = 0; round < 4; round += 1) {
      const ended = await shop.sql<{ ended: boolean }>(
        `select pg_terminate_backend(pid) as ended from pg_stat_activity
         where application_name = 'pokal-listener' and datname = current_database()`,
      );
      expect(ended.length).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    const expected = idsOf(await finishLoad());
    for (const follower of followers) {
      await follower.until('all events', () => follower.results.length >= expected.length);
      expect(follower.data.map(({ memberEvents }) => memberEvents.id)).toEqual(expected);
      follower.close();
    }
    await eventually('every arrival', () => arrived.size === expected.length);
    const latencies = sorted(expected.map((id) => (arrived.get(id) ?? 0) - (answered.get(id) ?? 0)));
    const told = [0.5, 0.99, 1].map((share) => `${quantile(latencies, share).toFixed(0)} ms`).join(' / ');
    process.stdout.write(`with lost listeners, answer to frame on the other node: p50 / p99 / max ${told}\n`);
  }, 60_000);
});
