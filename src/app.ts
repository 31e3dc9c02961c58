import { fileURLToPath } from 'node:url';
import { type DemoToken, pages } from './api/pages.ts';
import { createServer } from './api/server.ts';
import { signToken } from './api/sign-token.ts';
import type { Config } from './config.ts';
import { type Core, type CoreOptions, openCore } from './core.ts';
import { FIRST_START, isEmpty, seedDemo } from './demo/seed.ts';
import { startTrickle } from './demo/trickle.ts';
import { activitiesIngest } from './features/activities/activities.ingest.ts';
import { badgeDocuments, Issuer, OpenBadges } from './features/badges/index.ts';
import { ChallengeFeed, plainPayload } from './features/challenges/index.ts';
import {
  BoardRanks,
  FreshRanks,
  LeaderboardFeed,
  LeaderboardsReading,
  SqlRanks,
} from './features/leaderboards/index.ts';
import { referralDocuments } from './features/referrals/index.ts';
import { reversalsIngest } from './features/reversal/index.ts';
import { keptIssuerKey } from './issuer-key.ts';
import { endOutdatedLines, mayFollowLive } from './live.ts';
import { Hub } from './platform/hub.ts';
import { createMetrics } from './platform/metrics.ts';
import type { StoredEvent } from './platform/outbox.ts';
import { takeUpOwedJobs } from './platform/owed-jobs.ts';
import { ErrorCode, Refusal } from './platform/refusal.ts';
import { connectTail } from './platform/stream.ts';
import { Tail } from './platform/tail.ts';
import { buildSchema } from './schema.ts';

/** Built pages lie beside the code in `dist/`; from sources (tests) they are looked for in the same place. */
const WEB_DIRECTORY = fileURLToPath(
  new URL(import.meta.url.includes('/dist/') ? '../web' : '../dist/web', import.meta.url),
);

const DEMO_TOKEN_LIFETIME_MS = 12 * 3_600_000;

/** A running Pokal. */
export type App = Awaited<ReturnType<typeof createApp>>;

export type AppOptions = Partial<Pick<CoreOptions, 'log' | 'clock'>>;

/**
 * The composition root: builds everything explicitly, in the order in which it depends on what came before, and starts it.
 * `stop` undoes it in the opposite order. Reading this function tells what exists.
 */
export async function createApp(config: Config, options: AppOptions = {}) {
  const metrics = createMetrics();
  const forget: { apiKey: (hash: string) => void } = { apiKey: () => {} };
  const core = await openCore({
    ...options,
    config,
    owner: 'server',
    observe: ({ name, attempts }) => attempts > 1 && metrics.retry(name, 'any'),
    observeBatch: (activities, durationMs) => metrics.batch(activities, durationMs / 1_000),
    onApiKeyRevoked: (hash) => forget.apiKey(hash),
  });
  const { log, work, jobs } = core;
  const { tail, hub, ranks, standings, boards, challenges } = buildLive(core);
  const publicUrl = config.publicUrl ?? `http://localhost:${config.port}`;
  const openBadges = await buildOpenBadges(core, publicUrl);
  const server = createServer({
    settings: config,
    schema: buildSchema({ ...core, standings, openBadges }, { hub, boards, challenges }, publicUrl),
    log,
    metrics,
    mayFollow: mayFollowLive(core.reader),
    findApiKey: (hash) => core.access.findByHash(hash),
    ready: async () => {
      await work.read((reads) => reads.query('select 1'));
      return null;
    },
    largeBodyFields: ['recordActivities'],
    ingests: [activitiesIngest(core.activities, plainPayload), reversalsIngest(core, plainPayload)],
    documents: [...badgeDocuments(openBadges), ...referralDocuments(core)],
    pages: pages({
      directory: WEB_DIRECTORY,
      development: config.environment !== 'production',
      ...(config.demo ? { tokens: () => demoTokens(core) } : {}),
    }),
  });
  tail.onEvents((events) => endOutdatedLines(events, server));
  forget.apiKey = (hash) => server.forgetApiKey(hash);
  let trickle: { stop(): Promise<void> } | null = null;
  const stop = async () => {
    await trickle?.stop();
    await server.stop();
    hub.close(new Refusal(ErrorCode.SERVICE_UNAVAILABLE, 'The server is stopping.', { retryable: true }));
    await jobs.stop();
    await tail.stop();
    await ranks.stop();
    await core.close();
  };
  const start = async () => {
    if (config.demo && (await isEmpty(core))) await seedDemo(core, FIRST_START);
    await tail.start();
    await jobs.start();
    if (config.role !== 'api') await takeUp(core);
    const address = await server.start();
    // Simulated activities are background work: in a cluster, the nodes that only serve leave it to the workers.
    if (config.demoTrickle && config.role !== 'api') trickle = startTrickle(core);
    return address;
  };
  // A server that cannot start (its port is taken) must not leave the embedded database running.
  const url = await start().catch(async (error: unknown) => {
    await stop().catch((again: unknown) => log.warn({ err: again }, 'server.stop-failed'));
    throw error;
  });
  return { url, config, log, core, hub, tail, ranks, stop, settled: () => settled(core, tail) };
}

