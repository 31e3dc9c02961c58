/** A peer of pushing: mercurius with its own publish and subscribe, in its best configuration: compiled operations. */
import 'reflect-metadata';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { memberId } from '../fill/identity.ts';
import { ready } from '../support/parent.ts';
import { awardOf, nextBoard } from './board.types.ts';
import { takeLiveOrders } from './live-orders.ts';

const schema = `
  type BoardEntry { rank: Int! score: Int! displayName: String! reachedAt: String! }
  type BoardUpdate { version: Int! entries: [BoardEntry!]! }
  type Award { id: ID! cursor: String! points: Int! balance: Int! occurredAt: String! }
  type Query { hello: String! }
  type Subscription { boardUpdated: BoardUpdate! awarded(memberId: ID!): Award! }
`;

const app = fastify();
await app.register(mercurius, {
  schema,
  jit: 1,
  subscription: true,
  resolvers: {
    Query: { hello: () => 'hello' },
    Subscription: {
      boardUpdated: { subscribe: async (_root, _args, { pubsub }) => pubsub.subscribe('BOARD') },
      awarded: { subscribe: async (_root, { memberId: id }, { pubsub }) => pubsub.subscribe(`AWARD ${id}`) },
    },
  },
});
const url = await app.listen({ port: 0, host: '127.0.0.1' });
process.once('SIGTERM', () => process.exit(0));
takeLiveOrders({
  board: () => void app.graphql.pubsub.publish({ topic: 'BOARD', payload: { boardUpdated: nextBoard() } }),
  award: (member) =>
    void app.graphql.pubsub.publish({ topic: `AWARD ${memberId(member)}`, payload: { awarded: awardOf(member) } }),
});
ready(`${url}/graphql`);
