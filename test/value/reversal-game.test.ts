import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { DAY_MS, fromNow } from '../recording/shop.ts';
import { eventually } from '../support/platform.ts';
import { ReversalStage, type Reversed } from './reversal-stage.ts';

let stage: ReversalStage;
let type: string;
let code: string;
let memberId: string;

beforeAll(async () => {
  const issuerKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  stage = await ReversalStage.open({ config: { publicUrl: 'https://club.example', issuerKey } });
  await stage.shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
});

afterAll(async () => {
  await stage.shop.expectCleanLedger();
  await stage.shop.close();
});

/** Each test has an activity type, a code and a member of its own. */
beforeEach(async () => {
  type = `t-${newId()}`;
  code = `c-${newId()}`;
  await stage.shop.save('ActivityType', { code: type, name: type });
  memberId = await stage.shop.enrol();
});

const badge = (more: object) => stage.shop.save('Badge', { code, name: 'A badge', description: 'x', ...more });
const challenge = (more: object) => stage.shop.save('Challenge', { code, name: 'A challenge', points: 50, ...more });
const goal = (target: number) => ({ activityTypes: [type], target: String(target) });

/** Records one activity and gives its id. */
async function act(daysAgo = 0, member = memberId): Promise<string> {
  const occurredAt = fromNow(stage.shop, -daysAgo * DAY_MS);
  const { activity } = await stage.shop.record({ type, memberId: member, occurredAt });
  return activity?.id ?? '';
}

async function acts(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let done = 0; done < count; done += 1) ids.push(await act());
  return ids;
}

function kinds({ effects }: Pick<Reversed, 'effects'>): string[] {
  return effects.map(({ __typename }) => __typename);
}

interface Award {
  id: string;
  number: number | null;
  revoked: boolean;
  cause: string;
}

/** A member's awards of the test's badge, the oldest first. */
function awards(member = memberId): Promise<Award[]> {
  return stage.shop.sql<Award>(
    `select id, number, revoked_at is not null as revoked, cause_kind as cause from badge_awards
     where badge_code = $1 and member_id = $2 order by id`,
    [code, member],
  );
}

async function credentialOf(awardId: string): Promise<string | null> {
  const document = 'query ($id: ID!) { node(id: $id) { ... on BadgeAward { credential } } }';
  type Found = { node: { credential: string | null } };
  const member = stage.shop.app.client({ role: 'MEMBER', subject: memberId });
  return (await member.data<Found>(document, { id: awardId })).node.credential;
}

async function revokeByHand(awardId: string): Promise<void> {
  const document = 'mutation ($input: RevokeBadgeInput!) { revokeBadge(input: $input) { userErrors { code } } }';
  await stage.shop.staff.data(document, { input: { awardId, reason: 'A mistake' } });
}

describe('a challenge', () => {
  test('stays completed for as long as other activities make it so, and is then opened once', async () => {
    await challenge({ goal: goal(2) });
    const [first = '', second = '', third = ''] = await acts(3);
    expect(kinds(await stage.reverse(second))).toEqual([]);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 50 });
    expect(kinds(await stage.reverse(first))).toEqual(['PointsReversed', 'ChallengeReopened']);
    expect(kinds(await stage.reverse(third))).toEqual(['ChallengeProgressed']);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, lifetimeReversed: 50 });
    await acts(2);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 50, lifetimeEarned: 100 });
  });

  test('that was paid in looking back is opened as well, with the badge and what it did for the tier', async () => {
    const [first = ''] = await acts(2);
    const days = () => stage.shop.sql('select points::int from tier_days where member_id = $1', [memberId]);
    await badge({ onReversal: 'REVOKE' });
    await challenge({ goal: goal(2), badge: code, startsAt: fromNow(stage.shop, -9 * DAY_MS) });
    await eventually('it is paid', async () => (await stage.wallet(memberId)).active === 50, 60_000);
    expect([await awards(), await days()]).toMatchObject([[{ number: 1 }], [{ points: 50 }, { points: 50 }]]);
    expect(kinds(await stage.reverse(first))).toEqual(['PointsReversed', 'ChallengeReopened', 'BadgeRevoked']);
    expect([await awards(), await days()]).toMatchObject([[{ number: null }], [{ points: 0 }, { points: 0 }]]);
    await act();
    expect(await stage.wallet(memberId)).toMatchObject({ active: 50, lifetimeReversed: 50 });
  });

  test('is opened by a refund after it was archived', async () => {
    await challenge({ goal: goal(1) });
    const only = await act();
    await challenge({ goal: goal(1), status: 'ARCHIVED' });
    const { effects } = await stage.reverse(only);
    expect(effects).toMatchObject([
      { __typename: 'PointsReversed', points: 50 },
      { __typename: 'ChallengeReopened', progress: { timesCompleted: 0, challenge: { code } } },
    ]);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0 });
  });

  test('with a streak that is broken in the middle is opened, and told how it stands', async () => {
    const startsAt = fromNow(stage.shop, -9 * DAY_MS);
    await challenge({ goal: goal(1), streak: { every: 'DAY', length: 3, freezes: 0 }, startsAt });
    await act(2);
    const middle = await act(1);
    await act(0);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 50 });
    const { effects } = await stage.reverse(middle);
    expect(effects).toMatchObject([
      { __typename: 'PointsReversed', points: 50 },
      { __typename: 'ChallengeReopened', progress: { status: 'IN_PROGRESS', progress: '1', timesCompleted: 0 } },
    ]);
    await act(1);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 50, lifetimeReversed: 50 });
  });
});

