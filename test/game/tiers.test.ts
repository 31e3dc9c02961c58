import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { DAY_MS, fromNow, type Shop } from '../recording/shop.ts';
import { TiersStage } from './tiers-stage.ts';

let stage: TiersStage;
let shop: Shop;
let kim: string;

beforeEach(async () => {
  stage = await TiersStage.open();
  ({ shop } = stage);
  kim = await shop.enrol({ displayName: 'Kim' });
});

afterEach(() => shop.close());

describe('reaching a tier', () => {
  test('takes effect with the activity that reaches it, and is among its effects', async () => {
    await stage.offer();
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '500' });
    const before = await stage.effects({
      type: 'purchase',
      memberId: kim,
      value: { amount: '99', currencyCode: 'SEK' },
    });
    expect(before.map(({ __typename }) => __typename)).toEqual(['PointsEarned']);
    expect(await stage.standing(kim)).toMatchObject({ tier: null, since: null, toNext: '1', toKeep: null });
    const effects = await stage.effects({ type: 'visit', memberId: kim });
    expect(effects).toMatchObject([
      { __typename: 'PointsEarned' },
      { __typename: 'TierChanged', from: null, to: { code: 'silver', name: 'Silver' }, direction: 'UP' },
    ]);
    const standing = await stage.standing(kim);
    expect(standing).toMatchObject({ tier: { code: 'silver' }, next: { code: 'gold' }, toNext: '391', toKeep: '0' });
    expect(standing.keepUntil).toBeNull();
    expect(Date.parse(standing.since ?? '')).toBeLessThanOrEqual(shop.app.clock.now());
    expect((await stage.effects({ type: 'visit', memberId: kim })).map(({ __typename }) => __typename)).toEqual([
      'PointsEarned',
    ]);
  });

  test('skips tiers that are passed at once, and never counts what is spent or given by hand', async () => {
    await stage.offer();
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '500' });
    await shop.adjust(kim, 1_000);
    expect(await stage.tier(kim)).toBeNull();
    await stage.buy(kim, '600');
    await shop.adjust(kim, -1_500);
    expect(await stage.tier(kim)).toBe('gold');
    expect((await stage.history(kim)).map(({ from, to }) => [from, to?.code])).toEqual([[null, 'gold']]);
  });

  test('by money counts the value in hundredths, and by activities each of them', async () => {
    await stage.offer({ code: 'spender', name: 'Spender', metric: 'VALUE_SPENT', threshold: '100.05', rank: 2 });
    await stage.offer({ code: 'regular', name: 'Regular', metric: 'ACTIVITY_COUNT', threshold: '4', rank: 3 });
    await stage.buy(kim, '100.04');
    expect(await stage.standing(kim)).toMatchObject({ tier: null, next: { code: 'spender' }, toNext: '0.01' });
    await stage.buy(kim, '0.01');
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'spender' }, toNext: '2' });
    await shop.recordMany([1, 2].map(() => ({ type: 'visit', memberId: kim })));
    expect(await stage.tier(kim)).toBe('regular');
  });

  test('gives its badge, and those of the tiers that were passed', async () => {
    for (const code of ['silver-badge', 'gold-badge'])
      await shop.save('Badge', { code, name: code, description: code });
    await stage.offer({ badge: 'silver-badge' });
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '500', badge: 'gold-badge' });
    const effects = await stage.effects({
      type: 'purchase',
      memberId: kim,
      value: { amount: '500', currencyCode: 'SEK' },
    });
    expect(effects.map(({ __typename }) => __typename).sort()).toEqual([
      ...['BadgeAwarded', 'BadgeAwarded', 'PointsEarned', 'TierChanged'],
    ]);
  });

  test('is repeated by the same key, not done again', async () => {
    await stage.offer({ threshold: '10' });
    const input = { idempotencyKey: newId(), type: 'visit', memberId: kim };
    const first = await stage.effects(input);
    expect(await stage.effects(input)).toEqual(first);
    expect(first).toHaveLength(2);
    expect(await stage.history(kim)).toHaveLength(1);
  });
});

