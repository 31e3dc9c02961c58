import { memberId } from '../fill/identity.ts';
import { openBoard, scoreOf } from '../fill/scores.ts';
import { fillMembers } from '../fill/tables.ts';
import type { WorkloadName } from '../load/workloads.ts';
import { Child } from '../support/child.ts';
import { environment, startPokal, tokenHeaders } from '../support/pokal.ts';
import { type Figure, print, printSamples, ratioFigure } from '../support/report.ts';
import { compare, ratios } from '../support/rounds.ts';
import type { Stage } from '../support/stage.ts';
import { type Bench, LoadGenerator, profiling, withCleanUp } from './suite.ts';

const CONNECTIONS = 16;
const POKAL = 'Pokal';
const WITHOUT = 'without rank';
const SQL = 'rank by SQL';
const WORKLOADS = ['standing', 'around'] as const satisfies readonly WorkloadName[];
/** The rate without a rank is to be at most this many times the rate with one. */
const MOST_COST = 1.3;
const CHECKED = 20;
const PATIENCE_MS = 60_000;

const STANDING = `query ($id: ID!) { member(id: $id) { standing(leaderboard: "board") { rank score } } }`;

/** The second half of P5: `standing` and `around` through the API, with the rank, without it, and with SQL's. */
export function measureStandings(bench: Bench, stage: Stage, members: number): Promise<Figure[]> {
  return withCleanUp(async (after) => {
    const { url } = await openBoard(stage, 'standings', members);
    await fillMembers(url, members);
    await stage.administer('standings', 'vacuum analyze', 'checkpoint');
    const headers = await tokenHeaders(url);
    const pokal = await startPokal(url, profiling(bench, 'p5'));
    after(() => pokal.stop());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const servers = [{ name: POKAL, server: pokal }];
    for (const [name, ranks] of [
      [WITHOUT, 'none'],
      [SQL, 'sql'],
    ] as const) {
      const env = { ...environment(url), BENCH_RANKS: ranks };
      const server = await Child.start({ script: 'peers/pokal-ranks.js', env });
      after(() => server.stop());
      servers.push({ name, server });
    }
    await checkRanks(pokal.url, headers, members);
    const figures: Figure[] = [];
    for (const workload of WORKLOADS) {
      const order = { connections: CONNECTIONS, members, workload, headers };
      const contenders = servers.map(({ name, server }) => load.contender(`${workload}, ${name}`, server, order));
      const samples = await compare(contenders, bench.plan, stage.postmaster);
      printSamples(samples, 'request');
      const cost = ratios(samples, `${workload}, ${WITHOUT}`, `${workload}, ${POKAL}`);
      const what = `${workload} through the API, ${members.toLocaleString('en')} : without rank`;
      figures.push({ ...ratioFigure('P5', what, cost, MOST_COST), atLeast: false });
    }
    return figures;
  });
}

/** Waits until the board is in memory, asking as the first visitor does; then compares ranks with a count over all members. */
async function checkRanks(url: string, headers: Record<string, string>, members: number): Promise<void> {
  const scores = Float64Array.from({ length: members }, (_, index) => scoreOf(index + 1));
  const begunAt = performance.now();
  let asked = 0;
  for (let quick = false; !quick; asked += 1) {
    const startedAt = performance.now();
    await rankOf(url, headers, 1);
    quick = performance.now() - startedAt < 20;
    if (performance.now() - begunAt > PATIENCE_MS) break;
  }
  print(
    `The board was in memory ${Math.round(performance.now() - begunAt)} ms and ${asked} questions after the first.`,
  );
  for (let turn = 0; turn < CHECKED; turn += 1) {
    const member = 1 + Math.floor(Math.random() * members);
    const expected = 1 + scores.reduce((sum, score) => sum + (score > scoreOf(member) ? 1 : 0), 0);
    const found = await rankOf(url, headers, member);
    if (found !== expected) throw new Error(`Member ${member} has rank ${expected}, not ${found}.`);
  }
  print(`${CHECKED} ranks from the API are those of a count over all ${members.toLocaleString('en')} scores.`);
}

async function rankOf(url: string, headers: Record<string, string>, member: number): Promise<number | undefined> {
  const body = JSON.stringify({ query: STANDING, variables: { id: memberId(member) } });
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  const answer = (await response.json()) as { data?: { member: { standing: { rank: number } } | null } };
  return answer.data?.member?.standing.rank;
}