describe('a challenge of everybody together', () => {
  const shared = async () => {
    const key = `challenge:${code}|COMMUNITY|0`;
    const [usage] = await stage.shop.sql('select count, points::int from rule_usages where key = $1', [key]);
    return usage;
  };

  test('falls by what one member had given while it is open', async () => {
    await challenge({ goal: goal(5), mode: 'COMMUNITY' });
    const other = await stage.shop.enrol();
    await act(0, other);
    const [first = ''] = await acts(2);
    const { effects } = await stage.reverse(first);
    expect(effects).toMatchObject([{ __typename: 'ChallengeProgressed', progress: { progress: '2' } }]);
    expect(await shared()).toEqual({ count: 0, points: 2_000_000 });
    await stage.shop.expectCleanLedger();
  });

  test('is final once it is completed: contributions and what was paid stay', async () => {
    await challenge({ goal: goal(2), mode: 'COMMUNITY' });
    const [first = ''] = await acts(2);
    await eventually('it is paid', async () => (await stage.wallet(memberId)).active === 50, 60_000);
    expect(kinds(await stage.reverse(first))).toEqual([]);
    expect(await shared()).toEqual({ count: 1, points: 2_000_000 });
    expect(await stage.wallet(memberId)).toMatchObject({ active: 50 });
  });

  test('keeps what was given to periods that are long closed', async () => {
    const startsAt = fromNow(stage.shop, -90 * DAY_MS);
    await challenge({ goal: goal(9), mode: 'COMMUNITY', recurrence: 'DAY', startsAt });
    await act(2);
    stage.shop.app.clock.advance(60 * DAY_MS);
    // Recording in the running day forgets the old one in the member's goals, and nowhere else.
    const [first = ''] = await acts(2);
    await stage.reverse(first);
    const given = await stage.shop.sql(
      'select amount::int from challenge_contributions where challenge_code = $1 order by period',
      [code],
    );
    expect(given).toEqual([{ amount: 1_000_000 }, { amount: 1_000_000 }]);
    await stage.shop.expectCleanLedger();
  });
});

