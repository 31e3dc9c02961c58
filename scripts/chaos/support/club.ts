import { signToken } from '../../../src/api/sign-token.ts';
import { loadConfig } from '../../../src/config.ts';
import type { Caller } from './caller.ts';

export const SECRET = 'a secret that only these fault tests know of';

/** What an activity of the load is worth, what a deduction takes, and what everybody begins with, in points. */
export const STAMP_POINTS = 10;
export const SPENT_POINTS = 3;
export const GRANTED_POINTS = 100_000;
export const BOARD = 'chaos';
const LIFETIME_MS = 12 * 3_600_000;

/** A member of the load, with the cursor of its first event: whoever follows it from there hears everything. */
export interface ClubMember {
  id: string;
  token: string;
  cursor: string;
}

const SAVE_TYPE =
  'mutation ($input: SaveActivityTypeInput!) { saveActivityType(input: $input) { userErrors { code message } } }';
export const SAVE_RULE =
  'mutation ($input: SaveEarningRuleInput!) { saveEarningRule(input: $input) { userErrors { code message } } }';
const SAVE_BOARD =
  'mutation ($input: SaveLeaderboardInput!) { saveLeaderboard(input: $input) { userErrors { code message } } }';
const ENROL = `mutation ($input: EnrollMemberInput!) {
  enrollMember(input: $input) { member { id } effects { cursor } userErrors { code message } }
}`;
export const ADJUST = `mutation ($input: AdjustPointsInput!) {
  adjustPoints(input: $input) { entry { id } effects { id } replayed userErrors { code message } }
}`;

/** A token that a server with SECRET believes, for twelve hours unless told. */
export function tokenFor(role: 'ADMIN' | 'MEMBER', subject: string, lifetimeMs: number = LIFETIME_MS): Promise<string> {
  const settings = loadConfig({ NODE_ENV: 'test', DATABASE_URL: 'postgresql://nobody', POKAL_JWT_SECRET: SECRET });
  return signToken(settings, { role, subject, lifetimeMs });
}

/** Sets up a programme with one rule and one board, and enrols members who have points to spend. */
export async function foundClub(caller: Caller, size: number): Promise<ClubMember[]> {
  await save(caller, SAVE_TYPE, { code: 'stamp', name: 'Stamp' });
  await save(caller, SAVE_RULE, { code: 'stamp', name: 'Stamp', trigger: 'stamp', points: { fixed: STAMP_POINTS } });
  await save(caller, SAVE_BOARD, { code: BOARD, name: 'Chaos', metric: 'POINTS_EARNED', period: 'ALL_TIME' });
  const members: ClubMember[] = [];
  for (let index = 0; index < size; index += 1) members.push(await enrol(caller, index));
  return members;
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
