import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { DAY_MS, fromNow, HOUR_MS, type Shop } from '../recording/shop.ts';
import { ChallengesStage, count, lineOf } from './challenges.stage.ts';

let stage: ChallengesStage;
let shop: Shop;
let member: string;

beforeAll(async () => {
  stage = await ChallengesStage.open();
  shop = stage.shop;
});

afterAll(() => shop.close());

/** Each test has a member, and challenges on an activity type, of its own. */
let type: string;
beforeEach(async () => {
  member = await shop.enrol({ timeZone: 'Europe/Stockholm' });
  type = `t-${newId()}`;
  await shop.save('ActivityType', { code: type, name: type });
});

/** Saves a challenge of this test's activity type. */
function offer(code: string, target: number, more: Record<string, unknown> = {}) {
  return stage.offer({ code, name: code, goal: count(type, target), ...more });
}

describe('a challenge of one’s own', () => {
  test('tells each step, and pays points and badge with the activity that completes it', async () => {
    await stage.badge('first-steps');
    await offer('steps', 3, { name: 'Three steps', points: 50, badge: 'first-steps' });
    const first = await stage.record(member, { type });
    expect(first.effects).toMatchObject([
      {
        __typename: 'ChallengeProgressed',
        progress: { progress: '1', target: '3', percent: 33.3, status: 'IN_PROGRESS' },
      },
    ]);
    expect(lineOf(first, 'steps')).toMatchObject({ matched: true, reason: '1 of 3.', points: 0 });
    await stage.record(member, { type });
    const third = await stage.record(member, { type });
    expect(third.effects).toMatchObject([
      { __typename: 'PointsEarned', points: 50 },
      {
        __typename: 'ChallengeCompleted',
        progress: { challenge: { code: 'steps' }, progress: '3', percent: 100, status: 'COMPLETED', timesCompleted: 1 },
      },
      {
        __typename: 'BadgeAwarded',
        award: { badge: { code: 'first-steps' }, reason: 'Challenge “Three steps” completed' },
      },
    ]);
    expect(lineOf(third, 'steps')).toMatchObject({
      matched: true,
      points: 50,
      reason: expect.stringContaining('3 of 3'),
    });
    expect(await stage.progress(member, 'steps')).toMatchObject({
      ...{ status: 'COMPLETED', progress: '3', target: '3', percent: 100, timesCompleted: 1 },
      completedAt: third.effects[1]?.progress?.completedAt,
    });
    const [entry] = await shop.ledger(member);
    expect(entry).toMatchObject({
      ...{ kind: 'BONUS', points: 50, reason: 'Challenge “Three steps” completed' },
      rule: { kind: 'challenge', code: 'steps', version: 1, name: 'Three steps' },
    });
    const [completion] = await shop.sql(
      'select period, activity_id, entry_id from challenge_completions where member_id = $1',
      [member],
    );
    expect(completion).toEqual({ period: 0, activity_id: third.activity?.id, entry_id: entry?.id });
    await shop.expectCleanLedger();
  });

  test('is completed once: what comes after says so and pays nothing', async () => {
    await offer('once', 1, { points: 10 });
    expect(await stage.review(member, 1, { type })).toEqual(['PointsEarned', 'ChallengeCompleted']);
    const again = await stage.record(member, { type });
    expect(again.effects).toEqual([]);
    expect(lineOf(again, 'once')).toMatchObject({ matched: false, reason: 'Completed already.' });
    expect((await stage.progress(member, 'once')).timesCompleted).toBe(1);
    expect((await shop.wallet(member)).active).toBe(10);
  });

  test('answers a repeated key with the very same events', async () => {
    await offer('repeated', 1, { points: 10 });
    const input = { type, idempotencyKey: newId() };
    const first = await stage.record(member, input);
    expect((await stage.record(member, input)).effects).toEqual(first.effects);
    expect((await shop.wallet(member)).lifetimeEarned).toBe(10);
  });

  test('adds up money, and what an expression says', async () => {
    await stage.offer({
      code: 'spender',
      name: 'Spender',
      goal: { activityTypes: [type], measure: 'SUM_VALUE', target: '100' },
    });
    await stage.offer({
      code: 'walker',
      name: 'Walker',
      goal: { activityTypes: [type], measure: 'SUM', expression: 'activity.attributes.km', target: '7.5' },
    });
    const value = { amount: '40.25', currencyCode: 'SEK' };
    await stage.record(member, { type, value, attributes: { km: 3 } });
    expect(await stage.progress(member, 'spender')).toMatchObject({ progress: '40.25', target: '100', percent: 40.2 });
    expect(await stage.progress(member, 'walker')).toMatchObject({ progress: '3', target: '7.5', percent: 40 });
    await stage.record(member, { type, value: { ...value, amount: '59.75' }, attributes: { km: 5 } });
    for (const code of ['spender', 'walker']) {
      expect(await stage.progress(member, code)).toMatchObject({ status: 'COMPLETED', percent: 100 });
    }
  });

  test('holds its points back and lets them expire, as it says', async () => {
    await offer('patient', 1, { points: 30, pendingFor: 'P14D', expiresAfter: 'P30D' });
    await stage.record(member, { type });
    expect(await shop.wallet(member)).toMatchObject({ active: 0, pending: 30 });
    const [entry] = await shop.ledger(member);
    expect(Date.parse(entry?.activeAt ?? '') - Date.parse(entry?.occurredAt ?? '')).toBe(14 * DAY_MS);
    expect(Date.parse(entry?.expiresAt ?? '') - Date.parse(entry?.activeAt ?? '')).toBe(30 * DAY_MS);
  });

  test('counts nothing before it starts, and names when it will', async () => {
    const startsAt = fromNow(shop, DAY_MS);
    await offer('later', 1, { startsAt });
    const early = await stage.record(member, { type });
    expect(lineOf(early, 'later')).toMatchObject({ matched: false, nextPossibleAt: startsAt });
    expect(await stage.progress(member, 'later')).toMatchObject({ status: 'NOT_STARTED', nextPossibleAt: startsAt });
  });

  test('expires at its end: what took place later counts no more, what took place before still does', async () => {
    const endsAt = fromNow(shop, HOUR_MS);
    await offer('ending', 2, { endsAt });
    await stage.record(member, { type });
    shop.app.clock.advance(2 * HOUR_MS);
    expect(await stage.progress(member, 'ending')).toMatchObject({ status: 'EXPIRED', progress: '1' });
    const late = await stage.record(member, { type });
    expect(lineOf(late, 'ending')).toMatchObject({ matched: false, reason: expect.stringContaining('ended') });
    await stage.record(member, { type, occurredAt: fromNow(shop, -90 * 60_000) });
    expect(await stage.progress(member, 'ending')).toMatchObject({ status: 'COMPLETED', progress: '2' });
  });

  test('waits for its prerequisites; the activity that completes one does not count for the next', async () => {
    await offer('novice', 1, { name: 'Novice' });
    await offer('expert', 1, { prerequisites: ['novice'] });
    expect(await stage.progress(member, 'expert')).toMatchObject({
      status: 'NOT_STARTED',
      reason: 'Complete “Novice” first.',
    });
    const first = await stage.record(member, { type });
    expect(lineOf(first, 'expert')).toMatchObject({ matched: false, reason: 'Complete “Novice” first.' });
    const second = await stage.record(member, { type });
    expect(second.effects.map(({ progress }) => progress?.challenge.code)).toEqual(['expert']);
  });

  test('is for its audience only, unless it was begun', async () => {
    await offer('hikers', 2, { audience: '"hiking" in member.interests' });
    const hiker = await shop.enrol({ interests: ['hiking'] });
    const shown = async (id: string) =>
      (await stage.progressOf(id)).some(({ challenge }) => challenge.code === 'hikers');
    expect([await shown(member), await shown(hiker)]).toEqual([false, true]);
    expect(lineOf(await stage.record(member, { type }), 'hikers').reason).toBe('The challenge is not for this member.');
    await stage.record(hiker, { type });
    const document = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
    await shop.staff.data(document, { input: { memberId: hiker, interests: [] } });
    expect(await shown(hiker)).toBe(true);
    expect(await stage.progress(hiker, 'hikers')).toMatchObject({ progress: '1', status: 'IN_PROGRESS' });
  });

  test('looks back to its start, silently, and shows how far that is', async () => {
    const earlier = await shop.enrol();
    await stage.review(earlier, 2, { type, occurredAt: fromNow(shop, -2 * DAY_MS) });
    await stage.record(earlier, { type, occurredAt: fromNow(shop, -9 * DAY_MS) });
    await offer('looking-back', 2, { points: 25, startsAt: fromNow(shop, -7 * DAY_MS) });
    await stage.filled('looking-back');
    expect(await stage.progress(earlier, 'looking-back')).toMatchObject({ status: 'COMPLETED', timesCompleted: 1 });
    expect((await shop.wallet(earlier)).active).toBe(25);
    const events = await shop.sql<{ type: string; notify: boolean }>(
      `select type, notify from outbox where member_id = $1 and type in ('PointsEarned', 'ChallengeCompleted')`,
      [earlier],
    );
    expect(events.toSorted((left, right) => left.type.localeCompare(right.type))).toEqual([
      { type: 'ChallengeCompleted', notify: false },
      { type: 'PointsEarned', notify: false },
    ]);
  });
});

