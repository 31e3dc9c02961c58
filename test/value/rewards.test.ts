import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, fromNow, HOUR_MS } from '../recording/shop.ts';
import type { Client } from '../support/client.ts';
import { RewardsStage, refusalOf } from './rewards-stage.ts';

let stage: RewardsStage;

beforeAll(async () => {
  stage = await RewardsStage.open();
  await stage.shop.offer('bought', { points: { fixed: 60 }, pendingFor: 'P14D', expiresAfter: 'P30D' });
  await stage.shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
  await stage.shop.save('Tier', { code: 'silver', name: 'Silver', rank: 2, threshold: '100' });
});

afterAll(() => stage.shop.close());

/** What a refusal says in both places: before, in the availability, and when it is tried. */
async function refused(memberId: string, code: string) {
  const shown = await stage.availability(code, memberId);
  const tried = await stage.redeem(memberId, code);
  expect(tried).toMatchObject({ redemption: null, effects: [], member: null, replayed: false });
  expect(tried.userErrors[0]?.message).toBe(shown.reason);
  expect(shown).toMatchObject({ available: false, code: refusalOf(tried).code });
  return { ...refusalOf(tried), missingPoints: shown.missingPoints, nextPossibleAt: shown.nextPossibleAt };
}

describe('a reward is refused', () => {
  test('to a member who is suspended, before anything else is looked at', async () => {
    const kim = await stage.member(100);
    const code = await stage.reward();
    await stage.shop.staff.data(
      `mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }`,
      {
        input: { memberId: kim, status: 'SUSPENDED', reason: 'A test' },
      },
    );
    expect(await refused(kim, code)).toMatchObject({
      ...{ code: 'MEMBER_NOT_ACTIVE', path: ['input', 'memberId'], details: { status: 'SUSPENDED' } },
    });
    expect(refusalOf(await stage.redeem(kim, 'there-is-none')).code).toBe('MEMBER_NOT_ACTIVE');
  });

  test('when there is none of its code, or no such member', async () => {
    const kim = await stage.member();
    const code = await stage.reward();
    expect(refusalOf(await stage.redeem(kim, 'there-is-none'))).toMatchObject({
      ...{ code: 'NOT_FOUND', path: ['input', 'reward'] },
    });
    for (const memberId of ['019aa000-0000-7000-8000-000000000000', 'nobody']) {
      expect(refusalOf(await stage.redeem(memberId, code))).toMatchObject({
        ...{ code: 'NOT_FOUND', path: ['input', 'memberId'] },
      });
    }
  });

  test('before its start and from its end on', async () => {
    const kim = await stage.member(100);
    const startsAt = fromNow(stage.shop, HOUR_MS);
    const later = await stage.reward({ startsAt });
    expect(await refused(kim, later)).toMatchObject({
      ...{ code: 'NOT_STARTED', path: ['input', 'reward'], details: { startsAt }, nextPossibleAt: startsAt },
    });
    const endsAt = fromNow(stage.shop, -1);
    const past = await stage.reward({ endsAt });
    expect(await refused(kim, past)).toMatchObject({ code: 'ENDED', details: { endsAt } });
  });

  test('while it is paused, and to whom it is not for', async () => {
    const kim = await stage.member(100);
    const paused = await stage.reward({ status: 'PAUSED' });
    expect(await refused(kim, paused)).toMatchObject({ code: 'NOT_ELIGIBLE', details: { rewardStatus: 'PAUSED' } });
    const hikers = await stage.reward({ audience: '"hiking" in member.interests' });
    expect(await refused(kim, hikers)).toMatchObject({ code: 'NOT_ELIGIBLE', details: null });
    const hiker = await stage.shop.enrol({ interests: ['hiking'] });
    await stage.shop.adjust(hiker, 100);
    expect(await stage.availability(hikers, hiker)).toMatchObject({ available: true });
    await stage.redeemed(hiker, hikers);
  });

  test('below its tier, and redeeming lowers nobody', async () => {
    const code = await stage.reward({ cost: 20, minimumTier: 'silver' });
    const kim = await stage.member(500);
    // Points by hand do not count for tiers.
    expect(await refused(kim, code)).toMatchObject({ code: 'TIER_REQUIRED', details: { tier: 'silver' } });
    await stage.shop.record({ type: 'bought', memberId: kim });
    await stage.shop.record({ type: 'bought', memberId: kim });
    await stage.redeemed(kim, code);
    await stage.redeemed(kim, await stage.reward({ cost: 480 }));
    const document = 'query ($id: ID!) { member(id: $id) { tier { tier { code } toKeep } wallet { active } } }';
    expect(await stage.shop.staff.data(document, { id: kim })).toEqual({
      member: { tier: { tier: { code: 'silver' }, toKeep: '0' }, wallet: { active: 0 } },
    });
    expect((await stage.read(code))?.minimumTier).toEqual({ code: 'silver' });
  });

  test('beyond what one member may have, until a cancelled one gives the turn back', async () => {
    const kim = await stage.member(1_000);
    const code = await stage.reward({ perMember: 2 });
    const first = await stage.redeemed(kim, code);
    await stage.redeemed(kim, code);
    expect(await refused(kim, code)).toMatchObject({ code: 'LIMIT_REACHED', details: { perMember: 2, redeemed: 2 } });
    expect(await stage.availability(code, await stage.member(100))).toMatchObject({ available: true });
    await stage.cancel(first.id);
    await stage.redeemed(kim, code);
    expect(await refused(kim, code)).toMatchObject({ code: 'LIMIT_REACHED' });
  });

  test('when nothing is left, until a cancelled one comes back', async () => {
    const kim = await stage.member(1_000);
    const none = await stage.reward({ stock: 0 });
    expect(await refused(kim, none)).toMatchObject({ code: 'OUT_OF_STOCK', details: { stock: 0 } });
    const code = await stage.reward({ stock: 1 });
    const only = await stage.redeemed(kim, code);
    expect((await stage.read(code))?.stock).toBe(0);
    expect(await refused(await stage.member(100), code)).toMatchObject({ code: 'OUT_OF_STOCK' });
    await stage.cancel(only.id);
    expect((await stage.read(code))?.stock).toBe(1);
    await stage.redeemed(kim, code);
  });

  test('without enough points, with how many are missing and when enough become active', async () => {
    const kim = await stage.member(50);
    await stage.shop.record({ type: 'bought', memberId: kim, occurredAt: fromNow(stage.shop, -13 * DAY_MS) });
    const code = await stage.reward({ cost: 100 });
    const refusal = await refused(kim, code);
    expect(refusal).toMatchObject({
      ...{ code: 'INSUFFICIENT_POINTS', path: ['input', 'reward'], missingPoints: 50 },
      details: { missingPoints: 50, active: 50, cost: 100 },
    });
    const waits = Date.parse(refusal.nextPossibleAt ?? '') - stage.shop.app.clock.now();
    expect(waits).toBeGreaterThan(DAY_MS - HOUR_MS);
    expect(waits).toBeLessThanOrEqual(DAY_MS);
    expect(await refused(kim, await stage.reward({ cost: 111 }))).toMatchObject({ nextPossibleAt: null });
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 50, lifetimeSpent: 0 });
    // Whatever is due is settled before: no job has to run for points to be spent, or to be gone.
    stage.shop.app.clock.advance(DAY_MS);
    expect(await stage.availability(code, kim)).toMatchObject({ available: true, missingPoints: null });
    stage.shop.app.clock.advance(30 * DAY_MS);
    expect(await refused(kim, code)).toMatchObject({ code: 'INSUFFICIENT_POINTS', missingPoints: 50 });
  });
});

