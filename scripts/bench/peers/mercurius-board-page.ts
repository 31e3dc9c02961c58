/** A peer of reading a board: mercurius with graphql-jit, one joined and prepared statement for the page. */
import fastify from 'fastify';
import mercurius from 'mercurius';
import pg from 'pg';
import { given, ready } from '../support/parent.ts';
import { cursorOf, ranksOf } from './board-ranks.ts';

const SCHEMA = `
type Query { leaderboard(code: String!): Leaderboard }
type Leaderboard { code: String! name: String! entries(first: Int!): PlaceConnection! }
type PlaceConnection { edges: [PlaceEdge!]! pageInfo: PageInfo! }
type PlaceEdge { node: Place! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Place { rank: Int! score: Int! displayName: String! reachedAt: String! member: Member }
type Member { id: ID! status: String! joinedAt: String! }`;

interface BoardRow {
  code: string;
  name: string;
  seasonId: string;
}

interface PlaceRow {
  memberId: string;
  score: number;
  reachedAt: Date;
  displayName: string;
  alias: string | null;
  visibility: string;
  status: string;
  joinedAt: Date;
}

// The running season comes with the board, so that a page takes two statements.
const BOARD = {
  name: 'board',
  text: `select c.code, c.definition ->> 'name' as name, s.id as "seasonId"
    from configurations c join seasons s on s.leaderboard_code = c.code and s.closed_at is null
    where c.kind = 'leaderboard' and c.code = $1 and c.status = 'ACTIVE' and (c.definition -> 'public')::boolean`,
};
const PAGE = {
  name: 'page',
  text: `select s.member_id as "memberId", s.score::float8 as score, s.reached_at as "reachedAt",
    m.display_name as "displayName", m.alias, m.visibility, m.status, m.joined_at as "joinedAt"
    from scores s join members m on m.id = s.member_id
    where s.season_id = $1 order by (-s.score), s.reached_at, s.member_id limit $2`,
};

const pool = new pg.Pool({ connectionString: given('DATABASE_URL'), max: 10 });

async function leaderboard(_root: unknown, { code }: { code: string }): Promise<BoardRow | null> {
  const { rows } = await pool.query<BoardRow>({ ...BOARD, values: [code] });
  return rows[0] ?? null;
}

async function entries({ seasonId }: BoardRow, { first }: { first: number }) {
  const { rows: found } = await pool.query<PlaceRow>({ ...PAGE, values: [seasonId, first + 1] });
  const rows = found.slice(0, first);
  const ranks = ranksOf(rows.map(({ score }) => score));
  const edges = rows.map((row, index) => {
    return { node: { rank: ranks[index], score: row.score, reachedAt: row.reachedAt.toISOString(), ...shownOf(row) } };
  });
  return { edges, pageInfo: { hasNextPage: found.length > first, endCursor: cursorOf(rows.at(-1)) } };
}

function shownOf({ memberId, displayName, alias, visibility, status, joinedAt }: PlaceRow) {
  if (status !== 'ACTIVE' || visibility === 'HIDDEN') return { displayName: 'Hidden member', member: null };
  if (visibility === 'ALIAS') return { displayName: alias ?? 'Member', member: null };
  return { displayName, member: { id: memberId, status, joinedAt: joinedAt.toISOString() } };
}

const app = fastify();
await app.register(mercurius, {
  schema: SCHEMA,
  resolvers: { Query: { leaderboard }, Leaderboard: { entries } },
  jit: 1,
});
process.once('SIGTERM', () => process.exit(0));
ready(`${await app.listen({ port: 0, host: '127.0.0.1' })}/graphql`);
