import { createPrivateKey, generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The private key that signs badge credentials, as a JWK. */
export type IssuerKey = JsonWebKey;

const SMALLEST_RSA_BITS = 2_048;

/**
 * Reads a private JWK: RSA (RS256), P-256 (ES256) or Ed25519 (EdDSA).
 * @throws Error with what is wrong with it; never with any part of it.
 */
export function readIssuerKey(text: string): IssuerKey {
  const jwk = parsed(text);
  const { type, details } = importedOf(jwk);
  const isRsa = type === 'rsa' && (details?.modulusLength ?? 0) >= SMALLEST_RSA_BITS;
  const isCurve = type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1');
  if (isRsa || isCurve) return jwk;
  throw new Error(`is of another kind: RSA of ${SMALLEST_RSA_BITS} bits or more, P-256 or Ed25519 is needed`);
}

/**
 * The key of the embedded default, made on the first start and kept in `issuer-key.json`, readable by this user only. RSA,
 * because that is what every verifier of Open Badges must know.
 */
export function keptIssuerKey(dataDirectory: string): IssuerKey {
  const path = join(dataDirectory, 'issuer-key.json');
  mkdirSync(dataDirectory, { recursive: true });
  const kept = read(path);
  if (kept !== null) return readIssuerKey(kept);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: SMALLEST_RSA_BITS });
  try {
    // `wx` makes exactly one of two processes that start together the author; the other reads below.
    writeFileSync(path, JSON.stringify(privateKey.export({ format: 'jwk' })), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readIssuerKey(read(path) ?? '');
}

function read(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8');
    chmodSync(path, 0o600);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function parsed(text: string): IssuerKey {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as IssuerKey;
  } catch {
    // The parser's own message quotes the text, which is a secret.
  }
  throw new Error('is not a JSON object');
}

function importedOf(jwk: IssuerKey) {
  try {
    const key = createPrivateKey({ key: jwk, format: 'jwk' });
    return { type: key.asymmetricKeyType, details: key.asymmetricKeyDetails };
  } catch {
    throw new Error('is not a private key in JWK form');
  }
}
