/** A peer of reading: mercurius with graphql-jit, batched loaders and prepared statements on the same tables. */
import fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';
import { given, ready } from '../support/parent.ts';

const SCHEMA = `
type Query { members(first: Int!): MemberConnection! }
type MemberConnection { edges: [MemberEdge!]! pageInfo: PageInfo! }
type MemberEdge { cursor: String! node: Member! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Member { id: ID! externalId: String memberNumber: String! displayName: String! status: String! visibility: String!
  joinedAt: String! referralCode: String! wallet: Wallet! }
type Wallet { active: Int! pending: Int! lifetimeEarned: Int! }`;

interface MemberRow {
  id: string;
  joinedAt: Date;
}

interface WalletRow {
  memberId: string;
  active: number;
  pending: number;
  lifetimeEarned: number;
}

const PAGE = {
  name: 'page',
  text: `select id, external_id as "externalId", member_number as "memberNumber", display_name as "displayName", status,
    visibility, joined_at as "joinedAt", referral_code as "referralCode"
    from members order by joined_at desc, id desc limit $1`,
};
const WALLETS = {
  name: 'wallets',
  text: `select member_id as "memberId", active, pending, lifetime_earned as "lifetimeEarned"
    from wallets where member_id = any ($1::uuid[])`,
};

const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: 10 });

async function members(_root: unknown, { first }: { first: number }) {
  const { rows } = await pool.query<MemberRow>({ ...PAGE, values: [first + 1] });
  const edges = rows.slice(0, first).map((row) => {
    const joinedAt = row.joinedAt.toISOString();
    return { cursor: Buffer.from(`${joinedAt} ${row.id}`).toString('base64url'), node: { ...row, joinedAt } };
  });
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}

async function wallets(queries: { obj: MemberRow }[]) {
  const ids = queries.map(({ obj }) => obj.id);
  const { rows } = await pool.query<WalletRow>({ ...WALLETS, values: [ids] });
  const byMember = new Map(rows.map((row) => [row.memberId, row]));
  return ids.map((id) => byMember.get(id));
}

const app = fastify();
await app.register(mercurius, {
  schema: SCHEMA,
  resolvers: { Query: { members } },
  // A loader's cache would look up each member by a serialised key; without it, fields are only batched.
  loaders: { Member: { wallet: { loader: wallets, opts: { cache: false } } } },
  jit: 1,
});
process.once('SIGTERM', () => process.exit(0));
ready(`${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`);
