import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { type Recorded, Shop } from '../recording/shop.ts';
import { asMember, asStaff } from './support/stage.ts';

interface Event {
  __typename: string;
  id: string;
  cursor: string;
  occurredAt: string;
  points?: number;
  balance?: number;
  entry?: { id: string };
}
interface Events {
  memberEvents: Event;
}
interface Awards {
  pointAwards: { cursor: string; points: number; reason: string; activityType: string | null };
}

const EVENTS = `subscription ($memberId: ID, $after: String) { memberEvents(memberId: $memberId, after: $after) {
  __typename id cursor occurredAt
  ... on PointsEvent {
    points balance entry { id kind points balanceAfter reason activeAt expiresAt occurredAt rule { kind code version name } }
  }
} }`;
const AWARDS = `subscription ($after: String, $activityType: String) {
  pointAwards(after: $after, activityType: $activityType) { cursor points reason activityType }
}`;

let shop: Shop;
let memberId: string;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('stamp');
  await shop.offer('visit', { points: { fixed: 3 } });
  memberId = await shop.enrol();
});
afterAll(() => shop.close());

const stamp = () => shop.record({ type: 'stamp', memberId });
const effectOf = (recorded: Recorded) => recorded.effects[0] as unknown as Event;

async function failureOf(query: string, variables: object, params: Record<string, unknown>): Promise<unknown> {
  const follower = await Follower.start<Events>(shop.app.url, query, { variables, params });
  await follower.until('a failure', () => follower.failure !== null);
  follower.close();
  return follower.failure?.[0]?.extensions.code;
}

describe('memberEvents', () => {
  test('pushes the very objects that the mutation answered, whoever caused them', async () => {
    const params = await asMember(shop.app, memberId);
    const follower = await Follower.start<Events>(shop.app.url, EVENTS, { params });
    await shop.app.settled();
    const recorded = await stamp();
    const adjusted = await shop.adjust(memberId, 7);
    const replayed = await shop.record({ type: 'stamp', memberId });
    await follower.at(2);
    const pushed = follower.data.map(({ memberEvents }) => memberEvents);
    expect(pushed).toEqual([recorded, adjusted, replayed].map(({ effects }) => effects[0]));
    follower.close();
  });

  test('gives what was missed after a cursor, then what happens, each once and in order', async () => {
    const effects = [];
    for (let count = 0; count < 6; count += 1) effects.push(effectOf(await stamp()));
    const variables = { after: effects[1]?.cursor };
    const follower = await Follower.start<Events>(shop.app.url, EVENTS, {
      variables,
      params: await asMember(shop.app, memberId),
    });
    for (let count = 0; count < 20; count += 1) effects.push(effectOf(await stamp()));
    await follower.at(23);
    await shop.app.settled();
    expect(follower.data.map(({ memberEvents }) => memberEvents.id)).toEqual(effects.slice(2).map(({ id }) => id));
    follower.close();
  });

  test('lets staff follow anybody, members themselves only, and nobody without a credential', async () => {
    const other = await shop.enrol();
    const staff = await asStaff(shop.app);
    const follower = await Follower.start<Events>(shop.app.url, EVENTS, { variables: { memberId }, params: staff });
    await shop.app.settled();
    const recorded = await stamp();
    expect((await follower.at(0)).memberEvents.id).toBe(effectOf(recorded).id);
    follower.close();
    expect(await failureOf(EVENTS, { memberId: other }, await asMember(shop.app, memberId))).toBe('FORBIDDEN');
    expect(await failureOf(EVENTS, { memberId }, {})).toBe('UNAUTHENTICATED');
    expect(await failureOf(EVENTS, {}, staff)).toBe('FORBIDDEN');
  });

  test('ends with CURSOR_EXPIRED when what came after the cursor is no longer kept', async () => {
    const { cursor } = effectOf(await stamp());
    await stamp();
    await shop.app.settled();
    await shop.sql(`update outbox set type = 'OutboxTrimmed', member_id = null
      where (xid, seq) = (select xid, seq from outbox order by outbox.xid desc, outbox.seq desc limit 1)`);
    await shop.sql('delete from outbox where type <> $1', ['OutboxTrimmed']);
    expect(await failureOf(EVENTS, { after: cursor }, await asMember(shop.app, memberId))).toBe('CURSOR_EXPIRED');
    expect(await failureOf(EVENTS, { after: 'rubbish' }, await asMember(shop.app, memberId))).toBe('BAD_USER_INPUT');
  });
});

describe('pointAwards', () => {
  test('tells everybody of every award, and of one type only when asked', async () => {
    const all = await Follower.start<Awards>(shop.app.url, AWARDS);
    const visits = await Follower.start<Awards>(shop.app.url, AWARDS, { variables: { activityType: 'visit' } });
    await shop.app.settled();
    await stamp();
    await shop.record({ type: 'visit', memberId });
    await all.at(1);
    expect(all.data.map(({ pointAwards }) => [pointAwards.points, pointAwards.activityType])).toEqual([
      [10, 'stamp'],
      [3, 'visit'],
    ]);
    expect((await visits.at(0)).pointAwards).toMatchObject({ points: 3, reason: expect.any(String) });
    for (const follower of [all, visits]) follower.close();
  });

  test('resumes after a cursor, each award once and in order, with those that happen meanwhile', async () => {
    const cursors = [];
    for (let count = 0; count < 10; count += 1) cursors.push(effectOf(await stamp()).cursor);
    const follower = await Follower.start<Awards>(shop.app.url, AWARDS, { variables: { after: cursors[3] } });
    for (let count = 0; count < 10; count += 1) cursors.push(effectOf(await stamp()).cursor);
    await follower.at(15);
    await shop.app.settled();
    expect(follower.data.map(({ pointAwards }) => pointAwards.cursor)).toEqual(cursors.slice(4));
    follower.close();
  });

  test('is silent about imports', async () => {
    const follower = await Follower.start<Awards>(shop.app.url, AWARDS);
    await shop.app.settled();
    const [activity] = (await shop.recordMany([{ type: 'stamp', memberId }])).results;
    const { recorder } = shop.app.core;
    const command = {
      ...{ source: 'import', key: 'one', inputHash: 'x', type: 'stamp', memberId, externalId: null },
      ...{
        enrollIfUnknown: false,
        occurredAt: null,
        channel: null,
        value: null,
        items: [],
        attributes: {},
        byMember: false,
      },
    };
    await recorder.record([command], false);
    const marker = await stamp();
    await follower.until('the marker', () => follower.data.at(-1)?.pointAwards.cursor === effectOf(marker).cursor);
    expect(activity?.effects).toHaveLength(1);
    expect(follower.data).toHaveLength(2);
    follower.close();
  });

  test('stays whole when many awards come at once', async () => {
    const follower = await Follower.start<Awards>(shop.app.url, AWARDS);
    await shop.app.settled();
    for (let batch = 0; batch < 4; batch += 1) {
      await shop.recordMany(Array.from({ length: 1_000 }, () => ({ type: 'visit', memberId })));
    }
    await follower.until('all awards', () => follower.data.length >= 4_000, 60_000);
    expect(new Set(follower.data.map(({ pointAwards }) => pointAwards.cursor)).size).toBe(4_000);
    follower.close();
  });
});
