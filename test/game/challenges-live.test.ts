import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { newId } from '../../src/platform/ids.ts';
import { asMember, asStaff } from '../realtime/support/stage.ts';
import type { Shop } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { enrol } from '../support/members.ts';
import { ChallengesStage, count, EFFECT, type GameEffect } from './challenges.stage.ts';

interface Update {
  challengeUpdated: {
    name: string;
    community: {
      progress: string;
      percent: number;
      contributorCount: number;
      completedAt: string | null;
      contributions?: { edges: { node: { displayName: string; amount: string; member?: { id: string } | null } }[] };
    };
  };
}

const UPDATES = `subscription ($code: String!) { challengeUpdated(code: $code) {
  name goal { target } badge { code name } community { progress percent contributorCount completedAt } } }`;
const NAMES = `subscription ($code: String!) { challengeUpdated(code: $code) {
  name community { progress percent contributorCount completedAt contributions(first: 3) { edges { node { displayName amount } } } } } }`;
const MEMBERS = NAMES.replace('amount', 'amount member { id }');

let stage: ChallengesStage;
let shop: Shop;
let other: TestApp;
let type: string;
let code: string;

beforeAll(async () => {
  stage = await ChallengesStage.open();
  shop = stage.shop;
  other = await startTestApp({ databaseUrl: shop.app.databaseUrl });
});

afterAll(async () => {
  await other.stop();
  await shop.close();
});

beforeEach(async () => {
  type = `t-${newId()}`;
  code = `live-${newId()}`;
  await shop.save('ActivityType', { code: type, name: type });
});

function offer(target: number, more: Record<string, unknown> = {}) {
  return stage.offer({ code, name: 'Live', mode: 'COMMUNITY', goal: count(type, target), ...more });
}

function follow(query = UPDATES, params: Record<string, unknown> = {}, url = shop.app.url): Promise<Follower<Update>> {
  return Follower.start<Update>(url, query, { variables: { code }, params });
}

/** Resolves when a follower has seen this much together. */
async function seen(follower: Follower<Update>, progress: string): Promise<void> {
  const latest = () => follower.data.at(-1)?.challengeUpdated.community.progress;
  await follower.until(`${progress} together`, () => latest() === progress || follower.failure !== null);
  expect(latest()).toBe(progress);
}

