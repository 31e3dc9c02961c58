import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { eventually } from '../support/platform.ts';
import { type Activity, fromNow, Shop, type UserError } from './shop.ts';

let shop: Shop;
let key: string;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('bought', { points: { perAmount: { points: 1, per: '10' } } });
  key = (await makeKey(['ACTIVITIES_WRITE'])).secret;
});

afterAll(() => shop.close());

interface ApiKey {
  id: string;
  secret: string;
}

async function makeKey(scopes: string[]): Promise<ApiKey> {
  const document =
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } secret userErrors { message } } }';
  type Made = { createApiKey: { apiKey: { id: string }; secret: string } };
  const { createApiKey } = await shop.admin.data<Made>(document, { input: { name: 'Shop', scopes } });
  return { id: createApiKey.apiKey.id, secret: createApiKey.secret };
}

interface IngestResult {
  activity: { id: string; memberId: string; occurredAt: string; idempotencyKey: string } | null;
  effects: { type: string; id: string; cursor: string; points?: number; balance?: number; entryId?: string }[];
  replayed: boolean;
  userErrors: UserError[];
}

interface Reply {
  status: number;
  results: IngestResult[];
  code: string | null;
}

interface Posting {
  apiKey?: string | null;
  type?: string;
  url?: string;
}

async function post(
  body: string,
  { apiKey = key, type = 'application/json', url = shop.app.url }: Posting = {},
): Promise<Reply> {
  const headers = { 'content-type': type, ...(apiKey === null ? {} : { 'x-api-key': apiKey }) };
  const response = await fetch(`${url}/v1/activities`, { method: 'POST', headers, body });
  const reply = (await response.json()) as {
    results?: IngestResult[];
    errors?: { extensions: { code: string } }[];
  };
  return { status: response.status, results: reply.results ?? [], code: reply.errors?.[0]?.extensions.code ?? null };
}

function bought(changes: Activity = {}): Activity {
  return {
    ...{ idempotencyKey: newId(), type: 'bought', memberExternalId: 'C-1', enrollIfUnknown: true },
    ...{ value: { amount: '120.50', currencyCode: 'SEK' }, ...changes },
  };
}

