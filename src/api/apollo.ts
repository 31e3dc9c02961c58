import {
  ApolloServer,
  type ApolloServerPlugin,
  type GraphQLRequestContext,
  type GraphQLRequestListener,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/log.ts';
import { ErrorCode } from '../platform/refusal.ts';
import { type DocumentGate, LIMITS } from './document-gate.ts';
import { DocumentStore } from './document-store.ts';
import { type ErrorRules, formatFault, formatRequestError, refusalIn, statusOf } from './errors.ts';
import type { HttpContext } from './exchange.ts';
import type { Executor } from './executor.ts';
import { answerType, JSON_TYPE } from './media-type.ts';
import type { RateLimits } from './rate-limits.ts';

export interface ApolloParts {
  schema: GraphQLSchema;
  gate: DocumentGate;
  executor: Executor;
  limits: RateLimits;
  rules: ErrorRules;
  log: Log;
}

type Request = GraphQLRequestContext<HttpContext>;
type Body = {
  errors?: readonly { extensions?: Record<string, unknown> }[];
  data?: unknown;
  extensions?: Record<string, unknown>;
};

/**
 * Apollo Server with everything switched off that costs time on each request. Validation runs in the document gate, after
 * the cheap limits, and execution in our executor; Apollo keeps the protocol: parsing, GET, CSRF prevention, status codes.
 */
export function createApollo(parts: ApolloParts): ApolloServer<HttpContext> {
  const { schema, rules, log } = parts;
  const documents = new DocumentStore();
  return new ApolloServer<HttpContext>({
    schema,
    nodeEnv: 'production',
    introspection: true,
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: LIMITS.tokens },
    documentStore: documents,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    stringifyResult: (value) => JSON.stringify(value),
    formatError: (_formatted, error) => formatRequestError(error, newId(), rules),
    logger: {
      debug: () => {},
      info: () => {},
      warn: (message) => log.warn({ reason: String(message) }, 'apollo.warning'),
      error: (message) => log.error({ reason: String(message) }, 'apollo.error'),
    },
    plugins: [
      plugin(parts, documents),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
  });
}

/** One plug-in whose listener is the same object for every request: what it needs comes with each call. */
function plugin(parts: ApolloParts, documents: DocumentStore): ApolloServerPlugin<HttpContext> {
  const listener: GraphQLRequestListener<HttpContext> = {
    didResolveOperation: (request) => admit(parts, documents, request),
    responseForOperation: (request) => respond(parts, request),
    willSendResponse: async (request) => finish(request),
  };
  return { requestDidStart: async () => listener };
}

/** Gate first, then the rate limits, which need the cost. What it throws, Apollo answers with. */
async function admit(parts: ApolloParts, documents: DocumentStore, request: Request): Promise<void> {
  const { contextValue, document, queryHash } = request;
  const { exchange, viewer } = contextValue;
  if (document === undefined) return;
  try {
    const { prepared, cost } = parts.gate.check({
      document,
      operationName: request.request.operationName,
      variables: request.request.variables,
      viewer,
      allowed: ['query', 'mutation'],
      bodyBytes: exchange.bodyBytes,
    });
    contextValue.cost = cost;
    exchange.prepared = prepared;
    if (queryHash !== undefined) documents.remember(queryHash, document);
    await parts.limits.take(viewer, exchange.address, cost);
  } catch (error) {
    if (error instanceof GraphQLError || refusalIn(error) !== null) throw error;
    // Formatted here, because Apollo's own formatter does not know the request id.
    const { message, extensions } = formatFault(error, contextValue.requestId, parts.rules);
    throw new GraphQLError(message, { extensions: extensions ?? {} });
  }
}

async function respond({ executor }: ApolloParts, { request, contextValue }: Request): Promise<GraphQLResponse | null> {
  const { prepared } = contextValue.exchange;
  if (prepared === null) return null;
  const singleResult = await executor.execute(prepared, request.variables, contextValue);
  return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult } };
}

/** Sets extensions, media type and status: GraphQL over HTTP wants 200 for any well-formed JSON request. */
function finish({ response, request, source, contextValue }: Request): void {
  const { http, body } = response;
  if (body?.kind !== 'single') return;
  const result = body.singleResult as Body;
  const { requestId, cost, exchange } = contextValue;
  result.extensions = { cost, requestId };
  exchange.answered = true;
  const code = result.errors?.[0]?.extensions?.code as ErrorCode | undefined;
  exchange.outcome = code === undefined ? 'ok' : code === ErrorCode.INTERNAL ? 'fault' : 'refused';
  const type = answerType(request.http?.headers.get('accept'));
  if (type !== null) http.headers.set('content-type', type);
  if (code === undefined || (result.data !== undefined && result.data !== null) || 'data' in result) return;
  const status = statusOf(code);
  // A request without a document, and a mutation by GET, keep the 400 and 405 that Apollo has set.
  if (status !== 400) http.status = status;
  else if (source !== undefined && http.status !== 405) http.status = type === JSON_TYPE ? 200 : 400;
  const details = result.errors?.[0]?.extensions?.details as { retryAfterSeconds?: number } | undefined;
  if (code === ErrorCode.RATE_LIMITED) http.headers.set('retry-after', String(details?.retryAfterSeconds ?? 1));
}
