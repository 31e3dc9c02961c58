import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyScores } from '../src/features/leaderboards/verify-scores.ts';
import type { Shop } from './recording/shop.ts';
import { type Boards, openBoards } from './support/boards.ts';

let shop: Shop;
let boards: Boards;
let kim: string;

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  await boards.offer({ code: 'plain', metric: 'POINTS_EARNED' });
  await boards.offer({
    code: 'judged',
    audience: '"hiking" in member.interests',
    condition: 'activity.type == "review"',
  });
  kim = await shop.enrol({ interests: ['hiking'] });
  const alex = await shop.enrol({ interests: ['hiking'] });
  for (const memberId of [kim, kim, alex]) await shop.record({ type: 'review', memberId });
});

afterAll(() => shop.close());

async function messages(): Promise<string[]> {
  return (await verifyScores(shop.app.core.orm)).differences.map(({ message }) => message);
}

test('the audit counts every running season and finds nothing while scores are what was recorded', async () => {
  expect(await verifyScores(shop.app.core.orm)).toEqual({ seasons: 2, scores: 4, differences: [], truncated: false });
});

test('the audit names who has a score, or a time, that the activities do not give', async () => {
  const { season } = await boards.read('plain');
  await shop.sql('update scores set score = score + 5 where member_id = $1', [kim]);
  expect((await messages()).sort()).toEqual([
    `Member ${kim} on the board judged: scored 7, the activities give 2.`,
    `Member ${kim} on the board plain: scored 25, the activities give 20.`,
  ]);
  await shop.sql('update scores set score = score - 5 where member_id = $1', [kim]);
  await shop.sql("update scores set reached_at = reached_at + interval '1 day' where season_id = $1", [season.id]);
  expect(await messages()).toHaveLength(2);
  await shop.sql("update scores set reached_at = reached_at - interval '1 day' where season_id = $1", [season.id]);
  await shop.sql('delete from scores where member_id = $1 and season_id = $2', [kim, season.id]);
  expect(await messages()).toEqual([`Member ${kim} on the board plain: scored 0, the activities give 20.`]);
});

test('the audit does not judge yesterday’s activities by what a member is today', async () => {
  const { season } = await boards.read('plain');
  await shop.sql('delete from scores where season_id = $1', [season.id]);
  await boards.offer({ code: 'plain', metric: 'POINTS_EARNED', activityTypes: ['review'] });
  const change = 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { code } } }';
  await shop.staff.data(change, { input: { memberId: kim, interests: ['alpine'] } });
  expect(await boards.entry(kim, shop.admin, 'judged')).toMatchObject({ score: 2 });
  expect(await messages()).toEqual([]);
});
