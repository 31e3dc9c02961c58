import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import type { UserError } from '../recording/shop.ts';
import { ReversalStage } from './reversal-stage.ts';

let stage: ReversalStage;
let key: string;

beforeAll(async () => {
  stage = await ReversalStage.open();
  await stage.shop.save('EarningRule', {
    ...{ code: 'spend', name: 'A point per krona', trigger: 'purchase' },
    points: { perAmount: { points: 1, per: '1' } },
    caps: [{ per: 'DAY', points: 1_000 }],
  });
  key = await makeKey(['ACTIVITIES_REVERSE']);
});

afterAll(() => stage.shop.close());

async function makeKey(scopes: string[]): Promise<string> {
  const document = 'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }';
  type Made = { createApiKey: { secret: string } };
  return (await stage.shop.admin.data<Made>(document, { input: { name: 'Shop', scopes } })).createApiKey.secret;
}

interface ReversalResult {
  reversal: {
    activityId: string;
    memberId: string;
    fraction: string;
    reversedFraction: string;
    returned: object[];
  } | null;
  effects: { type: string; memberId: string; points?: number; balance?: number }[];
  replayed: boolean;
  userErrors: UserError[];
}

interface Posting {
  apiKey?: string | null;
  type?: string;
}

async function post(body: string, { apiKey = key, type = 'application/json' }: Posting = {}) {
  const headers = { 'content-type': type, ...(apiKey === null ? {} : { 'x-api-key': apiKey }) };
  const response = await fetch(`${stage.shop.app.url}/v1/reversals`, { method: 'POST', headers, body });
  type Reply = { results?: ReversalResult[]; errors?: { extensions: { code: string } }[] };
  const { results = [], errors } = (await response.json()) as Reply;
  return { status: response.status, results, code: errors?.[0]?.extensions.code ?? null };
}

function wish(changes: Record<string, unknown>): Record<string, unknown> {
  return { idempotencyKey: newId(), reason: 'Returned', ...changes };
}

describe('POST /v1/reversals', () => {
  test('takes activities back in order, by their ids and by the keys of the shop', async () => {
    const memberId = await stage.shop.enrol();
    const first = await stage.buy(memberId, '100');
    const second = await stage.buy(memberId, '40', { source: 'till', idempotencyKey: 'order-1' });
    const sent = [
      wish({ activityId: first, fraction: '0.25' }),
      wish({ activityId: first, fraction: '0.8' }),
      wish({ activity: { source: 'till', idempotencyKey: 'order-1' } }),
    ];
    const { status, results } = await post(JSON.stringify(sent));
    expect(status).toBe(200);
    expect(results[0]).toMatchObject({
      reversal: { activityId: first, memberId, fraction: '0.25', reversedFraction: '0.25' },
      effects: [{ type: 'PointsReversed', memberId, points: 25, balance: 115 }],
      ...{ replayed: false, userErrors: [] },
    });
    expect(results[0]?.reversal?.returned).toMatchObject([{ code: 'spend', per: 'DAY', points: 25 }]);
    expect(results[1]).toEqual({
      ...{ reversal: null, effects: [], replayed: false },
      userErrors: [
        expect.objectContaining({
          ...{ code: 'ALREADY_REVERSED', path: ['fraction'], retryable: false },
          details: { reversedFraction: '0.25', remainingFraction: '0.75' },
        }),
      ],
    });
    expect(results[2]).toMatchObject({ reversal: { activityId: second, reversedFraction: '1' }, userErrors: [] });
    expect(await stage.wallet(memberId)).toMatchObject({ active: 75, lifetimeReversed: 65 });
    await stage.shop.expectCleanLedger();
  });

  test('does nothing twice: the same key and input again is a replay, also within a request', async () => {
    const memberId = await stage.shop.enrol();
    const activityId = await stage.buy(memberId, '80');
    const half = wish({ activityId, fraction: '0.5' });
    const { results } = await post(JSON.stringify([half, half]));
    expect(results.map(({ replayed }) => replayed)).toEqual([false, true]);
    const [again] = (await post(JSON.stringify([half]))).results;
    expect(again).toEqual({ ...results[0], replayed: true });
    const [other] = (await post(JSON.stringify([{ ...half, fraction: '0.4' }]))).results;
    expect(other?.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 40 });
  });

  test('takes one on each line, and refuses what is malformed by itself', async () => {
    const memberId = await stage.shop.enrol();
    const activityId = await stage.buy(memberId, '10');
    const faults: [Record<string, unknown>, string, string[]][] = [
      [{ activityId, reason: 7 }, 'BAD_USER_INPUT', ['reason']],
      [{ activityId, reason: '' }, 'BAD_USER_INPUT', ['reason']],
      [{ activityId, idempotencyKey: null }, 'BAD_USER_INPUT', ['idempotencyKey']],
      [{ activityId, fraction: 'half' }, 'BAD_USER_INPUT', ['fraction']],
      [{ activityId, fraction: '2' }, 'BAD_USER_INPUT', ['fraction']],
      [{ activityId, amount: '5' }, 'BAD_USER_INPUT', ['amount']],
      [{}, 'BAD_USER_INPUT', ['activityId']],
      [{ activityId, activity: { idempotencyKey: 'order-1' } }, 'BAD_USER_INPUT', ['activityId']],
      [{ activity: 'order-1' }, 'BAD_USER_INPUT', ['activity']],
      [{ activity: { source: 'till' } }, 'BAD_USER_INPUT', ['activity', 'idempotencyKey']],
      [{ activity: { idempotencyKey: 'order-1' } }, 'NOT_FOUND', ['activity']],
      [{ activityId: newId() }, 'NOT_FOUND', ['activityId']],
      [{ activityId: 'x' }, 'NOT_FOUND', ['activityId']],
    ];
    const lines = [
      ...faults.map(([changes]) => JSON.stringify(wish(changes))),
      '{',
      JSON.stringify(wish({ activityId })),
    ];
    const { results } = await post(lines.join('\n'), { type: 'application/x-ndjson' });
    faults.forEach(([, code, path], index) => {
      expect(results[index]).toMatchObject({ reversal: null, userErrors: [{ code, path }] });
    });
    expect(results.at(-2)?.userErrors).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
    expect(results.at(-1)).toMatchObject({ reversal: { activityId, reversedFraction: '1' }, userErrors: [] });
    for (const result of results) {
      expect(Object.keys(result).sort()).toEqual(['effects', 'replayed', 'reversal', 'userErrors']);
    }
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0 });
  });

  test('takes at most a hundred, and only a list', async () => {
    expect(await post(JSON.stringify(Array.from({ length: 101 }, () => 1)))).toMatchObject({
      ...{ status: 400, code: 'BAD_USER_INPUT' },
    });
    expect(await post('{}')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await post('[]')).toMatchObject({ status: 200, results: [] });
  });

  test('wants a key with the scope', async () => {
    expect(await post('[]', { apiKey: null })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const writer = await makeKey(['ACTIVITIES_WRITE', 'MEMBERS_WRITE', 'POINTS_ADJUST']);
    expect(await post('[]', { apiKey: writer })).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });
});
