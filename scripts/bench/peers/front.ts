import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import fastify from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { createServer } from '../../../src/api/server.ts';
import { loadConfig } from '../../../src/config.ts';
import { createLog } from '../../../src/platform/log.ts';
import { createMetrics } from '../../../src/platform/metrics.ts';

/**
 * The front that Pokal itself has: Apollo Server 5 on fastify behind the document gate, with tokens, costs, limits and
 * compiled execution. Over it, only what happens to an activity differs. Gives the GraphQL endpoint.
 */
export async function servePokalFront(schema: GraphQLSchema): Promise<string> {
  const server = createServer({
    settings: loadConfig(process.env),
    schema,
    log: createLog('error'),
    metrics: createMetrics(),
    findApiKey: async () => null,
    ready: async () => null,
  });
  return `${await server.start()}/graphql`;
}

/**
 * The stock front: Apollo Server 5 on fastify as their documentation shows it, in production mode, which caches parsed and
 * validated documents. Nothing is checked besides: no token, no cost, no limits. Gives the GraphQL endpoint.
 */
export async function serveApollo<Context extends object>(
  schema: GraphQLSchema,
  context: () => Promise<Context>,
): Promise<string> {
  const apollo = new ApolloServer<Context>({ schema, nodeEnv: 'production', stopOnTerminationSignals: false });
  await apollo.start();
  const app = fastify();
  await app.register(fastifyApollo(apollo), { context });
  return `${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`;
}
