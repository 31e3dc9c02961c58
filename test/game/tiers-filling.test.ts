import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DAY_MS, fromNow, type Shop } from '../recording/shop.ts';
import { eventually } from '../support/platform.ts';
import { TiersStage } from './tiers-stage.ts';

let stage: TiersStage;
let shop: Shop;
let kim: string;
let alex: string;

beforeEach(async () => {
  stage = await TiersStage.open();
  ({ shop } = stage);
  kim = await shop.enrol({ displayName: 'Kim' });
  alex = await shop.enrol({ displayName: 'Alex' });
});

afterEach(() => shop.close());

/** The days of all members, as they are kept. */
function days(): Promise<object[]> {
  return shop.sql(`select member_id, day::text, points::int, value::int, activities from tier_days order by 1, 2`);
}

/** Activities of all kinds, late ones among them, the same for the same seed. */
function activities(count: number, seed: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => {
    const drawn = (index * 7_919 + seed * 104_729) % 1_009;
    return {
      ...{ memberId: drawn % 2 === 0 ? kim : alex, type: drawn % 3 === 0 ? 'visit' : 'purchase' },
      occurredAt: fromNow(shop, -(drawn % 400) * 7 * 3_600_000),
      ...(drawn % 3 === 0 ? {} : { value: { amount: `${drawn % 90}.${10 + (drawn % 7)}`, currencyCode: 'SEK' } }),
    };
  });
}

describe('saving the first tier', () => {
  test('places members by what was recorded before, without telling anybody', async () => {
    await shop.save('Badge', { code: 'shiny', name: 'Shiny', description: 'For silver members.' });
    await stage.buy(kim, '150', fromNow(shop, -10 * DAY_MS));
    await stage.buy(alex, '150', fromNow(shop, -50 * DAY_MS));
    await stage.offer({ window: 'P30D', badge: 'shiny' });
    await stage.placed(kim, 'silver');
    expect(await stage.standing(kim)).toMatchObject({ toKeep: '0', keepUntil: null });
    expect(await stage.stored(kim)).toEqual([['TierChanged', false, { from: null, to: 'silver', direction: 'UP' }]]);
    expect(await stage.history(kim)).toMatchObject([
      { from: null, to: { code: 'silver' }, activity: null, reason: '“Silver” is reached: 150 of 100 points.' },
    ]);
    const told = await shop.sql<{ notify: boolean }>(`select notify from outbox where type = 'BadgeAwarded'`);
    expect(told).toEqual([{ notify: false }]);
    await stage.visit(alex);
    expect(await stage.standing(alex)).toMatchObject({ tier: null, toNext: '90' });
  });

  test('counts what was recorded before exactly as recording would have', async () => {
    await stage.offer({ threshold: '1000000' });
    await stage.filled();
    await shop.recordMany(activities(300, 1));
    const kept = await days();
    expect(kept.length).toBeGreaterThan(50);
    await shop.app.core.tiers.fill({ days: true });
    expect(await days()).toEqual(kept);
  });

  test('cuts days as recording does, also where the old day comes again after midnight', async () => {
    // In 2010, clocks in St. John's went back by an hour one minute after midnight, at 02:31 UTC. That hour belongs to the new day.
    const zone = 'mutation { updateProgram(input: { timeZone: "America/St_Johns" }) { userErrors { code } } }';
    await shop.admin.data(zone);
    await stage.offer({ threshold: '1000000' });
    await stage.filled();
    const times = [...Array(30)].map((_, index) => new Date(Date.UTC(2010, 10, 7, 1, index * 10)).toISOString());
    await shop.recordMany(times.map((occurredAt) => ({ type: 'visit', memberId: kim, occurredAt })));
    const kept = await days();
    expect(kept).toMatchObject([
      // The sum of a lifetime.
      { day: '1696-03-17', activities: 30 },
      { day: '2010-11-06', activities: 9 },
      { day: '2010-11-07', activities: 21 },
    ]);
    await shop.app.core.tiers.fill({ days: true });
    expect(await days()).toEqual(kept);
  });

  test('is exact while others record at the same time', async () => {
    await shop.recordMany(activities(100, 2));
    const recording = Promise.all([...Array(20)].map((_, part) => shop.recordMany(activities(20, part + 3))));
    await stage.offer({ threshold: '1000000' });
    await recording;
    await stage.filled();
    const counted = await shop.sql(`select sum(activities)::int as count from tier_days where day > '1900-01-01'`);
    expect(counted).toEqual(await shop.sql(`select count(*)::int as count from activities`));
    const incremental = await days();
    await shop.app.core.tiers.fill({ days: true });
    expect(await days()).toEqual(incremental);
  });

  test('counts again after a time without tiers, in which nobody kept days', async () => {
    await stage.offer({ threshold: '100' });
    await stage.offer({ status: 'PAUSED' });
    await stage.buy(kim, '150');
    expect(await shop.count('tier_days')).toBe(0);
    await stage.offer({ threshold: '100' });
    await stage.placed(kim, 'silver');
  });
});

