import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DAY_MS, Shop } from '../recording/shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('bought', { points: { fixed: 100 }, pendingFor: 'P14D', expiresAfter: 'P30D' });
});

afterAll(() => shop.close());

function cycle() {
  return shop.app.core.pointsCycle.run();
}

async function expiringOf(memberId: string, within: string): Promise<{ points: number; expiresAt: string }[]> {
  const document = `query ($id: ID!, $within: Duration!) {
    member(id: $id) { wallet { expiring(within: $within) { points expiresAt } } }
  }`;
  type Found = { member: { wallet: { expiring: { points: number; expiresAt: string }[] } } };
  return (await shop.staff.data<Found>(document, { id: memberId, within })).member.wallet.expiring;
}

/** The types of the events a member was told, in order. */
async function eventsOf(memberId: string): Promise<string[]> {
  const rows = await shop.sql<{ type: string }>('select type from outbox where member_id = $1 order by xid, seq', [
    memberId,
  ]);
  return rows.map(({ type }) => type);
}

describe('as time passes', () => {
  test('points are pending, then active, then gone, and each step is told once', async () => {
    const memberId = await shop.enrol();
    await shop.record({ type: 'bought', memberId });
    expect(await shop.wallet(memberId)).toMatchObject({ active: 0, pending: 100, lifetimeEarned: 100 });
    shop.app.clock.advance(13 * DAY_MS);
    await cycle();
    expect(await shop.wallet(memberId)).toMatchObject({ active: 0, pending: 100 });
    shop.app.clock.advance(DAY_MS);
    expect(await cycle()).toEqual({ activated: 1, expired: 0 });
    expect(await cycle()).toEqual({ activated: 0, expired: 0 });
    expect(await shop.wallet(memberId)).toMatchObject({ active: 100, pending: 0 });
    await shop.adjust(memberId, -40);
    shop.app.clock.advance(30 * DAY_MS);
    expect(await cycle()).toEqual({ activated: 0, expired: 1 });
    expect(await shop.wallet(memberId)).toEqual({
      ...{ active: 0, pending: 0, lifetimeEarned: 100, lifetimeSpent: 40, lifetimeExpired: 60 },
    });
    expect((await shop.ledger(memberId)).map(({ kind, points, balanceAfter }) => [kind, points, balanceAfter])).toEqual(
      [
        ['EARN', 100, 100],
        ['ADJUST', -40, 60],
        ['EXPIRE', -60, 0],
      ],
    );
    expect(await eventsOf(memberId)).toEqual([
      ...['MemberEnrolled', 'PointsEarned', 'PointsActivated', 'PointsAdjusted', 'PointsExpired'],
    ]);
    await shop.expectCleanLedger();
  });

  test('what became due in one long absence is first activated and then expired', async () => {
    const memberId = await shop.enrol();
    await shop.record({ type: 'bought', memberId });
    shop.app.clock.advance(60 * DAY_MS);
    expect(await cycle()).toEqual({ activated: 1, expired: 1 });
    expect(await eventsOf(memberId)).toEqual(['MemberEnrolled', 'PointsEarned', 'PointsActivated', 'PointsExpired']);
    expect(await shop.wallet(memberId)).toMatchObject({ active: 0, pending: 0, lifetimeExpired: 100 });
  });

  test('more members than one turn handles are all handled, by two workers at once, each once', async () => {
    const activities = Array.from({ length: 450 }, (_, index) => ({
      ...{ type: 'bought', memberExternalId: `turn-${index}`, enrollIfUnknown: true },
    }));
    await shop.recordMany(activities);
    shop.app.clock.advance(14 * DAY_MS);
    const results = await Promise.all([cycle(), cycle()]);
    // One worker may find the other's members handled and end; what then is left is the next minute's.
    const last = await cycle();
    expect([...results, last].reduce((sum, { activated }) => sum + activated, 0)).toBe(450);
    expect(await cycle()).toEqual({ activated: 0, expired: 0 });
    await shop.expectCleanLedger();
  });
});

describe('a lot that is due but has not been swept', () => {
  test('can be spent when it has become active', async () => {
    const memberId = await shop.enrol();
    await shop.record({ type: 'bought', memberId });
    shop.app.clock.advance(14 * DAY_MS);
    expect((await shop.adjust(memberId, -100)).userErrors).toEqual([]);
    expect(await eventsOf(memberId)).toEqual(['MemberEnrolled', 'PointsEarned', 'PointsActivated', 'PointsAdjusted']);
    expect(await cycle()).toEqual({ activated: 0, expired: 0 });
    await shop.expectCleanLedger();
  });

  test('cannot be spent when it has expired', async () => {
    const memberId = await shop.enrol();
    await shop.adjust(memberId, 50, { expiresAfter: 'P1D' });
    await shop.adjust(memberId, 5);
    shop.app.clock.advance(DAY_MS);
    expect((await shop.adjust(memberId, -6)).userErrors).toMatchObject([
      { code: 'INSUFFICIENT_POINTS', details: { active: 5, missingPoints: 1 } },
    ]);
    expect((await shop.adjust(memberId, -5)).userErrors).toEqual([]);
    expect(await shop.wallet(memberId)).toMatchObject({ active: 0, lifetimeSpent: 5, lifetimeExpired: 50 });
  });
});

describe('points that expire soon', () => {
  test('are listed by moment, the soonest first, without what is pending, spent, endless or expired already', async () => {
    const memberId = await shop.enrol();
    await shop.record({ type: 'bought', memberId });
    await shop.adjust(memberId, 5);
    await shop.adjust(memberId, 20, { expiresAfter: 'P20D' });
    await shop.adjust(memberId, 10, { expiresAfter: 'P10D' });
    await shop.adjust(memberId, 1, { expiresAfter: 'PT1H' });
    await shop.adjust(memberId, 40, { expiresAfter: 'P40D' });
    await shop.adjust(memberId, -4);
    const points = async (within: string) => (await expiringOf(memberId, within)).map((one) => one.points);
    expect(await points('P30D')).toEqual([7, 20]);
    expect(await points('P100Y')).toEqual([7, 20, 40]);
    expect(await points('PT0S')).toEqual([]);
    shop.app.clock.advance(15 * DAY_MS);
    expect(await points('P30D')).toEqual([20, 40]);
  });
});
