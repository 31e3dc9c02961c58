/** A peer of reading: Apollo + TypeGraphQL + MikroORM as their documentation puts them together, with a dataloader. */
import 'reflect-metadata';
import { defineConfig, MikroORM } from '@mikro-orm/postgresql';
import DataLoader from 'dataloader';
import { buildSchemaSync } from 'type-graphql';
import { entities } from '../../../src/features/entities.ts';
import { Member } from '../../../src/features/members/members.entity.ts';
import { Wallet } from '../../../src/features/points/points.entity.ts';
import { given, ready } from '../support/parent.ts';
import { serveApollo } from './front.ts';
import { type StockContext, StockMembersResolver } from './members.resolver.ts';
import type { StockWallet } from './members.types.ts';

const orm = await MikroORM.init(
  defineConfig({
    clientUrl: given('DATABASE_URL'),
    entities,
    pool: { min: 0, max: 10 },
    metadataCache: { enabled: false },
    allowGlobalContext: false,
  }),
);

async function context(): Promise<StockContext> {
  const em = orm.em.fork();
  return {
    async page(first) {
      const found = await em.find(Member, {}, { orderBy: { joinedAt: 'desc', id: 'desc' }, limit: first + 1 });
      const edges = found.slice(0, first).map((node) => ({
        cursor: Buffer.from(`${node.joinedAt.toISOString()} ${node.id}`).toString('base64url'),
        node,
      }));
      return { edges, pageInfo: { hasNextPage: found.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
    },
    wallets: new DataLoader<string, StockWallet>(async (ids) => {
      const found = await em.find(Wallet, { memberId: { $in: [...ids] } });
      const byMember = new Map(found.map((wallet) => [wallet.memberId, wallet]));
      return ids.map((id) => byMember.get(id) ?? new Error(`Member ${id} has no wallet.`));
    }),
  };
}

const resolver = new StockMembersResolver();
const schema = buildSchemaSync({
  resolvers: [StockMembersResolver],
  container: { get: () => resolver },
  validate: false,
});
process.once('SIGTERM', () => process.exit(0));
ready(await serveApollo(schema, context));
