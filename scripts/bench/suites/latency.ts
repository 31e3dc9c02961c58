import { memberId } from '../fill/identity.ts';
import { saveThreeRules } from '../fill/programme.ts';
import { fillMembers } from '../fill/tables.ts';
import type { Paced } from '../load/live-main.ts';
import { prepareDatabase, tokenHeaders } from '../support/pokal.ts';
import { type Figure, print, printTable, type Report } from '../support/report.ts';
import { spread } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { memberTokens, startLivePokal, told, Watchers } from './live.ts';
import { type Bench, profiling, withCleanUp } from './suite.ts';

const EVENTS = 'subscription Mine { memberEvents { id cursor occurredAt ... on PointsEvent { points balance } } }';
const ALL_SIZES = [100, 1_000, 10_000];

/** P9: how long after its commit an award is seen by the member, while awards come at a steady rate. */
export function latency(bench: Bench): Promise<Report> {
  const perSecond = bench.quick ? 200 : 1_000;
  const sizes = bench.quick ? [100] : ALL_SIZES.slice(0, bench.full ? 3 : 2);
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveThreeRules);
    await fillMembers(url, Math.max(...sizes));
    const pokal = await startLivePokal(url, profiling(bench, 'p9'));
    after(() => pokal.stop());
    const headers = await tokenHeaders(url);
    const figures: Figure[] = [];
    const rows: string[][] = [];
    for (const sockets of sizes) {
      const taken = await withCleanUp(async (done) => {
        const watchers = await Watchers.start();
        done(() => watchers.stop());
        const tokens = await memberTokens(url, sockets);
        const common = { url: pokal.url, variables: [{}], first: false };
        await watchers.open({ ...common, count: sockets, query: EVENTS, tokens });
        const members = tokens.map((_, place) => memberId(place + 1));
        const pace = (seconds: number, run: string) => {
          const order = { kind: 'pace', url: pokal.url, headers, members, perSecond, seconds, run } as const;
          return watchers.ask<Paced>(order, seconds * 1_000 + 60_000);
        };
        await pace(bench.plan.warmSeconds, `${sockets}-warm`);
        const rounds: Paced[] = [];
        for (let round = 0; round < bench.plan.rounds; round += 1) {
          rounds.push(await pace(bench.plan.seconds, `${sockets}-${round}`));
        }
        return rounds;
      });
      rows.push(rowOf(sockets, taken));
      figures.push(...figuresOf(sockets, taken));
    }
    print(`${perSecond} awards a second, each to a member who follows; milliseconds from sending the request`);
    printTable(['sockets', 'awards/s', 'answer p50', 'answer p99', 'frame p50', 'frame p99'], rows);
    return { figures };
  });
}

function rowOf(sockets: number, taken: readonly Paced[]): string[] {
  const three = (value: (one: Paced) => number, digits = 1) => told(spread(taken.map(value)), digits);
  return [
    String(sockets),
    three(({ perSecond }) => perSecond, 0),
    three(({ commit }) => commit.p50Ms),
    three(({ commit }) => commit.p99Ms),
    three(({ frame }) => frame.p50Ms),
    three(({ frame }) => frame.p99Ms),
  ];
}

/** How much later than the answer, which comes after the commit, the frame is. */
function figuresOf(sockets: number, taken: readonly Paced[]): Figure[] {
  const figure = (what: 'p50Ms' | 'p99Ms', aim: number): Figure => {
    const measured = spread(taken.map(({ frame, commit }) => frame[what] - commit[what]));
    const name = `${what.slice(0, 3)} of frame after that of answer, ${sockets} sockets`;
    return { id: 'P9', what: name, measured, aim, atLeast: false, unit: 'ms' };
  };
  return [figure('p50Ms', 5), figure('p99Ms', 25)];
}
