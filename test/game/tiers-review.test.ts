import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Shop } from '../recording/shop.ts';
import { startTestApp } from '../support/app.ts';
import { TiersStage } from './tiers-stage.ts';

let stage: TiersStage;
let shop: Shop;
let kim: string;

beforeEach(async () => {
  stage = await TiersStage.open();
  ({ shop } = stage);
  // The programme's time zone is Europe/Stockholm, one hour ahead of UTC in winter, two in summer.
  stage.travelTo('2027-03-10T12:00:00Z');
  kim = await shop.enrol({ displayName: 'Kim', joinedAt: '2027-03-01T09:00:00Z' });
});

afterEach(() => shop.close());

describe('a tier’s window', () => {
  test('slides by whole local days of the programme: what is needed to keep the tier grows at midnight', async () => {
    await stage.offer({ window: 'P3D', grace: 'P2D', threshold: '20' });
    // Half past eleven in the evening in Stockholm.
    await stage.visit(kim, '2027-03-08T22:30:00Z');
    await stage.visit(kim);
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toKeep: '0', keepUntil: null });
    stage.travelTo('2027-03-10T22:50:00Z');
    expect(await stage.standing(kim)).toMatchObject({ toKeep: '0' });
    stage.travelTo('2027-03-10T23:00:00Z');
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toKeep: '10' });
  });

  test('keeps its days over the change to summer time', async () => {
    await stage.offer({ window: 'P2D', grace: 'P2D', threshold: '10' });
    stage.travelTo('2027-03-27T23:30:00Z');
    // The 28th of March has 23 hours in Stockholm; this is half past midnight on it.
    await stage.visit(kim);
    stage.travelTo('2027-03-29T21:50:00Z');
    expect(await stage.standing(kim)).toMatchObject({ toKeep: '0' });
    stage.travelTo('2027-03-29T22:00:00Z');
    expect(await stage.standing(kim)).toMatchObject({ toKeep: '10' });
  });

  test('of a lifetime never ends', async () => {
    await stage.offer({ threshold: '10' });
    await stage.visit(kim);
    stage.travelTo('2077-03-10T12:00:00Z');
    await stage.review();
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toKeep: '0', keepUntil: null });
  });
});

