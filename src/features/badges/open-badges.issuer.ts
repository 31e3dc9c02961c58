import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from 'jose';

/** The private key that signs credentials, as a JWK. */
export type IssuerKey = JWK;

export interface IssuerSettings {
  key: IssuerKey;
  /** Null: did:web of the public address. */
  did: string | null;
  /** What everybody reaches the server under. */
  publicUrl: string;
}

/** How signatures with a key are called in JOSE. Open Badges asks every verifier for RS256; the others are widely known. */
const ALGORITHMS: Readonly<Record<string, string>> = { RSA: 'RS256', EC: 'ES256', OKP: 'EdDSA' };
const PUBLIC_MEMBERS = ['kty', 'crv', 'x', 'y', 'n', 'e'] as const;
const SHARE_LENGTH = 32;

/** Who issues credentials: a DID and a key. Everything that names or proves it comes from here. */
export class Issuer {
  readonly did: string;
  /** The key as a DID URL, which a verifier finds in the DID document. */
  readonly keyId: string;
  readonly publicUrl: string;
  readonly #algorithm: string;
  readonly #publicKey: JWK;
  readonly #signingKey: Promise<Awaited<ReturnType<typeof importJWK>>>;
  readonly #shareKey: Buffer;

  private constructor({ key, did, publicUrl }: IssuerSettings, thumbprint: string) {
    const algorithm = ALGORITHMS[key.kty ?? ''];
    if (algorithm === undefined) throw new TypeError(`Credentials cannot be signed with a key of type ${key.kty}.`);
    this.did = did ?? didOf(publicUrl);
    this.keyId = `${this.did}#${thumbprint}`;
    this.publicUrl = publicUrl;
    this.#algorithm = algorithm;
    this.#publicKey = Object.fromEntries(PUBLIC_MEMBERS.flatMap((name) => (key[name] ? [[name, key[name]]] : [])));
    this.#signingKey = importJWK(key, algorithm);
    this.#shareKey = createHash('sha256').update(`pokal badge links ${key.d}`).digest();
  }

  static async create(settings: IssuerSettings): Promise<Issuer> {
    return new Issuer(settings, await calculateJwkThumbprint(settings.key));
  }

  /** Signs a credential as a compact JWT. The public key travels along, so that also verifiers without DIDs can check it. */
  async sign(payload: Record<string, unknown>): Promise<string> {
    return new SignJWT(payload)
      .setProtectedHeader({ alg: this.#algorithm, typ: 'JWT', kid: this.keyId, jwk: this.#publicKey })
      .sign(await this.#signingKey);
  }

  /** What the DID resolves to. */
  get didDocument(): Record<string, unknown> {
    return {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/jws-2020/v1'],
      id: this.did,
      verificationMethod: [
        { id: this.keyId, type: 'JsonWebKey2020', controller: this.did, publicKeyJwk: this.#publicKey },
      ],
      assertionMethod: [this.keyId],
    };
  }

  /** The public key for verifiers that know JWKS. */
  get jwks(): { keys: JWK[] } {
    return { keys: [{ ...this.#publicKey, kid: this.keyId, alg: this.#algorithm, use: 'sig' }] };
  }

  /** What a member adds to the address of an award to show the name there, whatever the visibility. */
  shareToken(awardId: string): string {
    const mac = createHmac('sha256', this.#shareKey).update(awardId).digest('base64url');
    return mac.slice(0, SHARE_LENGTH);
  }

  /** Whether this is what `shareToken` gave for the award. */
  isShareToken(awardId: string, token: string): boolean {
    const given = Buffer.from(token);
    const expected = Buffer.from(this.shareToken(awardId));
    return given.length === expected.length && timingSafeEqual(given, expected);
  }
}

/** The did:web of an address: the host, a port percent-encoded, and the path with colons. */
export function didOf(publicUrl: string): string {
  const { host, pathname } = new URL(publicUrl);
  const path = pathname.split('/').filter((part) => part !== '');
  return ['did:web', encodeURIComponent(host), ...path.map(encodeURIComponent)].join(':');
}
