import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeCursor, type Position } from '../../../src/platform/cursor.ts';
import { quantile } from '../../bench/support/rounds.ts';
import { DELIVERY_MS } from '../support/audit.ts';
import { AwardReader } from '../support/award-reader.ts';
import { SAVE_RULE, STAMP_POINTS, save } from '../support/club.ts';
import { ascending, type Findings } from '../support/findings.ts';
import { latenciesOf, type Stretch } from '../support/latency.ts';
import { MemoryWatch, type Taken } from '../support/memory-watch.ts';
import { OwnPostgres, statement } from '../support/own-postgres.ts';
import { besiege, type ChaosOptions, type Site } from '../support/site.ts';
import { StalledClients } from '../support/stalled-clients.ts';

/** Twice the usual load makes 400 events a second. */
const TIMES_THE_RATE = 2;
const SUBSCRIBERS = 50;
const READERS = 5;
/** So many times fewer clients stall in streams of their own: each of those costs as much as all that share one. */
const FEWER_OWN = 20;
const GROWTH_MEGABYTES = 50;
/** What counts as unchanged, on a machine that clients, server and database share. */
const MEDIAN_MORE_MS = 10;
const P99_MORE_MS = 50;
const GIVE_UP_MS = 120_000;
const TOO_SLOW = 1013;
/** Told by nobody: the client read on too late, and the server had cut it off. */
const CUT_OFF = 1006;
/**
 * Left alone, a server takes hundreds of megabytes of a large machine before it collects its garbage, and nothing smaller could
 * be seen beside them. So it gets little, and must live with that.
 */
const LITTLE_MEMORY = '--max-old-space-size=256';

/** A long name, asked for many times, makes frames of 4 kB: what the system itself buffers is full the sooner. */
const RULE_NAME = '★'.repeat(100);
const REASONS = Array.from({ length: 14 }, (_, place) => `r${place}: reason`).join(' ');
const AWARDS = `subscription { pointAwards { cursor ${REASONS} } }`;
/** Whoever resumes after a cursor has a stream of its own. */
const awardsAfter = (cursor: string) => `subscription { pointAwards(after: "${cursor}") { cursor ${REASONS} } }`;

/** One server; many clients stop reading, while others go on. */
export async function stalled(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'stalled'));
  const subscribers = Math.min(options.subscribers, SUBSCRIBERS);
  try {
    return await besiege({
      options: { ...options, subscribers, rate: options.rate * TIMES_THE_RATE },
      nodes: 1,
      environment: { DATABASE_URL: postgres.url, NODE_OPTIONS: LITTLE_MEMORY },
      rules: { mostAttempts: 1, serversMayGo: false },
      databaseUrl: async () => postgres.url,
      faults: (site) => stall(site, postgres),
    });
  } finally {
    await postgres.dispose();
  }
}

async function stall(site: Site, postgres: OwnPostgres): Promise<void> {
  const { options, nodes, caller, findings } = site;
  const url = nodes[0]?.url ?? '';
  const rule = { code: 'stamp', name: RULE_NAME, trigger: 'stamp', points: { fixed: STAMP_POINTS } };
  await save(caller, SAVE_RULE, rule);
  const readers = Array.from({ length: READERS }, () => new AwardReader(url, AWARDS, findings));
  const watch = new MemoryWatch(url);
  try {
    // A server takes more and more memory in its first seconds, whoever follows.
    const half = options.seconds * 500;
    await pause(half);
    const calm = await during(() => pause(half));
    const shared = await during(() => stallAll(site, url, 'sharing a stream', options.stalled, AWARDS));
    const few = Math.ceil(options.stalled / FEWER_OWN);
    const resuming = awardsAfter(readers[0]?.received.at(-1) ?? '');
    const own = await during(() => stallAll(site, url, 'with streams of their own', few, resuming));
    await site.load.finish();
    const before = costOf(site, watch, calm);
    tell(site, 'nobody stalled', before, null);
    tell(site, 'stalled sharing a stream', costOf(site, watch, shared), before);
    tell(site, 'stalled with streams of their own', costOf(site, watch, own), before);
    await auditReaders(readers, postgres, findings);
  } finally {
    await watch.stop();
    await Promise.all(readers.map((reader) => reader.stop()));
  }
}

async function during(work: () => Promise<void>): Promise<Stretch> {
  const from = performance.now();
  await work();
  return { from, to: performance.now() };
}

async function stallAll({ findings }: Site, url: string, how: string, count: number, query: string): Promise<void> {
  const startedAt = performance.now();
  const clients = await StalledClients.open(url, query, count);
  const left = await clients.ended(GIVE_UP_MS);
  findings.duration(`until all ${count} ${how} had been given up`, performance.now() - startedAt);
  clients.close();
  if (left > 0) findings.violate(`${left} clients ${how} that read nothing were not closed.`);
  const told = clients.codes.filter((code) => code === TOO_SLOW).length;
  findings.count(`told 1013, ${how}`, told);
  findings.count(`cut off before they had read why, ${how}`, clients.codes.filter((code) => code === CUT_OFF).length);
  if (told === 0) findings.violate(`None that stalled ${how} was told why.`);
  for (const code of clients.codes) {
    if (code !== TOO_SLOW && code !== CUT_OFF) findings.violate(`A client that stalled was closed with ${code}.`);
  }
}

/** What a stretch cost the server, and how long the other clients waited. */
interface Cost extends Taken {
  latencies: number[];
}

function costOf({ load, subscribers }: Site, watch: MemoryWatch, stretch: Stretch): Cost {
  return { ...watch.taken(stretch), latencies: ascending(latenciesOf(load.writes, subscribers, stretch)) };
}

/** Tells a cost, beside that of the same load before anybody stalled. */
function tell({ findings }: Site, when: string, { resident, held, latencies }: Cost, before: Cost | null): void {
  const latency = `acknowledgement to frame, ${when}`;
  findings.memory(`resident, ${when}`, resident);
  findings.memory(`heap and buffers, ${when}`, held);
  if (before === null) {
    findings.latencies(latency, latencies);
    return;
  }
  findings.memory(`resident, more while ${when}`, resident - before.resident, GROWTH_MEGABYTES);
  findings.memory(`heap and buffers, more while ${when}`, held - before.held, GROWTH_MEGABYTES);
  const limits = {
    medianMs: quantile(before.latencies, 0.5) + MEDIAN_MORE_MS,
    p99Ms: quantile(before.latencies, 0.99) + P99_MORE_MS,
  };
  findings.latencies(latency, latencies, limits);
}

/** Readers must have heard of every award since their first, once each and in order. */
async function auditReaders(readers: readonly AwardReader[], postgres: OwnPostgres, findings: Findings): Promise<void> {
  const positions = await statement<Position>(
    postgres.url,
    "select xid::text as xid, seq from outbox where type = 'PointsEarned' order by outbox.xid, seq",
  );
  const awards = positions.map(encodeCursor);
  const deadline = performance.now() + DELIVERY_MS;
  const last = awards.at(-1);
  while (readers.some(({ received }) => received.at(-1) !== last) && performance.now() < deadline) await pause(50);
  for (const { received } of readers) {
    findings.count('awards that each reader received', received.length);
    const [first = ''] = received;
    const missed = `${received}` !== `${awards.slice(awards.indexOf(first))}`;
    if (missed) findings.violate(`A reader received ${received.length} awards, but not all of them once and in order.`);
  }
}
