import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import fastify from 'fastify';
import type { GraphQLSchema } from 'graphql';

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
