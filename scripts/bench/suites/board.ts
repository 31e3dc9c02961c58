import { BOARD_VIEWS } from '../fill/board-views.ts';
import { openBoard } from '../fill/scores.ts';
import { fillMembers } from '../fill/tables.ts';
import { BOARD_NODES_PAGE, BOARD_PAGE } from '../load/documents.ts';
import type { WorkloadName } from '../load/workloads.ts';
import { Child } from '../support/child.ts';
import { startPokal } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { compare, ratios, type Samples, spread } from '../support/rounds.ts';
import { Stage, statement } from '../support/stage.ts';
import { told } from './live.ts';
import { type Bench, LoadGenerator, profiling, withCleanUp } from './suite.ts';

/** Visitors at the same time, who may share what they read, and one by one, who cannot. */
const MANY = 16;
const ONE = 1;
const POKAL = 'Pokal';
const DATABASE = 'pokal_bench';
const PLACES = 50;

/** The peers, what they are called, and what the ratio to them is to reach. */
const PEERS = [
  { name: 'stock Apollo + TypeGraphQL + MikroORM', script: 'peers/stock-board-page.js', workload: 'board', aim: 2.5 },
  { name: 'mercurius + graphql-jit', script: 'peers/mercurius-board-page.js', workload: 'board', aim: 1 },
  { name: 'PostGraphile', script: 'peers/postgraphile.js', workload: 'board-nodes', aim: 1.5 },
] as const satisfies readonly { name: string; script: string; workload: WorkloadName; aim: number }[];

/** P6, the page of a board: 50 places of 7 fields of a public board, asked for without a token, from the same tables. */
export function board(bench: Bench): Promise<Report> {
  const count = bench.quick ? 5_000 : 100_000;
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const { url } = await openBoard(stage, DATABASE, count);
    await fillMembers(url, count);
    for (const view of BOARD_VIEWS) await statement(url, view);
    await stage.administer(DATABASE, 'vacuum analyze', 'checkpoint');
    const pokal = await startPokal(url, profiling(bench, 'p6-board'));
    after(() => pokal.stop());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const servers: Served[] = [{ name: POKAL, server: pokal, workload: 'board' }];
    for (const { name, script, workload } of PEERS) {
      const server = await Child.start({ script, env: { DATABASE_URL: url } });
      after(() => server.stop());
      servers.push({ name, server, workload });
    }
    await checkPages(url, servers);
    const measured = async (connections: number): Promise<Samples> => {
      const contenders = servers.map(({ name, server, workload }) =>
        load.contender(name, server, { connections, members: count, workload }),
      );
      const samples = await compare(contenders, bench.plan, stage.postmaster);
      print(`\nVisitors at the same time: ${connections}`);
      printSamples(samples, 'page');
      return samples;
    };
    const samples = await measured(MANY);
    const alone = await measured(ONE);
    await checkPages(url, servers);
    print(`Every page was looked at: ${PLACES} places, no errors, always the same length.`);
    print('Before and after, all gave the places that a count over the whole season gives, in its order.');
    for (const { name } of PEERS) {
      print(`One visitor at a time : ${name} = ${told(spread(ratios(alone, POKAL, name)), 2)}`);
    }
    return {
      figures: PEERS.map(({ name, aim }) =>
        ratioFigure('P6', `page of a board : ${name}`, ratios(samples, POKAL, name), aim),
      ),
    };
  });
}

interface Served {
  name: string;
  server: Child;
  workload: 'board' | 'board-nodes';
}

interface Member {
  id: string;
  status: string;
  joinedAt: string;
}

interface Place {
  rank: number;
  score: number;
  displayName: string;
  reachedAt: string;
}

/** A place as the tables and PostGraphile give it, with the member's fields beside its own. */
type FlatPlace = Place & Omit<Member, 'id'> & { memberId: string };
/** A place as the others give it. */
type NestedPlace = Place & { member: Member };

/** The whole season, counted by its definition: every better score is counted for every place, and nothing is stopped early. */
const TRUTH = `select (select 1 + count(*) from scores b where b.season_id = s.season_id and b.score > s.score)::int as rank,
    s.score::float8 as score, m.id as "memberId", m.display_name as "displayName", m.status, s.reached_at as "reachedAt", m.joined_at as "joinedAt"
  from scores s join members m on m.id = s.member_id
  order by s.score desc, s.reached_at, s.member_id limit ${PLACES}`;

/** Compares the page of every server with what the tables say. @throws Error naming the first server that differs. */
async function checkPages(url: string, servers: readonly Served[]): Promise<void> {
  const expected = (await statement<FlatPlace>(url, TRUTH)).map(lineOf);
  for (const { name, server, workload } of servers) {
    const query = workload === 'board' ? BOARD_PAGE : BOARD_NODES_PAGE;
    const body = JSON.stringify({ query, variables: { code: 'board', first: PLACES } });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(server.url, { method: 'POST', headers, body });
    const answer = (await response.json()) as {
      data?: {
        leaderboard: {
          name: string;
          entries: { edges: { node: FlatPlace | NestedPlace }[]; pageInfo: { hasNextPage: boolean } };
        };
      };
    };
    const page = answer.data?.leaderboard;
    const found = page?.entries.edges.map(({ node }) => lineOf(node)) ?? [];
    const differs = expected.findIndex((line, index) => line !== found[index]);
    if (differs !== -1 || found.length !== expected.length) {
      const problem = `place ${differs + 1} is ${found[differs]} instead of ${expected[differs]}`;
      throw new Error(`${name} shows another page: ${problem}. ${JSON.stringify(answer).slice(0, 500)}`);
    }
    if (page?.name !== 'Board' || !page.entries.pageInfo.hasNextPage) throw new Error(`${name} shows another board.`);
  }
}

/** A place as one text, whichever way its times and numbers were written. */
function lineOf(place: FlatPlace | NestedPlace): string {
  const { id, status, joinedAt } = 'member' in place ? place.member : { ...place, id: place.memberId };
  const times = [place.reachedAt, joinedAt].map((time) => new Date(time).toISOString());
  return JSON.stringify([place.rank, Number(place.score), place.displayName, id, status, ...times]);
}
