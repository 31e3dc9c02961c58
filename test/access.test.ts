import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../src/platform/ids.ts';
import { startTestApp, type TestApp } from './support/app.ts';
import type { Answer, Client } from './support/client.ts';

const CREATE = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { apiKey { id name prefix scopes createdBy revokedAt } secret userErrors { code path } }
}`;
const REVOKE = `mutation ($input: RevokeApiKeyInput!) {
  revokeApiKey(input: $input) { apiKey { id revokedAt } userErrors { code path } }
}`;
const KEYS = '{ apiKeys { id name prefix scopes revokedAt } }';
const ENROL = `mutation ($input: EnrollMemberInput!) {
  enrollMember(input: $input) { member { memberNumber } userErrors { code } }
}`;

interface Created {
  apiKey: { id: string; prefix: string; scopes: string[] } | null;
  secret: string | null;
  userErrors: { code: string; path: string[] }[];
}

let app: TestApp;
let admin: Client;

beforeAll(async () => {
  app = await startTestApp();
  admin = app.client({ role: 'ADMIN', subject: 'anna' });
});

afterAll(() => app.stop());

async function create(input: object = {}): Promise<Created> {
  const all = { name: 'Web shop', scopes: ['MEMBERS_WRITE'], ...input };
  return (await admin.data<{ createApiKey: Created }>(CREATE, { input: all })).createApiKey;
}

async function withKey(secret: string, query: string, variables: object = {}): Promise<Answer<object>> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': secret },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer<object>;
}

async function enrolWith(secret: string): Promise<unknown> {
  const { data, errors } = await withKey(secret, ENROL, { input: { idempotencyKey: newId(), displayName: 'Kim' } });
  return errors?.[0]?.extensions.code ?? data;
}

describe('an API key', () => {
  test('shows its 256-bit secret once; the database holds its hash only', async () => {
    const { apiKey, secret } = await create();
    expect(secret).toMatch(/^pk_[\w-]{43}$/);
    expect(apiKey).toMatchObject({ scopes: ['MEMBERS_WRITE'], createdBy: 'admin:anna', prefix: secret?.slice(0, 10) });
    const rows = await app.core.reader.query<{ hash: string }>('select * from api_keys where id = $1', [apiKey?.id]);
    expect(rows[0]?.hash).toBe(createHash('sha256').update(String(secret)).digest('hex'));
    expect(JSON.stringify(rows)).not.toContain(secret);
    const everything = JSON.stringify([
      await admin.data<object>(KEYS),
      await admin.data<object>('{ auditLog(action: "api-key.created") { edges { node { targetId before after } } } }'),
    ]);
    expect(everything).toContain(apiKey?.id);
    expect(everything).not.toContain(secret);
  });

  test('does what its scopes allow and nothing else', async () => {
    const { secret: writer } = await create({ scopes: ['MEMBERS_WRITE'] });
    const { secret: reader } = await create({ scopes: ['MEMBERS_READ'] });
    expect(await enrolWith(String(writer))).toMatchObject({ enrollMember: { userErrors: [] } });
    expect(await enrolWith(String(reader))).toBe('FORBIDDEN');
    const status = `mutation { setMemberStatus(input: { memberId: "x", status: ACTIVE, reason: "x" }) { userErrors { code } } }`;
    expect((await withKey(String(writer), status)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await withKey(String(writer), KEYS)).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('works no more the moment it is revoked, and revoking it twice is harmless', async () => {
    const { apiKey, secret } = await create();
    expect(await enrolWith(String(secret))).toMatchObject({ enrollMember: { userErrors: [] } });
    const input = { id: apiKey?.id };
    const first = await admin.data<{ revokeApiKey: object }>(REVOKE, { input });
    expect(first.revokeApiKey).toMatchObject({ apiKey: { revokedAt: expect.any(String) }, userErrors: [] });
    expect(await enrolWith(String(secret))).toBe('UNAUTHENTICATED');
    await expect(admin.data(REVOKE, { input })).resolves.toEqual(first);
    const { apiKeys } = await admin.data<{ apiKeys: { id: string; revokedAt: string | null }[] }>(KEYS);
    expect(apiKeys.at(-1)).toMatchObject({ id: apiKey?.id, revokedAt: expect.any(String) });
  });

  test('is not found by a wrong secret, whatever it looks like', async () => {
    for (const secret of ['x', `pk_${'A'.repeat(43)}`, 'pk_', 'é'.repeat(10)].filter((text) =>
      /^[\x20-\x7e]*$/.test(text),
    )) {
      expect(await enrolWith(secret)).toBe('UNAUTHENTICATED');
    }
  });

  test('needs a name and a scope to be made, and exists to be revoked', async () => {
    await expect(create({ name: ' ' })).resolves.toMatchObject({
      secret: null,
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'name'] }],
    });
    await expect(create({ scopes: [] })).resolves.toMatchObject({
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'scopes'] }],
    });
    for (const id of [newId(), 'x']) {
      await expect(admin.data(REVOKE, { input: { id } })).resolves.toMatchObject({
        revokeApiKey: { apiKey: null, userErrors: [{ code: 'NOT_FOUND' }] },
      });
    }
  });

  test('is made, listed and revoked by admins only', async () => {
    const input = { name: 'Mine', scopes: ['MEMBERS_READ'] };
    for (const [client, code] of [
      [app.client({ role: 'STAFF' }), 'FORBIDDEN'],
      [app.client({ role: 'SERVICE', scope: 'members:read' }), 'FORBIDDEN'],
      [app.client({ role: 'MEMBER', subject: newId() }), 'FORBIDDEN'],
      [app.client(), 'UNAUTHENTICATED'],
    ] as const) {
      for (const [document, variables] of [
        [CREATE, { input }],
        [REVOKE, { input: { id: 'x' } }],
        [KEYS, {}],
      ] as const) {
        expect((await client.query(document, variables)).errors?.[0]?.extensions.code).toBe(code);
      }
    }
  });
});