describe('challengeUpdated', () => {
  test('shows how everybody stands at once and again with each change, on every node, made once for all who watch', async () => {
    await offer(10);
    const member = await shop.enrol();
    await stage.record(member, { type });
    const [one, two, far] = [await follow(), await follow(), await follow(UPDATES, {}, other.url)];
    for (const follower of [one, two, far]) {
      expect((await follower.at(0)).challengeUpdated).toEqual({
        ...{ name: 'Live', goal: { target: '10' }, badge: null },
        community: { progress: '1', percent: 10, contributorCount: 1, completedAt: null },
      });
    }
    await stage.record(member, { type });
    for (const follower of [one, two, far]) await seen(follower, '2');
    // The very same execution: what is made for each request anew is the same too.
    expect(two.results.at(-1)).toEqual(one.results.at(-1));
    expect(far.results.at(-1)?.extensions.requestId).not.toBe(one.results.at(-1)?.extensions.requestId);
    for (const follower of [one, two, far]) follower.close();
  });

  test('gathers what happens within a quarter of a second, and ends with the newest state', async () => {
    await offer(40);
    const member = await shop.enrol();
    const follower = await follow();
    await follower.at(0);
    const startedAt = performance.now();
    for (let round = 0; round < 40; round += 1) await stage.record(member, { type });
    const tookMs = performance.now() - startedAt;
    await seen(follower, '40');
    expect(follower.results.length).toBeLessThanOrEqual(3 + tookMs / 250);
    const amounts = follower.data.map(({ challengeUpdated }) => Number(challengeUpdated.community.progress));
    expect(amounts).toEqual(amounts.toSorted((left, right) => left - right));
    expect(new Set(amounts).size).toBe(amounts.length);
    expect(follower.data.at(-1)?.challengeUpdated.community.completedAt).not.toBeNull();
    follower.close();
  });

  test('shows who gave what, by the name everybody may know, and a new name when somebody takes one', async () => {
    await offer(10);
    const anna = await shop.enrol({ displayName: 'Anna' });
    const hidden = await shop.enrol({ displayName: 'Hilde', visibility: 'HIDDEN' });
    await stage.review(anna, 2, { type });
    await stage.record(hidden, { type });
    const anybody = await follow(NAMES);
    const herself = await follow(MEMBERS, await asMember(shop.app, hidden));
    const staff = await follow(NAMES, await asStaff(shop.app));
    const namesOf = async (follower: Follower<Update>, place: number) => {
      const { community } = (await follower.at(place)).challengeUpdated;
      return community.contributions?.edges.map(({ node }) => node.displayName);
    };
    expect(await namesOf(anybody, 0)).toEqual(['Anna', 'Hidden member']);
    expect(await namesOf(staff, 0)).toEqual(['Anna', 'Hilde']);
    expect((await herself.at(0)).challengeUpdated.community.contributions?.edges[1]?.node).toEqual({
      ...{ displayName: 'Hidden member', amount: '1', member: { id: hidden } },
    });
    const rename = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
    await shop.staff.data(rename, { input: { memberId: anna, displayName: 'Annika' } });
    expect(await namesOf(anybody, 1)).toEqual(['Annika', 'Hidden member']);
    for (const follower of [anybody, herself, staff]) follower.close();
  });

  test('tells of a challenge that was saved anew, and nothing when nothing that is shown has changed', async () => {
    await offer(10);
    const follower = await follow();
    await follower.at(0);
    const someone = await shop.enrol();
    const rename = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
    await shop.staff.data(rename, { input: { memberId: someone, displayName: 'Somebody else' } });
    await shop.app.settled();
    await offer(10, { name: 'Renamed' });
    expect((await follower.at(1)).challengeUpdated.name).toBe('Renamed');
    expect(follower.results).toHaveLength(2);
    follower.close();
  });

  test('refuses what is unknown, not open, or not together', async () => {
    const refusalOf = async (variables: object, params = {}) => {
      const follower = await Follower.start<Update>(shop.app.url, UPDATES, { variables, params });
      await follower.until('an answer', () => follower.failure !== null || follower.results.length > 0);
      follower.close();
      return follower.failure?.[0]?.extensions.code ?? null;
    };
    await offer(10, { status: 'DRAFT' });
    await stage.offer({ code: `own-${code}`, name: 'Own', goal: count(type, 2) });
    expect(await refusalOf({ code: 'no-such-challenge' })).toBe('NOT_FOUND');
    expect(await refusalOf({ code })).toBe('NOT_FOUND');
    expect(await refusalOf({ code }, await asStaff(shop.app))).toBeNull();
    expect(await refusalOf({ code: `own-${code}` })).toBe('BAD_USER_INPUT');
  });
});

describe('the events of a member', () => {
  test('are the effects that the recording answered, to the last field', async () => {
    await stage.badge(code);
    await stage.offer({ code, name: 'Events', goal: count(type, 2), points: 10, badge: code });
    await offerStreak();
    const { member, effects: joined } = await enrol(shop.staff);
    const id = member?.id ?? '';
    const follower = await Follower.start<{ memberEvents: GameEffect }>(
      shop.app.url,
      `subscription ($after: String) { memberEvents(after: $after) { ${EFFECT} } }`,
      { variables: { after: joined[0]?.cursor }, params: await asMember(shop.app, id) },
    );
    const effects: GameEffect[] = [];
    for (let turn = 0; turn < 2; turn += 1) effects.push(...(await stage.record(id, { type })).effects);
    await follower.until('all events', () => follower.data.length >= effects.length);
    expect(follower.data.map(({ memberEvents }) => memberEvents)).toEqual(effects);
    expect(effects.map(({ __typename }) => __typename)).toEqual([
      ...['ChallengeProgressed', 'ChallengeProgressed', 'PointsEarned', 'ChallengeCompleted', 'BadgeAwarded'],
    ]);
    follower.close();
  });
});

/** A second challenge that listens to the same activities: met by the first of a day. */
function offerStreak() {
  const streak = { every: 'DAY', length: 3, freezes: 1 };
  return stage.offer({ code: `streak-${code}`, name: 'Streak', goal: count(type, 1), streak });
}
