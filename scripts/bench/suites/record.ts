import { memberIdSql } from '../fill/identity.ts';
import { saveThreeRules } from '../fill/programme.ts';
import { fillMembers } from '../fill/tables.ts';
import { PEER_TABLES } from '../peers/award.entity.ts';
import { Child } from '../support/child.ts';
import { checkLedger, environment, prepareDatabase, startPokal, tokenHeaders } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { compare, ratios } from '../support/rounds.ts';
import { Stage, statement } from '../support/stage.ts';
import { type Bench, LoadGenerator, profiling, withCleanUp } from './suite.ts';

const CONNECTIONS = 64;
const POKAL = 'Pokal, 3 rules, effects and trace';
/** The award of the peers, the front it stands behind, and what the ratio to it is to reach. */
const PEERS = [
  { name: 'same front, one bare statement', args: ['statement', 'own'], aim: 1.5 },
  { name: 'stock front, one bare statement', args: ['statement', 'stock'], aim: 1.5 },
  { name: 'same front, MikroORM unit of work', args: ['unit-of-work', 'own'], aim: 6 },
  { name: 'stock front, MikroORM unit of work', args: ['unit-of-work', 'stock'], aim: 6 },
] as const;

/** P1: one activity per request, beside awards without rules behind the same GraphQL front. */
export function record(bench: Bench): Promise<Report> {
  const members = bench.quick ? 5_000 : 100_000;
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveThreeRules);
    await fillMembers(url, members);
    const peerUrl = await preparePeer(stage, members);
    await stage.administer('pokal_bench', 'vacuum analyze', 'checkpoint');
    const pokal = await startPokal(url, profiling(bench, 'p1'));
    after(() => pokal.stop());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const common = { connections: CONNECTIONS, members };
    const headers = await tokenHeaders(url);
    const ours = load.contender(POKAL, pokal, { ...common, workload: 'record', headers });
    const peers = [];
    for (const { name, args } of PEERS) {
      const env = environment(peerUrl);
      const peer = await Child.start({ script: 'peers/awards.js', args, env });
      after(() => peer.stop());
      peers.push(load.contender(name, peer, { ...common, workload: 'award', headers }));
    }
    const samples = await compare([ours, ...peers], bench.plan, stage.postmaster);
    printSamples(samples, 'activity');
    print(`Pokal: ${await checkLedger(url, ours.acknowledged)}`);
    const acknowledged = peers.reduce((sum, peer) => sum + peer.acknowledged, 0);
    print(`Peers: ${await checkPeer(peerUrl, 'peer_awards', acknowledged)}`);
    const figures = PEERS.map(({ name, aim }) =>
      ratioFigure('P1', `recordActivity : ${name}`, ratios(samples, POKAL, name), aim),
    );
    return { figures };
  });
}

/** Makes the peers' database on the same server, with a balance for every member. */
export async function preparePeer(stage: Stage, members: number): Promise<string> {
  const url = await stage.create('peer_bench');
  await statement(url, PEER_TABLES);
  await statement(url, `insert into peer_balances select ${memberIdSql('n')}, 0 from generate_series(1, $1::int) n`, [
    members,
  ]);
  await stage.administer('peer_bench', 'vacuum analyze');
  return url;
}

/** Proves that the peers did their work too. @throws Error when they did not. */
export async function checkPeer(url: string, table: string, awards: number): Promise<string> {
  const [row] = await statement<{ count: number; entries: number; balances: number }>(
    url,
    `select count(*)::float8 as count, sum(points)::float8 as entries,
       (select sum(points)::float8 from peer_balances) as balances from ${table}`,
  );
  if (row?.count !== awards || row.entries !== row.balances) {
    throw new Error(`The peer's books do not add up: ${JSON.stringify(row)}, ${awards} were acknowledged.`);
  }
  return `${awards} acknowledged = stored; sum of awards = balances, ${row.entries} points`;
}
