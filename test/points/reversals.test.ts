import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { creditBonusesIn } from '../../src/features/points/points.bonuses.ts';
import { readEntriesOfActivity } from '../../src/features/points/points.credits.ts';
import { poolReader } from '../../src/platform/reader.ts';
import { DAY_MS, fromNow, type Shop } from '../recording/shop.ts';
import { RewardsStage, refusalOf } from '../value/rewards-stage.ts';
import { fullWallet, takeBack } from './taking.ts';

const RULE = { kind: 'leaderboard', code: 'board', version: 1, name: 'Board' };

let stage: RewardsStage;
let shop: Shop;

beforeAll(async () => {
  stage = await RewardsStage.open();
  shop = stage.shop;
  await shop.offer('bought', { name: 'Purchases', points: { perAmount: { points: 1, per: '1' } } });
  await shop.offer('held', { name: 'Held back', points: { fixed: 50 }, pendingFor: 'P7D', expiresAfter: 'P30D' });
});

afterAll(() => stage.shop.close());

/** Somebody who has earned points with one purchase and spent some of them, with the entry that credited them. */
async function buyer(earned: number, spent = 0): Promise<{ memberId: string; entryId: string; activityId: string }> {
  const memberId = await shop.enrol();
  const value = { amount: String(earned), currencyCode: 'SEK' };
  const { activity } = await shop.record({ type: 'bought', memberId, value });
  const [entry] = await shop.ledger(memberId);
  if (spent > 0) await shop.adjust(memberId, -spent);
  return { memberId, entryId: entry?.id ?? '', activityId: activity?.id ?? '' };
}

/** Who owes 30 points: 100 earned, 30 spent, 100 taken back. */
async function debtor(): Promise<string> {
  const { memberId, entryId } = await buyer(100, 30);
  await takeBack(shop, memberId, { [entryId]: 100 });
  expect(await fullWallet(shop, memberId)).toMatchObject({ active: 0, deficit: 30 });
  return memberId;
}

