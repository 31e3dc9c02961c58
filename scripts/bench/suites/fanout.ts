import type { Core } from '../../../src/core.ts';
import { memberId } from '../fill/identity.ts';
import { saveThreeRules } from '../fill/programme.ts';
import { fillMembers } from '../fill/tables.ts';
import { prepareDatabase } from '../support/pokal.ts';
import { type Figure, print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { compare, ratios, type Samples } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { administrator, order, pushing, startLivePokal, startPeer, Watchers } from './live.ts';
import { type Bench, profiling, withCleanUp } from './suite.ts';

const PLACES = 10;
export const BOARD = `subscription Board($code: String!) {
  leaderboardUpdated(code: $code, throttle: "PT0.05S") { version entries { rank score displayName reachedAt } }
}`;
const STOCK_BOARD = 'subscription Board { boardUpdated { version entries { rank score displayName reachedAt } } }';
export const RECORD = `mutation ($input: RecordActivityInput!) { recordActivity(input: $input) { userErrors { code message } } }`;

/** Longer than the subscription's throttle of 50 ms, which would be measured otherwise; it counts for nobody. */
const REST_MS = 80;

const POKAL = 'Pokal, leaderboardUpdated';
const RAW = 'raw ws, the same bytes';
const STOCK = 'graphql-ws + TypeGraphQL';
const MERCURIUS = 'mercurius, jit';

/** P3: one change of a board to everybody who watches it. */
export function fanout(bench: Bench): Promise<Report> {
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveBoard);
    await fillMembers(url, 1_000);
    const figures: Figure[] = [];
    const sizes = bench.quick ? [200] : bench.full ? [2_000, 10_000] : [2_000];
    for (const sockets of sizes) figures.push(...(await measure(bench, stage, url, sockets)));
    return { figures };
  });
}

/** A board of the points of all time. */
export async function saveBoard(core: Core): Promise<void> {
  await saveThreeRules(core);
  const board = { code: 'board', name: 'Board', metric: 'POINTS_EARNED', period: 'ALL_TIME' } as const;
  const more = { ranking: 'COMPETITION', public: true, status: 'ACTIVE' } as const;
  await core.leaderboards.save({ ...board, ...more }, { actor: 'command:bench', requestId: null });
}

/** Gives a member some points. */
export function purchase(place: number, amount = '10.00') {
  const input = { type: 'purchase', memberId: memberId(place), value: { amount, currencyCode: 'SEK' } };
  return { input: { ...input, idempotencyKey: `${process.pid}-${performance.now()}-${place}`, source: 'bench' } };
}

function measure(bench: Bench, stage: Stage, url: string, sockets: number): Promise<Figure[]> {
  return withCleanUp(async (after) => {
    const pokal = await startLivePokal(url, profiling(bench, `p3-${sockets}`));
    after(() => pokal.stop());
    const record = await administrator(url, pokal);
    for (let place = 1; place <= PLACES; place += 1) await record(RECORD, purchase(place, `${2_000 - place * 100}.00`));
    const follow = async (server: { url: string }, query: string, first: boolean) => {
      const watchers = await Watchers.start();
      after(() => watchers.stop());
      const variables = [{ code: 'board' }];
      const opened = await watchers.open({ url: server.url, count: sockets, query, variables, tokens: [], first });
      return { watchers, ...opened };
    };
    const ours = await follow(pokal, BOARD, true);
    const peer = async (name: 'raw' | 'stock' | 'mercurius') => {
      const server = await startPeer(name, ours.sample);
      after(() => server.stop());
      return server;
    };
    const raw = await peer('raw');
    const stock = await peer('stock');
    const mercurius = await peer('mercurius');
    const rawSide = await follow(raw, BOARD, true);
    const stockSide = await follow(stock, STOCK_BOARD, false);
    const mercuriusSide = await follow(mercurius, STOCK_BOARD, false);
    // The peers acknowledge connections, but not subscriptions.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    let turn = 0;
    const change = () => record(RECORD, purchase(1 + (turn++ % PLACES)));
    const board = (server: typeof raw) => () => order(server, { kind: 'board' });
    const contenders = [
      pushing(POKAL, pokal, ours.watchers, sockets, change, REST_MS),
      pushing(RAW, raw, rawSide.watchers, sockets, board(raw), REST_MS),
      pushing(STOCK, stock, stockSide.watchers, sockets, board(stock), REST_MS),
      pushing(MERCURIUS, mercurius, mercuriusSide.watchers, sockets, board(mercurius), REST_MS),
    ];
    const samples = await compare(contenders, bench.plan, stage.postmaster);
    print(
      `${sockets} sockets, frames of ${ours.sample.length} bytes; from publishing a change, for Pokal from its commit`,
    );
    printSamples(samples, 'frame');
    print();
    return figuresOf(samples, sockets);
  });
}

function figuresOf(samples: Samples, sockets: number): Figure[] {
  const rate = (peer: string) => ratios(samples, POKAL, peer);
  const p99 = (samples.get(POKAL) ?? []).map(({ p99Ms = Number.NaN }, round) => {
    return p99Ms / (samples.get(RAW)?.[round]?.p99Ms ?? Number.NaN);
  });
  const slower: Figure = { ...ratioFigure('P3', `p99 at ${sockets} : ${RAW}`, p99, 1.5), atLeast: false };
  return [
    ratioFigure('P3', `board to ${sockets} : ${RAW}`, rate(RAW), 0.9),
    slower,
    ratioFigure('P3', `board to ${sockets} : ${STOCK}`, rate(STOCK), 6),
    ratioFigure('P3', `board to ${sockets} : ${MERCURIUS}`, rate(MERCURIUS), 1),
  ];
}
