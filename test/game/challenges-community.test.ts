import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { atOnce, DAY_MS, type Shop } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { ChallengesStage, count, lineOf } from './challenges.stage.ts';

let stage: ChallengesStage;
let shop: Shop;
let other: TestApp;
/** Staff at each of the two nodes. */
let nodes: Client[];
let type: string;
let code: string;

beforeAll(async () => {
  stage = await ChallengesStage.open();
  shop = stage.shop;
  other = await startTestApp({ databaseUrl: shop.app.databaseUrl });
  nodes = [shop.staff, other.client({ role: 'STAFF' })];
});

afterAll(async () => {
  await other.stop();
  await shop.close();
});

/** Each test has an activity type and a challenge of its own. */
beforeEach(async () => {
  type = `t-${newId()}`;
  code = `together-${newId()}`;
  await shop.save('ActivityType', { code: type, name: type });
});

function offer(target: number, more: Record<string, unknown> = {}) {
  return stage.offer({ code, name: 'Together', mode: 'COMMUNITY', goal: count(type, target), ...more });
}

/** The types of a member's events, in their order. */
async function eventsOf(memberId: string): Promise<string[]> {
  const rows = await shop.sql<{ type: string }>(
    `select type from outbox where member_id = $1 and type <> 'MemberEnrolled' order by xid, seq`,
    [memberId],
  );
  return rows.map((row) => row.type);
}

/** How many members were paid, as [how often, how many]. */
async function payments(): Promise<[number, number][]> {
  const rows = await shop.sql<{ times: number; members: number }>(
    `select times, count(*)::int as members from (select count(*)::int as times from ledger_entries
       where rule_kind = 'challenge' and rule_code = $1 group by member_id) as paid group by times`,
    [code],
  );
  return rows.map(({ times, members }) => [times, members]);
}

