import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type IssuerKey, readIssuerKey } from './issuer-key.ts';
import { Settings } from './settings.ts';

/** How much one caller may ask for in a minute, in cost points of the document gate. Zero switches a limit off. */
export interface RateLimits {
  /** For an anonymous caller or a member. */
  memberPerMinute: number;
  /** For staff, administrators and services. */
  privilegedPerMinute: number;
  /** For one network address, whoever speaks from it. */
  addressPerMinute: number;
  /** Refused credentials from one address. */
  failedCredentialsPerMinute: number;
}

/** Every setting of the server, read once from the environment, validated and frozen. */
export interface Config {
  environment: 'development' | 'production' | 'test';
  port: number;
  host: string;
  /** What clients reach the server under, without a trailing slash, or null: derived from host and port. */
  publicUrl: string | null;
  /** Null is the embedded database. */
  databaseUrl: string | null;
  dataDirectory: string;
  /** Seed an empty database and hand out demo tokens. */
  demo: boolean;
  /** Keep simulated activities trickling in where the demo was seeded. */
  demoTrickle: boolean;
  /** HS256 secret of at least 32 bytes; null when tokens come from a JWKS. */
  jwtSecret: string | null;
  jwksUrl: string | null;
  jwtIssuer: string | null;
  jwtAudience: string | null;
  /** The private key that signs badge credentials; null is the kept one, or, with a database of one's own, none. */
  issuerKey: IssuerKey | null;
  /** Who issues badge credentials; null is did:web of the public address. */
  issuerDid: string | null;
  role: 'api' | 'worker' | 'all';
  logLevel: string;
  /** Origins of pages that may talk to this server, besides its own; exact, for example `https://club.example`. */
  allowedOrigins: readonly string[];
  /** Behind a reverse proxy: addresses or networks whose x-forwarded-for is believed. */
  trustedProxies: readonly string[];
  /** How far the programme's clock is moved, in milliseconds; always 0 in production. */
  clockOffsetMs: number;
  /** Tests and trials may move time. Never in production. */
  sandbox: boolean;
  rateLimits: Readonly<RateLimits>;
  /** Open sockets that one address may hold. */
  socketsPerAddress: number;
  databasePoolSize: number;
  /** How long events can be resumed from, in days. */
  eventRetentionDays: number;
  /** How long a stopping server waits for requests in flight, in milliseconds. */
  shutdownGraceMs: number;
  /** How long a stopping server still takes requests after /readyz says 503, so that load balancers notice, in milliseconds. */
  drainDelayMs: number;
}

/** Everything that is wrong with the environment, in one error; `message` has a line for each problem. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(problems.map((problem) => `- ${problem}`).join('\n'));
  }
}

/**
 * Reads and checks the environment; throws one ConfigError that lists every problem. Without a secret on the embedded
 * database, one is made and kept in the data directory, readable by this user only.
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const settings = new Settings(env);
  const config = read(settings);
  checkTogether(settings, config);
  if (settings.problems.length > 0) throw new ConfigError(settings.problems);
  const jwtSecret = config.jwtSecret ?? (config.jwksUrl === null ? keptSecret(config.dataDirectory) : null);
  return Object.freeze({ ...config, jwtSecret });
}

function read(settings: Settings): Config {
  const environment = settings.choice('NODE_ENV', ['development', 'production', 'test'], 'development');
  const databaseUrl = settings.url('DATABASE_URL', ['postgres:', 'postgresql:']);
  const demo = settings.flag('POKAL_DEMO', databaseUrl === null && environment !== 'test');
  return {
    environment,
    port: settings.integer('PORT', 4000, 0, 65_535),
    host: settings.text('HOST') ?? '127.0.0.1',
    publicUrl: settings.url('POKAL_PUBLIC_URL', ['http:', 'https:'])?.replace(/\/+$/, '') ?? null,
    databaseUrl,
    dataDirectory: settings.text('POKAL_DATA_DIR') ?? '.data',
    demo,
    demoTrickle: settings.flag('POKAL_DEMO_TRICKLE', demo) && demo,
    jwtSecret: settings.secret('POKAL_JWT_SECRET', 32),
    jwksUrl: settings.url('POKAL_JWKS_URL', ['http:', 'https:']),
    jwtIssuer: settings.text('POKAL_JWT_ISSUER'),
    jwtAudience: settings.text('POKAL_JWT_AUDIENCE'),
    issuerKey: issuerKeyOf(settings),
    issuerDid: issuerDidOf(settings),
    role: settings.choice('ROLE', ['api', 'worker', 'all'], 'all'),
    logLevel: settings.choice('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
    allowedOrigins: settings.origins('POKAL_ALLOWED_ORIGINS'),
    trustedProxies: settings.list('POKAL_TRUSTED_PROXIES'),
    clockOffsetMs: settings.durationMs('POKAL_CLOCK_OFFSET', 0),
    sandbox: settings.flag('POKAL_SANDBOX', false),
    rateLimits: readRateLimits(settings),
    socketsPerAddress: settings.integer('POKAL_SOCKETS_PER_ADDRESS', 500, 1, 1_000_000),
    databasePoolSize: settings.integer('POKAL_DATABASE_POOL', 10, 2, 500),
    eventRetentionDays: settings.integer('POKAL_EVENT_RETENTION_DAYS', 7, 1, 3650),
    shutdownGraceMs: settings.durationMs('POKAL_SHUTDOWN_GRACE', 10_000),
    drainDelayMs: settings.durationMs('POKAL_DRAIN_DELAY', environment === 'production' ? 2_000 : 0),
  };
}

/** A member's whole screen costs about 100, so the defaults let one refresh ten times a second and stop a scraper. */
function readRateLimits(settings: Settings): RateLimits {
  const limit = (name: string, fallback: number) => settings.integer(name, fallback, 0, 1_000_000_000);
  return Object.freeze({
    memberPerMinute: limit('POKAL_RATE_MEMBER', 60_000),
    privilegedPerMinute: limit('POKAL_RATE_PRIVILEGED', 6_000_000),
    addressPerMinute: limit('POKAL_RATE_ADDRESS', 6_000_000),
    failedCredentialsPerMinute: limit('POKAL_RATE_FAILED_CREDENTIALS', 30),
  });
}

