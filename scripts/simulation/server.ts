import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { signToken } from '../../src/api/sign-token.ts';
import { createApp } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { Clock } from '../../src/platform/clock.ts';
import { createLog } from '../../src/platform/log.ts';

/** What the server answered to an operation. */
interface Answer<Data> {
  data: Data | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const PATIENCE_MS = 60_000;

/** A whole Pokal on a database, whose clock is the history's, and which can be stopped and started in the middle of it. */
export class SimulatedServer {
  readonly #config: Config;
  readonly #clock = new Clock();
  readonly #tokens = new Map<string, string>();
  readonly #outside: pg.Pool;
  #app: Awaited<ReturnType<typeof createApp>> | null = null;

  constructor(databaseUrl: string) {
    const config = loadConfig({
      ...{ NODE_ENV: 'test', DATABASE_URL: databaseUrl, POKAL_JWT_SECRET: 'a-secret-that-only-simulations-know-of' },
      ...{ PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'silent', POKAL_DRAIN_DELAY: 'PT0S', POKAL_DATABASE_POOL: '5' },
      ...{ POKAL_RATE_MEMBER: '0', POKAL_RATE_PRIVILEGED: '0', POKAL_RATE_ADDRESS: '0' },
    });
    const rateLimits = { ...config.rateLimits, failedCredentialsPerMinute: 0 };
    this.#config = Object.freeze({ ...config, rateLimits });
    this.#outside = new pg.Pool({ connectionString: databaseUrl, max: 1, application_name: 'outside' });
    this.#outside.on('error', () => {});
  }

  get core() {
    if (this.#app === null) throw new Error('The server is stopped.');
    return this.#app.core;
  }

  async start(): Promise<void> {
    this.#app = await createApp(this.#config, { clock: this.#clock, log: createLog('silent') });
  }

  /** Stops the server as SIGTERM does; what its jobs have not done yet waits in the database. */
  async stop(): Promise<void> {
    const app = this.#app;
    this.#app = null;
    await app?.stop();
  }

  async close(): Promise<void> {
    await this.stop();
    await this.#outside.end();
  }

  /** Sets the programme's clock. */
  moveTo(atMs: number): void {
    this.#clock.advance(atMs - this.#clock.now());
  }

  /** Sends an operation as staff or an administrator, or as a member whose id is given. @throws Error when it is not answered. */
  async send<Data>(document: string, variables: object = {}, speaker = 'ADMIN'): Promise<Data> {
    const { data, errors } = await this.ask<Data>(document, variables, speaker);
    if (errors !== undefined || data === null) throw new Error(`An operation failed: ${JSON.stringify(errors)}`);
    return data;
  }

  /** Sends an operation that may be refused as a whole. */
  async ask<Data>(document: string, variables: object = {}, speaker = 'ADMIN'): Promise<Answer<Data>> {
    if (this.#app === null) throw new Error('The server is stopped.');
    const response = await fetch(`${this.#app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.#tokenOf(speaker)}` },
      body: JSON.stringify({ query: document, variables }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    return (await response.json()) as Answer<Data>;
  }

  /** Waits until a question to the database is answered by no row at all. */
  async untilNone(what: string, sql: string): Promise<void> {
    const endsAt = performance.now() + PATIENCE_MS;
    for (;;) {
      const { rowCount } = await this.#outside.query(`${sql} limit 1`);
      if (rowCount === 0) return;
      if (performance.now() > endsAt) throw new Error(`Not within ${PATIENCE_MS / 1_000} s: ${what}.`);
      await pause(15);
    }
  }

  async #tokenOf(speaker: string): Promise<string> {
    const known = this.#tokens.get(speaker);
    if (known !== undefined) return known;
    const isRole = speaker === 'ADMIN' || speaker === 'STAFF';
    const claims = isRole
      ? ({ role: speaker, subject: speaker.toLowerCase() } as const)
      : ({ role: 'MEMBER', subject: speaker } as const);
    const token = await signToken(this.#config, { ...claims, lifetimeMs: 24 * 3_600_000 });
    this.#tokens.set(speaker, token);
    return token;
  }
}
