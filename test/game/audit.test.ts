import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyGoals } from '../../src/features/filling/index.ts';
import { count, Game } from './game.ts';

let game: Game;
let kim: string;

beforeAll(async () => {
  game = await Game.open();
  await game.shop.offer('walked');
  await game.badge('walker', { goal: count('walked', 1), repeatable: true, limit: 10 });
  await game.challenge('twice', { goal: count('walked', 2), points: 5 });
  await game.challenge('together', { mode: 'COMMUNITY', goal: count('walked', 100) });
  [kim = ''] = await game.members(1);
  const [alex = ''] = await game.members(1);
  for (const memberId of [kim, kim, alex]) await game.shop.record({ type: 'walked', memberId });
});

afterAll(() => game.close());

async function messages(): Promise<string[]> {
  return (await verifyGoals(game.shop.app.core.orm)).differences.map(({ message }) => message);
}

/** What the audit says while one thing is not as it was recorded. */
async function messagesAfter(change: string, back: string): Promise<string[]> {
  await game.shop.sql(change);
  const found = await messages();
  await game.shop.sql(back);
  return found;
}

test('the audit finds nothing while badges, completions and contributions are what was recorded', async () => {
  expect(await verifyGoals(game.shop.app.core.orm)).toEqual({
    awards: 3,
    completions: 1,
    differences: [],
    truncated: false,
  });
});

test('the audit names awards that are not counted, and editions that are not what was awarded', async () => {
  const found = await messagesAfter(
    `update badge_awards set number = 7 where number = 2`,
    `update badge_awards set number = 2 where number = 7`,
  );
  expect(found).toEqual([`Member ${kim} was given the badge walker 2 times up to number 7; 2 are counted.`]);
  const edition = `where key = 'badge:walker|LIMIT'`;
  expect(
    await messagesAfter(`update rule_usages set count = 2 ${edition}`, `update rule_usages set count = 3 ${edition}`),
  ).toEqual(['The badge walker was awarded 3 times; 2 are counted, and its limit is 10.']);
});

test('the audit names completions that are not counted or not paid', async () => {
  const found = await messagesAfter(
    `update challenge_completions set challenge_code = 'other'`,
    `update challenge_completions set challenge_code = 'twice'`,
  );
  expect(found.sort()).toEqual([
    `Member ${kim} was given the challenge other 1 times; 0 are counted.`,
    `Member ${kim} was given the challenge twice 0 times; 1 are counted.`,
  ]);
  const [completion] = await game.shop.sql<{ id: string; entry: string }>(
    'select id, entry_id as entry from challenge_completions',
  );
  expect(
    await messagesAfter(
      'update challenge_completions set entry_id = id',
      `update challenge_completions set entry_id = '${completion?.entry}'`,
    ),
  ).toEqual([`The completion ${completion?.id} names the entry ${completion?.id}, which member ${kim} does not have.`]);
});

test('the audit names a community whose amount is not what its members gave', async () => {
  const gave = `where challenge_code = 'together' and member_id = '${kim}'`;
  expect(
    await messagesAfter(
      `update challenge_contributions set amount = 1000000 ${gave}`,
      `update challenge_contributions set amount = 2000000 ${gave}`,
    ),
  ).toEqual([
    'Contributions to challenge:together|COMMUNITY|0 add up to 2000000 millionths; 3000000 are counted together.',
  ]);
  expect(await messages()).toEqual([]);
});
