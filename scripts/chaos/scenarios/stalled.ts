import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { encodeCursor, type Position } from '../../../src/platform/cursor.ts';
import { DELIVERY_MS } from '../support/audit.ts';
import { AwardReader } from '../support/award-reader.ts';
import { SAVE_RULE, STAMP_POINTS, save, tokenFor } from '../support/club.ts';
import type { Findings } from '../support/findings.ts';
import { latenciesOf, type Stretch } from '../support/latency.ts';
import { MemoryWatch } from '../support/memory-watch.ts';
import { OwnPostgres, statement } from '../support/own-postgres.ts';
import { besiege, type ChaosOptions, type Site } from '../support/site.ts';
import { type Following, StalledClients } from '../support/stalled-clients.ts';

/** Twice the usual load makes 400 events a second. */
const TIMES_THE_RATE = 2;
const MEMBERS = 5;
/** A member may have twenty connections to a server. */
const SUBSCRIBERS = 40;
const READERS = 5;
/** Of so many stalled clients one follows a member, in a stream of its own; the others share one. */
const OWN_STREAMS = 4;
const GROWTH_MEGABYTES = 50;
const GIVE_UP_MS = 120_000;
const TOO_SLOW = 1013;
/** Told by nobody: the client read its closing frame too late, and the server had cut it off. */
const CUT_OFF = 1006;

/** A long name, asked for many times, makes frames of 4 kB: what the system itself buffers is full the sooner. */
const RULE_NAME = '★'.repeat(100);
const REASONS = Array.from({ length: 14 }, (_, place) => `r${place}: reason`).join(' ');
const AWARDS = `subscription { pointAwards { cursor ${REASONS} } }`;
const eventsOf = (memberId: string) =>
  `subscription { memberEvents(memberId: "${memberId}") { id ... on PointsEvent { entry { ${REASONS} } } } }`;

/** One server; many clients stop reading, while others go on. */
export async function stalled(options: ChaosOptions): Promise<Findings> {
  const postgres = await OwnPostgres.open(join(options.directory, 'stalled'));
  const subscribers = Math.min(options.subscribers, SUBSCRIBERS);
  try {
    return await besiege({
      options: { ...options, subscribers, rate: options.rate * TIMES_THE_RATE },
      nodes: 1,
      members: MEMBERS,
      environment: { DATABASE_URL: postgres.url },
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
    const before = await during(() => pause(half));
    const after = await during(() => stallAll(site, url, half));
    await site.load.finish();
    compare(site, watch, before, after);
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

async function stallAll({ options, members, findings }: Site, url: string, leastMs: number): Promise<void> {
  const params = { authorization: `Bearer ${await tokenFor('ADMIN', 'stalled')}` };
  const followings = Array.from({ length: options.stalled }, (_, place): Following => {
    const member = members[place % members.length];
    const own = place % OWN_STREAMS === 0 && member !== undefined;
    return own ? { query: eventsOf(member.id), params } : { query: AWARDS, params: {} };
  });
  const startedAt = performance.now();
  const clients = await StalledClients.open(url, followings);
  const left = await clients.ended(GIVE_UP_MS);
  findings.duration('until all that stalled were closed', performance.now() - startedAt);
  clients.close();
  if (left > 0) findings.violate(`${left} clients that read nothing were not closed.`);
  const told = clients.codes.filter((code) => code === TOO_SLOW).length;
  findings.count('closed with 1013', told);
  findings.count('cut off before they had read why', clients.codes.filter((code) => code === CUT_OFF).length);
  if (told === 0) findings.violate('None that stalled was told why.');
  for (const code of clients.codes) {
    if (code !== TOO_SLOW && code !== CUT_OFF) findings.violate(`A client that stalled was closed with ${code}.`);
  }
  await pause(Math.max(0, leastMs - (performance.now() - startedAt)));
}

/** The same load without and with stalled clients. */
function compare({ findings, load, subscribers }: Site, watch: MemoryWatch, before: Stretch, after: Stretch): void {
  const [calm, full] = [watch.taken(before), watch.taken(after)];
  findings.memory('resident before', calm.resident);
  findings.memory('resident with stalled clients, more', full.resident - calm.resident, GROWTH_MEGABYTES);
  findings.memory('heap and buffers before', calm.held);
  findings.memory('heap and buffers with stalled clients, more', full.held - calm.held, GROWTH_MEGABYTES);
  findings.latencies('acknowledgement to frame before', latenciesOf(load.writes, subscribers, before));
  findings.latencies('acknowledgement to frame with stalled clients', latenciesOf(load.writes, subscribers, after));
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
