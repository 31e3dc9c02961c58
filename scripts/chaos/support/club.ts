import { signToken } from '../../../src/api/sign-token.ts';
import { loadConfig } from '../../../src/config.ts';
import { type Caller, type Credential, tokenOf } from './caller.ts';

export const SECRET = 'a secret that only these fault tests know of';

/** What an activity of the load is worth, what a deduction takes, and what everybody begins with, in points. */
export const STAMP_POINTS = 10;
export const SPENT_POINTS = 3;
export const GRANTED_POINTS = 100_000;
/** What can be redeemed, and what it costs: a voucher at once, and one of many things to be handed over. */
export const REWARDS = { drink: 4, mug: 9 } as const;
export type RewardCode = keyof typeof REWARDS;
export const BOARD = 'chaos';
/** More than are ever redeemed: each takes its piece all the same. */
const MUGS = 1_000_000;
const LIFETIME_MS = 12 * 3_600_000;

/** A member of the load, with the cursor of its first event: whoever follows it from there hears everything. */
export interface ClubMember {
  id: string;
  token: string;
  cursor: string;
}

/** Everybody who does something in the load. */
export interface Club {
  members: ClubMember[];
  /** Staff at the counter. */
  counter: Credential;
  /** The shop's own system, with an API key. */
  shop: Credential;
}

const SAVE_TYPE =
  'mutation ($input: SaveActivityTypeInput!) { saveActivityType(input: $input) { userErrors { code message } } }';
export const SAVE_RULE =
  'mutation ($input: SaveEarningRuleInput!) { saveEarningRule(input: $input) { userErrors { code message } } }';
const SAVE_BOARD =
  'mutation ($input: SaveLeaderboardInput!) { saveLeaderboard(input: $input) { userErrors { code message } } }';
const SAVE_REWARD = 'mutation ($input: SaveRewardInput!) { saveReward(input: $input) { userErrors { code message } } }';
const CREATE_KEY = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { apiKey { id } secret userErrors { code message } }
}`;
const ENROL = `mutation ($input: EnrollMemberInput!) {
  enrollMember(input: $input) { member { id } effects { cursor } userErrors { code message } }
}`;
const ADJUST = 'mutation ($input: AdjustPointsInput!) { adjustPoints(input: $input) { userErrors { code message } } }';

/** A token that a server with SECRET believes, for twelve hours unless told. */
export function tokenFor(
  role: 'ADMIN' | 'STAFF' | 'MEMBER',
  subject: string,
  lifetimeMs: number = LIFETIME_MS,
): Promise<string> {
  const settings = loadConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgresql://nobody', POKAL_JWT_SECRET: SECRET });
  return signToken(settings, { role, subject, lifetimeMs });
}

/**
 * Sets up a programme with one rule, one board and two rewards, and enrols members who have points to spend. What
 * activities give expires before what everybody began with, so it is spent first: reversals find points of theirs spent.
 */
export async function foundClub(caller: Caller, size: number): Promise<Club> {
  const points = { fixed: STAMP_POINTS };
  await save(caller, SAVE_TYPE, { code: 'stamp', name: 'Stamp' });
  await save(caller, SAVE_RULE, { code: 'stamp', name: 'Stamp', trigger: 'stamp', points, expiresAfter: 'P365D' });
  await save(caller, SAVE_BOARD, { code: BOARD, name: 'Chaos', metric: 'POINTS_EARNED', period: 'ALL_TIME' });
  const drink = { code: 'drink', name: 'A drink', kind: 'COUPON', cost: REWARDS.drink, validFor: 'P90D' };
  await save(caller, SAVE_REWARD, drink);
  const mug = { code: 'mug', name: 'A mug', kind: 'MERCHANDISE', cost: REWARDS.mug };
  await save(caller, SAVE_REWARD, { ...mug, stock: MUGS, fulfilment: 'MANUAL' });
  const { secret } = await createKey(caller, 'Shop', ['ACTIVITIES_REVERSE']);
  const counter = tokenOf(await tokenFor('STAFF', 'counter'));
  const members: ClubMember[] = [];
  for (let index = 0; index < size; index += 1) members.push(await enrol(caller, index));
  return { members, counter, shop: { 'x-api-key': secret } };
}

/** Makes an API key. @throws Error when that is refused. */
export async function createKey(
  caller: Caller,
  name: string,
  scopes: string[],
): Promise<{ id: string; secret: string }> {
  type Created = { createApiKey: { apiKey: { id: string } | null; secret: string | null } };
  const created = await caller.call<Created>(CREATE_KEY, { input: { name, scopes } });
  const { apiKey = null, secret = null } = created?.createApiKey ?? {};
  if (apiKey === null || secret === null) throw new Error(`No key was made: ${JSON.stringify(created)}`);
  return { id: apiKey.id, secret };
}

/** Enrols the member of that number. @throws Error when that is refused. */
export async function enrol(caller: Caller, index: number): Promise<ClubMember> {
  type Enrolled = { enrollMember: { member: { id: string } | null; effects: { cursor: string }[] } };
  const input = { idempotencyKey: `enrol-${index}`, displayName: `Member ${index}` };
  const enrolled = await caller.call<Enrolled>(ENROL, { input });
  const id = enrolled?.enrollMember.member?.id;
  const cursor = enrolled?.enrollMember.effects[0]?.cursor;
  if (id === undefined || cursor === undefined) throw new Error(`Enrolling was refused: ${JSON.stringify(enrolled)}`);
  const grant = { idempotencyKey: `grant-${index}`, memberId: id, points: GRANTED_POINTS, reason: 'To begin with' };
  await save(caller, ADJUST, grant);
  return { id, cursor, token: await tokenFor('MEMBER', id) };
}

/** Runs a mutation of which nothing but its success is wanted. @throws Error when it is refused. */
export async function save(caller: Caller, document: string, input: object): Promise<void> {
  const data = await caller.call<Record<string, { userErrors: unknown[] }>>(document, { input });
  const refused = data === null || Object.values(data).some(({ userErrors }) => userErrors.length > 0);
  if (refused) throw new Error(`A change was refused: ${JSON.stringify(data)}`);
}
