/** A peer of reading a board: Apollo + TypeGraphQL + MikroORM as their documentation puts them together. */
import 'reflect-metadata';
import { defineConfig, MikroORM, raw } from '@mikro-orm/postgresql';
import { buildSchemaSync } from 'type-graphql';
import { entities } from '../../../src/features/entities.ts';
import { Score, Season } from '../../../src/features/leaderboards/leaderboards.entity.ts';
import { Member } from '../../../src/features/members/members.entity.ts';
import { Configuration } from '../../../src/features/program/program.entity.ts';
import { given, ready } from '../support/parent.ts';
import { type StockBoardContext, StockBoardResolver } from './board-page.resolver.ts';
import type { StockPlace } from './board-page.types.ts';
import { cursorOf, ranksOf } from './board-ranks.ts';
import { serveApollo } from './front.ts';

const orm = await MikroORM.init(
  defineConfig({
    clientUrl: given('DATABASE_URL'),
    entities,
    pool: { min: 0, max: 10 },
    metadataCache: { enabled: false },
    allowGlobalContext: false,
  }),
);

/** Only the columns that are shown are read; a whole entity would cost this peer more. */
const SHOWN = ['id', 'displayName', 'alias', 'status', 'visibility', 'joinedAt'] as const;
type Shown = Pick<Member, (typeof SHOWN)[number]>;

async function context(): Promise<StockBoardContext> {
  const em = orm.em.fork();
  return {
    async board(code) {
      const found = await em.findOne(Configuration, { kind: 'leaderboard', code, status: 'ACTIVE' });
      if (found === null || found.definition.public !== true) return null;
      return { code, name: String(found.definition.name) };
    },
    async places(code, first) {
      const season = await em.findOneOrFail(Season, { leaderboardCode: code, closedAt: null });
      const order = [{ [raw('(-score)')]: 'asc' }, { reachedAt: 'asc' }, { memberId: 'asc' }] as const;
      const found = await em.find(Score, { seasonId: season.id }, { orderBy: [...order], limit: first + 1 });
      const rows = found.slice(0, first).map((row) => ({ ...row, score: Number(row.score) }));
      const ids = rows.map(({ memberId }) => memberId);
      const members = await em.find(Member, { id: { $in: ids } }, { fields: SHOWN });
      const byId = new Map<string, Shown>(members.map((member) => [member.id, member]));
      const ranks = ranksOf(rows.map(({ score }) => score));
      const edges = rows.map(({ memberId, score, reachedAt }, index) => {
        return { node: { rank: ranks[index] ?? 0, score, reachedAt, ...shownOf(byId.get(memberId)) } };
      });
      return { edges, pageInfo: { hasNextPage: found.length > first, endCursor: cursorOf(rows.at(-1)) } };
    },
  };
}

function shownOf(member: Shown | undefined): Pick<StockPlace, 'displayName' | 'member'> {
  if (member?.status !== 'ACTIVE' || member.visibility === 'HIDDEN') {
    return { displayName: 'Hidden member', member: null };
  }
  if (member.visibility === 'ALIAS') return { displayName: member.alias ?? 'Member', member: null };
  return { displayName: member.displayName, member };
}

const resolver = new StockBoardResolver();
const schema = buildSchemaSync({
  resolvers: [StockBoardResolver],
  container: { get: () => resolver },
  validate: false,
});
process.once('SIGTERM', () => process.exit(0));
ready(await serveApollo(schema, context));