describe('the review', () => {
  beforeEach(async () => {
    await stage.offer({ code: 'bas', name: 'Bas', rank: 1, threshold: '0' });
    await stage.offer({ window: 'P30D', grace: 'P14D', threshold: '100' });
    await stage.offer({ code: 'gold', name: 'Gold', rank: 3, window: 'P30D', grace: 'P14D', threshold: '500' });
  });

  test('warns when a member falls short, and takes the tier away when the time to catch up is over', async () => {
    await stage.buy(kim, '600');
    await stage.buy(kim, '150', '2027-03-10T11:00:00Z');
    stage.travelTo('2027-04-08T12:00:00Z');
    await stage.review();
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'gold' }, toKeep: '0', keepUntil: null });
    await stage.buy(kim, '120');
    stage.travelTo('2027-04-09T01:00:00Z');
    await stage.review();
    const atRisk = await stage.standing(kim);
    expect(atRisk).toMatchObject({ tier: { code: 'gold' }, next: null, toKeep: '380' });
    const keepUntil = atRisk.keepUntil ?? '';
    // The clock of the tests runs on, so the warning came within the minute.
    expect(Date.parse(keepUntil) - Date.parse('2027-04-23T01:00:00Z')).toBeLessThan(60_000);
    stage.travelTo('2027-04-23T00:59:00Z');
    await stage.review();
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'gold' }, keepUntil });
    stage.travelTo('2027-04-23T01:02:00Z');
    await stage.review();
    expect(await stage.standing(kim)).toMatchObject({
      ...{ tier: { code: 'silver' }, next: { code: 'gold' }, toNext: '380', toKeep: '0', keepUntil: null },
    });
    expect(await stage.stored(kim)).toEqual([
      ['TierChanged', true, { from: 'bas', to: 'gold', direction: 'UP' }],
      ['TierAtRisk', true, { tier: 'gold', keepUntil, toKeep: '380' }],
      ['TierChanged', true, { from: 'gold', to: 'silver', direction: 'DOWN' }],
    ]);
    const down = (await stage.history(kim)).at(-1);
    expect(down).toMatchObject({
      direction: 'DOWN',
      reason: '120 of 500 points are not enough for “Gold”.',
      activity: null,
    });
  });

  test('warns once, and the warning ends with the activity that catches up', async () => {
    await stage.buy(kim, '100');
    stage.travelTo('2027-04-09T01:00:00Z');
    await stage.review();
    await stage.review();
    stage.travelTo('2027-04-10T01:00:00Z');
    await stage.review();
    expect((await stage.stored(kim)).map(([type]) => type)).toEqual(['TierChanged', 'TierAtRisk']);
    await stage.buy(kim, '99');
    expect(await stage.standing(kim)).toMatchObject({ toKeep: '1', keepUntil: expect.any(String) });
    await stage.buy(kim, '1');
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'silver' }, toKeep: '0', keepUntil: null });
    stage.travelTo('2027-05-01T01:00:00Z');
    await stage.review();
    expect(await stage.tier(kim)).toBe('silver');
    // A month after catching up, the same begins again.
    stage.travelTo('2027-05-20T01:00:00Z');
    await stage.review();
    expect((await stage.stored(kim)).map(([type]) => type)).toEqual(['TierChanged', 'TierAtRisk', 'TierAtRisk']);
  });

  test('takes a tier without grace away at once, and to the start those who meet nothing else', async () => {
    await stage.offer({ window: 'P30D', threshold: '100' });
    await stage.buy(kim, '100');
    stage.travelTo('2027-04-09T01:00:00Z');
    await stage.review();
    expect(await stage.standing(kim)).toMatchObject({ tier: { code: 'bas' }, next: { code: 'silver' }, toKeep: '0' });
    expect((await stage.stored(kim)).map(([type]) => type)).toEqual(['TierChanged', 'TierChanged']);
  });

  test('comes after pending points have become active and before points expire', async () => {
    await shop.offer('trip', { points: { fixed: 5 }, pendingFor: 'P28D', expiresAfter: 'P1D' });
    await shop.offer('walk', { points: { fixed: 100 }, expiresAfter: 'P20D' });
    await shop.offer('swim', { points: { fixed: 1 }, pendingFor: 'P31D' });
    for (const type of ['trip', 'walk', 'swim']) await shop.record({ type, memberId: kim });
    stage.travelTo('2027-04-20T01:00:00Z');
    await stage.review();
    const rows = await shop.sql<{ type: string }>(
      `select type from outbox where member_id = $1 and type not in ('MemberEnrolled', 'PointsEarned') order by xid, seq`,
      [kim],
    );
    const kinds = rows.map(({ type }) => type);
    expect(kinds).toEqual([
      ...['TierChanged', 'PointsActivated', 'PointsActivated', 'TierAtRisk', 'PointsExpired', 'PointsExpired'],
    ]);
    await shop.expectCleanLedger();
  });

  test('of many members is the same on two nodes at once, and looks at everybody once a day', async () => {
    const members = await Promise.all([...Array(12)].map((_, index) => shop.enrol({ displayName: `Member ${index}` })));
    await shop.recordMany(
      members.map((memberId) => ({ type: 'purchase', memberId, value: { amount: '100', currencyCode: 'SEK' } })),
    );
    const other = await startTestApp({ databaseUrl: shop.app.databaseUrl });
    const both = [shop.app, other, shop.app, other];
    for (const instant of ['2027-04-09T01:00:00Z', '2027-04-24T01:00:00Z']) {
      stage.travelTo(instant);
      other.clock.advance(shop.app.clock.now() - other.clock.now());
      await Promise.all(both.map((app) => app.core.tiersReview.run()));
    }
    for (const memberId of members) {
      expect((await stage.stored(memberId)).map(([type]) => type)).toEqual([
        'TierChanged',
        'TierAtRisk',
        'TierChanged',
      ]);
      expect(await stage.tier(memberId)).toBe('bas');
    }
    const [day] = await shop.sql<{ members: number; finished: boolean }>(
      `select members, finished_at is not null as finished from tier_reviews where day = '2027-04-24'`,
    );
    expect(day?.finished).toBe(true);
    expect((await shop.app.core.tiersReview.run()).members).toBe(0);
    await other.stop();
  });
});
