import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ConfigError, loadConfig } from '../../src/config.ts';

const directory = mkdtempSync(join(tmpdir(), 'pokal-config-'));
afterAll(() => rmSync(directory, { recursive: true }));

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const SECRET = 's'.repeat(32);
const DATABASE_URL = 'postgres://pokal:hidden@db/pokal';

describe('the configuration', () => {
  it('needs nothing on the embedded database, and keeps a secret of its own for this user only', () => {
    const config = loadConfig({ POKAL_DATA_DIR: directory });
    expect(config).toMatchObject({
      environment: 'development',
      port: 4000,
      host: '127.0.0.1',
      databaseUrl: null,
      demo: true,
    });
    const path = join(directory, 'jwt-secret');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(config.jwtSecret).toBe(readFileSync(path, 'utf8'));
    expect(loadConfig({ POKAL_DATA_DIR: directory }).jwtSecret).toBe(config.jwtSecret);
  });

  it('cannot be changed', () => {
    const config = loadConfig({ POKAL_DATA_DIR: directory });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.rateLimits)).toBe(true);
  });

  it('refuses a database of your own without anybody who signs tokens', () => {
    expect(problemsOf({ DATABASE_URL })).toEqual([expect.stringContaining('POKAL_JWT_SECRET')]);
    expect(problemsOf({ DATABASE_URL, POKAL_JWT_SECRET: SECRET })).toEqual([]);
    expect(loadConfig({ DATABASE_URL, POKAL_JWT_SECRET: SECRET }).demo).toBe(false);
  });

  it('reports every problem at once, and no secret in any', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      NODE_ENV: 'prod',
      DATABASE_URL: 'mysql://root:hidden@db',
      POKAL_JWT_SECRET: 'hidden',
      POKAL_DEMO: 'maybe',
      POKAL_ALLOWED_ORIGINS: 'https://good.example,https://bad.example/path,*',
      POKAL_SHUTDOWN_GRACE: '10s',
    });
    expect(problems).toHaveLength(8);
    expect(problems.join()).not.toContain('hidden');
  });

  it('wants issuer and audience with a JWKS, and not a secret beside it', () => {
    const jwks = { DATABASE_URL, POKAL_JWKS_URL: 'https://login.example/jwks' };
    expect(problemsOf(jwks)).toEqual([expect.stringContaining('POKAL_JWT_ISSUER')]);
    const whole = { ...jwks, POKAL_JWT_ISSUER: 'https://login.example', POKAL_JWT_AUDIENCE: 'pokal' };
    expect(loadConfig(whole).jwtSecret).toBeNull();
    expect(problemsOf({ ...whole, POKAL_JWT_SECRET: SECRET })).toEqual([expect.stringContaining('exclude each other')]);
  });

  it('moves time in a sandbox and refuses to in production', () => {
    const base = { POKAL_DATA_DIR: directory, POKAL_CLOCK_OFFSET: '-P1DT1H' };
    expect(loadConfig(base).clockOffsetMs).toBe(-90_000_000);
    expect(problemsOf({ ...base, NODE_ENV: 'production' })).toEqual([expect.stringContaining('refused in production')]);
  });
});
