import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import 'reflect-metadata';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';

const DAY_MS = 86_400_000;

const SAVE_TYPE = `mutation ($input: SaveActivityTypeInput!) {
  saveActivityType(input: $input) { activityType { code version builtIn } userErrors { code message path } }
}`;
const SAVE_RULE = `mutation ($input: SaveEarningRuleInput!) {
  saveEarningRule(input: $input) { earningRule { code version status } userErrors { code message path details } }
}`;
const SAVE_CAMPAIGN = `mutation ($input: SaveCampaignInput!) {
  saveCampaign(input: $input) {
    campaign { code version budget budgetSpent budgetRemaining }
    userErrors { code message path details }
  }
}`;
const RECORD = `mutation ($input: RecordActivityInput!) {
  recordActivity(input: $input) {
    effects { __typename ... on PointsEarned { points entry { kind points activeAt expiresAt rule { kind code } } } }
    activity { trace { rules { matched reason points pointsBeforeCaps nextPossibleAt rule { kind code } } } }
    member { wallet { active pending } }
    userErrors { code message path }
  }
}`;

interface UserError {
  code: string;
  message: string;
  path: string[] | null;
  details?: Record<string, unknown> | null;
}
interface Line {
  matched: boolean;
  reason: string;
  points: number;
  pointsBeforeCaps: number;
  nextPossibleAt: string | null;
  rule: { kind: string; code: string };
}
interface Recorded {
  effects: {
    __typename: string;
    points?: number;
    entry?: { kind: string; points: number; activeAt: string; expiresAt: string | null; rule: { code: string } };
  }[];
  activity: { trace: { rules: Line[] } } | null;
  member: { wallet: { active: number; pending: number } } | null;
  userErrors: UserError[];
}

let app: TestApp;
let nextKey = 0;

beforeAll(async () => {
  app = await startTestApp();
});

afterAll(async () => {
  await app.stop();
});

/** Asks as an administrator and takes the one field of the answer. */
async function ask<Result>(document: string, input: Record<string, unknown>, node = app): Promise<Result> {
  const data = await node.client({ role: 'ADMIN' }).data<Record<string, unknown>>(document, { input });
  return Object.values(data)[0] as Result;
}

function record(input: Record<string, unknown>, node = app): Promise<Recorded> {
  nextKey += 1;
  const idempotencyKey = `earning-test-${nextKey}`;
  return ask(RECORD, { idempotencyKey, memberExternalId: 'C-1', enrollIfUnknown: true, ...input }, node);
}

async function saveType(code: string, changes: Record<string, unknown> = {}): Promise<void> {
  const saved = await ask<{ userErrors: UserError[] }>(SAVE_TYPE, { code, name: code, ...changes });
  expect(saved.userErrors).toEqual([]);
}

interface SavedRule {
  earningRule: { code: string; version: number } | null;
  userErrors: UserError[];
}

function saveRule(code: string, changes: Record<string, unknown> = {}): Promise<SavedRule> {
  return ask(SAVE_RULE, { code, name: code, trigger: code, points: { fixed: 10 }, ...changes });
}

interface SavedCampaign {
  campaign: { version: number; budgetSpent: number | null; budgetRemaining: number | null } | null;
  userErrors: UserError[];
}

/** Saves a campaign that runs from yesterday until tomorrow. */
function saveCampaign(code: string, changes: Record<string, unknown> = {}): Promise<SavedCampaign> {
  const now = app.clock.now();
  const startsAt = new Date(now - DAY_MS).toISOString();
  const endsAt = new Date(now + DAY_MS).toISOString();
  return ask(SAVE_CAMPAIGN, { code, name: code, triggers: [code], multiplier: '2', startsAt, endsAt, ...changes });
}

function pointsOf({ effects }: Recorded, kind?: string): number {
  const entries = effects.flatMap(({ entry }) => (entry ? [entry] : []));
  return entries.filter((entry) => !kind || entry.kind === kind).reduce((sum, { points }) => sum + points, 0);
}

function lineOf({ activity }: Recorded, code: string): Line | undefined {
  return activity?.trace.rules.find(({ rule }) => rule.code === code);
}

