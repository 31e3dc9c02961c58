import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { ApiKeys, type FindApiKey } from './api-keys.ts';
import { ANONYMOUS, type Viewer } from './context.ts';
import { type TokenSettings, TokenVerifier } from './tokens.ts';

/** The credentials of a request or a socket, as they came. */
export interface Credentials {
  authorization?: unknown;
  apiKey?: unknown;
}

const BEARER = /^Bearer +([A-Za-z0-9_.~+/-]+=*) *$/i;

/** Turns credentials into a viewer. Built once per server. */
export class Authenticator {
  private readonly tokens: TokenVerifier;
  private readonly keys: ApiKeys;

  constructor(settings: TokenSettings, findApiKey: FindApiKey, now: () => number = Date.now) {
    this.tokens = new TokenVerifier(settings, now);
    this.keys = new ApiKeys(findApiKey, now);
  }

  /**
   * The viewer: anonymous without credentials. A credential that is present but bad is never taken for anonymous: it
   * throws UNAUTHENTICATED, or SERVICE_UNAVAILABLE when it cannot be checked now.
   */
  async viewerOf({ authorization, apiKey }: Credentials): Promise<Viewer> {
    const hasToken = authorization !== undefined && authorization !== null;
    const hasKey = apiKey !== undefined && apiKey !== null;
    if (!hasToken && !hasKey) return ANONYMOUS;
    if (hasToken && hasKey) throw refusal('Send either `authorization` or `x-api-key`, not both.');
    if (hasKey) {
      if (typeof apiKey !== 'string' || apiKey === '') throw refusal('`x-api-key` must hold one API key.');
      return this.keys.viewerOf(apiKey);
    }
    const token = typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
    if (token === undefined) throw refusal('`authorization` must be `Bearer ` and a token.');
    return this.tokens.viewerOf(token);
  }

  /** Makes the revocation of an API key count at once on this node. Takes the hash of its secret. */
  forgetApiKey(hash: string): void {
    this.keys.forget(hash);
  }
}

function refusal(message: string): Refusal {
  return new Refusal(ErrorCode.UNAUTHENTICATED, message);
}
