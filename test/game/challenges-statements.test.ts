import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Shop } from '../recording/shop.ts';
import { fewestStatements } from '../support/statements.ts';
import { ChallengesStage, count } from './challenges.stage.ts';

let stage: ChallengesStage;
let shop: Shop;
let ids: string[];

beforeAll(async () => {
  stage = await ChallengesStage.open();
  shop = stage.shop;
  ids = [];
  for (let index = 0; index < 20; index += 1) ids.push(await shop.enrol());
  await stage.badge('medal');
});

afterAll(() => shop.close());

const fewest = (work: () => Promise<unknown>) => fewestStatements(shop.app, work);

test('challenges cost recording nothing but their own rows, however many there are and however large the batch', async () => {
  const record = (members: readonly string[]) =>
    shop.recordMany(members.map((memberId) => ({ type: 'review', memberId })));
  const one = () => record(ids.slice(0, 1));
  await stage.offer({ code: 'far', name: 'Far', goal: count('review', 1_000_000) });
  const single = await fewest(one);
  for (let index = 0; index < 5; index += 1) {
    await stage.offer({ code: `far-${index}`, name: 'Far', goal: count('review', 1_000_000) });
  }
  expect(await fewest(one)).toBe(single);
  // A community's shared amount is made sure of, locked and counted on, and what members gave is stored.
  await stage.offer({ code: 'together', name: 'Together', mode: 'COMMUNITY', goal: count('review', 1_000_000) });
  const together = await fewest(one);
  expect(together).toBe(single + 4);
  await stage.offer({ code: 'together-too', name: 'Together', mode: 'COMMUNITY', goal: count('review', 1_000_000) });
  expect(await fewest(one)).toBe(together);
  // Twenty members are split between two lanes at most, each with its own statements.
  expect(await fewest(() => record(ids))).toBeLessThanOrEqual(2 * together);
});

test('how far a page of members is costs the same for one as for twenty', async () => {
  await stage.offer({ code: 'badged', name: 'Badged', goal: count('review', 9_999), badge: 'medal' });
  const page = `query ($first: Int!) { members(first: $first) { edges { node { challenges {
    status progress streak { current } challenge { name prerequisites { code } badge { code } goal { activityTypes } community { progress } }
  } } } } }`;
  const read = (first: number) => () => shop.staff.data(page, { first });
  const single = await fewest(read(1));
  expect(await fewest(read(20))).toBe(single);
  expect(single).toBeLessThanOrEqual(10);
});

test('a list of challenges costs the same however many there are', async () => {
  const list =
    '{ challenges { code periodEndsAt prerequisites { code } badge { code } filling { done } community { progress contributorCount } } }';
  const read = () => shop.staff.data(list);
  const before = await fewest(read);
  for (let index = 0; index < 5; index += 1) {
    const mode = index % 2 === 0 ? 'COMMUNITY' : 'INDIVIDUAL';
    await stage.offer({ code: `more-${index}`, name: 'More', mode, badge: 'medal', recurrence: 'DAY' });
  }
  expect(await fewest(read)).toBe(before);
});
