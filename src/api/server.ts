import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fastifyCors from '@fastify/cors';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type GraphQLSchema, printSchema } from 'graphql';
import type { Log } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import type { FindApiKey } from './api-keys.ts';
import { createApollo } from './apollo.ts';
import { Authenticator } from './authentication.ts';
import { requireGrant } from './authorisation.ts';
import { ANONYMOUS, Role, type Viewer } from './context.ts';
import { DocumentGate } from './document-gate.ts';
import { type PublicDocument, serveDocuments } from './documents.ts';
import type { EventStreamParts } from './event-stream.ts';
import { Executor } from './executor.ts';
import { serveGraphql } from './graphql-route.ts';
import { type Readiness, serveHealth } from './health.ts';
import { errorHandler, notFound } from './http-errors.ts';
import { type IngestOptions, serveIngest } from './ingest.ts';
import { Close, Lines } from './lines.ts';
import { LiveOperations } from './live-operations.ts';
import { Origins } from './origins.ts';
import { type Pages, prefersPage } from './pages.ts';
import { RateLimits } from './rate-limits.ts';
import type { MayFollow, ServerParts, ServerSettings } from './server-parts.ts';
import { Sockets } from './sockets.ts';
import { Subscriptions } from './subscription.ts';

export interface ServerOptions {
  settings: ServerSettings;
  schema: GraphQLSchema;
  log: Log;
  metrics: Metrics;
  findApiKey: FindApiKey;
  ready: Readiness;
  /** Mutations whose requests may be as large as an ingestion body. */
  largeBodyFields?: readonly string[];
  /** Tells whether a viewer may follow things live at present; everybody whose credential holds may unless told. */
  mayFollow?: MayFollow;
  /** The plain HTTP doors for batches. */
  ingests?: readonly IngestOptions[];
  pages?: Pages;
  /** What everybody may fetch besides the API: pictures, verification pages, keys. */
  documents?: readonly PublicDocument[];
  /** What `/schema.graphql` serves; printed from the schema when left out. */
  schemaText?: string;
  /** The wall clock, for tests of expiry. */
  now?: () => number;
}

export interface Server {
  /** Listens and gives the address, for example `http://127.0.0.1:4000`. */
  start(): Promise<string>;
  /** Stops: /readyz says 503 first, requests in flight finish, sockets close with 1001. Always ends within the grace period. */
  stop(): Promise<void>;
  /** Makes the revocation of an API key count at once. Takes the hash of its secret. */
  forgetApiKey(hash: string): void;
  /** Ends the live connections of those for whom it holds, because they may no longer follow anything. */
  endLines(holds: (viewer: Viewer) => boolean): void;
}

/** Headers of every answer. The API's answers are data, so a browser shall neither run nor frame nor guess them. */
const HEADERS = Object.freeze({
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-site',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
});
const CORS_HEADERS = ['authorization', 'content-type', 'x-api-key', 'apollo-require-preflight'];

/** Builds the server. Nothing listens before `start`. */
export function createServer(options: ServerOptions): Server {
  const parts = partsOf(options);
  const { settings, log } = parts;
  const state = { draining: false };
  const lines = new Lines(settings.socketsPerAddress);
  const origins = new Origins(settings);
  const live = {
    ...{ lines, origins },
    operations: new LiveOperations(parts, lines),
    subscriptions: new Subscriptions(parts),
  };
  const sockets = new Sockets(parts, live, lines, origins);
  const apollo = createApollo(parts);
  const app = fastifyApp(settings);
  let stopped: Promise<void> | null = null;
  return {
    async start() {
      await apollo.start();
      await compose(app, { options, parts, apollo, live, state });
      await app.listen({ port: settings.port, host: settings.host });
      const { port } = app.server.address() as AddressInfo;
      origins.listenAt(port);
      sockets.attach(app.server);
      log.info({ host: settings.host, port }, 'server.listening');
      return `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`;
    },
    stop() {
      state.draining = true;
      stopped ??= stop(app, lines, settings, log).finally(() => apollo.stop());
      return stopped;
    },
    forgetApiKey: (hash) => parts.authenticator.forgetApiKey(hash),
    endLines: (holds) => lines.endWhere(holds, Close.FORBIDDEN, 'The credential no longer holds'),
  };
}

function partsOf({
  settings,
  schema,
  log,
  metrics,
  findApiKey,
  largeBodyFields = [],
  mayFollow = async () => true,
  now,
}: ServerOptions): ServerParts {
  const open = settings.environment !== 'production';
  const rules = { log, hideSuggestions: !open };
  return {
    settings,
    schema,
    log,
    metrics,
    rules,
    authenticator: new Authenticator(settings, findApiKey, now),
    gate: new DocumentGate(schema, { introspectionForAll: open, largeBodyFields }),
    executor: new Executor(schema, rules),
    mayFollow,
    limits: new RateLimits(settings.rateLimits, (by) => metrics.rateLimited(by)),
  };
}