describe('a challenge of everybody together', () => {
  test('is exact with 200 members at once on two nodes: completed once, and each contributor paid once', async () => {
    await stage.badge(code);
    await offer(150, { points: 5, badge: code });
    const prefix = newId();
    const answers = await atOnce(200, (index) => {
      const input = { type, memberId: null, memberExternalId: `${prefix}-${index}`, enrollIfUnknown: true };
      return stage.record('', input, nodes[index % 2]);
    });
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const lines = answers.map((answer) => lineOf(answer, code));
    expect(lines.filter(({ matched }) => matched)).toHaveLength(150);
    const names = answers.flatMap(({ effects }) => effects.map(({ __typename }) => __typename));
    expect(names.filter((name) => name === 'ChallengeCompleted')).toHaveLength(1);
    expect(names.filter((name) => name === 'ChallengeProgressed')).toHaveLength(149);
    const community = await stage.community(code);
    expect(community).toMatchObject({ progress: '150', target: '150', percent: 100, contributorCount: 150 });
    expect(community.completedAt).not.toBeNull();
    await stage.paid(code, 150);
    expect(await payments()).toEqual([[1, 150]]);
    const [told] = await shop.sql<{ events: number; members: number }>(
      `select count(*)::int as events, count(distinct member_id)::int as members from outbox
       where type = 'ChallengeCompleted' and payload -> 'progress' ->> 0 = $1`,
      [code],
    );
    expect(told).toEqual({ events: 150, members: 150 });
    const [badges] = await shop.sql<{ count: number }>(
      'select count(distinct member_id)::int as count from badge_awards where badge_code = $1',
      [code],
    );
    expect(badges?.count).toBe(150);
    await shop.expectCleanLedger();
  });

  test('adds up to exactly what members gave, in batches on two nodes, and cuts what goes past the target', async () => {
    await stage.offer({
      ...{ code, name: 'Kilometres', mode: 'COMMUNITY' },
      goal: { activityTypes: [type], measure: 'SUM', expression: 'activity.attributes.km', target: '500' },
    });
    const ids = await atOnce(12, (index) => shop.enrol({ displayName: `Walker ${index}` }));
    const batches = Array.from({ length: 16 }, (_, batch) =>
      shop.recordMany(
        ids.map((memberId, index) => ({ type, memberId, attributes: { km: 1.25 + ((index + batch) % 5) } })),
        nodes[batch % 2],
      ),
    );
    await Promise.all(batches);
    const { progress, contributions, contributorCount } = await stage.community(code);
    expect(progress).toBe('500');
    const amounts = contributions.edges.map(({ node }) => Number(node.amount));
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(500);
    expect(amounts).toEqual(amounts.toSorted((left, right) => right - left));
    expect([contributions.totalCount, contributorCount]).toEqual([12, 12]);
    // What each gave is what each member's own state holds.
    const own = await Promise.all(ids.map((id) => stage.progress(id, code)));
    expect(new Set(own.map((mine) => mine.progress))).toEqual(new Set(['500']));
  });

  test('tells whose activity completes it at once, and pays everybody who gave something a moment later', async () => {
    await stage.badge(code);
    await offer(3, { points: 20, badge: code, pendingFor: 'P14D', expiresAfter: 'P30D' });
    const [anna, bo, cleo] = [await shop.enrol(), await shop.enrol(), await shop.enrol()];
    await stage.record(anna, { type });
    await stage.record(anna, { type });
    const last = await stage.record(bo, { type });
    expect(last.effects).toMatchObject([
      {
        __typename: 'ChallengeCompleted',
        progress: { progress: '3', percent: 100, status: 'COMPLETED', timesCompleted: 1 },
      },
    ]);
    expect(lineOf(last, code).reason).toContain('Completed together: 3 of 3.');
    await stage.paid(code, 2);
    for (const id of [anna, bo]) {
      expect(await shop.wallet(id)).toMatchObject({ active: 0, pending: 20 });
      const [entry] = await shop.ledger(id);
      expect(entry).toMatchObject({
        kind: 'BONUS',
        reason: 'Challenge “Together” completed',
        rule: { kind: 'challenge' },
      });
      expect(Date.parse(entry?.activeAt ?? '') - Date.parse(entry?.occurredAt ?? '')).toBe(14 * DAY_MS);
      expect(Date.parse(entry?.expiresAt ?? '') - Date.parse(entry?.activeAt ?? '')).toBe(30 * DAY_MS);
      expect(await stage.badgesOf(id)).toEqual([code]);
      expect(await stage.progress(id, code)).toMatchObject({ status: 'COMPLETED', timesCompleted: 1 });
    }
    expect(await eventsOf(anna)).toEqual([
      ...['ChallengeProgressed', 'ChallengeProgressed', 'PointsEarned', 'ChallengeCompleted', 'BadgeAwarded'],
    ]);
    expect(await eventsOf(bo)).toEqual(['ChallengeCompleted', 'PointsEarned', 'BadgeAwarded']);
    // Who comes too late gives nothing, and gets nothing.
    expect(lineOf(await stage.record(cleo, { type }), code)).toMatchObject({ matched: false });
    expect((await shop.wallet(cleo)).pending).toBe(0);
    await shop.expectCleanLedger();
  });

  test('opens what depends on it to those who contributed', async () => {
    await offer(1);
    const next = `next-${newId()}`;
    await stage.offer({ code: next, name: 'Next', goal: count(type, 1), prerequisites: [code] });
    const [giver, stranger] = [await shop.enrol(), await shop.enrol()];
    await stage.record(giver, { type });
    await stage.paid(code, 1);
    expect(lineOf(await stage.record(giver, { type }), next).matched).toBe(true);
    expect(lineOf(await stage.record(stranger, { type }), next)).toMatchObject({
      ...{ matched: false, reason: 'Complete “Together” first.' },
    });
  });

  test('shows everybody’s contribution, the largest first, with as much of a name as each member wants', async () => {
    await offer(100);
    const people = [
      { displayName: 'Paula Public', visibility: 'PUBLIC' },
      { displayName: 'Alice Alias', alias: 'Trailblazer', visibility: 'ALIAS' },
      { displayName: 'Hilde Hidden', alias: 'Nobody', visibility: 'HIDDEN' },
    ];
    const ids: string[] = [];
    for (const person of people) ids.push(await shop.enrol(person));
    for (const [index, id] of ids.entries()) await stage.review(id, 5 - index, { type });
    const seenBy = async (client: Client) =>
      (await stage.community(code, client)).contributions.edges.map(({ node }) => [
        node.displayName,
        node.member?.id,
        node.amount,
      ]);
    const [paula, alice, hilde] = ids;
    const stranger = [
      ['Paula Public', paula, '5'],
      ['Trailblazer', undefined, '4'],
      ['Hidden member', undefined, '3'],
    ];
    expect(await seenBy(shop.app.client())).toEqual(stranger);
    const own = shop.app.client({ role: 'MEMBER', subject: alice ?? '' });
    expect(await seenBy(own)).toEqual(stranger.with(1, ['Trailblazer', alice, '4']));
    expect(await seenBy(shop.staff)).toEqual([
      ['Paula Public', paula, '5'],
      ['Alice Alias', alice, '4'],
      ['Hilde Hidden', hilde, '3'],
    ]);
    const { contributions } = await stage.community(code);
    expect(contributions.edges.map(({ node }) => node.percent)).toEqual([41.6, 33.3, 25]);
    // An id would tell who hides, here as elsewhere, and when somebody joined.
    const texts = contributions.edges.map(({ cursor }) => Buffer.from(cursor, 'base64url').toString());
    expect(texts.map((text) => JSON.parse(text).slice(0, 1))).toEqual([['-5000000'], ['-4000000'], ['-3000000']]);
    for (const id of ids) expect(texts.join(' ')).not.toContain(id);
  });
});
