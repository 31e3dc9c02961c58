import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { fewestStatements } from '../support/statements.ts';
import { RewardsStage } from './rewards-stage.ts';

let stage: RewardsStage;
const members: string[] = [];

beforeAll(async () => {
  stage = await RewardsStage.open();
  await stage.shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
  const rewards: string[] = [];
  for (let index = 0; index < 20; index += 1) {
    members.push(await stage.member(1_000 + index));
    const gates = { stock: 100, perMember: 3, minimumTier: 'base', audience: 'member.externalId != "nobody"' };
    rewards.push(await stage.reward({ cost: 100 + 200 * index, ...gates }));
  }
  for (const memberId of members) await stage.redeemed(memberId, rewards[0] ?? '');
}, 60_000);

afterAll(() => stage.shop.close());

test('a shelf with what a member can have of it costs the same for one reward as for twenty', async () => {
  const shelf = `query ($first: Int!, $memberId: ID!) { rewards(first: $first) { edges { node {
    name stock minimumTier { name } availability(memberId: $memberId) { available missingPoints } } } } }`;
  const ask = (first: number) => () => stage.shop.staff.data(shelf, { first, memberId: members[0] });
  const one = await fewestStatements(stage.shop.app, ask(1));
  expect(await fewestStatements(stage.shop.app, ask(20))).toBe(one);
  expect(one).toBeLessThanOrEqual(13);
});

test('a page of members with their ladders and nearest rewards costs the same for one as for twenty', async () => {
  const page = `query ($first: Int!) { members(first: $first) { edges { node {
    nextReward { reward { name } missingPoints } ladder { steps { name remaining } } } } } }`;
  const ask = (first: number) => () => stage.shop.staff.data(page, { first });
  const one = await fewestStatements(stage.shop.app, ask(1));
  expect(await fewestStatements(stage.shop.app, ask(20))).toBe(one);
  expect(one).toBeLessThanOrEqual(18);
});

test('a page of redemptions with reward, member and entry costs four statements, however many they are', async () => {
  const page = `query ($first: Int!) { redemptions(first: $first) { edges { node {
    voucherCode reward { name } member { displayName } entry { points } } } } }`;
  const ask = (first: number) => () => stage.shop.staff.data(page, { first });
  expect(await fewestStatements(stage.shop.app, ask(1))).toBe(4);
  expect(await fewestStatements(stage.shop.app, ask(20))).toBe(4);
});

test('redeeming costs one member with much behind the same as one with nothing', async () => {
  const code = await stage.reward({ cost: 1 });
  const redeem = (memberId: string) => () => stage.redeemed(memberId, code);
  const [kim = ''] = members;
  for (let times = 0; times < 10; times += 1) await stage.shop.adjust(kim, 1, { expiresAfter: 'P90D' });
  const plain = await fewestStatements(stage.shop.app, redeem(await stage.member(100)));
  expect(await fewestStatements(stage.shop.app, redeem(kim))).toBe(plain);
});
