import { createHmac, generateKeyPairSync } from 'node:crypto';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportJWK, exportSPKI, importPKCS8, SignJWT } from 'jose';
import { hashApiKey } from '../../src/api/api-keys.ts';
import {
  addKey,
  ask,
  codeOf,
  MEMBER_ID,
  type Reply,
  type SampleServer,
  SECRET,
  startSample,
  token,
} from './support/sample-server.ts';
import { SampleSocket } from './support/sample-socket.ts';

const NOW_SECONDS = () => Math.floor(Date.now() / 1_000);

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token put together by hand, signed with any text as an HMAC secret. */
function forged(header: object, claims: object, secret: string | null): string {
  const content = `${encoded(header)}.${encoded(claims)}`;
  return `${content}.${secret === null ? '' : createHmac('sha256', secret).update(content).digest('base64url')}`;
}

async function whoami(sample: SampleServer, headers: Record<string, string>): Promise<Reply> {
  return ask(sample.url, { query: '{ whoami }', headers });
}

describe('a token signed with the secret', () => {
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSample();
  });
  afterAll(() => sample.server.stop());

  const withToken = (value: string) => whoami(sample, { authorization: `Bearer ${value}` });

  it('tells who asks', async () => {
    expect((await withToken(await token('MEMBER'))).body.data).toEqual({ whoami: `member:${MEMBER_ID}` });
    expect((await withToken(await token('ADMIN'))).body.data).toEqual({ whoami: 'admin:someone' });
    expect((await whoami(sample, {})).body.data).toEqual({ whoami: 'anonymous' });
  });

  const claims = { sub: MEMBER_ID, role: 'MEMBER' };
  const refused: [string, () => string | Promise<string>][] = [
    ['without a signature (alg none)', () => forged({ alg: 'none' }, { ...claims, exp: NOW_SECONDS() + 60 }, null)],
    ['signed with another secret', () => forged({ alg: 'HS256' }, { ...claims, exp: NOW_SECONDS() + 60 }, 'another')],
    [
      'of another algorithm with the right secret',
      () => forged({ alg: 'HS512' }, { ...claims, exp: NOW_SECONDS() + 60 }, SECRET),
    ],
    ['that expired more than a minute ago', () => token('MEMBER', { exp: NOW_SECONDS() - 61 })],
    ['that never expires', () => token('MEMBER', { exp: undefined })],
    ['that is not valid yet', () => token('MEMBER', { nbf: NOW_SECONDS() + 120 })],
    ['without a role', () => token('MEMBER', { role: undefined })],
    ['of an unknown role', () => token('MEMBER', { role: 'ROOT' })],
    ['of a member without an id', () => token('MEMBER', { sub: undefined })],
    ['of a member whose id is no id', () => token('MEMBER', { sub: "' or 1=1" })],
    ['that is not a token', () => 'rubbish'],
  ];
  for (const [what, make] of refused) {
    it(`is refused ${what}, and the caller is not taken for anonymous`, async () => {
      const reply = await withToken(await make());
      expect([reply.status, codeOf(reply), reply.body.data]).toEqual([401, 'UNAUTHENTICATED', undefined]);
    });
  }

  it('is refused in another scheme, twice, or beside an API key', async () => {
    const good = await token('ADMIN');
    for (const headers of [
      { authorization: `Basic ${good}` },
      { authorization: good },
      { authorization: `Bearer ${good} ${good}` },
      { authorization: `Bearer ${good}`, 'x-api-key': 'pk' },
    ]) {
      expect((await whoami(sample, headers)).status).toBe(401);
    }
  });

  it('is tolerated for a minute after it expired, for clocks that differ', async () => {
    expect((await withToken(await token('MEMBER', { exp: NOW_SECONDS() - 30 }))).status).toBe(200);
  });

  it('closes a socket that was opened with a bad one, with 4403', async () => {
    const socket = await SampleSocket.open(sample.url, { authorization: 'Bearer rubbish' });
    expect(await socket.closed).toBe(4403);
  });

  it('closes its socket with 4403 when it expires', async () => {
    const short = await token('MEMBER', { exp: NOW_SECONDS() + 1 });
    const socket = await SampleSocket.open(sample.url, { authorization: `Bearer ${short}` });
    expect(await socket.closed).toBe(4403);
  });
});

describe('remembered tokens', () => {
  it('are refused once they have expired', async () => {
    let nowMs = Date.now();
    const sample = await startSample({ options: { now: () => nowMs } });
    const authorization = `Bearer ${await token('ADMIN', { exp: NOW_SECONDS() + 10 })}`;
    expect((await whoami(sample, { authorization })).status).toBe(200);
    nowMs += 71_000;
    expect((await whoami(sample, { authorization })).status).toBe(401);
    await sample.server.stop();
  });
});

