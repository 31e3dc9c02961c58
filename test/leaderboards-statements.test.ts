import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { plainScoresSql } from '../src/features/leaderboards/leaderboards.fill.ts';
import { newId } from '../src/platform/ids.ts';
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

interface Plan {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Join Filter'?: number;
  Plans?: Plan[];
}

/** How many rows a statement has looked at: those that each step gave and those that it took to leave them out. */
function rowsOf({ Plans = [], ...step }: Plan): number {
  const removed = (step['Rows Removed by Filter'] ?? 0) + (step['Rows Removed by Join Filter'] ?? 0);
  return step['Actual Loops'] * (step['Actual Rows'] + removed) + Plans.reduce((sum, plan) => sum + rowsOf(plan), 0);
}

test('counting a member’s points anew looks at each activity a few times, also while the planner knows of few', async () => {
  await shop.offer('stamp');
  const memberId = await shop.enrol();
  const recorded = 1_000;
  await shop.recordMany(Array.from({ length: recorded }, () => ({ type: 'stamp', memberId })));
  const parameters = ['1970-01-01', null, null, newId(), [memberId], 'SEK'];
  expect(await shop.sql(`select score from (${plainScoresSql('POINTS_EARNED')}) as scores`, parameters)).toEqual([
    { score: String(10 * recorded) },
  ]);
  const [explained] = await shop.sql<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
    `explain (analyze, format json) ${plainScoresSql('POINTS_EARNED')}`,
    parameters,
  );
  const rows = rowsOf(explained?.['QUERY PLAN'][0].Plan as Plan);
  expect(rows).toBeGreaterThan(2 * recorded);
  expect(rows).toBeLessThan(20 * recorded);
});
