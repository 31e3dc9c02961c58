import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { Role, type Viewer } from './context.ts';
import { GuessLimit } from './guess-limit.ts';

/** Cost points per minute; zero switches a limit off. */
export interface RateLimitSettings {
  memberPerMinute: number;
  privilegedPerMinute: number;
  addressPerMinute: number;
  failedCredentialsPerMinute: number;
}

const WINDOW_SECONDS = 60;

function limiter(points: number): RateLimiterMemory | null {
  return points === 0 ? null : new RateLimiterMemory({ points, duration: WINDOW_SECONDS });
}

/** Limits what one caller, and one address, may ask for per minute, counted by cost. Windows are this node's own. */
export class RateLimits {
  private readonly members: RateLimiterMemory | null;
  private readonly privileged: RateLimiterMemory | null;
  private readonly addresses: RateLimiterMemory | null;
  private readonly failures: GuessLimit;

  /** @param onLimited told which limit refused: `token`, `address` or `credentials`. */
  constructor(
    settings: RateLimitSettings,
    private readonly onLimited: (by: string) => void = () => {},
  ) {
    this.members = limiter(settings.memberPerMinute);
    this.privileged = limiter(settings.privilegedPerMinute);
    this.addresses = limiter(settings.addressPerMinute);
    this.failures = new GuessLimit(settings.failedCredentialsPerMinute, (waitMs) => {
      return this.limited(waitMs, 'credentials');
    });
  }

  /** Takes `cost` points from the viewer and from the address; throws RATE_LIMITED with `details.retryAfterSeconds`. */
  async take(viewer: Viewer, address: string, cost: number): Promise<void> {
    const place = networkOf(address);
    const limit = isPrivileged(viewer) ? this.privileged : this.members;
    // Anonymous callers have nothing but their address; a credential has its own allowance wherever it is used.
    const caller = viewer.role === null ? place : viewer.actor;
    if (limit !== null) await this.consume(limit, caller, cost, 'token');
    if (this.addresses !== null) await this.consume(this.addresses, place, cost, 'address');
  }

  /** Throws RATE_LIMITED when too many bad credentials came from the address; to be asked before one is checked. */
  mayTryCredentials(address: string): void {
    this.failures.requireSome(networkOf(address));
  }

  /** Counts one refused credential. */
  countFailure(address: string): void {
    this.failures.countWrong(networkOf(address));
  }

  /** Looks for what an address guesses; what is not there counts as a refused credential. @throws Refusal RATE_LIMITED. */
  guess<Found>(address: string, look: () => Promise<Found | null>): Promise<Found | null> {
    return this.failures.guessAs(networkOf(address), look);
  }

  private consume(limit: RateLimiterMemory, key: string, cost: number, by: string): Promise<void> {
    return consumeOr(limit, key, Math.max(1, cost), (waitMs) => this.limited(waitMs, by));
  }

  private limited(waitMs: number, by: string): Refusal {
    this.onLimited(by);
    return tooMuch(waitMs);
  }
}

/** A limit of wrong guesses in a minute; zero switches it off. */
export function guessLimitOf(mostPerMinute: number): GuessLimit {
  return new GuessLimit(mostPerMinute, tooMuch);
}

/** Takes points of an allowance. @throws what `refuse` makes of the wait in milliseconds, when too few are left. */
async function consumeOr(
  limit: RateLimiterMemory,
  key: string,
  points: number,
  refuse: (waitMs: number) => Refusal,
): Promise<void> {
  try {
    await limit.consume(key, points);
  } catch (error) {
    if (error instanceof RateLimiterRes) throw refuse(error.msBeforeNext);
    throw error;
  }
}

function tooMuch(waitMs: number): Refusal {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const message = `Too much was asked within a minute. Try again in ${retryAfterSeconds} s.`;
  return new Refusal(ErrorCode.RATE_LIMITED, message, { retryable: true, details: { retryAfterSeconds } });
}

/** Staff, administrators and services: they have the larger cost limit and the larger allowance. */
export function isPrivileged(viewer: Viewer): boolean {
  return viewer.role !== null && viewer.role !== Role.MEMBER;
}

/** An IPv4 address, or an IPv6 address's /64: a single customer has 2^64 addresses of the latter. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  if (address.startsWith('::ffff:') && address.includes('.')) return address.slice(7);
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const expanded = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')];
  return expanded.slice(0, 4).join(':');
}