describe('changing tiers', () => {
  beforeEach(async () => {
    await stage.offer({ code: 'bas', name: 'Bas', rank: 1, threshold: '0' });
    await stage.offer({ grace: 'P7D' });
    await stage.buy(kim, '150');
    await stage.buy(alex, '300');
  });

  test('lifts whoever meets a new or easier one, silently', async () => {
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '250' });
    await stage.placed(alex, 'gold');
    expect(await stage.tier(kim)).toBe('silver');
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '150' });
    await stage.placed(kim, 'gold');
    expect((await stage.stored(kim)).at(-1)).toEqual([
      ...['TierChanged', false, { from: 'silver', to: 'gold', direction: 'UP' }],
    ]);
  });

  test('to ask for more begins the time to catch up, silently, and takes nothing away at once', async () => {
    await stage.offer({ threshold: '200', grace: 'P7D' });
    await eventually('the grace has begun', async () => (await stage.standing(kim)).keepUntil !== null);
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toKeep: '50' });
    expect((await stage.stored(kim)).at(-1)).toEqual(['TierAtRisk', false, expect.objectContaining({ toKeep: '50' })]);
    expect(await stage.standing(alex)).toMatchObject({ tier: { code: 'silver' }, toKeep: '0', keepUntil: null });
    stage.travelTo(fromNow(shop, 8 * DAY_MS));
    await stage.review();
    expect(await stage.tier(kim)).toBe('bas');
    expect((await stage.stored(kim)).at(-1)).toEqual([
      ...['TierChanged', true, { from: 'silver', to: 'bas', direction: 'DOWN' }],
    ]);
  });

  test('to archive one hands its members to the best they meet, and the last one leaves them in none', async () => {
    await stage.offer({ status: 'ARCHIVED' });
    await stage.placed(kim, 'bas');
    await stage.offer({ code: 'bas', name: 'Bas', rank: 1, threshold: '0', status: 'ARCHIVED' });
    await stage.placed(kim, null);
    expect(await stage.standing(kim)).toMatchObject({ next: null, toNext: null, toKeep: null });
    // Names of tiers that are gone stay in the history.
    const history = (await stage.history(kim)).map(({ from, to }) => [from?.name ?? null, to?.name ?? null]);
    expect(history).toEqual([
      ['Bas', 'Silver'],
      ['Silver', 'Bas'],
      ['Bas', null],
    ]);
  });

  test('to archive one and make a better one easier before anybody was placed lifts its members', async () => {
    const alone = await TiersStage.open({ config: { role: 'api' } });
    try {
      const memberId = await alone.shop.enrol();
      await alone.offer({});
      await alone.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '1000' });
      await alone.buy(memberId, '150');
      await alone.offer({ status: 'ARCHIVED' });
      await alone.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '150' });
      await alone.shop.app.core.tiers.fill({ days: false });
      expect((await alone.history(memberId)).at(-1)).toMatchObject({
        ...{ from: { code: 'silver' }, to: { code: 'gold' }, direction: 'UP' },
        reason: '“Gold” is reached: 150 of 150 points.',
      });
    } finally {
      await alone.shop.close();
    }
  });

  test('of its name or benefits places nobody anew', async () => {
    await stage.offer({ name: 'Silver star', grace: 'P7D', benefits: [{ code: 'tea', name: 'Tea' }] });
    const jobs = await shop.sql<{ count: number }>(
      `select count(*)::int as count from pgboss.job where name = 'tiers.fill' and data ->> 'days' = 'false'`,
    );
    // One for the second tier, which was saved beside the first; the first counted days.
    expect(jobs).toEqual([{ count: 1 }]);
    expect(await stage.standing(kim)).toMatchObject({ tier: { name: 'Silver star' }, benefits: [{ code: 'tea' }] });
  });
});
