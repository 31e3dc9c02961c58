import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import type { Answer } from '../support/client.ts';
import { Shop } from './shop.ts';
import { randomFrom } from './shuffle.ts';

const ROUNDS = process.env.POKAL_LONG === '1' ? 10_000 : 1_000;

let shop: Shop;
const log: string[] = [];

beforeAll(async () => {
  const destination = new Writable({
    write(chunk, _encoding, done) {
      log.push(String(chunk));
      done();
    },
  });
  shop = await Shop.open({ log: destination });
  await shop.offer('stamp');
});

afterAll(() => shop.close());

type Json = unknown;

/** Sound inputs by mutation, from which each malformed one is made by spoiling something. */
function soundInputs(memberId: string): Record<string, Record<string, Json>> {
  const activity = () => ({
    ...{ idempotencyKey: newId(), type: 'stamp', memberId, occurredAt: '2026-01-01T00:00:00Z', channel: 'online' },
    ...{ source: 'till', value: { amount: '1.5', currencyCode: 'SEK' }, attributes: { a: 1 } },
    items: [{ sku: 'S', name: 'N', category: 'C', quantity: '1', unitPrice: { amount: '1', currencyCode: 'SEK' } }],
  });
  const [startsAt, endsAt] = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];
  return {
    RecordActivity: activity(),
    RecordActivities: { activities: [activity(), activity()] },
    AdjustPoints: { idempotencyKey: newId(), memberId, points: 5, reason: 'Why', expiresAfter: 'P30D' },
    EnrollMember: {
      ...{ idempotencyKey: newId(), displayName: 'Kim', externalId: newId(), email: `${newId()}@example.com` },
      ...{ alias: 'K', visibility: 'ALIAS', timeZone: 'Europe/Stockholm', locale: 'sv', interests: ['tents'] },
      ...{ attributes: { a: [1, { b: null }] }, joinedAt: startsAt, referralCode: 'ABCDEFGH' },
    },
    UpdateMember: { memberId, displayName: 'Kim', alias: 'K', interests: ['a'], attributes: { a: 1 }, locale: 'sv' },
    SetMemberStatus: { memberId, status: 'ACTIVE', reason: 'Why' },
    SaveActivityType: {
      ...{ code: 'fuzzed', name: 'Fuzzed', description: 'D', public: true, recordableByMembers: true },
      attributesSchema: { type: 'object', properties: { a: { type: 'integer', minimum: 1 } } },
    },
    SaveEarningRule: {
      ...{ code: 'fuzzed', name: 'Fuzzed', trigger: 'stamp', condition: 'activity.value.amount > 1', status: 'DRAFT' },
      ...{ points: { perAmount: { points: 1, per: '10', rounding: 'DOWN' } }, startsAt, endsAt },
      ...{ caps: [{ per: 'DAY', scope: 'MEMBER', count: 1, points: 1 }], pendingFor: 'P1D', expiresAfter: 'P1Y' },
    },
    SaveCampaign: {
      ...{ code: 'fuzzed', name: 'Fuzzed', triggers: ['stamp'], condition: 'true', multiplier: '2', bonus: 1 },
      ...{ stacking: 'MULTIPLY', budget: 10, startsAt, endsAt, status: 'DRAFT' },
    },
    UpdateProgram: { name: 'Club', timeZone: 'Europe/Stockholm', currencyCode: 'SEK', locale: 'sv' },
    CreateApiKey: { name: 'Shop', scopes: ['ACTIVITIES_WRITE'] },
    RevokeApiKey: { id: newId() },
  };
}

