import { SignJWT } from 'jose';
import type { TokenSettings } from './tokens.ts';

/** What a token shall say. */
export interface TokenClaims {
  role: 'MEMBER' | 'STAFF' | 'ADMIN' | 'SERVICE';
  /** The member's id for role MEMBER; anybody's name otherwise. */
  subject: string;
  /** How long it is valid, in milliseconds. */
  lifetimeMs: number;
  /** Scopes of a SERVICE, separated by spaces. */
  scope?: string;
}

/** Signs a token with the HS256 secret of the settings. @throws Error when tokens are signed elsewhere (JWKS). */
export async function signToken(settings: TokenSettings, claims: TokenClaims): Promise<string> {
  const { jwtSecret, jwtIssuer, jwtAudience } = settings;
  if (jwtSecret === null)
    throw new Error('Tokens are signed elsewhere (POKAL_JWKS_URL); only that signer can make them.');
  const { role, subject, scope, lifetimeMs } = claims;
  const now = Math.floor(Date.now() / 1_000);
  const token = new SignJWT(scope === undefined ? { role } : { role, scope })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.floor(lifetimeMs / 1_000));
  if (jwtIssuer !== null) token.setIssuer(jwtIssuer);
  if (jwtAudience !== null) token.setAudience(jwtAudience);
  return token.sign(new TextEncoder().encode(jwtSecret));
}