function issuerKeyOf(settings: Settings): IssuerKey | null {
  const text = settings.text('POKAL_ISSUER_KEY');
  if (text === null) return null;
  try {
    return readIssuerKey(text);
  } catch (error) {
    settings.problems.push(`POKAL_ISSUER_KEY ${(error as Error).message}.`);
    return null;
  }
}

function issuerDidOf(settings: Settings): string | null {
  const did = settings.text('POKAL_ISSUER_DID');
  if (did !== null && !DID.test(did))
    settings.problems.push(`POKAL_ISSUER_DID must be a DID such as did:web:club.example.`);
  return did;
}

const DID = /^did:[a-z0-9]+:[A-Za-z0-9._%:-]+$/;

function checkTogether(settings: Settings, config: Config): void {
  const { problems } = settings;
  if (config.jwtSecret !== null && config.jwksUrl !== null) {
    problems.push(
      'POKAL_JWT_SECRET and POKAL_JWKS_URL exclude each other: unset the one that does not sign your tokens.',
    );
  }
  if (config.jwksUrl !== null && (config.jwtIssuer === null || config.jwtAudience === null)) {
    problems.push(
      'POKAL_JWKS_URL needs POKAL_JWT_ISSUER and POKAL_JWT_AUDIENCE, so that tokens made for others are refused.',
    );
  }
  const signs = settings.given('POKAL_JWT_SECRET') || settings.given('POKAL_JWKS_URL');
  if (config.databaseUrl !== null && !signs) {
    problems.push(
      'DATABASE_URL is set but nothing says who signs tokens: set POKAL_JWT_SECRET (32 bytes or more) or POKAL_JWKS_URL.',
    );
  }
  if (config.databaseUrl !== null && config.issuerDid !== null && !settings.given('POKAL_ISSUER_KEY')) {
    problems.push('POKAL_ISSUER_DID needs POKAL_ISSUER_KEY, with which the credentials of this DID are signed.');
  }
  if (config.environment === 'production' && (config.sandbox || config.clockOffsetMs !== 0)) {
    problems.push('POKAL_SANDBOX and POKAL_CLOCK_OFFSET move time and are refused in production: unset them.');
  }
}

/** The secret of the embedded default: 48 random bytes in `jwt-secret`, made on the first start. */
function keptSecret(dataDirectory: string): string {
  const path = join(dataDirectory, 'jwt-secret');
  mkdirSync(dataDirectory, { recursive: true });
  try {
    // `wx` makes exactly one of two processes that start together the author; the other reads below.
    writeFileSync(path, randomBytes(48).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    chmodSync(path, 0o600);
  }
  const secret = readFileSync(path, 'utf8').trim();
  if (secret.length >= 32) return secret;
  throw new ConfigError([
    `${path} holds fewer than 32 characters: remove it, and a new secret is made on the next start.`,
  ]);
}