describe('points taken back', () => {
  test('stand in the ledger under the rule and activity that gave them, by part and never more than the whole', async () => {
    const { memberId, entryId, activityId } = await buyer(100);
    const taken = [];
    for (const target of [40, 40, 100, 100]) taken.push(await takeBack(shop, memberId, { [entryId]: target }));
    expect(taken.map((parts) => parts.map(({ entry }) => entry.points))).toEqual([[-40], [], [-60], []]);
    const document = `query ($id: ID!) { member(id: $id) { ledger(first: 9, kind: [REVERSE]) { edges { node {
      kind points balanceAfter reason rule { kind code version } activity { id } reverses { id } occurredAt recordedAt } } } } }`;
    type Found = { member: { ledger: { edges: { node: Record<string, unknown> }[] } } };
    const { member } = await shop.staff.data<Found>(document, { id: memberId });
    expect(member.ledger.edges.map(({ node }) => [node.points, node.balanceAfter])).toEqual([
      [-60, 0],
      [-40, 60],
    ]);
    const { occurredAt, ...node } = member.ledger.edges[0]?.node ?? {};
    expect(node).toMatchObject({
      ...{ kind: 'REVERSE', reason: 'Returned', rule: { kind: 'earning-rule', code: 'bought', version: 1 } },
      ...{ activity: { id: activityId }, reverses: { id: entryId }, recordedAt: occurredAt },
    });
    expect(await fullWallet(shop, memberId)).toEqual({
      ...{ active: 0, pending: 0, deficit: 0 },
      ...{ lifetimeEarned: 100, lifetimeSpent: 0, lifetimeExpired: 0, lifetimeReversed: 100 },
    });
    await shop.expectCleanLedger();
  });

  test('are told to the member with what is left to spend', async () => {
    const { memberId, entryId } = await buyer(100, 30);
    const [taken] = await takeBack(shop, memberId, { [entryId]: 60 });
    expect(taken?.effect).toMatchObject({
      ...{ type: 'PointsReversed', memberId, payload: { entryId: taken?.entry.id, points: 60, balance: 10 } },
    });
    const events = await shop.sql('select type, payload from outbox where member_id = $1 order by xid desc, seq desc', [
      memberId,
    ]);
    expect(events[0]).toMatchObject({ type: 'PointsReversed', payload: { points: 60, balance: 10 } });
  });

  test('of several credits are taken in the order given, each from its own lot first', async () => {
    const { memberId, entryId } = await buyer(100);
    const other = (await shop.adjust(memberId, 50)).entry?.id ?? '';
    const taken = await takeBack(shop, memberId, { [entryId]: 100, [other]: 20 });
    expect(taken.map(({ entry }) => [entry.reversesId, entry.points, entry.balanceAfter])).toEqual([
      [entryId, -100, 50],
      [other, -20, 30],
    ]);
    await shop.expectCleanLedger();
  });

  test('name the activity that is reversed where what gave them names none', async () => {
    const { memberId, activityId } = await buyer(10);
    const gift = (await shop.adjust(memberId, 50)).entry?.id ?? '';
    const [taken] = await takeBack(shop, memberId, { [gift]: 50 }, activityId);
    expect(taken?.entry.activityId).toBe(activityId);
    await shop.expectCleanLedger();
  });

  test('while still pending are gone before they become active, and nobody waits behind them', async () => {
    const [memberId, neighbour] = [await shop.enrol(), await shop.enrol()];
    for (const id of [memberId, neighbour]) await shop.record({ type: 'held', memberId: id });
    const [entry] = await shop.ledger(memberId);
    await takeBack(shop, memberId, { [entry?.id ?? '']: 50 });
    expect(await fullWallet(shop, memberId)).toMatchObject({ active: 0, pending: 0, deficit: 0, lifetimeReversed: 50 });
    shop.app.clock.advance(8 * DAY_MS);
    expect(await shop.app.core.pointsCycle.run()).toMatchObject({ activated: 1 });
    expect(await fullWallet(shop, neighbour)).toMatchObject({ active: 50, pending: 0 });
    await shop.expectCleanLedger();
  });

  test('are not those that have expired, also when nobody has swept them yet', async () => {
    const memberId = await shop.enrol();
    const ending = (await shop.adjust(memberId, 50, { expiresAfter: 'P1D' })).entry?.id ?? '';
    await shop.adjust(memberId, -20);
    await shop.adjust(memberId, 100);
    shop.app.clock.advance(DAY_MS);
    const [taken] = await takeBack(shop, memberId, { [ending]: 50 });
    expect(taken?.entry.points).toBe(-20);
    expect(await fullWallet(shop, memberId)).toMatchObject({ active: 80, lifetimeExpired: 30, lifetimeReversed: 20 });
    const expiry = (await shop.ledger(memberId)).find(({ kind }) => kind === 'EXPIRE');
    const [stored] = await shop.sql('select reverses_id as id from ledger_entries where id = $1', [expiry?.id]);
    expect(stored).toEqual({ id: ending });
    await shop.expectCleanLedger();
  });

  test('are asked for once each, and only of credits of that member', async () => {
    const [one, other] = [await buyer(100, 10), await buyer(100)];
    await expect(takeBack(shop, other.memberId, { [one.entryId]: 1 })).rejects.toThrow('no credit');
    const debit = (await shop.ledger(one.memberId)).at(-1)?.id ?? '';
    await expect(takeBack(shop, one.memberId, { [debit]: 1 })).rejects.toThrow('no credit');
  });
});

