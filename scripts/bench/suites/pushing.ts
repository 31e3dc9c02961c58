import { fillMembers } from '../fill/tables.ts';
import type { Child } from '../support/child.ts';
import { checkLedger, prepareDatabase, tokenHeaders } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { type Contender, compare, ratios } from '../support/rounds.ts';
import { Stage } from '../support/stage.ts';
import { saveBoard } from './fanout.ts';
import { memberTokens, startLivePokal, Watchers } from './live.ts';
import { type Bench, LoadGenerator, withCleanUp } from './suite.ts';

const CONNECTIONS = 64;
/** At the usual pace, as pages ask for it: at most four times a second. */
const BOARD = `subscription Board($code: String!) {
  leaderboardUpdated(code: $code) { version entries { rank score displayName reachedAt } }
}`;
const EVENTS = 'subscription Mine { memberEvents { id cursor occurredAt ... on PointsEvent { points balance } } }';

/** P7: recording while nobody follows, and while a thousand do; half of them the board, half their own events. */
export function pushingBesides(bench: Bench): Promise<Report> {
  const members = bench.quick ? 5_000 : 50_000;
  const subscribers = bench.quick ? 100 : 1_000;
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveBoard);
    await fillMembers(url, members);
    const figures = [];
    const sum = { acknowledged: 0 };
    for (const nodes of bench.quick ? [1] : [1, 3]) {
      figures.push(await measure(bench, stage, { url, members, subscribers, nodes, sum }));
    }
    return { figures };
  });
}

interface Setting {
  url: string;
  members: number;
  subscribers: number;
  nodes: number;
  /** Over all settings, which share one database. */
  sum: { acknowledged: number };
}

function measure(bench: Bench, stage: Stage, { url, members, subscribers, nodes, sum }: Setting) {
  return withCleanUp(async (after) => {
    const servers: Child[] = [];
    for (let node = 0; node < nodes; node += 1) {
      const server = await startLivePokal(url);
      after(() => server.stop());
      servers.push(server);
    }
    const [first] = servers;
    if (first === undefined) throw new Error('At least one node is measured.');
    const load = await LoadGenerator.start();
    after(() => load.stop());
    const headers = await tokenHeaders(url);
    const tokens = await memberTokens(url, subscribers / 2);
    // Names make keys, and the settings share one database.
    const without = `nobody follows ${nodes} node(s)`;
    const besides = `${subscribers} follow ${nodes} node(s)`;
    const plain = load.contender(without, first, { workload: 'record', connections: CONNECTIONS, members, headers });
    // Followers are there only while they are measured: the other contender's rounds are without any.
    const followed: Contender = {
      name: besides,
      pid: first.pid,
      run: (seconds) =>
        withCleanUp(async (done) => {
          for (const server of servers) {
            const watchers = await Watchers.start();
            done(() => watchers.stop());
            const half = Math.ceil(subscribers / 2 / nodes);
            const common = { url: server.url, count: half };
            await watchers.open({ ...common, query: BOARD, variables: [{ code: 'board' }], tokens: [], first: false });
            await watchers.open({
              ...common,
              query: EVENTS,
              variables: [{}],
              tokens: tokens.slice(0, half),
              first: false,
            });
          }
          return plain.run(seconds);
        }),
    };
    const samples = await compare([plain, followed], bench.plan, stage.postmaster);
    print(`${nodes === 1 ? 'one node' : `${nodes} nodes, of which one records`}`);
    printSamples(samples, 'activity');
    sum.acknowledged += plain.acknowledged;
    print(await checkLedger(url, sum.acknowledged));
    return ratioFigure('P7', `${besides} : nobody`, ratios(samples, besides, without), 0.9);
  });
}
