import 'reflect-metadata';
import type { DestinationStream } from 'pino';
import { signToken, type TokenClaims } from '../../src/api/sign-token.ts';
import { createApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { Clock } from '../../src/platform/clock.ts';
import { createLog } from '../../src/platform/log.ts';
import { Client } from './client.ts';
import { createTestDatabase } from './database.ts';

/** Who a test speaks as; the subject is a member's id for MEMBER. */
export type Speaker = Partial<TokenClaims> & Pick<TokenClaims, 'role'>;

export interface TestAppOptions {
  /** Overrides of the settings that `loadConfig` made from a test's environment. */
  config?: Partial<Config>;
  /** Another app's database, for tests with two nodes. */
  databaseUrl?: string;
  /** Where log lines go; nowhere unless told. */
  log?: DestinationStream;
}

const SECRET = 'a-secret-for-tests-of-more-than-32-bytes';

/** Starts a whole Pokal on a database of its own. Rate limits are off unless a test sets them. */
export async function startTestApp(options: TestAppOptions = {}) {
  const database = options.databaseUrl === undefined ? await createTestDatabase() : null;
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const config = Object.freeze({ ...testConfig(databaseUrl), ...options.config });
  const clock = new Clock(config.clockOffsetMs);
  const log = createLog(options.log === undefined ? 'silent' : 'debug', options.log);
  const app = await createApp(config, { clock, log });
  const token = ({ role, subject = role.toLowerCase(), lifetimeMs = 3_600_000, ...rest }: Speaker) =>
    signToken(config, { role, subject, lifetimeMs, ...rest });
  return {
    ...app,
    clock,
    databaseUrl,
    token,
    /** A GraphQL client; anonymous without a speaker. */
    client: (speaker?: Speaker) => new Client(app.url, speaker === undefined ? null : () => token(speaker)),
    /** Stops the app and drops its database. */
    stop: async () => {
      await app.stop();
      await database?.drop();
    },
  };
}

/** A Pokal under test. */
export type TestApp = Awaited<ReturnType<typeof startTestApp>>;

function testConfig(databaseUrl: string): Config {
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    POKAL_JWT_SECRET: SECRET,
    PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'silent',
  });
  const rateLimits = {
    memberPerMinute: 0,
    privilegedPerMinute: 0,
    addressPerMinute: 0,
    failedCredentialsPerMinute: 0,
  };
  return { ...config, rateLimits, databasePoolSize: 6, drainDelayMs: 0 };
}
