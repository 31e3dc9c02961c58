import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { PayCommunity } from '../../src/features/challenges/index.ts';
import { DAY_MS, fromNow, type Shop } from '../recording/shop.ts';
import { count } from './game.ts';
import { TiersStage } from './tiers-stage.ts';

/** A server that runs no jobs: the test does, one after the other. */
let stage: TiersStage;
let shop: Shop;
let kim: string;
let alex: string;

beforeEach(async () => {
  stage = await TiersStage.open({ config: { role: 'api' } });
  ({ shop } = stage);
  kim = await shop.enrol({ displayName: 'Kim' });
  alex = await shop.enrol({ displayName: 'Alex' });
});

afterEach(() => shop.close());

/** The days of all members, as they are kept. */
function days(): Promise<Record<string, unknown>[]> {
  return shop.sql(`select member_id, day::text, points::int, activities from tier_days where points > 0 order by 1, 2`);
}

/** What was kept is what counting from the ledger gives. */
async function expectSameDays(): Promise<void> {
  const kept = await days();
  await shop.app.core.tiers.fill({ days: true });
  expect(await days()).toEqual(kept);
}

/** Pays every community challenge that was completed. */
async function payCommunity(): Promise<void> {
  const jobs = await shop.sql<{ data: PayCommunity }>(
    `select data from pgboss.job where name = 'challenges.pay-community'`,
  );
  for (const { data } of jobs) await shop.app.core.challenges.payCommunity(data);
}

describe('points of a community challenge', () => {
  const together = { code: 'together', name: 'Together', mode: 'COMMUNITY', goal: count('visit', 2) };

  test('lift everybody whom they are paid to, at once and with the badge, and tell so', async () => {
    await shop.save('Badge', { code: 'shiny', name: 'Shiny', description: 'For silver members.' });
    await stage.offer({ badge: 'shiny' });
    await shop.save('Challenge', { ...together, points: 90 });
    await stage.visit(kim);
    await stage.visit(alex);
    expect(await stage.tier(kim)).toBeNull();
    await payCommunity();
    for (const member of [kim, alex]) {
      expect(await stage.standing(member)).toMatchObject({ tier: { code: 'silver' }, toKeep: '0' });
      expect(await stage.stored(member)).toEqual([
        ['TierChanged', true, { from: null, to: 'silver', direction: 'UP' }],
      ]);
      expect(await stage.history(member)).toMatchObject([
        { activity: null, reason: '“Silver” is reached: 100 of 100 points.' },
      ]);
    }
    expect(await shop.sql(`select cause_kind, cause_code from badge_awards where badge_code = 'shiny'`)).toEqual([
      { cause_kind: 'tier', cause_code: 'silver' },
      { cause_kind: 'tier', cause_code: 'silver' },
    ]);
    await expectSameDays();
    await shop.expectCleanLedger();
  });

  test('end the time to catch up for whoever meets the tier again, and take nothing away from others', async () => {
    await stage.offer({ window: 'P3D', grace: 'P7D' });
    await shop.save('Challenge', { ...together, points: 90 });
    await stage.buy(kim, '100');
    await stage.buy(alex, '100');
    stage.travelTo(fromNow(shop, 4 * DAY_MS));
    await stage.review();
    expect((await stage.standing(kim)).keepUntil).not.toBeNull();
    await stage.visit(kim);
    await stage.visit(kim);
    expect((await stage.standing(kim)).keepUntil).not.toBeNull();
    await payCommunity();
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toKeep: '0', keepUntil: null });
    // Alex falls short again some days later, and nobody has reviewed that yet.
    await stage.buy(alex, '100');
    stage.travelTo(fromNow(shop, 4 * DAY_MS));
    await shop.save('Challenge', { ...together, code: 'small', goal: count('visit', 1), points: 1 });
    await stage.visit(alex);
    await payCommunity();
    expect(await stage.standing(alex)).toMatchObject({ tier: { code: 'silver' }, toKeep: '89', keepUntil: null });
    expect((await stage.stored(kim)).map(([type]) => type)).toEqual(['TierChanged', 'TierAtRisk']);
    await expectSameDays();
  });
});

describe('points of a challenge that looks back', () => {
  const start = { goal: count('visit', 2), points: 100 };

  test('count on the day it was completed, and lift in silence', async () => {
    await stage.offer({ window: 'P30D' });
    for (const ago of [49, 48]) await stage.visit(alex, fromNow(shop, -ago * DAY_MS));
    for (const ago of [11, 10]) await stage.visit(kim, fromNow(shop, -ago * DAY_MS));
    await shop.save('Challenge', { code: 'early', name: 'Early', startsAt: fromNow(shop, -60 * DAY_MS), ...start });
    await shop.app.core.filling.fill({ key: 'challenge:early' });
    expect(await stage.standing(alex)).toMatchObject({ tier: null, toNext: '100' });
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toKeep: '0' });
    expect(await stage.stored(kim)).toEqual([['TierChanged', false, { from: null, to: 'silver', direction: 'UP' }]]);
    const ofKim = (await days()).filter(({ member_id }) => member_id === kim);
    // The sum of a lifetime, then the day of the first visit and that of the second, which completed it.
    expect(ofKim.map(({ points, activities }) => [points, activities])).toEqual([
      [120, 2],
      [10, 1],
      [110, 1],
    ]);
    await expectSameDays();
  });

  test('are counted from the ledger by the first tier, while prizes and adjustments are not', async () => {
    for (const ago of [2, 1]) await stage.visit(kim, fromNow(shop, -ago * DAY_MS));
    await shop.save('Challenge', { code: 'early', name: 'Early', startsAt: fromNow(shop, -60 * DAY_MS), ...start });
    await shop.app.core.filling.fill({ key: 'challenge:early' });
    await shop.adjust(kim, 1_000);
    await stage.offer({ threshold: '120' });
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, threshold: '121' });
    await shop.app.core.tiers.fill({ days: true });
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toNext: '1' });
  });
});