describe('whoever owes points', () => {
  test('can spend nothing, and is told how much is missing in all, by deductions, rewards and the ladder alike', async () => {
    const memberId = await debtor();
    const code = await stage.reward({ cost: 100 });
    expect(refusalOf(await shop.adjust(memberId, -5))).toMatchObject({
      ...{ code: 'INSUFFICIENT_POINTS', details: { missingPoints: 35, active: 0, deficit: 30 } },
    });
    expect(refusalOf(await stage.redeem(memberId, code))).toMatchObject({
      ...{ code: 'INSUFFICIENT_POINTS', details: { missingPoints: 130, active: 0, deficit: 30, cost: 100 } },
    });
    expect(await stage.availability(code, memberId)).toMatchObject({ available: false, missingPoints: 130 });
    const document = `query ($id: ID!) { member(id: $id) { nextReward { missingPoints percent }
      ladder { balance steps { code remaining percent } } } }`;
    const { member } = await shop.staff.data<{ member: Record<string, unknown> }>(document, { id: memberId });
    expect(member).toMatchObject({
      nextReward: { missingPoints: 130, percent: 0 },
      ladder: { balance: 0, steps: [{ code, remaining: '130', percent: 0 }] },
    });
  });

  test.each<[string, (memberId: string) => Promise<unknown>]>([
    [
      'a purchase',
      (memberId) => shop.record({ type: 'bought', memberId, value: { amount: '50', currencyCode: 'SEK' } }),
    ],
    ['an adjustment', (memberId) => shop.adjust(memberId, 50)],
    [
      'a prize',
      (memberId) =>
        shop.app.core.work.run({ name: 'test.prize', locks: [memberId] }, (tx) =>
          creditBonusesIn(tx, [{ memberId, points: 50, rule: RULE, reason: 'A prize' }]),
        ),
    ],
    [
      'points that were pending',
      async (memberId) => {
        await shop.record({ type: 'held', memberId });
        expect(await fullWallet(shop, memberId)).toMatchObject({ active: 0, pending: 50, deficit: 30 });
        shop.app.clock.advance(7 * DAY_MS);
        await shop.app.core.pointsCycle.run();
      },
    ],
  ])('pays with %s first, and can spend the rest', async (_name, credit) => {
    const memberId = await debtor();
    await credit(memberId);
    expect(await fullWallet(shop, memberId)).toMatchObject({ active: 20, pending: 0, deficit: 0, lifetimeEarned: 150 });
    const lots = await shop.sql('select points, remaining from lots where member_id = $1 and remaining > 0', [
      memberId,
    ]);
    expect(lots).toEqual([{ points: 50, remaining: 20 }]);
    expect((await shop.ledger(memberId)).at(-1)?.balanceAfter).toBe(20);
    await shop.expectCleanLedger();
  });

  test('is told of activated points how many waited and what is left to spend', async () => {
    const memberId = await debtor();
    await shop.record({ type: 'held', memberId });
    shop.app.clock.advance(7 * DAY_MS);
    await shop.app.core.pointsCycle.run();
    const [event] = await shop.sql(`select payload from outbox where member_id = $1 and type = 'PointsActivated'`, [
      memberId,
    ]);
    expect(event).toMatchObject({ payload: { points: 50, balance: 20 } });
  });
});

describe('a redemption cancelled after its points were taken back', () => {
  test('owes nothing any more and gives nothing', async () => {
    const { memberId, entryId } = await buyer(100);
    const { id } = await stage.redeemed(memberId, await stage.reward({ cost: 100 }));
    await takeBack(shop, memberId, { [entryId]: 100 });
    expect(await fullWallet(shop, memberId)).toMatchObject({ active: 0, deficit: 100, lifetimeSpent: 100 });
    expect((await stage.cancel(id)).userErrors).toEqual([]);
    expect(await fullWallet(shop, memberId)).toMatchObject({ active: 0, deficit: 0, lifetimeSpent: 0 });
    await shop.expectCleanLedger();
  });

  test('gives the points back to the lots that were emptied instead, the longest-lived first', async () => {
    const memberId = await shop.enrol();
    const ending = (await shop.adjust(memberId, 100, { expiresAfter: 'P5D' })).entry?.id ?? '';
    const { id } = await stage.redeemed(memberId, await stage.reward({ cost: 100 }));
    for (const expiresAfter of ['P20D', 'P90D', 'P10D']) await shop.adjust(memberId, 60, { expiresAfter });
    await takeBack(shop, memberId, { [ending]: 100 });
    const remaining = async () =>
      (
        await shop.sql<{ remaining: number }>('select remaining from lots where member_id = $1 order by id', [memberId])
      ).map((lot) => lot.remaining);
    expect(await remaining()).toEqual([0, 20, 60, 0]);
    await stage.cancel(id);
    expect(await remaining()).toEqual([0, 60, 60, 60]);
    shop.app.clock.advance(6 * DAY_MS);
    await shop.app.core.pointsCycle.run();
    expect(await fullWallet(shop, memberId)).toMatchObject({ active: 180, lifetimeExpired: 0, lifetimeReversed: 100 });
    await shop.expectCleanLedger();
  });
});

