import { memberId } from '../fill/identity.ts';
import { saveThreeRules } from '../fill/programme.ts';
import { fillMembers } from '../fill/tables.ts';
import { clockMs } from '../peers/live-orders.ts';
import { prepareDatabase } from '../support/pokal.ts';
import { print, printSamples, type Report, ratioFigure } from '../support/report.ts';
import { compare, ratios } from '../support/rounds.ts';
import { Stage, statement } from '../support/stage.ts';
import { memberTokens, order, pushing, startLivePokal, startPeer, Watchers } from './live.ts';
import { type Bench, profiling, withCleanUp } from './suite.ts';

const EVENTS = `subscription Mine {
  memberEvents { id cursor occurredAt ... on PointsEvent { points balance } }
}`;
const STOCK_EVENTS = `subscription Mine($memberId: ID!) {
  awarded(memberId: $memberId) { id cursor occurredAt points balance }
}`;
const POKAL = 'Pokal, memberEvents';
const STOCK = 'graphql-ws + TypeGraphQL';
const MERCURIUS = 'mercurius, jit';

/** P4: everybody follows their own events, and awards come in bursts to different members. */
export function streams(bench: Bench): Promise<Report> {
  const sockets = bench.quick ? 500 : bench.full ? 10_000 : 4_000;
  const burst = Math.min(2_000, sockets);
  return withCleanUp(async (after) => {
    const stage = await Stage.open();
    after(() => stage.close());
    const url = await stage.create('pokal_bench');
    await prepareDatabase(url, saveThreeRules);
    await fillMembers(url, sockets);
    const follow = async (server: { url: string; stop(): Promise<void> }, query: string, tokens: readonly string[]) => {
      after(() => server.stop());
      const watchers = await Watchers.start();
      after(() => watchers.stop());
      const variables =
        tokens.length > 0 ? [{}] : Array.from({ length: sockets }, (_, place) => ({ memberId: memberId(place + 1) }));
      await watchers.open({ url: server.url, count: sockets, query, variables, tokens, first: false });
      return watchers;
    };
    const pokal = await startLivePokal(url, profiling(bench, 'p4'));
    const ours = await follow(pokal, EVENTS, await memberTokens(url, sockets));
    const stock = await startPeer('stock');
    const stockSide = await follow(stock, STOCK_EVENTS, []);
    const mercurius = await startPeer('mercurius');
    const mercuriusSide = await follow(mercurius, STOCK_EVENTS, []);
    // Connections are acknowledged, subscriptions are not.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    let turn = 0;
    const from = () => 1 + ((turn++ * burst) % (sockets - burst + 1));
    const published = (server: typeof stock) => () => order(server, { kind: 'awards', from: from(), count: burst });
    const contenders = [
      pushing(POKAL, pokal, ours, burst, () => award(url, from(), burst)),
      pushing(STOCK, stock, stockSide, burst, published(stock)),
      pushing(MERCURIUS, mercurius, mercuriusSide, burst, published(mercurius)),
    ];
    const samples = await compare(contenders, bench.plan, stage.postmaster);
    print(`${sockets} sockets, bursts of ${burst}; from publishing a burst, for Pokal from its commit`);
    printSamples(samples, 'frame');
    return { figures: [ratioFigure('P4', `own events : ${STOCK}`, ratios(samples, POKAL, STOCK), 2)] };
  });
}

/**
 * Puts the events of a burst into the outbox as recording does, in one transaction, and tells the nodes. Without the recording itself,
 * which is measured elsewhere.
 */
async function award(url: string, from: number, count: number): Promise<number> {
  const ids = Array.from({ length: count }, (_, place) => memberId(from + place));
  const [row] = await statement<{ xid: string }>(
    url,
    `with stored as (insert into outbox (xid, seq, id, type, member_id, occurred_at, notify, payload)
       select pg_current_xact_id(), place - 1, gen_random_uuid(), 'PointsEarned', member, now(), true,
         json_build_object('entryId', member, 'points', 10, 'balance', 10, 'reason', 'x', 'activityType', 'purchase')
       from unnest($1::uuid[]) with ordinality as member (member, place))
     select pg_current_xact_id()::text as xid`,
    [ids],
  );
  const committedAt = clockMs();
  await statement(url, 'select pg_notify($1, $2)', ['pokal_outbox', row?.xid ?? '0']);
  return committedAt;
}
