import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { metricsOf } from '../../scripts/chaos/support/metrics.ts';
import { Shop } from '../recording/shop.ts';
import { asMember, eventually } from './support/stage.ts';

interface Awards {
  pointAwards: { cursor: string };
}
interface Update {
  leaderboardUpdated: { version: number; entries: { score: number }[]; moves: object[] };
}

/** A long reason, asked for many times, makes frames of some 4 kB: what the system itself buffers is full the sooner. */
const RULE_NAME = 'A point for everything that was ever done. '.repeat(2).trim();
const REASONS = Array.from({ length: 14 }, (_, place) => `r${place}: reason`).join(' ');
const AWARDS = `subscription ($after: String) { pointAwards(after: $after) { cursor points ${REASONS} } }`;
const EVENTS = `subscription { memberEvents { id ... on PointsEvent { entry {
  ${REASONS}
} } } }`;
const NAMES = Array.from({ length: 14 }, (_, place) => `n${place}: displayName`).join(' ');
const BOARD = `subscription { leaderboardUpdated(code: "stamp", first: 100, throttle: "PT0.05S") {
  version entries { score ${NAMES} } moves { toRank }
} }`;
/** The long form is `npm run chaos -- stalled`. */
const STALLED = 40;
const READING = 5;

let shop: Shop;
let memberId: string;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('stamp', { name: RULE_NAME });
  await shop.save('Leaderboard', {
    ...{ code: 'stamp', name: 'Stamps', metric: 'POINTS_EARNED', period: 'ALL_TIME', activityTypes: ['stamp'] },
  });
  memberId = await shop.enrol();
});
afterAll(() => shop.close());

const many = (count: number, whose = memberId) =>
  shop.recordMany(Array.from({ length: count }, () => ({ type: 'stamp', memberId: whose })));

async function subscriptions(): Promise<number> {
  return (await metricsOf(shop.app.url)).get('pokal_subscriptions') ?? Number.NaN;
}

/** Clients that subscribe and then read nothing more. */
async function stalledClients<Data>(count: number, query: string, params = {}): Promise<Follower<Data>[]> {
  const before = await subscriptions();
  const clients = await Promise.all(
    Array.from({ length: count }, () => Follower.start<Data>(shop.app.url, query, { params })),
  );
  await eventually('all subscriptions', async () => (await subscriptions()) === before + count);
  for (const { webSocket } of clients) webSocket.pause();
  return clients;
}

function heldBytes(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('clients that stop reading', () => {
  test('are closed with 1013 while the others miss nothing and memory stays bounded', async () => {
    const reading = await Promise.all(
      Array.from({ length: READING }, () => Follower.start<Awards>(shop.app.url, AWARDS)),
    );
    const stalled = await stalledClients<Awards>(STALLED, AWARDS);
    const before = heldBytes();
    let recorded = 0;
    let mostBytes = 0;
    await eventually(
      'the stalled to be cut off',
      async () => {
        recorded += (await many(500)).recorded;
        mostBytes = Math.max(mostBytes, heldBytes() - before);
        return (await subscriptions()) === READING;
      },
      60_000,
    );
    for (const { webSocket } of stalled) webSocket.resume();
    for (const { closed } of stalled) expect((await closed).code).toBe(1013);
    for (const follower of reading) {
      await follower.until('all awards', () => follower.results.length >= recorded);
      expect(new Set(follower.data.map(({ pointAwards }) => pointAwards.cursor)).size).toBe(recorded);
    }
    process.stdout.write(
      `${STALLED} stalled of ${STALLED + READING}: ${recorded} awards, ${(mostBytes / 1e6).toFixed(0)} MB more held at most, of which readers keep ${((READING * recorded * 2_500) / 1e6).toFixed(0)} MB themselves\n`,
    );
    const [one] = stalled;
    const cursor = one?.data.at(-1)?.pointAwards.cursor;
    const resumed = await Follower.start<Awards>(shop.app.url, AWARDS, { variables: { after: cursor } });
    const missed = recorded - (one?.results.length ?? 0);
    await resumed.until('what was missed', () => resumed.results.length >= missed);
    const all = [...(one?.data ?? []), ...resumed.data].map(({ pointAwards }) => pointAwards.cursor);
    expect(all).toEqual(reading[0]?.data.map(({ pointAwards }) => pointAwards.cursor));
    for (const follower of [...reading, resumed]) follower.close();
  }, 120_000);

  test('of one member are closed as well, the more so as their buffers are their own', async () => {
    const own = await shop.enrol();
    const stalled = await stalledClients(3, EVENTS, await asMember(shop.app, own));
    await eventually(
      'the stalled to be cut off',
      async () => {
        await many(500, own);
        return (await subscriptions()) === 0;
      },
      60_000,
    );
    for (const { webSocket } of stalled) webSocket.resume();
    for (const { closed } of stalled) expect((await closed).code).toBe(1013);
  }, 120_000);

  test('of boards skip what they have no room for, and get the newest when they read on', async () => {
    const members = await Promise.all(
      Array.from({ length: 100 }, (_, place) => shop.enrol({ displayName: `M ${place}` })),
    );
    await shop.recordMany(members.map((whose) => ({ type: 'stamp', memberId: whose })));
    const reading = await Follower.start<Update>(shop.app.url, BOARD);
    const stalled = await Follower.start<Update>(shop.app.url, BOARD);
    await Promise.all([reading.at(0), stalled.at(0)]);
    stalled.webSocket.pause();
    // Enough updates of 100 places to fill what the system buffers, within the ten seconds after which a client counts as gone.
    for (let round = 1; round < 60; round += 1) {
      await shop.record({ type: 'stamp', memberId: members[round % 7] ?? '' });
      await reading.at(round);
    }
    await shop.app.settled();
    stalled.webSocket.resume();
    const last = reading.data.at(-1)?.leaderboardUpdated;
    await stalled.until('the newest state', () => {
      const entries = stalled.data.at(-1)?.leaderboardUpdated.entries;
      return JSON.stringify(entries) === JSON.stringify(last?.entries);
    });
    const versions = stalled.data.map(({ leaderboardUpdated }) => leaderboardUpdated.version);
    expect(versions).toEqual(versions.toSorted((left, right) => left - right));
    process.stdout.write(`the stalled board client got ${versions.length} of ${reading.results.length} updates\n`);
    for (const follower of [reading, stalled]) follower.close();
  }, 60_000);
});
