import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { ADJUST, RECORD, Shop, SIMULATE } from './shop.ts';

let shop: Shop;
const lines: string[] = [];

beforeAll(async () => {
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  shop = await Shop.open({ log: destination });
});

afterAll(() => shop.close());

/** What must never be read in a log, by what it is. */
const secrets = new Map<string, string>();

function secret(what: string, text: string): string {
  secrets.set(what, text);
  return text;
}

async function ingest(headers: Record<string, string>, body: string): Promise<void> {
  await fetch(`${shop.app.url}/v1/activities`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

test('no token, address, API key or idempotency key reaches a log line, whatever succeeds, is refused or fails', async () => {
  await shop.offer('stamp');
  const email = secret('the address', `fru.${newId()}@example.com`);
  const enrolKey = secret('the key of enrolling', `enrol-${newId()}`);
  const memberId = await shop.enrol({ email, idempotencyKey: enrolKey, externalId: newId() });
  await shop.enrol({ email: secret('a taken address', email) }).catch(() => {});
  const recordKey = secret('the key of an activity', `record-${newId()}`);
  await shop.record({ idempotencyKey: recordKey, type: 'stamp', memberId });
  await shop.record({ idempotencyKey: recordKey, type: 'stamp', memberId, channel: 'other' });
  await shop.record({ idempotencyKey: secret('a refused key', `refused-${newId()}`), type: 'none', memberId });
  await shop.adjust(memberId, 5, { idempotencyKey: secret('the key of an adjustment', `adjust-${newId()}`) });
  const made = await shop.admin.data<{ createApiKey: { secret: string } }>(
    'mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }',
    { input: { name: 'Shop', scopes: ['ACTIVITIES_WRITE'] } },
  );
  const apiKey = secret('the API key', made.createApiKey.secret);
  const activity = {
    idempotencyKey: secret('the key of a plain activity', `plain-${newId()}`),
    type: 'stamp',
    memberId,
  };
  await ingest({ 'x-api-key': apiKey }, JSON.stringify([activity]));
  await ingest({ 'x-api-key': secret('a wrong API key', `wrong-${newId()}`) }, '[]');
  await ingest({ 'x-api-key': apiKey }, `[${JSON.stringify(email)}`);

  const token = secret('a token', await shop.app.token({ role: 'STAFF', subject: 'sven' }));
  secret('half a token', token.slice(0, token.lastIndexOf('.')));
  const graphql = (authorization: string, body: object) =>
    fetch(`${shop.app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, cookie: `session=${secret('a cookie', newId())}` },
      body: JSON.stringify(body),
    });
  await graphql(`Bearer ${token}`, { query: '{ program { name } }' });
  await graphql(`Bearer ${token}x`, { query: '{ program { name } }' });
  await graphql(`Bearer ${token}`, { query: `{ member(email: "${email}") { nothing } }` });
  await graphql(`Bearer ${token}`, { query: 'query ($email: Int) { program { name } }', variables: { email } });

  // A fault of the database while all of it is in flight: errors are logged whole, values are not.
  await shop.sql('alter table lots rename to hidden_lots');
  for (const [document, input] of [
    [RECORD, { idempotencyKey: recordKey.replace('record', 'failed'), type: 'stamp', memberId }],
    [SIMULATE, { idempotencyKey: secret('a failed key', `failed-${newId()}`), type: 'stamp', memberId }],
    [ADJUST, { idempotencyKey: secret('another failed key', `failed-${newId()}`), memberId, points: 1, reason: email }],
  ] as const) {
    await shop.staff.query(document, { input });
  }
  await shop.sql('alter table hidden_lots rename to lots');

  const text = lines.join('');
  expect(text).toContain('request.fault');
  for (const [what, value] of secrets) expect([what, text.includes(value)]).toEqual([what, false]);
  const password = new URL(shop.app.databaseUrl).password;
  if (password !== '') expect(text.includes(password)).toBe(false);
  for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
});
