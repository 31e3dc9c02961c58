import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { DAY_MS } from '../recording/shop.ts';
import { startTestApp } from '../support/app.ts';
import { eventually } from '../support/platform.ts';
import { ReversalStage } from './reversal-stage.ts';

let stage: ReversalStage;

beforeAll(async () => {
  stage = await ReversalStage.open();
  const { shop } = stage;
  const points = { perAmount: { points: 1, per: '1' } };
  await shop.save('EarningRule', { code: 'spend', name: 'A point per krona', trigger: 'purchase', points });
  await shop.offer('visit', { points: { fixed: 30 } });
  await shop.offer('booking', { points: { fixed: 30 }, pendingFor: 'P5D' });
  await shop.offer('tasting', { points: { fixed: 30 }, expiresAfter: 'P5D' });
  await shop.save('Reward', { code: 'lunch', name: 'Lunch', kind: 'PRODUCT', cost: 100 });
});

afterAll(async () => {
  await stage.shop.expectCleanLedger();
  await stage.shop.close();
});

/** Somebody who has bought for 100 and redeemed all of it. */
async function eaten() {
  const memberId = await stage.shop.enrol();
  const bought = await stage.buy(memberId, '100');
  const redemptionId = await stage.redeem(memberId, 'lunch');
  return { memberId, bought, redemptionId };
}

/** Somebody who owes 100 points. */
async function indebted(): Promise<string> {
  const { memberId, bought } = await eaten();
  await stage.reverse(bought);
  expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 100 });
  return memberId;
}

describe('refund after redemption', () => {
  test('leaves a deficit of what was spent, and nothing is charged again', async () => {
    const { memberId, bought, redemptionId } = await eaten();
    const preview = await stage.preview(bought);
    expect(preview.wallet).toMatchObject({ active: 0, deficit: 100, lifetimeReversed: 100 });
    const { member } = await stage.reverse(bought);
    expect(member?.wallet).toEqual(preview.wallet);
    expect(await stage.wallet(memberId)).toEqual({
      ...{ active: 0, pending: 0, deficit: 100 },
      ...{ lifetimeEarned: 100, lifetimeSpent: 100, lifetimeExpired: 0, lifetimeReversed: 100 },
    });
    const [redemption] = await stage.shop.sql('select status from redemptions where id = $1', [redemptionId]);
    expect(redemption).toEqual({ status: 'ISSUED' });
  });

  test('of a part takes what is there first, and owes the rest', async () => {
    const { memberId, bought } = await eaten();
    await stage.shop.adjust(memberId, 20);
    await stage.reverse(bought, { fraction: '0.5' });
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 30 });
    await stage.reverse(bought, { fraction: '0.5' });
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 80 });
  });
});

describe('cancel after refund', () => {
  test('covers the deficit, so that nothing was ever bought or redeemed', async () => {
    const { memberId, bought, redemptionId } = await eaten();
    await stage.reverse(bought);
    await stage.cancel(redemptionId);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 0, lifetimeSpent: 0 });
  });

  test('comes to the same as refund after cancel, also in parts and with other points there', async () => {
    const ends: object[] = [];
    for (const isCancelledFirst of [true, false]) {
      const { memberId, bought, redemptionId } = await eaten();
      await stage.shop.adjust(memberId, 40);
      await stage.reverse(bought, { fraction: '0.3' });
      if (isCancelledFirst) await stage.cancel(redemptionId);
      await stage.reverse(bought, { fraction: '0.2' });
      if (!isCancelledFirst) await stage.cancel(redemptionId);
      ends.push(await stage.wallet(memberId));
    }
    expect(ends[0]).toEqual(ends[1]);
    expect(ends[0]).toMatchObject({ active: 90, deficit: 0 });
  });
});