describe('saving through the API', () => {
  test('twice is harmless, and a change makes the next version', async () => {
    await saveType('saved-twice');
    expect((await saveRule('saved-twice')).earningRule?.version).toBe(1);
    expect((await saveRule('saved-twice')).earningRule?.version).toBe(1);
    expect((await saveRule('saved-twice', { points: { fixed: 11 } })).earningRule?.version).toBe(2);
    expect((await saveRule('saved-twice', { points: { fixed: 11 }, status: 'PAUSED' })).earningRule?.version).toBe(3);
    expect((await saveCampaign('saved-twice', { startsAt: '2026-01-01T00:00:00Z' })).campaign?.version).toBe(1);
  });

  test('is refused with a code and a path', async () => {
    await saveType('refused');
    const refusals: [Record<string, unknown>, string, string[]][] = [
      [{ trigger: 'no-such-type' }, 'UNKNOWN_ACTIVITY_TYPE', ['input', 'trigger']],
      [{ points: {} }, 'BAD_USER_INPUT', ['input', 'points']],
      [{ condition: 'activity.chanel == "store"' }, 'INVALID_EXPRESSION', ['input', 'condition']],
      [{ caps: [{ per: 'DAY' }] }, 'BAD_USER_INPUT', ['input', 'caps', '0']],
      [{ code: 'Refused!' }, 'BAD_USER_INPUT', ['input', 'code']],
    ];
    for (const [changes, code, path] of refusals) {
      const { earningRule, userErrors } = await saveRule('refused', changes);
      expect(earningRule).toBeNull();
      expect(userErrors).toEqual([expect.objectContaining({ code, path })]);
    }
    const { userErrors } = await saveRule('refused', { condition: 'true && activity.chanel == "store"' });
    expect(userErrors[0]?.details).toMatchObject({ line: 1, position: expect.any(Number) });
  });

  test('is for administrators alone', async () => {
    const input = { code: 'x', name: 'x', trigger: 'review', points: { fixed: 1 } };
    for (const speaker of [{ role: 'STAFF' }, { role: 'MEMBER', subject: newId() }] as const) {
      const { errors } = await app.client(speaker).query(SAVE_RULE, { input });
      expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    const { errors } = await app.client().query(SAVE_RULE, { input });
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });
});

describe('recording', () => {
  test('enforces the attributes schema of the type', async () => {
    const attributesSchema = {
      required: ['rating'],
      additionalProperties: false,
      properties: { rating: { type: 'integer', minimum: 1, maximum: 5 } },
    };
    await saveType('rated', { attributesSchema });
    const refused = await record({ type: 'rated', attributes: { rating: 9 } });
    expect(refused.activity).toBeNull();
    expect(refused.userErrors).toEqual([
      expect.objectContaining({ code: 'BAD_USER_INPUT', path: ['input', 'attributes', 'rating'] }),
    ]);
    expect((await record({ type: 'rated' })).userErrors[0]?.path).toEqual(['input', 'attributes', 'rating']);
    expect((await record({ type: 'rated', attributes: { rating: 5 } })).userErrors).toEqual([]);
  });

  test('gives pending points that expire after they became active', async () => {
    await saveType('slow');
    await saveRule('slow', { pendingFor: 'P14D', expiresAfter: 'P365D' });
    const occurredAt = new Date(app.clock.now() - 3_600_000);
    const recorded = await record({ type: 'slow', memberExternalId: 'C-slow', occurredAt: occurredAt.toISOString() });
    const entry = recorded.effects.find((effect) => effect.entry)?.entry;
    expect(Date.parse(entry?.activeAt ?? '')).toBe(occurredAt.getTime() + 14 * DAY_MS);
    expect(Date.parse(entry?.expiresAt ?? '')).toBe(occurredAt.getTime() + (14 + 365) * DAY_MS);
    expect(recorded.member?.wallet).toEqual({ active: 0, pending: 10 });
  });

  test('follows a new version of a rule with the very next activity', async () => {
    await saveType('followed');
    await saveRule('followed');
    expect(pointsOf(await record({ type: 'followed' }))).toBe(10);
    await saveRule('followed', { points: { fixed: 25 } });
    expect(pointsOf(await record({ type: 'followed' }))).toBe(25);
    await saveRule('followed', { points: { fixed: 25 }, status: 'PAUSED' });
    expect(pointsOf(await record({ type: 'followed' }))).toBe(0);
  });

  test('stops at a member’s daily cap and says when points are possible again', async () => {
    await saveType('capped');
    await saveRule('capped', { caps: [{ per: 'DAY', points: 25 }] });
    const points: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) points.push(pointsOf(await record({ type: 'capped' })));
    expect(points).toEqual([10, 10, 5, 0]);
    const line = lineOf(await record({ type: 'capped' }), 'capped');
    expect(line).toMatchObject({ points: 0, pointsBeforeCaps: 10 });
    expect(Date.parse(line?.nextPossibleAt ?? '')).toBeGreaterThan(app.clock.now());
    expect(pointsOf(await record({ type: 'capped', memberExternalId: 'C-2' }))).toBe(10);
  });
});

