import { hash, webcrypto } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { isId } from '../platform/ids.ts';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { Role, type Viewer } from './context.ts';
import { Lru } from './lru.ts';

/** Who signs tokens. Exactly one of `jwtSecret` and `jwksUrl` is set; issuer and audience are checked when given. */
export interface TokenSettings {
  jwtSecret: string | null;
  jwksUrl: string | null;
  jwtIssuer: string | null;
  jwtAudience: string | null;
}

/** Clocks of signers differ from ours by a little. */
export const CLOCK_TOLERANCE_SECONDS = 60;
/** An HMAC through WebCrypto and its JSON cost about 60 µs, a look-up with its hash 3 µs. */
const CACHED_TOKENS = 10_000;
/** No access token needs more; parsing a larger one is only work for nothing. */
const MAX_TOKEN_LENGTH = 8_192;
const ROLES = new Set<unknown>(Object.values(Role));

function refusal(message: string): Refusal {
  return new Refusal(ErrorCode.UNAUTHENTICATED, message);
}

/** Verifies bearer tokens. Verified ones are remembered until they expire, the 10,000 used last. */
export class TokenVerifier {
  private readonly verified = new Lru<string, Viewer>(CACHED_TOKENS);
  private readonly verify: (token: string) => Promise<JWTPayload>;

  /** @param now the wall clock in epoch milliseconds; moving the programme's clock must not expire tokens. */
  constructor(
    settings: TokenSettings,
    private readonly now: () => number = Date.now,
  ) {
    this.verify = verifierOf(settings, now);
  }

  /**
   * The viewer a compact JWT speaks for. Throws UNAUTHENTICATED for anything that is not a valid token of ours, and
   * SERVICE_UNAVAILABLE when the signer's keys cannot be fetched.
   */
  async viewerOf(token: string): Promise<Viewer> {
    if (token.length > MAX_TOKEN_LENGTH) throw refusal('The token is too long.');
    // The cache holds hashes, so that a heap dump does not hand out credentials.
    const key = hash('sha256', token, 'base64');
    const known = this.verified.get(key);
    if (known !== undefined && !isPast(known, this.now())) return known;
    const viewer = viewerOfClaims(await this.verify(token));
    this.verified.set(key, viewer);
    return viewer;
  }
}

function isPast(viewer: Viewer, now: number): boolean {
  return viewer.expiresAt !== null && viewer.expiresAt + CLOCK_TOLERANCE_SECONDS * 1_000 <= now;
}

function verifierOf(settings: TokenSettings, now: () => number): (token: string) => Promise<JWTPayload> {
  const { jwtSecret, jwksUrl, jwtIssuer, jwtAudience } = settings;
  // The algorithms are pinned by the kind of key. A token's header chooses nothing, so `none`, and HS256 with a public
  // key as its secret, fail before any key is used.
  const algorithms = jwksUrl === null ? ['HS256'] : ['RS256', 'ES256', 'EdDSA'];
  const key = keyOf(jwtSecret, jwksUrl);
  const fixed = {
    algorithms,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
    requiredClaims: ['exp'],
    ...(jwtIssuer === null ? {} : { issuer: jwtIssuer }),
    ...(jwtAudience === null ? {} : { audience: jwtAudience }),
  };
  return async (token) => {
    try {
      const options = { ...fixed, currentDate: new Date(now()) };
      const verified =
        typeof key === 'function' ? await jwtVerify(token, key, options) : await jwtVerify(token, await key, options);
      return verified.payload;
    } catch (error) {
      throw refusalOf(error);
    }
  };
}

/** A secret is imported once: with its bytes, jose imports it for every token, which doubles what a token costs. */
function keyOf(jwtSecret: string | null, jwksUrl: string | null): Promise<webcrypto.CryptoKey> | JWTVerifyGetKey {
  if (jwksUrl !== null) return createRemoteJWKSet(new URL(jwksUrl));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  if (jwtSecret !== null)
    return webcrypto.subtle.importKey('raw', Buffer.from(jwtSecret), algorithm, false, ['verify']);
  throw new Error('Neither a secret nor a JWKS address is configured.');
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof errors.JWTExpired) return refusal('The token has expired. Get a fresh one.');
  if (error instanceof errors.JWTClaimValidationFailed)
    return refusal(`The token's claim \`${error.claim}\` is not accepted.`);
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError)) {
    const message = 'The signing keys cannot be fetched at the moment. Try again shortly.';
    return new Refusal(ErrorCode.SERVICE_UNAVAILABLE, message, { retryable: true });
  }
  return refusal('The token is not valid.');
}

function scopesOf(claims: JWTPayload): readonly string[] {
  const { scope } = claims;
  return Object.freeze(typeof scope === 'string' ? scope.split(' ').filter((part) => part !== '') : []);
}

function viewerOfClaims(claims: JWTPayload): Viewer {
  const { role, exp } = claims;
  const subject = claims.sub ?? null;
  if (!ROLES.has(role)) throw refusal('The token needs a `role` claim: MEMBER, STAFF, ADMIN or SERVICE.');
  if (typeof exp !== 'number') throw refusal('The token needs an `exp` claim.');
  const isMember = role === Role.MEMBER;
  if (isMember && (subject === null || !isId(subject))) {
    throw refusal("A member's token needs the member's id as its `sub` claim.");
  }
  return Object.freeze({
    kind: 'token',
    role: role as Role,
    memberId: isMember ? subject : null,
    subject,
    scopes: role === Role.SERVICE ? scopesOf(claims) : [],
    actor: `${String(role).toLowerCase()}:${(subject ?? 'unknown').slice(0, 200)}`,
    expiresAt: exp * 1_000,
    keyId: null,
  });
}