describe('points that cannot be spent', () => {
  test('are taken back while they are pending, and never become active', async () => {
    const memberId = await stage.shop.enrol();
    const { activity } = await stage.shop.record({ type: 'booking', memberId });
    expect(await stage.wallet(memberId)).toMatchObject({ pending: 30 });
    await stage.reverse(activity?.id ?? '', { fraction: '0.5' });
    expect(await stage.wallet(memberId)).toMatchObject({ pending: 15, deficit: 0 });
    await stage.reverse(activity?.id ?? '', { fraction: '0.5' });
    stage.shop.app.clock.advance(6 * DAY_MS);
    await stage.shop.app.core.pointsCycle.run();
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, pending: 0, deficit: 0, lifetimeReversed: 30 });
  });

  test.each([true, false])('are not taken again once they have expired, swept before: %s', async (isSwept) => {
    const memberId = await stage.shop.enrol();
    const { activity } = await stage.shop.record({ type: 'tasting', memberId });
    await stage.shop.adjust(memberId, -10);
    stage.shop.app.clock.advance(6 * DAY_MS);
    if (isSwept) await stage.shop.app.core.pointsCycle.run();
    // Ten were spent before the rest expired: those are owed, and no more.
    const { effects } = await stage.reverse(activity?.id ?? '');
    expect(effects).toMatchObject([{ __typename: 'PointsReversed', points: 10 }]);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 10, lifetimeExpired: 20 });
  });
});

describe('a deficit is covered first', () => {
  test('by what is recorded, and by a campaign’s bonus with it', async () => {
    const { shop } = stage;
    const memberId = await indebted();
    const [startsAt, endsAt] = ['2020-01-01T00:00:00Z', '2099-01-01T00:00:00Z'];
    await shop.save('Campaign', { code: 'gift', name: 'x', triggers: ['visit'], bonus: 90, startsAt, endsAt });
    const { effects } = await shop.record({ type: 'visit', memberId });
    expect(effects.map(({ points, balance }) => [points, balance])).toEqual([
      [30, 0],
      [90, 20],
    ]);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 20, deficit: 0 });
  });

  test('by an adjustment', async () => {
    const memberId = await indebted();
    await stage.shop.adjust(memberId, 60);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 40 });
    await stage.shop.adjust(memberId, 60);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 20, deficit: 0 });
  });

  test('by points that become active, not by those that wait', async () => {
    const memberId = await indebted();
    for (let count = 0; count < 4; count += 1) await stage.shop.record({ type: 'booking', memberId });
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, pending: 120, deficit: 100 });
    stage.shop.app.clock.advance(6 * DAY_MS);
    await stage.shop.app.core.pointsCycle.run();
    expect(await stage.wallet(memberId)).toMatchObject({ active: 20, pending: 0, deficit: 0 });
  });

  test('by a prize', async () => {
    const memberId = await indebted();
    const { shop } = stage;
    const prizes = [{ fromRank: 1, toRank: 1, points: 130 }];
    const board = { metric: 'ACTIVITY_COUNT', activityTypes: ['tasting'], period: 'ALL_TIME', prizes };
    await shop.save('Leaderboard', { code: 'tasters', name: 'x', ...board, audience: `member.id == "${memberId}"` });
    await shop.record({ type: 'tasting', memberId });
    expect(await stage.wallet(memberId)).toMatchObject({ deficit: 70 });
    const close = 'mutation ($input: CloseSeasonInput!) { closeSeason(input: $input) { userErrors { code } } }';
    await shop.admin.data(close, { input: { idempotencyKey: newId(), leaderboard: 'tasters' } });
    await eventually('the prize is paid', async () => (await stage.wallet(memberId)).deficit === 0, 60_000);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 60, deficit: 0 });
  });
});

test('a reversal is done once, and a server that was started later gives its first answer again', async () => {
  const memberId = await stage.shop.enrol();
  const bought = await stage.buy(memberId, '100');
  const input = { idempotencyKey: newId(), fraction: '0.4' };
  const first = await stage.reverse(bought, input);
  const later = await startTestApp({ databaseUrl: stage.shop.app.databaseUrl });
  try {
    const again = await stage.reverse(bought, input, later.client({ role: 'STAFF' }));
    expect(again).toEqual({ ...first, replayed: true });
    const other = await stage.reverse(bought, { ...input, reason: 'Broken' }, later.client({ role: 'STAFF' }));
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  } finally {
    await later.stop();
  }
  expect(await stage.wallet(memberId)).toMatchObject({ active: 60, lifetimeReversed: 40 });
});