describe('a campaign', () => {
  test('doubles points this week when buying from three categories', async () => {
    await saveType('bought');
    await saveRule('bought', { points: { perAmount: { points: 1, per: '10' } } });
    await saveCampaign('bought', { condition: 'distinct(activity.items.map(i, i.category)).size() >= 3' });
    const basket = (...categories: string[]) => ({
      type: 'bought',
      value: { amount: '450.00', currencyCode: 'SEK' },
      items: categories.map((category, index) => ({
        sku: `S-${index}`,
        category,
        unitPrice: { amount: '100.00', currencyCode: 'SEK' },
      })),
    });
    const doubled = await record(basket('tents', 'boots', 'maps'));
    expect([pointsOf(doubled, 'EARN'), pointsOf(doubled, 'BONUS')]).toEqual([45, 45]);
    const plain = await record(basket('tents', 'tents', 'boots', 'boots'));
    expect([pointsOf(plain, 'EARN'), pointsOf(plain, 'BONUS')]).toEqual([45, 0]);
    const lastWeek = new Date(app.clock.now() - 7 * DAY_MS).toISOString();
    const late = await record({ ...basket('tents', 'boots', 'maps'), occurredAt: lastWeek });
    expect([pointsOf(late, 'EARN'), pointsOf(late, 'BONUS')]).toEqual([45, 0]);
  });

  test('never gives more than its budget to a hundred members who come at once', async () => {
    await saveType('budgeted');
    await saveRule('budgeted');
    await saveCampaign('budgeted', { multiplier: '3', budget: 305 });
    const recorded = await Promise.all(
      Array.from({ length: 100 }, (_, index) => record({ type: 'budgeted', memberExternalId: `B-${index}` })),
    );
    expect(recorded.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(recorded.reduce((sum, one) => sum + pointsOf(one, 'EARN'), 0)).toBe(1000);
    expect(recorded.reduce((sum, one) => sum + pointsOf(one, 'BONUS'), 0)).toBe(305);
    const same = await saveCampaign('budgeted', { multiplier: '3', budget: 305 });
    expect(same.campaign).toMatchObject({ budgetSpent: 305, budgetRemaining: 0 });
  });

  test('shares its budget between activities that arrive together', async () => {
    await saveType('batched');
    await saveRule('batched');
    await saveCampaign('batched', { budget: 35 });
    const activities = Array.from({ length: 10 }, (_, index) => ({
      idempotencyKey: `batched-${index}`,
      type: 'batched',
      memberExternalId: `D-${index % 3}`,
      enrollIfUnknown: true,
    }));
    const document = `mutation ($input: RecordActivitiesInput!) {
      recordActivities(input: $input) {
        recorded
        results { effects { __typename ... on PointsEarned { entry { kind points } } } }
      }
    }`;
    const answer = await ask<{ recorded: number; results: Recorded[] }>(document, { activities });
    expect(answer.recorded).toBe(10);
    // Members are spread over two lanes, so which of them comes first is not said; how much there is, is.
    const bonuses = answer.results.map((one) => pointsOf(one, 'BONUS')).sort((left, right) => right - left);
    expect(bonuses).toEqual([10, 10, 10, 5, 0, 0, 0, 0, 0, 0]);
  });
});

describe('a cap of the whole programme', () => {
  test('is exact when fifty members come at once', async () => {
    await saveType('first-seven');
    await saveRule('first-seven', { caps: [{ per: 'LIFETIME', scope: 'PROGRAM', count: 7 }] });
    const recorded = await Promise.all(
      Array.from({ length: 50 }, (_, index) => record({ type: 'first-seven', memberExternalId: `E-${index}` })),
    );
    expect(recorded.filter((one) => pointsOf(one) > 0)).toHaveLength(7);
    expect(recorded.every(({ activity }) => activity !== null)).toBe(true);
  });
});

describe('two nodes on one database', () => {
  test('share budgets and caps to the last point and follow each other’s changes', async () => {
    const other = await startTestApp({ databaseUrl: app.databaseUrl });
    try {
      await saveType('two-nodes');
      await saveRule('two-nodes', { caps: [{ per: 'DAY', scope: 'PROGRAM', points: 777 }] });
      await saveCampaign('two-nodes', { budget: 123 });
      const recorded = await Promise.all(
        Array.from({ length: 120 }, (_, index) =>
          record({ type: 'two-nodes', memberExternalId: `F-${index % 40}` }, index % 2 === 0 ? app : other),
        ),
      );
      expect(recorded.flatMap(({ userErrors }) => userErrors)).toEqual([]);
      expect(recorded.reduce((sum, one) => sum + pointsOf(one), 0)).toBe(777);
      expect(recorded.reduce((sum, one) => sum + pointsOf(one, 'BONUS'), 0)).toBe(123);
      await saveRule('two-nodes', { points: { fixed: 3 } });
      expect(pointsOf(await record({ type: 'two-nodes' }, other), 'EARN')).toBe(3);
    } finally {
      await other.stop();
    }
  });
});
