import { saveThreeRules } from '../fill/programme.ts';
import { fillMembers } from '../fill/tables.ts';
import type { PlainOrder } from '../peers/plain-awards.ts';
import { Child } from '../support/child.ts';
import { checkLedger, prepareDatabase, startPokal, tokenHeaders } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { type Contender, compare, type Outcome, ratios } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { checkPeer, preparePeer } from './record.ts';
import { type Bench, LoadGenerator, profiling, withCleanUp } from './suite.ts';

const CONNECTIONS = 4;
export const BATCH = 500;
const PLAIN_BATCH = 100;
const POKAL = `Pokal, ${BATCH} per request`;
/** The peer writes either the very least, or what a ledger needs: a unique key and an index by member. */
const PLAIN = `plain pg, ${PLAIN_BATCH} bare awards per statement`;
const KEYED = `plain pg, ${PLAIN_BATCH} awards with key and index`;

/** P2: many activities per request, beside bare awards written with as few statements as possible. */
export function batch(bench: Bench): Promise<Report> {
  const members = bench.quick ? 5_000 : 100_000;
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveThreeRules);
    await fillMembers(url, members);
    const peerUrl = await preparePeer(stage, members);
    await stage.administer('pokal_bench', 'vacuum analyze', 'checkpoint');
    const pokal = await startPokal(url, profiling(bench, 'p2'));
    after(() => pokal.stop());
    const plain = await Child.start({ script: 'peers/plain-awards.js', env: { DATABASE_URL: peerUrl } });
    after(() => plain.stop());
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const headers = await tokenHeaders(url);
    const order = { connections: CONNECTIONS, members, workload: 'record-many', batch: BATCH, headers } as const;
    const ours = load.contender(POKAL, pokal, order);
    const bare = plainContender(PLAIN, plain, members, false);
    const keyed = plainContender(KEYED, plain, members, true);
    const samples = await compare([ours, bare, keyed], bench.plan, stage.postmaster);
    printSamples(samples, 'activity');
    print(`Pokal: ${await checkLedger(url, ours.acknowledged)}`);
    const all = '(select points from peer_awards union all select points from peer_ledger) as awards';
    print(`Peer: ${await checkPeer(peerUrl, all, bare.acknowledged + keyed.acknowledged)}`);
    return {
      figures: [PLAIN, KEYED].map((name) => ratioFigure('P2', `500 : ${name}`, ratios(samples, POKAL, name), 0.4)),
    };
  });
}

function plainContender(
  name: string,
  plain: Child,
  members: number,
  keyed: boolean,
): Contender & { acknowledged: number } {
  const contender = {
    name,
    pid: plain.pid,
    acknowledged: 0,
    run: async (seconds: number): Promise<Outcome> => {
      const order: PlainOrder = { seconds, members, connections: CONNECTIONS, awards: PLAIN_BATCH, keyed };
      const outcome = await plain.ask<Outcome>(order, seconds * 1_000 + 60_000);
      contender.acknowledged += outcome.operations;
      return outcome;
    },
  };
  return contender;
}