/** Whoever issues badge credentials: the configured issuer, the kept one of the embedded default, or nobody. */
async function buildOpenBadges(core: Core, publicUrl: string): Promise<OpenBadges | null> {
  const { issuerKey, issuerDid: did, databaseUrl, dataDirectory } = core.config;
  const key = issuerKey ?? (databaseUrl === null ? keptIssuerKey(dataDirectory) : null);
  return key === null ? null : new OpenBadges(await Issuer.create({ key, did, publicUrl }), core);
}

/** Everything that follows the outbox on this node: the fan-out, the ranks kept in memory, and the boards being watched. */
function buildLive(core: Core) {
  const { log, work, database } = core;
  const tail = new Tail({ url: database.url, log });
  const hub = new Hub<StoredEvent>();
  const scores = new SqlRanks(core.reader);
  const ranks = new BoardRanks({ work, log, fallback: scores });
  // Before the hub: whoever is told that scores changed finds them in the ranks.
  tail.onEvents((events) => ranks.follow(events));
  const standings = new LeaderboardsReading(core.reader, new FreshRanks(ranks, tail), scores);
  connectTail(tail, hub);
  const followed = new LeaderboardsReading(core.reader, ranks, scores);
  const boards = new LeaderboardFeed({ ...core, standings: followed, now: () => core.clock.now() });
  tail.onEvents((events) => boards.take(events));
  const challenges = new ChallengeFeed(core);
  tail.onEvents((events) => challenges.take(events));
  work.onCommit((xid) => tail.committed(xid));
  return { tail, hub, ranks, standings, boards, challenges };
}

/** After a restore there is no queue: what was waiting in it is found in a table. */
async function takeUp({ work, jobs, log }: Core): Promise<void> {
  const count = await takeUpOwedJobs(work, jobs.names);
  if (count > 0) log.info({ count }, 'jobs.taken-up');
}

/** Resolves when everything that has been asked for is committed and handed to this node's subscribers. */
async function settled(core: Core, tail: Tail): Promise<void> {
  await core.batcher.idle();
  await core.work.idle();
  await tail.settled();
}

/** Tokens for the playground's role switcher: an administrator, a shop assistant, and the member who joined first. */
export async function demoTokens({ config, reader }: Pick<Core, 'config' | 'reader'>): Promise<DemoToken[]> {
  if (config.jwtSecret === null) return [];
  const [member] = await reader.query<{ id: string; name: string }>(
    `select id, display_name as name from members where status = 'ACTIVE' order by joined_at, id limit 1`,
  );
  const sign = (role: 'ADMIN' | 'STAFF' | 'MEMBER', subject: string) =>
    signToken(config, { role, subject, lifetimeMs: DEMO_TOKEN_LIFETIME_MS });
  const tokens = [
    { role: 'ADMIN', label: 'Admin', token: await sign('ADMIN', 'demo-admin') },
    { role: 'STAFF', label: 'Staff', token: await sign('STAFF', 'demo-staff') },
  ];
  if (member === undefined) return tokens;
  return [...tokens, { role: 'MEMBER', label: `Member ${member.name}`, token: await sign('MEMBER', member.id) }];
}