describe('the way to rewards', () => {
  interface Way {
    ladder: {
      balance: number;
      next: { kind: string; code: string; remaining: string } | null;
      steps: {
        kind: string;
        code: string;
        at: string;
        reached: boolean;
        remaining: string;
        percent: number;
        sentence: string;
      }[];
    };
    nextReward: { reward: { code: string }; missingPoints: number; percent: number; sentence: string } | null;
  }

  async function wayOf(memberId: string, client: Client = stage.shop.staff): Promise<Way> {
    const document = `query ($id: ID!) { member(id: $id) {
      ladder { balance next { kind code remaining } steps { kind code at reached remaining percent sentence } }
      nextReward { reward { code } missingPoints percent sentence } } }`;
    return (await client.data<{ member: Way }>(document, { id: memberId })).member;
  }

  test('has a step for every reward that a member can have or only lacks points for, and names the nearest', async () => {
    const own = 'member.externalId == "walker"';
    const kim = await stage.shop.enrol({ externalId: 'walker', interests: [] });
    await stage.shop.adjust(kim, 90);
    const cup = await stage.reward({ cost: 80, audience: own });
    const cap = await stage.reward({ cost: 95, audience: own });
    const tour = await stage.reward({ cost: 900, audience: own });
    await stage.reward({ cost: 91, audience: own, stock: 0 });
    await stage.reward({ cost: 92, audience: own, minimumTier: 'silver' });
    await stage.reward({ cost: 93, audience: 'member.externalId == "another"' });
    const { ladder, nextReward } = await wayOf(kim);
    const mine = ladder.steps.filter(({ code }) => [cup, cap, tour].includes(code));
    expect(mine).toEqual([
      {
        kind: 'REWARD',
        code: cup,
        at: '80',
        reached: true,
        remaining: '0',
        percent: 100,
        sentence: expect.any(String),
      },
      {
        kind: 'REWARD',
        code: cap,
        at: '95',
        reached: false,
        remaining: '5',
        percent: 94.7,
        sentence: expect.any(String),
      },
      {
        kind: 'REWARD',
        code: tour,
        at: '900',
        reached: false,
        remaining: '810',
        percent: 10,
        sentence: expect.any(String),
      },
    ]);
    expect(ladder.steps.map(({ at }) => at)).not.toEqual(expect.arrayContaining(['91']));
    expect(ladder.steps.map(({ at }) => at)).not.toEqual(expect.arrayContaining(['92']));
    expect(ladder.steps.map(({ at }) => at)).not.toEqual(expect.arrayContaining(['93']));
    expect(ladder.next).toEqual({ kind: 'REWARD', code: cap, remaining: '5' });
    expect(nextReward).toMatchObject({ reward: { code: cap }, missingPoints: 5, percent: 94.7 });
    expect(nextReward?.sentence).toMatch(/^5 points from Reward/);
    expect((await wayOf(kim, stage.speakingFor(kim))).nextReward).toEqual(nextReward);
    await stage.shop.adjust(kim, 1_000_000);
    expect((await wayOf(kim)).nextReward).toBeNull();
  });
});
