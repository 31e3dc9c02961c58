import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ConfigError, loadConfig } from '../src/config.ts';
import { keptIssuerKey, readIssuerKey } from '../src/issuer-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'pokal-issuer-'));
afterAll(() => rmSync(directory, { recursive: true }));

const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength });
const curve = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });

function textOf({ privateKey }: ReturnType<typeof rsa>): string {
  return JSON.stringify(privateKey.export({ format: 'jwk' }));
}

describe("the issuer's key", () => {
  test.each([
    ['RSA', textOf(rsa(2_048))],
    ['P-256', textOf(curve('P-256'))],
    ['Ed25519', textOf(generateKeyPairSync('ed25519'))],
  ])('may be of kind %s', (_kind, text) => {
    expect(readIssuerKey(text)).toEqual(JSON.parse(text));
  });

  test.each([
    ['short RSA', textOf(rsa(1_024)), 'of another kind'],
    ['another curve', textOf(curve('P-384')), 'of another kind'],
    ['a public key', JSON.stringify(rsa(2_048).publicKey.export({ format: 'jwk' })), 'not a private key'],
    ['a symmetric key', '{"kty":"oct","k":"c2VjcmV0"}', 'not a private key'],
    ['no object', '["secret"]', 'not a JSON object'],
    ['no JSON', 'secret', 'not a JSON object'],
  ])('may not be %s', (_what, text, message) => {
    expect(() => readIssuerKey(text)).toThrow(message);
    expect(() => readIssuerKey(text)).not.toThrow(/secret|c2VjcmV0/);
  });

  test('is made once where nobody gives one, and kept for this user only', () => {
    const key = keptIssuerKey(join(directory, 'data'));
    const path = join(directory, 'data', 'issuer-key.json');
    expect(key.kty).toBe('RSA');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(key);
    expect(keptIssuerKey(join(directory, 'data'))).toEqual(key);
    writeFileSync(path, 'broken');
    expect(() => keptIssuerKey(join(directory, 'data'))).toThrow('not a JSON object');
  });

  test('is a setting, checked with all others', () => {
    const own = { DATABASE_URL: 'postgres://pokal@db/pokal', POKAL_JWT_SECRET: 's'.repeat(32) };
    const key = textOf(curve('P-256'));
    const config = loadConfig({ ...own, POKAL_ISSUER_KEY: key, POKAL_ISSUER_DID: 'did:web:club.example' });
    expect(config).toMatchObject({ issuerKey: JSON.parse(key), issuerDid: 'did:web:club.example' });
    expect(loadConfig(own)).toMatchObject({ issuerKey: null, issuerDid: null });
    const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
      try {
        loadConfig(env);
        return [];
      } catch (error) {
        if (error instanceof ConfigError) return error.problems;
        throw error;
      }
    };
    expect(problemsOf({ ...own, POKAL_ISSUER_KEY: 'hidden', POKAL_ISSUER_DID: 'club.example' })).toEqual([
      'POKAL_ISSUER_KEY is not a JSON object.',
      'POKAL_ISSUER_DID must be a DID such as did:web:club.example.',
    ]);
    expect(problemsOf({ ...own, POKAL_ISSUER_DID: 'did:web:club.example' })).toEqual([
      expect.stringContaining('POKAL_ISSUER_KEY'),
    ]);
  });
});
