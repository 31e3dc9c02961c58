import { Writable } from 'node:stream';
import { SignJWT } from 'jose';
import { type ApiKeyRecord, hashApiKey } from '../../../src/api/api-keys.ts';
import { createSchema } from '../../../src/api/schema.ts';
import { createServer, type Server, type ServerOptions } from '../../../src/api/server.ts';
import type { ServerSettings } from '../../../src/api/server-parts.ts';
import { createLog } from '../../../src/platform/log.ts';
import { createMetrics } from '../../../src/platform/metrics.ts';
import { Gates, SampleResolver, sharedGates } from './sample.resolver.ts';
import { Person, Shop } from './sample.types.ts';

export const SECRET = 'a secret of at least thirty-two bytes';
export const MEMBER_ID = '0192f0c1-2b3c-7def-8abc-0123456789ab';

/** A server with a small schema of its own, its log kept for the test to read. */
export interface SampleServer {
  url: string;
  server: Server;
  gates: Gates;
  keys: Map<string, ApiKeyRecord>;
  state: { problem: string | null };
  logLines(): string[];
}

export interface SampleOptions {
  settings?: Partial<ServerSettings>;
  options?: Partial<ServerOptions>;
}

const SETTINGS: ServerSettings = {
  environment: 'development',
  port: 0,
  host: '127.0.0.1',
  publicUrl: null,
  jwtSecret: SECRET,
  jwksUrl: null,
  jwtIssuer: null,
  jwtAudience: null,
  allowedOrigins: ['https://club.example'],
  trustedProxies: [],
  rateLimits: { memberPerMinute: 0, privilegedPerMinute: 0, addressPerMinute: 0, failedCredentialsPerMinute: 0 },
  socketsPerAddress: 500,
  shutdownGraceMs: 5_000,
  drainDelayMs: 0,
};

/** Starts the server; the caller stops it. */
export async function startSample({ settings = {}, options = {} }: SampleOptions = {}): Promise<SampleServer> {
  const gates = new Gates();
  sharedGates.current = gates;
  const lines: string[] = [];
  const keys = new Map<string, ApiKeyRecord>();
  const state: { problem: string | null } = { problem: null };
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const server = createServer({
    settings: { ...SETTINGS, ...settings },
    schema: createSchema({
      resolvers: [SampleResolver],
      instances: new Map([[SampleResolver, new SampleResolver(gates)]]),
      orphanedTypes: [Person, Shop],
    }),
    log: createLog('trace', destination),
    metrics: createMetrics(),
    findApiKey: async (hash) => keys.get(hash) ?? null,
    ready: async () => state.problem,
    largeBodyFields: ['recordActivities'],
    ingests: [
      {
        ...{ path: '/v1/activities', grants: ['activities:write'], mostItems: 1_000, itemCost: 0.1 },
        handle: async (items) => items.map((item) => ({ kept: item })),
        refuse: ({ code, message }) => ({ userErrors: [{ code, message }] }),
      },
    ],
    ...options,
  });
  return { url: await server.start(), server, gates, keys, state, logLines: () => lines };
}

/** Puts an API key with those scopes into the server's store and gives its secret. */
export function addKey(sample: SampleServer, secret: string, scopes: string[]): string {
  sample.keys.set(hashApiKey(secret), { id: 'key-1', scopes, expiresAt: null });
  return secret;
}

/** A signed token; `claims` may override or, with undefined, remove what is put in. */
export async function token(role: string, claims: Record<string, unknown> = {}): Promise<string> {
  const sub = role === 'MEMBER' ? MEMBER_ID : 'someone';
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  return new SignJWT({ role, sub, exp, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));
}

export interface Reply {
  status: number;
  headers: Headers;
  body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
    extensions?: { cost: number; requestId: string };
  };
}

export interface Ask {
  query?: string;
  variables?: unknown;
  operationName?: string;
  token?: string;
  headers?: Record<string, string>;
  /** Sent instead of the JSON made of the rest. */
  raw?: string;
}

/** Sends one GraphQL request by POST. */
export async function ask(url: string, { query, variables, operationName, token, headers, raw }: Ask): Promise<Reply> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: raw ?? JSON.stringify({ query, variables, operationName }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] };
}

/** The code of a reply's first error, or null. */
export function codeOf(reply: Reply): unknown {
  return reply.body.errors?.[0]?.extensions.code ?? null;
}
