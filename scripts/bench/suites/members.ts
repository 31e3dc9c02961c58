import { saveThreeRules } from '../fill/programme.ts';
import { fillHistory, fillMembers } from '../fill/tables.ts';
import type { WorkloadName } from '../load/workloads.ts';
import { Child } from '../support/child.ts';
import { prepareDatabase, startPokal, tokenHeaders } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { compare, ratios } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { type Bench, LoadGenerator, profiling, withCleanUp } from './suite.ts';

const CONNECTIONS = 16;
const POKAL = 'Pokal';

/** The peers, what they are called, and what the ratio to them is to reach. */
const PEERS = [
  { name: 'stock Apollo + TypeGraphQL + MikroORM', script: 'peers/stock-members.js', workload: 'members', aim: 2.5 },
  { name: 'mercurius + graphql-jit', script: 'peers/mercurius-members.js', workload: 'members', aim: 0.7 },
  { name: 'PostGraphile', script: 'peers/postgraphile.js', workload: 'nodes', aim: 1.5 },
] as const satisfies readonly { name: string; script: string; workload: WorkloadName; aim: number }[];

/** P6, the member list: 50 members of 8 fields with their wallets, from the same tables. */
export function members(bench: Bench): Promise<Report> {
  const count = bench.quick ? 5_000 : 100_000;
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveThreeRules);
    await fillMembers(url, count);
    await fillHistory(url, count, count * 3);
    // PostGraphile learns from the comment what the others know by heart.
    const related = `comment on table wallets is '@foreignKey (member_id) references members (id)'`;
    await stage.administer('pokal_bench', related, 'vacuum analyze', 'checkpoint');
    const pokal = await startPokal(url, profiling(bench, 'p6'));
    after(() => pokal.stop());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const order = { connections: CONNECTIONS, members: count };
    const headers = await tokenHeaders(url);
    const contenders = [load.contender(POKAL, pokal, { ...order, workload: 'members', headers })];
    for (const { name, script, workload } of PEERS) {
      const peer = await Child.start({ script, env: { DATABASE_URL: url } });
      after(() => peer.stop());
      contenders.push(load.contender(name, peer, { ...order, workload }));
    }
    const samples = await compare(contenders, bench.plan, stage.postmaster);
    printSamples(samples, 'page');
    print('Every page was looked at: 50 members, 50 wallets, no errors, always the same length.');
    return {
      figures: PEERS.map(({ name, aim }) =>
        ratioFigure('P6', `member list : ${name}`, ratios(samples, POKAL, name), aim),
      ),
    };
  });
}