/** Stands for JSON nested deeper than JSON.stringify can go. */
const DEEP = '<deep>';
const DEEP_JSON = `${'{"a":'.repeat(8_000)}1${'}'.repeat(8_000)}`;
const SPOILT: Json[] = [
  ...[null, '', ' ', 0, -1, 1, -0, 0.1, 2_147_483_647, 2_147_483_648, -2_147_483_648, 2 ** 53, 1e308],
  ...[true, false, [], {}, [[]], [null], { a: null }, '\0', 'a\0b', '\ud800', 'x\udfff', '\u202e\u200b', '\n', '\t\r'],
  ...[
    'x'.repeat(300),
    'x'.repeat(40_000),
    '💥'.repeat(256),
    'ß'.repeat(255),
    '%s%n',
    "'; drop table members; --",
    '{"a":1}',
  ],
  ...['__proto__', 'constructor', 'toString', 'null', 'undefined', 'NaN', 'Infinity', '1e400', '1e99', '-1e99', '0x10'],
  ...[
    '9'.repeat(30),
    '9'.repeat(31),
    `0.${'0'.repeat(58)}1`,
    '-0',
    '+1',
    '1,5',
    'P',
    'P1Y',
    'PT0S',
    'P100Y',
    'P99999Y',
  ],
  ...[
    '-P1D',
    'P1D'.repeat(40),
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '1899-12-31T23:59:59Z',
    '2026-02-30T00:00:00Z',
  ],
  ...['10000-01-01T00:00:00Z', '1900-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    'a.b',
    '1 +',
    'activity.type.matches("(a+)+$")',
  ],
  ...['a@b', '@', 'ACTIVE', 'ERASED', 'SEK', 'XXX', 'Europe/Nowhere', 'sv-', 'C', DEEP, { inner: DEEP }],
  JSON.parse('{"__proto__": {"a": 1}, "constructor": {"prototype": 1}}'),
  { $ref: '#' },
  { type: 'object', properties: { a: { $ref: '#/properties/a' } } },
  { pattern: '(a+)+$' },
  Array.from({ length: 2_000 }, (_, index) => index),
  Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`k${index}`, index])),
];

/** Every place in an input, as a path; what was spoilt by something endlessly deep is not searched to its end. */
function placesIn(value: Json, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || path.length === 6) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function withAt(value: Json, path: readonly string[], change: (old: Json) => Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, Json>;
  copy[key] = withAt(copy[key], rest, change);
  return copy;
}

/** Spoils one to three places of an input: another value, nothing, or a key nobody knows. */
function spoil(input: Json, random: () => number): Json {
  let spoilt = input;
  for (let times = 1 + Math.floor(random() * 3); times > 0; times -= 1) {
    const places = placesIn(spoilt);
    const place = places[Math.floor(random() * places.length)] ?? [];
    const value = SPOILT[Math.floor(random() * SPOILT.length)];
    const way = random();
    spoilt = withAt(spoilt, place, (old) => {
      if (way < 0.08) return undefined;
      if (way < 0.14 && typeof old === 'object' && old !== null) return { ...old, unknown: value };
      return value;
    });
  }
  return spoilt;
}

/** What is wrong with an answer to a malformed request; null when nothing is. */
function faultOf(status: number, answer: Answer<unknown>): string | null {
  const text = JSON.stringify(answer);
  if (/\bat \S+ \((?:\/|file:|node:)|node_modules|\.ts:\d+|SQLSTATE|syntax error at|invalid byte sequence/.test(text))
    return 'shows a stack or a driver message';
  if (text.includes('INTERNAL')) return 'is INTERNAL';
  if (status >= 500) return `has status ${status}`;
  return null;
}

async function send(body: string): Promise<{ status: number; answer: Answer<unknown> }> {
  const response = await fetch(`${shop.app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await shop.app.token({ role: 'ADMIN' })}` },
    body,
  });
  return { status: response.status, answer: (await response.json()) as Answer<unknown> };
}

function documentFor(name: string): string {
  const field = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  return `mutation ($input: ${name}Input!) { ${field}(input: $input) { userErrors { code message path details } } }`;
}

