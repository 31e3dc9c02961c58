import { memberId } from '../fill/identity.ts';
import { fillMembers } from '../fill/tables.ts';
import type { Child } from '../support/child.ts';
import { prepareDatabase } from '../support/pokal.ts';
import { type Figure, print, printTable, type Report, ratioFigure } from '../support/report.ts';
import { spread } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { BOARD, purchase, RECORD, saveBoard } from './fanout.ts';
import { administrator, memberTokens, memoryOf, startLivePokal, startPeer, told, Watchers } from './live.ts';
import { type Bench, withCleanUp } from './suite.ts';

const EVENTS = 'subscription Mine { memberEvents { id cursor occurredAt ... on PointsEvent { points balance } } }';
const STOCK_BOARD = 'subscription Board { boardUpdated { version entries { rank score displayName reachedAt } } }';
const STOCK_EVENTS = 'subscription Mine($memberId: ID!) { awarded(memberId: $memberId) { id cursor points balance } }';

interface Followed {
  name: string;
  start: () => Promise<Child>;
  query: string;
  variables: object[];
  tokens: string[];
  first: boolean;
}

/** What one round came to: bytes for each subscriber, and subscribers connected in a second. */
interface Taken {
  resident: number;
  held: number;
  connects: number;
}

/** P8: what a subscriber costs, in memory and in time to connect. */
export function memory(bench: Bench): Promise<Report> {
  const sockets = bench.quick ? 300 : bench.full ? 10_000 : 3_000;
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveBoard);
    await fillMembers(url, sockets);
    await withCleanUp(async (done) => {
      const pokal = await startLivePokal(url);
      done(() => pokal.stop());
      const record = await administrator(url, pokal);
      for (let place = 1; place <= 10; place += 1) await record(RECORD, purchase(place));
    });
    const members = Array.from({ length: sockets }, (_, place) => ({ memberId: memberId(place + 1) }));
    const tokens = await memberTokens(url, sockets);
    const start = () => startLivePokal(url);
    const board = { query: BOARD, variables: [{ code: 'board' }], tokens: [], first: true };
    const contenders: Followed[] = [
      { name: 'Pokal, board', start, ...board },
      { name: 'Pokal, own events', start, query: EVENTS, variables: [{}], tokens, first: false },
      { ...board, name: 'raw ws', start: () => startPeer('raw', 'x'.repeat(1_000)) },
      { ...board, name: 'stock, board', start: () => startPeer('stock'), query: STOCK_BOARD, first: false },
      {
        ...board,
        name: 'stock, own events',
        start: () => startPeer('stock'),
        query: STOCK_EVENTS,
        variables: members,
        first: false,
      },
    ];
    const taken = new Map<string, Taken[]>(contenders.map(({ name }) => [name, []]));
    for (let round = 0; round < bench.plan.rounds; round += 1) {
      for (const contender of contenders) taken.get(contender.name)?.push(await measure(contender, sockets));
    }
    print(`${sockets} subscribers, each on a socket of its own`);
    printTaken(taken);
    return { figures: figuresOf(taken) };
  });
}

/** A fresh server each time: what it had to allocate once and for all is there before anybody connects. */
function measure({ start, query, variables, tokens, first }: Followed, sockets: number): Promise<Taken> {
  return withCleanUp(async (after) => {
    const server = await start();
    after(() => server.stop());
    const warm = await Watchers.start();
    const some = { url: server.url, query, variables, tokens, first };
    await warm.open({ ...some, count: Math.min(50, sockets) });
    await warm.stop();
    const before = await memoryOf(server);
    const watchers = await Watchers.start();
    after(() => watchers.stop());
    const { connectMs } = await watchers.open({ ...some, count: sockets });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await memoryOf(server);
    return {
      resident: (now.resident - before.resident) / sockets,
      held: (now.held - before.held) / sockets,
      connects: sockets / (connectMs / 1_000),
    };
  });
}

function printTaken(taken: ReadonlyMap<string, readonly Taken[]>): void {
  const rows = [...taken].map(([name, all]) => [
    name,
    told(spread(all.map(({ resident }) => resident / 1_000))),
    told(spread(all.map(({ held }) => held / 1_000))),
    told(spread(all.map(({ connects }) => connects)), 0),
  ]);
  printTable(['', 'resident kB', 'held kB', 'connected/s'], rows);
}

function figuresOf(taken: ReadonlyMap<string, readonly Taken[]>): Figure[] {
  const connects = (name: string) => (taken.get(name) ?? []).map((one) => one.connects);
  const quicker = (name: string, peer: string) => {
    const peers = connects(peer);
    return connects(name).map((value, round) => value / (peers[round] ?? Number.NaN));
  };
  const size = (name: string): Figure => {
    const values = (taken.get(name) ?? []).map(({ resident }) => resident / 1_000);
    return { id: 'P8', what: `memory, ${name}`, measured: spread(values), aim: 20, atLeast: false, unit: 'kB' };
  };
  return [
    size('Pokal, board'),
    size('Pokal, own events'),
    ratioFigure('P8', 'connects, board : stock', quicker('Pokal, board', 'stock, board'), 2),
    ratioFigure('P8', 'connects, own events : stock', quicker('Pokal, own events', 'stock, own events'), 2),
  ];
}