describe('a badge', () => {
  test('that is kept stays with what had earned it taken back, and is not awarded again', async () => {
    await badge({ goal: goal(1), onReversal: 'KEEP' });
    const first = await act();
    expect(kinds(await stage.reverse(first))).toEqual([]);
    await acts(2);
    expect(await awards()).toMatchObject([{ number: 1, revoked: false }]);
  });

  test('that is revoked can be earned again, under its number and with a credential of its own', async () => {
    await badge({ goal: goal(1), onReversal: 'REVOKE' });
    const first = await act();
    expect(kinds(await stage.reverse(first))).toEqual(['BadgeRevoked']);
    await act();
    const [old, again, ...more] = await awards();
    expect([old, again, more]).toMatchObject([{ number: null, revoked: true }, { number: 1, revoked: false }, []]);
    // A revoked award has none; the new one's is about the new award.
    expect(await credentialOf(old?.id ?? '')).toBeNull();
    const [, payload = ''] = ((await credentialOf(again?.id ?? '')) ?? '').split('.');
    const { id } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { id: string };
    expect([id.includes(again?.id ?? '?'), id.includes(old?.id ?? '?')]).toEqual([true, false]);
    await stage.shop.expectCleanLedger();
  });

  test('that was revoked by hand stays so: neither refund nor new activities change it', async () => {
    await badge({ goal: goal(1), onReversal: 'REVOKE' });
    const first = await act();
    await revokeByHand((await awards())[0]?.id ?? '');
    expect(kinds(await stage.reverse(first))).toEqual([]);
    await acts(2);
    expect(await awards()).toMatchObject([{ number: 1, revoked: true }]);
    await stage.shop.expectCleanLedger();
  });

  test('of a limited edition gives its piece back, and somebody else can have it', async () => {
    await badge({ goal: goal(1), onReversal: 'REVOKE', limit: 1 });
    const first = await act();
    const other = await stage.shop.enrol();
    await act(0, other);
    expect(await awards(other)).toEqual([]);
    await stage.reverse(first);
    await act(0, other);
    expect(await awards(other)).toMatchObject([{ number: 1, revoked: false }]);
    await act();
    expect(await awards()).toMatchObject([{ number: null, revoked: true }]);
    await stage.shop.expectCleanLedger();
  });

  test('of an edition that is limited later counts no award that was taken back', async () => {
    await badge({ goal: goal(1), onReversal: 'REVOKE' });
    await stage.reverse(await act());
    await badge({ goal: goal(1), onReversal: 'REVOKE', limit: 1 });
    await stage.shop.expectCleanLedger();
    await act();
    expect(await awards()).toMatchObject([{ number: null }, { number: 1 }]);
  });

  test('that was taken back stands among the member’s without a number', async () => {
    await badge({ goal: goal(1), onReversal: 'REVOKE' });
    await stage.reverse(await act(), { reason: 'Did not fit' });
    const document = `query ($id: ID!) { member(id: $id) { badges(first: 9) { edges { node {
      number revokedAt revokedReason badge { code } } } } } }`;
    type Found = { member: { badges: { edges: { node: object }[] } } };
    const { member } = await stage.shop.staff.data<Found>(document, { id: memberId });
    expect(member.badges.edges.map(({ node }) => node)).toEqual([
      { number: null, revokedAt: expect.any(String), revokedReason: 'Did not fit', badge: { code } },
    ]);
  });

  test('that is repeatable loses the latest of what its goal gave, and numbers close up', async () => {
    await badge({ goal: goal(1), onReversal: 'REVOKE', repeatable: true });
    await challenge({ code: `${code}-2`, goal: goal(2), badge: code, points: null });
    const [, second = ''] = await acts(3);
    expect((await awards()).map(({ number, cause }) => [number, cause])).toEqual([
      [1, 'badge'],
      [2, 'challenge'],
      [3, 'badge'],
      [4, 'badge'],
    ]);
    expect(kinds(await stage.reverse(second))).toEqual(['BadgeRevoked']);
    expect((await awards()).map(({ number }) => number)).toEqual([1, 2, 3, null]);
    await stage.shop.expectCleanLedger();
  });

  test('goes on with its own goal when the challenge that gave it is opened, and goes with that', async () => {
    const other = `t-${newId()}`;
    await stage.shop.save('ActivityType', { code: other, name: other });
    await badge({ goal: goal(1), onReversal: 'REVOKE' });
    await challenge({ code: `${code}-2`, goal: { activityTypes: [other], target: '1' }, badge: code, points: null });
    const { activity } = await stage.shop.record({ type: other, memberId });
    const own = await act();
    expect(await awards()).toMatchObject([{ cause: 'challenge' }]);
    expect(kinds(await stage.reverse(activity?.id ?? ''))).toEqual(['ChallengeReopened']);
    expect(await awards()).toMatchObject([{ cause: 'badge', number: 1, revoked: false }]);
    expect(kinds(await stage.reverse(own))).toEqual(['BadgeRevoked']);
    await act();
    expect(await awards()).toMatchObject([
      { number: null, revoked: true },
      { number: 1, revoked: false, cause: 'badge' },
    ]);
    await stage.shop.expectCleanLedger();
  });

  test('goes on with the challenge that gave it when that still holds for another day', async () => {
    await badge({ onReversal: 'REVOKE' });
    const startsAt = fromNow(stage.shop, -9 * DAY_MS);
    await challenge({ code: `${code}-2`, goal: goal(1), recurrence: 'DAY', badge: code, points: null, startsAt });
    const earlier = await act(1);
    const later = await act(0);
    expect(kinds(await stage.reverse(earlier))).toEqual(['ChallengeReopened']);
    expect(kinds(await stage.reverse(later))).toEqual(['ChallengeReopened', 'BadgeRevoked']);
    expect(await awards()).toMatchObject([{ number: null, revoked: true }]);
  });
});