describe('POST /v1/activities', () => {
  test('tells of challenges in words, as GraphQL does', async () => {
    const saved = await shop.admin.data(
      'mutation ($input: SaveChallengeInput!) { saveChallenge(input: $input) { userErrors { message } } }',
      { input: { code: 'two-visits', name: 'Two visits', goal: { activityTypes: ['event-attended'], target: '2' } } },
    );
    expect(saved).toEqual({ saveChallenge: { userErrors: [] } });
    const visit = () => bought({ type: 'event-attended', memberExternalId: 'C-visits', value: null });
    const { results } = await post(JSON.stringify([visit(), visit()]));
    const told = results.flatMap(({ effects }) => effects.filter(({ type }) => type.startsWith('Challenge')));
    const two = { challenge: 'two-visits', target: '2' };
    expect(told).toMatchObject([
      { type: 'ChallengeProgressed', progress: { ...two, status: 'IN_PROGRESS', progress: '1', percent: 50 } },
      { type: 'ChallengeCompleted', progress: { ...two, status: 'COMPLETED', progress: '2', timesCompleted: 1 } },
    ]);
  });

  test('takes a JSON array and answers one result for each activity, in order', async () => {
    const activities = [bought(), bought({ type: 'no-such-type' }), bought({ occurredAt: fromNow(shop, -1_000) })];
    const { status, results } = await post(JSON.stringify(activities));
    expect(status).toBe(200);
    expect(results.map((result) => result.activity?.idempotencyKey ?? null)).toEqual([
      activities[0]?.idempotencyKey,
      null,
      activities[2]?.idempotencyKey,
    ]);
    expect(results[0]).toMatchObject({
      effects: [{ type: 'MemberEnrolled' }, { type: 'PointsEarned', points: 12, balance: 12 }],
      replayed: false,
      userErrors: [],
    });
    expect(results[1]).toEqual({
      activity: null,
      effects: [],
      replayed: false,
      userErrors: [
        expect.objectContaining({ code: 'UNKNOWN_ACTIVITY_TYPE', path: ['type'], retryable: false, details: null }),
      ],
    });
    expect(results[2]?.activity?.occurredAt).toBe(activities[2]?.occurredAt);
  });

  test('takes one activity on each line, says which lines are no JSON, and records the others', async () => {
    const lines = [
      JSON.stringify(bought()),
      '{"idempotencyKey": ',
      '',
      '[]',
      '"text"',
      `${JSON.stringify(bought())}\r`,
      '{"idempotencyKey":"\\u0000"}',
      JSON.stringify({ ...bought(), memberExternalID: 'misspelt' }),
    ];
    const { results } = await post(lines.join('\n'), { type: 'application/x-ndjson' });
    expect(results.map(({ activity }) => activity !== null && activity !== undefined)).toEqual([
      ...[true, false, false, false, true, false, false],
    ]);
    for (const place of [1, 2, 3, 5, 6]) expect(results[place]?.userErrors[0]?.code).toBe('BAD_USER_INPUT');
    expect(results[6]?.userErrors[0]?.path).toEqual(['memberExternalID']);
    // Every result has the same shape, so that a client needs no special case for a broken line.
    for (const result of results)
      expect(Object.keys(result).sort()).toEqual(['activity', 'effects', 'replayed', 'userErrors']);
  });

  test('is the same door as GraphQL: what one recorded, the other replays', async () => {
    const activity = bought({ source: 'till-7', occurredAt: fromNow(shop, -5_000), attributes: { b: 1, a: [2] } });
    const first = (await post(JSON.stringify([activity]))).results[0];
    const again = await shop.record(activity);
    expect(again).toMatchObject({ replayed: true, activity: { id: first?.activity?.id } });
    expect(again.effects.map(({ id, cursor }) => ({ id, cursor }))).toEqual(
      first?.effects.map(({ id, cursor }) => ({ id, cursor })),
    );
    const back = bought({ source: 'till-7' });
    const recorded = await shop.record(back);
    expect((await post(JSON.stringify([back]))).results[0]).toMatchObject({
      replayed: true,
      activity: { id: recorded.activity?.id },
    });
  });

  test('refuses each malformed field with its path and records the rest', async () => {
    const faults: [Activity, string[]][] = [
      [{ idempotencyKey: 7 }, ['idempotencyKey']],
      [{ type: null }, ['type']],
      [{ memberId: {} }, ['memberId']],
      [{ enrollIfUnknown: 'yes' }, ['enrollIfUnknown']],
      [{ occurredAt: 'yesterday' }, ['occurredAt']],
      [{ occurredAt: 1_700_000_000 }, ['occurredAt']],
      [{ value: '120.50' }, ['value']],
      [{ value: { amount: '1' } }, ['value', 'currencyCode']],
      [{ value: { amount: 'NaN', currencyCode: 'SEK' } }, ['value', 'amount']],
      [{ value: { amount: '1', currencyCode: 'kr' } }, ['value', 'currencyCode']],
      [{ items: {} }, ['items']],
      [{ items: [{ sku: 'x', unitPrice: { amount: '1', currencyCode: 'SEK' } }, null] }, ['items', '1']],
      [{ items: [{ sku: 'x', colour: 'red', unitPrice: {} }] }, ['items', '0', 'colour']],
      [{ attributes: [] }, ['attributes']],
    ];
    const { results } = await post(JSON.stringify([...faults.map(([changes]) => bought(changes)), bought()]));
    faults.forEach(([, path], index) => {
      expect(results[index]).toMatchObject({ activity: null, userErrors: [{ code: 'BAD_USER_INPUT', path }] });
    });
    expect(results.at(-1)?.userErrors).toEqual([]);
  });

  test('refuses a request as a whole that is no list, too long, or no JSON', async () => {
    expect(await post('{}')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await post('[')).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    const many = JSON.stringify(Array.from({ length: 1_001 }, () => 1));
    expect(await post(many)).toMatchObject({ status: 400, code: 'BAD_USER_INPUT' });
    expect(await post('[]')).toMatchObject({ status: 200, results: [] });
    expect((await post('a=b', { type: 'application/x-www-form-urlencoded' })).status).toBe(415);
  });

  test('wants a key with the scope', async () => {
    const body = JSON.stringify([bought()]);
    expect(await post(body, { apiKey: null })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await post(body, { apiKey: 'pk_nonsense' })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    const { secret } = await makeKey(['MEMBERS_READ']);
    expect(await post(body, { apiKey: secret })).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  });

  test('refuses a revoked key at once, and on other nodes within seconds', async () => {
    const { id, secret } = await makeKey(['ACTIVITIES_WRITE']);
    const second: TestApp = await startTestApp({ databaseUrl: shop.app.databaseUrl });
    try {
      const body = () => JSON.stringify([bought()]);
      expect((await post(body(), { apiKey: secret })).status).toBe(200);
      expect((await post(body(), { apiKey: secret, url: second.url })).status).toBe(200);
      const document =
        'mutation ($input: RevokeApiKeyInput!) { revokeApiKey(input: $input) { userErrors { message } } }';
      await shop.admin.data(document, { input: { id } });
      expect(await post(body(), { apiKey: secret })).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
      await eventually(
        'the other node refuses the key',
        async () => (await post(body(), { apiKey: secret, url: second.url })).status === 401,
        5_000,
      );
    } finally {
      await second.stop();
    }
  });
});
