import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { acceptJson } from './bodies.ts';
import { type EventStreamParts, serveEventStream, wantsEventStream } from './event-stream.ts';
import { type Exchange, HttpContext } from './exchange.ts';
import { type Pages, prefersPage } from './pages.ts';
import type { ServerParts } from './server-parts.ts';
import { isUnstorableText } from './text-safety.ts';

declare module 'fastify' {
  interface FastifyRequest {
    httpContext: HttpContext | null;
  }
}

export interface GraphqlRoute {
  apollo: ApolloServer<HttpContext>;
  parts: ServerParts;
  live: EventStreamParts;
  pages: Pages | null;
}

/** Serves GraphQL over HTTP at `/graphql`, and the playground there to browsers. */
export async function serveGraphql(app: FastifyInstance, { apollo, parts, live, pages }: GraphqlRoute): Promise<void> {
  acceptJson(app);
  app.decorateRequest('httpContext', null);
  const answer = fastifyApolloHandler(apollo, {
    context: async (request: FastifyRequest) => contextOf(request),
  });
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      if (pages !== null && prefersPage(request)) return pages.playground(request, reply);
      if (request.method === 'GET') refuseUnstorableUrl(request.url);
      if (wantsEventStream(request)) return serveEventStream(request, reply, live);
      return exchange(request, reply, parts, async () => answer.call(app, request, reply));
    },
  });
  app.route({ method: ['PUT', 'PATCH', 'DELETE', 'HEAD'], url: '/graphql', handler: refuseMethod });
}

function contextOf({ httpContext }: FastifyRequest): HttpContext {
  if (httpContext === null) throw new Error('The request has no context.');
  return httpContext;
}

async function exchange(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: ServerParts,
  answer: () => Promise<unknown>,
): Promise<unknown> {
  const startedAt = performance.now();
  const notes: Exchange = {
    address: request.ip,
    bodyBytes: request.bodyBytes,
    prepared: null,
    answered: false,
    outcome: 'refused',
  };
  request.httpContext = new HttpContext(request.viewer, request.id, parts.log, notes);
  const body = await answer();
  const kind = notes.prepared?.operation.operation ?? 'none';
  parts.metrics.request('http', kind, notes.outcome, (performance.now() - startedAt) / 1_000);
  reply.header('x-request-id', request.id);
  return notes.answered || typeof body !== 'string' ? body : withExtensions(body, request.id);
}

/** Requests that Apollo refuses before its plug-ins run still get the extensions that every answer has. */
function withExtensions(body: string, requestId: string): string {
  return JSON.stringify({ ...JSON.parse(body), extensions: { cost: 0, requestId } });
}

function refuseUnstorableUrl(url: string): void {
  for (const [, value] of new URLSearchParams(url.slice(url.indexOf('?') + 1))) {
    if (isUnstorableText(value) || value.includes('\\u0000')) {
      throw new Refusal(
        ErrorCode.BAD_USER_INPUT,
        'Text may not hold the character U+0000 or half of a surrogate pair.',
      );
    }
  }
}

async function refuseMethod(_request: FastifyRequest, reply: FastifyReply): Promise<never> {
  reply.header('allow', 'GET, POST');
  const refusal = new Refusal(ErrorCode.BAD_USER_INPUT, 'GraphQL is served to GET and POST only.');
  throw Object.assign(refusal, { statusCode: 405 });
}
