import { hash } from 'node:crypto';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { Role, type Viewer } from './context.ts';
import { Lru } from './lru.ts';

/** What is known of a valid API key. */
export interface ApiKeyRecord {
  id: string;
  scopes: readonly string[];
  /** Epoch milliseconds; null is never. */
  expiresAt: number | null;
}

/** Finds a key that is neither revoked nor expired by the hash of its secret; null when there is none. */
export type FindApiKey = (hash: string) => Promise<ApiKeyRecord | null>;

/** How a revocation on another node is noticed at the latest; on this node it counts at once through `forget`. */
const REMEMBERED_MS = 1_000;
const REMEMBERED_KEYS = 1_000;
const MAX_KEY_LENGTH = 200;

/** The form in which an API key's secret is stored and looked up: SHA-256 in hex. The secret is 256 random bits, so no salt is needed. */
export function hashApiKey(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Resolves API keys to viewers. Found keys are remembered for a second, so that a busy shop costs one query a second. */
export class ApiKeys {
  private readonly remembered = new Lru<string, { viewer: Promise<Viewer>; until: number }>(REMEMBERED_KEYS);

  constructor(
    private readonly find: FindApiKey,
    private readonly now: () => number = Date.now,
  ) {}

  /** The viewer of a key; throws UNAUTHENTICATED when there is no such key. */
  async viewerOf(secret: string): Promise<Viewer> {
    if (secret.length > MAX_KEY_LENGTH) throw unknownKey();
    const key = hashApiKey(secret);
    const known = this.remembered.get(key);
    if (known !== undefined && known.until > this.now()) return known.viewer;
    const viewer = this.look(key);
    this.remembered.set(key, { viewer, until: this.now() + REMEMBERED_MS });
    // A wrong key or a failed query is not remembered: the next request looks again.
    viewer.catch(() => this.remembered.delete(key));
    return viewer;
  }

  /** Forgets a key by its hash, so that the next request asks the database. */
  forget(key: string): void {
    this.remembered.delete(key);
  }

  private async look(key: string): Promise<Viewer> {
    const record = await this.find(key);
    if (record === null || (record.expiresAt !== null && record.expiresAt <= this.now())) throw unknownKey();
    return Object.freeze({
      kind: 'apiKey',
      role: Role.SERVICE,
      memberId: null,
      subject: null,
      scopes: Object.freeze([...record.scopes]),
      actor: `key:${record.id}`,
      expiresAt: record.expiresAt,
      keyId: record.id,
    });
  }
}

function unknownKey(): Refusal {
  return new Refusal(ErrorCode.UNAUTHENTICATED, 'The API key is unknown, revoked or expired.');
}