describe('a tier’s multiplier', () => {
  test('raises what rules give from the next activity on, as a bonus of its own', async () => {
    await stage.offer({ threshold: '10', multiplier: '1.5' });
    await stage.visit(kim);
    expect(await shop.ledger(kim)).toMatchObject([{ kind: 'EARN', points: 10 }]);
    await stage.visit(kim);
    expect(await shop.ledger(kim)).toMatchObject([
      { kind: 'EARN', points: 10 },
      { kind: 'EARN', points: 10 },
      { kind: 'BONUS', points: 5, rule: { kind: 'tier', code: 'silver', name: 'Silver' } },
    ]);
    // What it gives counts towards the next tier.
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '30' });
    expect(await stage.standing(kim)).toMatchObject({ toNext: '5' });
  });

  test('holds within one batch, from the activity after the one that reached the tier', async () => {
    await stage.offer({ threshold: '20', multiplier: '2' });
    const { results } = await shop.recordMany([1, 2, 3].map(() => ({ type: 'visit', memberId: kim })));
    const points = results.map(({ effects }) => effects.map((effect) => effect.points ?? effect.__typename));
    expect(points).toEqual([[10], [10, 'TierChanged'], [10, 10]]);
    expect(await shop.count('tier_changes')).toBe(1);
    await shop.expectCleanLedger();
  });
});

describe('the tier that asks for nothing', () => {
  test('holds everybody since they joined, also those who never did anything', async () => {
    await stage.offer({ code: 'bas', name: 'Bas', rank: 1, threshold: '0', multiplier: '2' });
    await stage.offer();
    const joinedAt = '2020-05-17T10:00:00.000Z';
    const alex = await shop.enrol({ displayName: 'Alex', joinedAt });
    const standing = await stage.standing(alex);
    expect(standing).toMatchObject({ tier: { code: 'bas' }, since: joinedAt, next: { code: 'silver' }, toKeep: '0' });
    const effects = await stage.effects({ type: 'visit', memberId: alex });
    expect(effects.map(({ __typename }) => __typename)).toEqual(['PointsEarned', 'PointsEarned']);
    await stage.buy(alex, '50');
    expect((await stage.history(alex)).map(({ from, to }) => [from?.code, to?.code])).toEqual([['bas', 'silver']]);
    const tiers = '{ tiers { code memberCount } }';
    expect(await shop.staff.data(tiers)).toEqual({
      tiers: [
        { code: 'bas', memberCount: 1 },
        { code: 'silver', memberCount: 1 },
      ],
    });
  });
});

describe('late activities', () => {
  test('count on the day they took place: within the window at once, outside of it never', async () => {
    await stage.offer({ window: 'P30D' });
    await stage.offer({ code: 'veteran', name: 'Veteran', rank: 1, threshold: '200' });
    await stage.buy(kim, '150', fromNow(shop, -40 * DAY_MS));
    expect(await stage.standing(kim)).toMatchObject({ tier: null, next: { code: 'veteran' }, toNext: '50' });
    await stage.buy(kim, '60', fromNow(shop, -35 * DAY_MS));
    expect(await stage.standing(kim)).toMatchObject({
      tier: { code: 'veteran' },
      next: { code: 'silver' },
      toNext: '100',
    });
    await stage.buy(kim, '100', fromNow(shop, -20 * DAY_MS));
    expect(await stage.tier(kim)).toBe('silver');
  });
});

describe('simulating an activity', () => {
  test('shows the change of tier without making it', async () => {
    await stage.offer({ threshold: '10' });
    const input = { type: 'visit', memberId: kim };
    const simulated = await stage.effects(input, 'query');
    expect(simulated).toMatchObject([{ __typename: 'PointsEarned' }, { __typename: 'TierChanged', direction: 'UP' }]);
    expect(await stage.tier(kim)).toBeNull();
    const tables = ['tier_days', 'tier_standings', 'tier_changes'];
    expect(await Promise.all(tables.map((table) => shop.count(table)))).toEqual([0, 0, 0]);
    expect((await stage.effects(input)).map(({ to }) => to)).toEqual(simulated.map(({ to }) => to));
  });
});

describe('a programme without active tiers', () => {
  test('keeps nothing about them', async () => {
    await stage.offer({ status: 'DRAFT', threshold: '10' });
    await stage.visit(kim);
    const tables = ['tier_days', 'tier_standings', 'tier_changes'];
    expect(await Promise.all(tables.map((table) => shop.count(table)))).toEqual([0, 0, 0]);
    expect(await stage.standing(kim)).toEqual({
      ...{ tier: null, since: null, next: null, toNext: null, toKeep: null, keepUntil: null, benefits: [] },
    });
  });
});