describe('a refund whose own lots were taken back', () => {
  /** What each lot of a member holds, in the order in which they were credited. */
  async function remaining(memberId: string): Promise<number[]> {
    const lots = await shop.sql<{ remaining: number }>('select remaining from lots where member_id = $1 order by id', [
      memberId,
    ]);
    return lots.map((lot) => lot.remaining);
  }

  test('fills the lot that was emptied instead, though its own would have lasted longer', async () => {
    const memberId = await shop.enrol();
    const lasting = (await shop.adjust(memberId, 50)).entry?.id ?? '';
    const { id } = await stage.redeemed(memberId, await stage.reward({ cost: 50 }));
    await shop.adjust(memberId, 50, { expiresAfter: 'P30D' });
    await takeBack(shop, memberId, { [lasting]: 50 });
    await stage.cancel(id);
    expect(await remaining(memberId)).toEqual([0, 50]);
    await shop.expectCleanLedger();
  });

  test('fills of more room than it needs the lot that lasts longest', async () => {
    const memberId = await shop.enrol();
    const first = (await shop.adjust(memberId, 50, { expiresAfter: 'P5D' })).entry?.id ?? '';
    const { id } = await stage.redeemed(memberId, await stage.reward({ cost: 50 }));
    await shop.adjust(memberId, 50);
    await takeBack(shop, memberId, { [first]: 50 });
    await shop.adjust(memberId, 50, { expiresAfter: 'P30D' });
    await stage.redeemed(memberId, await stage.reward({ cost: 50 }));
    await stage.cancel(id);
    expect(await remaining(memberId)).toEqual([0, 50, 0]);
    await shop.expectCleanLedger();
  });
});

test('the entries of an activity are found by its member and moment, among others of the same batch', async () => {
  const memberId = await shop.enrol();
  const [startsAt, endsAt] = [fromNow(shop, -DAY_MS), fromNow(shop, DAY_MS)];
  await shop.save('Campaign', {
    ...{ code: 'extra', name: 'Extra', triggers: ['bought'], multiplier: '2', bonus: 5, startsAt, endsAt },
  });
  const value = { amount: '10', currencyCode: 'SEK' };
  const { results } = await shop.recordMany([1, 2, 3].map(() => ({ type: 'bought', memberId, value })));
  const reader = poolReader(shop.app.core.work);
  for (const { activity } of results) {
    const [stored] = await shop.sql<{ at: Date }>('select recorded_at as at from activities where id = $1', [
      activity?.id,
    ]);
    const asked = { memberId, activityId: activity?.id ?? '', recordedAt: stored?.at.getTime() ?? 0 };
    const found = await readEntriesOfActivity(reader, asked);
    const all = await shop.sql<{ id: string }>('select id from ledger_entries where activity_id = $1 order by id', [
      activity?.id,
    ]);
    expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(found.map(({ kind, points }) => [kind, points])).toEqual([
      ['EARN', 10],
      ['BONUS', 10],
      ['BONUS', 5],
    ]);
  }
});