describe('everything at once', () => {
  test('a completed challenge pays points, which lift a tier, which awards a badge, in one recording', async () => {
    await stage.badge('gold-pin');
    await shop.save('Tier', { code: 'gold', name: 'Gold', rank: 1, threshold: '100', badge: 'gold-pin' });
    await stage.badge('opener');
    await offer('cascade', 1, { points: 100, badge: 'opener' });
    const simulated = await stage.simulate(member, { type });
    const { effects } = await stage.record(member, { type });
    expect(effects.map(({ __typename }) => __typename)).toEqual([
      ...['PointsEarned', 'ChallengeCompleted', 'TierChanged', 'BadgeAwarded', 'BadgeAwarded'],
    ]);
    expect(effects.flatMap(({ award }) => award?.badge.code ?? []).sort()).toEqual(['gold-pin', 'opener']);
    expect(effects.find(({ to }) => to !== undefined)?.to).toEqual({ code: 'gold' });
    const essence = ({ __typename, points, progress, to }: (typeof effects)[number]) => [
      __typename,
      points,
      progress && { ...progress, startedAt: null, completedAt: null },
      to,
    ];
    expect(simulated.effects.map(essence)).toEqual(effects.map(essence));
    expect(await stage.badgesOf(member)).toEqual(['gold-pin', 'opener']);
    await shop.expectCleanLedger();
  });
});

