import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { Shop } from '../recording/shop.ts';

interface Awards {
  pointAwards: { reason: string; activityType: string };
}

const AWARDS = 'subscription { pointAwards { reason activityType } }';

let shop: Shop;
let memberId: string;
let awards: Follower<Awards>;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('spent', { name: 'Shopping', points: { perAmount: { points: 1, per: '10' } } });
  await shop.offer('grumbled', { name: 'Amends' }, { public: false });
  memberId = await shop.enrol();
  awards = await Follower.start<Awards>(shop.app.url, AWARDS);
  // Subscribing has no answer of its own: what is recorded until the first award comes is passed over.
  while (awards.data.length === 0) await spend('10');
});

afterAll(async () => {
  awards.close();
  await shop.close();
});

const spend = (amount: string) => shop.record({ type: 'spent', memberId, value: { amount, currencyCode: 'SEK' } });

test('an award tells everybody by which rule, and nobody for how much money', async () => {
  const before = awards.data.length;
  await spend('899');
  await awards.until('the award', () => awards.data.length > before);
  expect(awards.data.at(-1)?.pointAwards.reason).toBe('Shopping');
  expect(awards.frames.join()).not.toContain('899');
});

test('an award for an activity of a type that is not public is told to nobody', async () => {
  const before = awards.data.length;
  const { effects } = await shop.record({ type: 'grumbled', memberId });
  expect(effects).toMatchObject([{ __typename: 'PointsEarned' }]);
  await spend('20');
  await awards.until('the award after it', () => awards.data.length > before);
  expect(awards.data.map(({ pointAwards }) => pointAwards.activityType)).not.toContain('grumbled');
});