describe('tokens signed by an identity provider', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  let provider: HttpServer;
  let sample: SampleServer;

  beforeAll(async () => {
    const { importSPKI } = await import('jose');
    const jwk = { ...(await exportJWK(await importSPKI(publicKey, 'RS256'))), kid: 'one', alg: 'RS256' };
    provider = createHttpServer((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const jwksUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`;
    const settings = { jwtSecret: null, jwksUrl, jwtIssuer: 'https://login.example', jwtAudience: 'pokal' };
    sample = await startSample({ settings });
  });
  afterAll(async () => {
    await sample.server.stop();
    provider.close();
  });

  async function signed(claims: Record<string, unknown> = {}): Promise<string> {
    const all = {
      role: 'STAFF',
      sub: 'anna',
      iss: 'https://login.example',
      aud: 'pokal',
      exp: NOW_SECONDS() + 60,
      ...claims,
    };
    const header = { alg: 'RS256', kid: 'one' };
    return new SignJWT(all).setProtectedHeader(header).sign(await importPKCS8(privateKey, 'RS256'));
  }

  it('are accepted with the right issuer and audience only', async () => {
    const statusFor = async (claims?: Record<string, unknown>) =>
      (await whoami(sample, { authorization: `Bearer ${await signed(claims)}` })).status;
    expect(await statusFor()).toBe(200);
    expect(await statusFor({ iss: 'https://evil.example' })).toBe(401);
    expect(await statusFor({ aud: 'another' })).toBe(401);
  });

  it('cannot be forged with the public key as an HMAC secret', async () => {
    const { importSPKI } = await import('jose');
    const pem = await exportSPKI(await importSPKI(publicKey, 'RS256', { extractable: true }));
    const claims = { role: 'ADMIN', sub: 'eve', iss: 'https://login.example', aud: 'pokal', exp: NOW_SECONDS() + 60 };
    for (const secret of [pem, publicKey]) {
      const reply = await whoami(sample, {
        authorization: `Bearer ${forged({ alg: 'HS256', kid: 'one' }, claims, secret)}`,
      });
      expect([reply.status, codeOf(reply)]).toEqual([401, 'UNAUTHENTICATED']);
    }
  });
});

describe('an API key', () => {
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSample();
  });
  afterAll(() => sample.server.stop());

  it('speaks for its service with its scopes and nothing more', async () => {
    const reader = addKey(sample, 'pk_reader', ['members:read']);
    expect((await ask(sample.url, { query: '{ secret }', headers: { 'x-api-key': reader } })).body.data).toEqual({
      secret: 'for staff',
    });
    const writer = addKey(sample, 'pk_writer', ['activities:write']);
    expect(codeOf(await ask(sample.url, { query: '{ secret }', headers: { 'x-api-key': writer } }))).toBe('FORBIDDEN');
  });

  it('is looked up by its hash, never by itself', () => {
    expect([...sample.keys.keys()]).toContain(hashApiKey('pk_reader'));
    expect([...sample.keys.keys()]).not.toContain('pk_reader');
  });

  it('is refused when unknown', async () => {
    expect((await whoami(sample, { 'x-api-key': 'pk_unknown' })).status).toBe(401);
  });

  it('stops working at once when it is revoked', async () => {
    const secret = addKey(sample, 'pk_short', []);
    expect((await whoami(sample, { 'x-api-key': secret })).status).toBe(200);
    sample.keys.delete(hashApiKey(secret));
    sample.server.forgetApiKey(hashApiKey(secret));
    expect((await whoami(sample, { 'x-api-key': secret })).status).toBe(401);
  });
});

describe('roles', () => {
  let sample: SampleServer;
  beforeAll(async () => {
    sample = await startSample();
  });
  afterAll(() => sample.server.stop());

  it('open what they are named for, and ADMIN opens everything', async () => {
    const secretFor = async (role: string) =>
      codeOf(await ask(sample.url, { query: '{ secret }', token: await token(role) }));
    expect(await secretFor('STAFF')).toBeNull();
    expect(await secretFor('ADMIN')).toBeNull();
    expect(await secretFor('MEMBER')).toBe('FORBIDDEN');
    expect(await secretFor('SERVICE')).toBe('FORBIDDEN');
    expect(codeOf(await ask(sample.url, { query: '{ secret }' }))).toBe('UNAUTHENTICATED');
  });

  it('hold for subscriptions, too', async () => {
    const socket = await SampleSocket.open(sample.url, {});
    socket.subscribe('1', 'subscription { staffOnly }');
    const message = await socket.next();
    expect(JSON.stringify(message)).toContain('UNAUTHENTICATED');
    socket.close();
  });
});
