import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Shop } from '../recording/shop.ts';
import { fewestStatements } from '../support/statements.ts';
import { TiersStage } from './tiers-stage.ts';

let stage: TiersStage;
let shop: Shop;
const ids: string[] = [];

beforeAll(async () => {
  stage = await TiersStage.open();
  ({ shop } = stage);
  for (let index = 0; index < 20; index += 1) ids.push(await shop.enrol());
});

afterAll(() => shop.close());

test('tiers cost recording two statements to load and one to store, however many there are', async () => {
  const one = () => shop.recordMany([{ type: 'visit', memberId: ids[0] }]);
  // A badge with a goal that nobody reaches makes the programme a game: what members have done is loaded and stored.
  const goal = { activityTypes: ['purchase'], target: '1000' };
  await shop.save('Badge', { code: 'rich', name: 'Rich', description: 'For many purchases.', goal });
  const without = await fewestStatements(shop.app, one);
  await stage.offer({ threshold: '1000000' });
  await stage.filled();
  expect(await fewestStatements(shop.app, one)).toBe(without + 3);
  for (const [rank, window] of ['P1D', 'P7D', 'P365D'].entries()) {
    await stage.offer({ code: `tier-${rank}`, name: window, rank: 10 + rank, window, threshold: '1000000' });
  }
  await stage.filled();
  expect(await fewestStatements(shop.app, one)).toBe(without + 3);
});

test('a page of members with their tiers and ladders costs the same for one as for twenty', async () => {
  const page = `query ($first: Int!) { members(first: $first) { edges { node { displayName
    tier { tier { name memberCount } next { name } toNext } ladder { balance steps { sentence } next { name } } } } } }`;
  const one = await fewestStatements(shop.app, () => shop.staff.data(page, { first: 1 }));
  expect(await fewestStatements(shop.app, () => shop.staff.data(page, { first: 20 }))).toBe(one);
  expect(one).toBeLessThanOrEqual(8);
});
