import type { Locator } from 'playwright-core';
import { BoardStage } from './board-stage.ts';
import type { MePage } from './me-stage.ts';

const SAVE = {
  saveTier: 'SaveTierInput',
  saveReward: 'SaveRewardInput',
  saveReferralProgram: 'SaveReferralProgramInput',
  redeemReward: 'RedeemRewardInput',
  fulfilRedemption: 'FulfilRedemptionInput',
  reverseActivity: 'ReverseActivityInput',
} as const;

const REWARDS = [
  { code: 'fika', name: 'Fika', kind: 'PRODUCT', cost: 60, description: 'Coffee and a bun.', validFor: 'P90D' },
  { code: 'cup', name: 'Birch cup', kind: 'MERCHANDISE', cost: 250, perMember: 1, fulfilment: 'MANUAL' },
  { code: 'last', name: 'The last poster', kind: 'MERCHANDISE', cost: 50, stock: 1, terms: 'One is left.' },
  { code: 'tour', name: 'Summit tour', kind: 'EXPERIENCE', cost: 900, minimumTier: 'guld' },
];

interface Outcome {
  [mutation: string]: { userErrors: unknown[] };
}

/** Starts a club with rewards, a tier that few reach, and something for inviting friends. */
export async function openShop(): Promise<BoardStage> {
  const stage = await BoardStage.open();
  await change(stage, 'saveTier', { code: 'guld', name: 'Guld', rank: 1, threshold: '5000' });
  for (const reward of REWARDS) await change(stage, 'saveReward', reward);
  await change(stage, 'saveReferralProgram', {
    ...{ qualifyingActivity: 'event-attended', levels: [150, 50, 20], refereePoints: 30 },
    maxPerReferrer: { per: 'MONTH', points: 1_500 },
  });
  return stage;
}

/** Does something as administrator, as a shop's own software would. */
export async function change(stage: BoardStage, mutation: keyof typeof SAVE, input: object): Promise<void> {
  const document = `mutation ($input: ${SAVE[mutation]}!) { ${mutation}(input: $input) { userErrors { message } } }`;
  const outcome = await stage.app.client({ role: 'ADMIN' }).data<Outcome>(document, { input });
  const errors = Object.values(outcome).flatMap(({ userErrors }) => userErrors);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

/** What the server knows of what a member redeemed, the latest first. */
export async function redemptionsOf(
  stage: BoardStage,
  id: string,
): Promise<{ id: string; name: string; status: string; voucherCode: string }[]> {
  type Found = {
    member: { redemptions: { edges: { node: { id: string; name: string; status: string; voucherCode: string } }[] } };
  };
  const document =
    'query ($id: ID!) { member(id: $id) { redemptions { edges { node { id name status voucherCode } } } } }';
  const { member } = await stage.app.client({ role: 'STAFF' }).data<Found>(document, { id });
  return member.redemptions.edges.map(({ node }) => node);
}

/** The code with which a member invites friends. */
export async function codeOf(stage: BoardStage, id: string): Promise<string> {
  const document = 'query ($id: ID!) { member(id: $id) { referralCode } }';
  type Found = { member: { referralCode: string } };
  return (await stage.app.client({ role: 'STAFF' }).data<Found>(document, { id })).member.referralCode;
}

/** Goes to a part of the page as a member does. */
export async function goTo(me: MePage, part: 'Home' | 'Rewards' | 'Friends' | 'Card'): Promise<void> {
  await me.page.getByRole('navigation', { name: 'Your page' }).getByRole('link', { name: part }).click();
}

/** The row of a reward on the shelves. */
export function reward(me: MePage, code: string): Locator {
  return me.page.locator(`.reward[data-code="${code}"]`);
}
