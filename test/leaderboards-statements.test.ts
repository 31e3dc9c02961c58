import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { atOnce, type Shop } from './recording/shop.ts';
import { type Boards, openBoards } from './support/boards.ts';
import { fewestStatements } from './support/statements.ts';

let shop: Shop;
let boards: Boards;
let ids: string[];

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  ids = [];
  for (let index = 0; index < 20; index += 1) ids.push(await shop.enrol());
});

afterAll(() => shop.close());

const fewest = (work: () => Promise<unknown>) => fewestStatements(shop.app, work);

test('boards cost recording two statements, however many there are and however large the batch', async () => {
  const one = () => shop.recordMany([{ type: 'review', memberId: ids[0] }]);
  const many = () => shop.recordMany(ids.map((memberId) => ({ type: 'review', memberId })));
  const without = await fewest(one);
  for (const period of ['ALL_TIME', 'DAY', 'WEEK', 'MONTH']) {
    await boards.offer({ code: period.toLowerCase().replace('_', '-'), period, condition: 'activity.source != "x"' });
  }
  expect(await fewest(one)).toBe(without + 2);
  // Twenty members are split between two lanes at most, each with its own statements.
  expect(await fewest(many)).toBeLessThanOrEqual(2 * (without + 2));
});

test('a page of a board, and places of a page of members, cost the same for one as for twenty', async () => {
  const page = `query ($first: Int!) { leaderboard(code: "day") { name season { endsAt }
    entries(first: $first) { edges { node { rank score displayName reachedAt member { id displayName status } } } } } }`;
  const few = await fewest(() => shop.staff.data(page, { first: 1 }));
  expect(await fewest(() => shop.staff.data(page, { first: 20 }))).toBe(few);
  expect(few).toBeLessThanOrEqual(3);
  const standings = `query ($first: Int!) { members(first: $first) { edges { node {
    day: standing(leaderboard: "day") { rank } week: standing(leaderboard: "week") { rank } } } } }`;
  const single = await fewest(() => shop.staff.data(standings, { first: 1 }));
  expect(await fewest(() => shop.staff.data(standings, { first: 20 }))).toBe(single);
});

test('visitors who ask for a board at the same time share its statements', async () => {
  await boards.offer({ code: 'visited', public: true });
  const visitor = shop.app.client();
  const page = '{ leaderboard(code: "visited") { name entries(first: 20) { edges { node { rank member { id } } } } } }';
  const visit = () => visitor.data(page);
  const alone = await fewest(visit);
  expect(alone).toBe(3);
  expect(await fewest(() => atOnce(40, visit))).toBeLessThan((40 * alone) / 2);
});