function fastifyApp(settings: ServerSettings): FastifyInstance {
  // Unique across restarts and nodes without drawing random numbers for every request.
  const node = randomBytes(6).toString('base64url');
  let count = 0;
  return fastify({
    logger: false,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    requestIdHeader: false,
    genReqId: () => `${node}-${(count++).toString(36)}`,
    exposeHeadRoutes: false,
    // While stopping, requests on connections that are already open are served, and the connection closes after them.
    return503OnClosing: false,
    requestTimeout: 60_000,
    keepAliveTimeout: 72_000,
    routerOptions: { maxParamLength: 200 },
  });
}

interface Composition {
  options: ServerOptions;
  parts: ServerParts;
  apollo: ReturnType<typeof createApollo>;
  live: EventStreamParts;
  state: { draining: boolean };
}

async function compose(app: FastifyInstance, { options, parts, apollo, live, state }: Composition): Promise<void> {
  const { pages = null, ingests = [] } = options;
  const { settings } = parts;
  // Authentication puts the viewer in before anything reads it.
  app.decorateRequest('viewer');
  app.decorateRequest('bodyBytes', 0);
  app.setErrorHandler(errorHandler(parts.rules));
  app.setNotFoundHandler(notFound);
  app.addHook('onRequest', async (_request, reply) => {
    if (state.draining) reply.header('connection', 'close');
  });
  // The pages have headers of their own, which allow them their scripts and workers.
  if (pages !== null) await app.register(pages.routes);
  await app.register(async (data) => {
    const headers = headersFor(settings);
    data.addHook('onRequest', async (_request, reply) => {
      reply.headers(headers);
    });
    serveDocuments(data, options.documents ?? [], parts, prefersPage);
    serveHealth(data, { ready: options.ready, isDraining: () => state.draining, metrics: parts.metrics });
    await data.register(async (api) => {
      await allowOrigins(api, settings);
      api.addHook('onRequest', async (request) => authenticate(request, parts));
      await api.register((scope) => serveGraphql(scope, { apollo, parts, live, pages }));
      for (const ingest of ingests) await api.register((scope) => serveIngest(scope, ingest, parts));
      serveSchema(api, options, parts);
    });
  });
}

function headersFor({ publicUrl }: ServerSettings): Record<string, string> {
  const isHttps = publicUrl?.startsWith('https:') === true;
  return isHttps ? { ...HEADERS, 'strict-transport-security': 'max-age=31536000' } : HEADERS;
}

/** Without a list no other origin's page may read an answer. There are no cookies, so no credentials either. */
async function allowOrigins(api: FastifyInstance, { allowedOrigins }: ServerSettings): Promise<void> {
  if (allowedOrigins.length === 0) return;
  await api.register(fastifyCors, {
    origin: [...allowedOrigins],
    allowedHeaders: CORS_HEADERS,
    exposedHeaders: ['x-request-id', 'retry-after'],
    maxAge: 600,
  });
}

/** Who asks is settled before the body is read, because it decides how much of a body is read. */
async function authenticate(request: FastifyRequest, { authenticator, limits }: ServerParts): Promise<void> {
  const { authorization, 'x-api-key': apiKey } = request.headers;
  request.viewer = ANONYMOUS;
  if ((authorization === undefined && apiKey === undefined) || prefersPage(request)) return;
  limits.mayTryCredentials(request.ip);
  try {
    request.viewer = await authenticator.viewerOf({ authorization, apiKey });
  } catch (error) {
    if (error instanceof Refusal && error.code === ErrorCode.UNAUTHENTICATED) limits.countFailure(request.ip);
    throw error;
  }
}

/** The schema as text, for those who may introspect it. */
function serveSchema(app: FastifyInstance, { schema, schemaText }: ServerOptions, { settings }: ServerParts): void {
  const text = schemaText ?? `${printSchema(schema)}\n`;
  app.get('/schema.graphql', async (request, reply) => {
    if (settings.environment === 'production') requireGrant(request.viewer, Role.STAFF);
    return reply.type('text/plain; charset=utf-8').send(text);
  });
}

async function stop(app: FastifyInstance, lines: Lines, settings: ServerSettings, log: Log): Promise<void> {
  log.info({ lines: lines.count }, 'server.draining');
  await pause(settings.drainDelayMs);
  const deadline = setTimeout(() => {
    lines.terminate();
    app.server.closeAllConnections();
  }, settings.shutdownGraceMs);
  try {
    // Clients that come back all at once would hit the next node as one wave, so they are sent away over a third of the time.
    await Promise.all([lines.drain(settings.shutdownGraceMs / 3), app.close()]);
  } finally {
    clearTimeout(deadline);
    log.info({}, 'server.stopped');
  }
}