describe('malformed requests', () => {
  test(`of every mutation, ${ROUNDS} of them, are the sender's mistake and never a fault`, async () => {
    const random = randomFrom(25);
    const memberId = await shop.enrol();
    const faults: string[] = [];
    const turn = async (index: number) => {
      const inputs = Object.entries(soundInputs(memberId));
      const [name, sound] = inputs[index % inputs.length] ?? ['', {}];
      const input = JSON.stringify(spoil(sound, random)) ?? 'null';
      const variables = `{"input":${input.replaceAll(`"${DEEP}"`, DEEP_JSON)}}`;
      const body = `{"query":${JSON.stringify(documentFor(name))},"variables":${variables}}`;
      const { status, answer } = await send(body);
      const fault = faultOf(status, answer);
      if (fault !== null)
        faults.push(`${name} ${fault}: ${body.slice(0, 600)} → ${JSON.stringify(answer).slice(0, 300)}`);
    };
    for (let index = 0; index < ROUNDS; index += 8) {
      await Promise.all(Array.from({ length: 8 }, (_, offset) => turn(index + offset)));
    }
    const told = log.filter((line) => line.includes('request.fault')).map((line) => line.slice(0, 1_500));
    expect({ faults, told }).toEqual({ faults: [], told: [] });
    await shop.expectCleanLedger();
  }, 300_000);

  test('to the plain door are answered item by item, and never a fault', async () => {
    const random = randomFrom(26);
    const memberId = await shop.enrol();
    const authorization = `Bearer ${await shop.app.token({ role: 'SERVICE', scope: 'activities:write' })}`;
    for (let turn = 0; turn < 40; turn += 1) {
      const items = Array.from({ length: 10 }, () => spoil(soundInputs(memberId).RecordActivity, random) ?? null);
      const body = JSON.stringify(items).replaceAll(`"${DEEP}"`, DEEP_JSON);
      const lines = turn % 2 === 0;
      const response = await fetch(`${shop.app.url}/v1/activities`, {
        method: 'POST',
        headers: { 'content-type': lines ? 'application/x-ndjson' : 'application/json', authorization },
        body: lines ? items.map((item) => JSON.stringify(item).replaceAll(`"${DEEP}"`, DEEP_JSON)).join('\n') : body,
      });
      const answer = (await response.json()) as Answer<unknown> & { results?: unknown[] };
      expect(faultOf(response.status, answer)).toBeNull();
      if (lines && response.status === 200) expect(answer.results).toHaveLength(10);
    }
    expect(log.filter((line) => line.includes('request.fault'))).toEqual([]);
  });

  test('written as literals are treated like variables', async () => {
    const memberId = await shop.enrol();
    const texts = [
      '"\\u0000"',
      '"a\\u0000b"',
      '"\\uD800"',
      '"""\n"""',
      '1e400',
      '-1',
      'null',
      '[]',
      '{}',
      'ENUM',
      '99999999999999999999',
    ];
    const faults: string[] = [];
    for (const text of texts) {
      const activity = (changes: Record<string, string>) =>
        Object.entries({ idempotencyKey: `"${newId()}"`, type: '"stamp"', memberId: `"${memberId}"`, ...changes })
          .map(([field, value]) => `${field}: ${value}`)
          .join(', ');
      for (const query of [
        ...['idempotencyKey', 'type', 'memberId', 'channel', 'source', 'occurredAt'].map(
          (field) => `mutation { recordActivity(input: { ${activity({ [field]: text })} }) { userErrors { code } } }`,
        ),
        `mutation { recordActivity(input: { ${activity({ attributes: `{ a: ${text} }` })} }) { userErrors { code } } }`,
        `mutation { recordActivity(input: { ${activity({ memberId: 'null', memberExternalId: text })} }) { userErrors { code } } }`,
        `{ member(id: "${memberId}") { activities(type: [${text}]) { totalCount } ledger(after: ${text}) { totalCount } wallet { expiring(within: ${text}) { points } } } }`,
        `{ member(id: ${text}) { id } }`,
        `{ member(externalId: ${text}) { id } }`,
        `{ members(search: ${text}, filter: { interest: ${text} }) { totalCount } }`,
        `{ node(id: ${text}) { id } }`,
        `{ auditLog(actor: ${text}, action: ${text}, after: ${text}) { totalCount } }`,
        `mutation { adjustPoints(input: { idempotencyKey: ${text}, memberId: ${text}, points: 1, reason: ${text} }) { userErrors { code } } }`,
        `mutation { saveActivityType(input: { code: ${text}, name: ${text} }) { userErrors { code } } }`,
        `mutation { revokeApiKey(input: { id: ${text} }) { userErrors { code } } }`,
      ]) {
        const { status, answer } = await send(JSON.stringify({ query }));
        const fault = faultOf(status, answer);
        if (fault !== null) faults.push(`${fault}: ${query}`);
      }
    }
    const told = log.filter((line) => line.includes('request.fault')).map((line) => line.slice(0, 1_500));
    expect({ faults, told }).toEqual({ faults: [], told: [] });
  });
});