describe('simulating', () => {
  test('shows the effects on challenges and writes nothing', async () => {
    await stage.badge('dry-badge');
    await offer('dry', 2, { points: 5, badge: 'dry-badge' });
    await stage.offer({ code: 'dry-together', name: 'Together', mode: 'COMMUNITY', goal: count(type, 2), points: 5 });
    await stage.record(member, { type });
    const tables = [
      'activities',
      'outbox',
      'challenge_completions',
      'challenge_contributions',
      'badge_awards',
      'rule_usages',
    ];
    const look = async () => [
      ...(await Promise.all(tables.map((table) => shop.count(table)))),
      await shop.sql('select * from member_progress order by member_id'),
      await shop.sql('select * from rule_usages order by member_id, key'),
      await shop.sql(`select count(*) from pgboss.job where name = 'challenges.pay-community'`),
    ];
    const before = await look();
    for (let turn = 0; turn < 3; turn += 1) {
      const { effects } = await stage.simulate(member, { type });
      expect(effects.map(({ __typename, progress }) => progress?.challenge.code ?? __typename)).toEqual([
        ...['PointsEarned', 'dry', 'dry-together', 'BadgeAwarded'],
      ]);
      expect(effects.flatMap(({ progress }) => progress?.status ?? [])).toEqual(['COMPLETED', 'COMPLETED']);
    }
    expect(await look()).toEqual(before);
  });
});
