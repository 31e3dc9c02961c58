import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { Shop } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { asMember, atRate, eventually } from './support/stage.ts';

const EVENTS = 'subscription ($after: String) { memberEvents(after: $after) { id cursor } }';
const AWARDS = 'subscription { pointAwards { cursor points } }';

interface Events {
  memberEvents: { id: string; cursor: string };
}

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

const setStatus = (memberId: string, status: string) =>
  shop.staff.data(
    'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }',
    {
      input: { memberId, status, reason: 'A test' },
    },
  );

async function secondsUntil(closed: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await closed;
  return (performance.now() - startedAt) / 1_000;
}

describe('a socket is closed with 4403', () => {
  test('within a second of the moment at which its token expires', async () => {
    const memberId = await shop.enrol();
    const lifetimeMs = 2_000;
    const expiresAt = Math.floor((Date.now() + lifetimeMs) / 1_000) * 1_000;
    const token = await shop.app.token({ role: 'MEMBER', subject: memberId, lifetimeMs });
    const params = { authorization: `Bearer ${token}` };
    const follower = await Follower.start(shop.app.url, EVENTS, { params });
    expect((await follower.closed).code).toBe(4403);
    expect(Date.now() - expiresAt).toBeLessThan(5_000);
  });

  test('when its member is suspended, on every node, and cannot be opened again until the member is active', async () => {
    const memberId = await shop.enrol();
    const other = await shop.enrol();
    const params = await asMember(shop.app, memberId);
    await second.settled();
    const followers = await Promise.all(
      [shop.app.url, second.url].map((url) => Follower.start<Events>(url, EVENTS, { params })),
    );
    const unconcerned = await Follower.start<Events>(second.url, EVENTS, { params: await asMember(shop.app, other) });
    await setStatus(memberId, 'SUSPENDED');
    const seconds = await secondsUntil(Promise.all(followers.map(({ closed }) => closed)));
    for (const { closed } of followers) expect((await closed).code).toBe(4403);
    expect(seconds).toBeLessThan(5);
    const again = await Follower.connect(second.url, params);
    expect((await again.closed).code).toBe(4403);
    await setStatus(memberId, 'ACTIVE');
    const welcome = await Follower.start<Events>(second.url, EVENTS, { params });
    await shop.app.settled();
    await second.settled();
    await shop.record({ type: 'stamp', memberId });
    expect((await welcome.at(0)).memberEvents.id).toEqual(expect.any(String));
    expect(unconcerned.isClosed).toBe(false);
    for (const follower of [welcome, unconcerned]) follower.close();
  });

  test('when its API key is revoked, on every node', async () => {
    const create = `mutation { createApiKey(input: { name: "till", scopes: [MEMBERS_READ] }) { apiKey { id } secret } }`;
    type Created = { createApiKey: { apiKey: { id: string }; secret: string } };
    const { createApiKey } = await shop.admin.data<Created>(create);
    const params = { apiKey: createApiKey.secret };
    const followers = await Promise.all(
      [shop.app.url, second.url].map((url) => Follower.start(url, AWARDS, { params })),
    );
    const revoke = 'mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { userErrors { code } } }';
    await shop.admin.data(revoke, { input: { id: createApiKey.apiKey.id } });
    for (const { closed } of followers) expect((await closed).code).toBe(4403);
    // Though a node may remember a key for a second: a socket that it lets in by then would stay for days.
    const again = await Promise.all([shop.app.url, second.url].map((url) => Follower.connect(url, params)));
    expect(again.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    for (const { closed } of again) expect((await closed).code).toBe(4403);
  });
});

describe('a server that stops under load', () => {
  test('closes its sockets with 1001, and whoever resumes on another node misses nothing', async () => {
    const third = await startTestApp({ databaseUrl: shop.app.databaseUrl });
    const memberId = await shop.enrol();
    const params = await asMember(shop.app, memberId);
    // The enrolment happened on another node: it must have passed here, or it is the first event of those who follow from now on.
    await third.settled();
    const followers = await Promise.all(
      Array.from({ length: 20 }, () => Follower.start<Events>(third.url, EVENTS, { params })),
    ).catch(() => []);
    await third.settled();
    const finishLoad = atRate(100, () => shop.record({ type: 'stamp', memberId }));
    await Promise.all(followers.map((follower) => follower.at(20)));
    await third.stop();
    expect(followers).toHaveLength(20);
    for (const { closed } of followers) expect((await closed).code).toBe(1001);
    const resumed = await Promise.all(
      followers.map(({ data }) => {
        const after = data.at(-1)?.memberEvents.cursor;
        return Follower.start<Events>(second.url, EVENTS, { variables: { after }, params });
      }),
    );
    const recorded = await finishLoad();
    const expected = recorded.flatMap(({ effects }) => effects.map(({ id }) => id));
    for (const [place, follower] of resumed.entries()) {
      const all = () =>
        [...(followers[place]?.data ?? []), ...follower.data].map(({ memberEvents }) => memberEvents.id);
      await eventually('all events', () => all().length >= expected.length);
      expect(new Set(all())).toEqual(new Set(expected));
      expect(all()).toHaveLength(expected.length);
      follower.close();
    }
  });
});
