// TypeGraphQL's decorators run while modules load and need this first.
import 'reflect-metadata';

import type { MikroORM } from '@mikro-orm/postgresql';
import { guessLimitOf } from './api/rate-limits.ts';
import type { Config } from './config.ts';
import { AccessService } from './features/access/index.ts';
import { ActivitiesService } from './features/activities/activities.service.ts';
import { activityStore } from './features/activities/activities.store.ts';
import { ActivityTypesService } from './features/activities/activity-types.service.ts';
import { AuditService } from './features/audit/index.ts';
import { awardIn, BadgeAwardsService, BadgesService, badgesSlice, Spreads } from './features/badges/index.ts';
import { ChallengesService, challengesSlice, defineChallengeJobs } from './features/challenges/index.ts';
import { CampaignsService, EarningRulesService, ProgrammeCache } from './features/earning/index.ts';
import { entities } from './features/entities.ts';
import { defineFillingJobs, FillingService } from './features/filling/index.ts';
import {
  defineLeaderboardJobs,
  LeaderboardsReading,
  LeaderboardsService,
  leaderboardsSlice,
  SeasonsService,
  SqlRanks,
} from './features/leaderboards/index.ts';
import { MembersService } from './features/members/index.ts';
import { AdjustmentsService } from './features/points/adjustments.service.ts';
import { PointsCycle } from './features/points/points.cycle.ts';
import { openWallets } from './features/points/points.rows.ts';
import { pointsSlice } from './features/points/points.slice.ts';
import { ConfigurationStore, ProgramService } from './features/program/index.ts';
import { progressSlice } from './features/progress/index.ts';
import {
  defineReferralJobs,
  forgetAddressesIn,
  ReferralEnrolment,
  ReferralsService,
  referralsSlice,
} from './features/referrals/index.ts';
import { ReversalService } from './features/reversal/index.ts';
import { defineRewardJobs, RedemptionExpiry, RedemptionsService, RewardsService } from './features/rewards/index.ts';
import { defineTierJobs, TiersReading, TiersReview, TiersService, tiersSlice } from './features/tiers/index.ts';
import { Clock } from './platform/clock.ts';
import { connectOrStart, startEmbeddedDatabase } from './platform/database/embedded.ts';
import { migrateDatabase } from './platform/database/migrations.ts';
import { closeDatabase, openDatabase } from './platform/database/orm.ts';
import { forgetKeysIn } from './platform/idempotency.ts';
import { Jobs } from './platform/jobs.ts';
import { createLog, type Log } from './platform/log.ts';
import { trimOutbox } from './platform/outbox.ts';
import { poolReader } from './platform/reader.ts';
import { Work, type WorkOutcome } from './platform/work.ts';
import { Batcher, type ObserveBatch } from './recording/batcher.ts';
import { Recorder } from './recording/recorder.ts';

const DAY_MS = 86_400_000;

/** Mutations promise to remember their keys for 24 hours; two days leave room for a late retry. */
const KEYS_KEPT_MS = 2 * DAY_MS;

export interface CoreOptions {
  config: Config;
  log?: Log;
  clock?: Clock;
  /** A command shares the embedded database with a running server; a server owns it. */
  owner: 'server' | 'command';
  observe?: (outcome: WorkOutcome) => void;
  /** Told the size of each committed batch of recording and its duration in milliseconds. */
  observeBatch?: ObserveBatch;
  /** Told the hash of a revoked API key's secret, so that caches forget it at once. */
  onApiKeyRevoked?: (hash: string) => void;
}

/** Everything but the network: the database and the services on it. */
export type Core = Awaited<ReturnType<typeof openCore>>;

/** Opens the database (starting the embedded one when there is no DATABASE_URL), migrates it and builds the services. */
export async function openCore({ config, owner, observe, ...given }: CoreOptions) {
  const log = given.log ?? createLog(config.logLevel);
  const clock = given.clock ?? new Clock(config.clockOffsetMs);
  const database = await reachDatabase(config, owner, log);
  // A server may be started beside its database and waits for it; at a command somebody sits and waits for an answer.
  const patience = owner === 'command' ? { connectTimeoutMs: 3_000 } : {};
  const orm = await openDatabase({ url: database.url, entities, poolSize: config.databasePoolSize, log, ...patience });
  try {
    await migrateDatabase(orm, { log });
    const jobs = new Jobs({ url: database.url, log, works: owner === 'server' && config.role !== 'api' });
    const work = new Work({ orm, clock, log, jobs, ...(observe === undefined ? {} : { observe }) });
    const services = buildServices(work, clock, log, { ...given, config });
    await work.run({ name: 'core.ensure' }, (tx) => services.activityTypes.ensureBuiltInsIn(tx));
    defineJobs({ jobs, work, clock, config, ...services });
    // Also commands enqueue: an import may complete what the whole community was after.
    await jobs.open();
    return {
      config,
      log,
      clock,
      database,
      orm,
      work,
      jobs,
      ...services,
      close: () => close(jobs, services.batcher, work, orm, database),
    };
  } catch (error) {
    await closeDatabase(orm);
    await database.stop();
    throw error;
  }
}

interface ReachedDatabase {
  url: string;
  stop(): Promise<void>;
}

async function reachDatabase(config: Config, owner: CoreOptions['owner'], log: Log): Promise<ReachedDatabase> {
  if (config.databaseUrl !== null) return { url: config.databaseUrl, stop: async () => {} };
  const options = { directory: config.dataDirectory, log };
  return owner === 'server' ? startEmbeddedDatabase(options) : connectOrStart(options);
}

type Hooks = Pick<CoreOptions, 'config' | 'observeBatch' | 'onApiKeyRevoked'>;

function buildServices(work: Work, clock: Clock, log: Log, hooks: Hooks) {
  const reader = poolReader(work);
  const audit = new AuditService(reader);
  const access = new AccessService({ work, reader, audit, onRevoked: (hash) => hooks.onApiKeyRevoked?.(hash) });
  const program = new ProgramService(work, reader, audit);
  const configuration = new ConfigurationStore(reader, audit);
  const codeGuesses = guessLimitOf(hooks.config.rateLimits.failedCredentialsPerMinute);
  const enrolment = new ReferralEnrolment(configuration, codeGuesses);
  const members = new MembersService({ work, reader, audit, onEnrolled: [openWallets], referrals: enrolment });
  const activityTypes = new ActivityTypesService(work, configuration);
  const earningRules = new EarningRulesService(work, configuration, activityTypes);
  const campaigns = new CampaignsService({ work, reader, store: configuration, activityTypes, clock });
  const programmes = new ProgrammeCache(configuration, log);
  const slices = [
    ...[progressSlice, pointsSlice, challengesSlice, tiersSlice, badgesSlice],
    ...[referralsSlice, leaderboardsSlice],
  ];
  const recorder = new Recorder({ work, directory: members, programmes, activities: activityStore, slices });
  const batcher = new Batcher(recorder, hooks.observeBatch);
  const activities = new ActivitiesService(batcher, recorder, reader);
  const adjustments = new AdjustmentsService(work, audit);
  const badges = new BadgesService({ work, reader, store: configuration, activityTypes });
  const badgeAwards = new BadgeAwardsService({ work, reader, audit });
  const badgeSpreads = new Spreads(reader);
  const challenges = new ChallengesService({ work, reader, store: configuration, activityTypes, badges });
  const filling = new FillingService({ work, reader, store: configuration, programmes });
  const now = () => clock.now();
  const referrals = new ReferralsService({ work, reader, audit, store: configuration, activityTypes, now });
  const tierParts = { work, reader, store: configuration, program, award: awardIn, now: () => clock.now() };
  const tiers = new TiersService(tierParts);
  const tiersReading = new TiersReading(tierParts);
  const tiersReview = new TiersReview(tierParts);
  const pointsCycle = new PointsCycle(work, reader, tierParts.now, () => tiersReview.run());
  const rewards = new RewardsService({ work, reader, store: configuration });
  const redemptions = new RedemptionsService({ ...tierParts, rewards, audit });
  const redemptionExpiry = new RedemptionExpiry(tierParts);
  // A voucher is worth what it is for: whoever guesses codes is stopped like whoever guesses credentials.
  const voucherGuesses = guessLimitOf(hooks.config.rateLimits.failedCredentialsPerMinute);
  const reversals = new ReversalService({ work, reader, audit, store: configuration, programmes });
  const boards = { work, reader, store: configuration, program };
  const seasons = new SeasonsService({ ...boards, audit, now: () => clock.now() });
  const leaderboards = new LeaderboardsService({ ...boards, activityTypes, seasons });
  const ranks = new SqlRanks(reader);
  const standings = new LeaderboardsReading(reader, ranks, ranks);
  return {
    ...{ reader, audit, access, program, configuration, members, activityTypes, earningRules, campaigns, programmes },
    ...{ recorder, batcher, activities, adjustments, pointsCycle, leaderboards, seasons, standings },
    ...{
      badges,
      badgeAwards,
      badgeSpreads,
      challenges,
      filling,
      tiers,
      tiersReading,
      tiersReview,
      referrals,
      enrolment,
    },
    ...{ reversals, rewards, redemptions, redemptionExpiry, voucherGuesses, availabilityParts: tierParts },
  };
}

interface JobParts {
  jobs: Jobs;
  work: Work;
  clock: Clock;
  config: Config;
  pointsCycle: PointsCycle;
  leaderboards: LeaderboardsService;
  seasons: SeasonsService;
  tiers: TiersService;
  filling: FillingService;
  challenges: ChallengesService;
  redemptionExpiry: RedemptionExpiry;
  referrals: ReferralsService;
}

function defineJobs({ jobs, work, clock, config, ...services }: JobParts): void {
  const { pointsCycle, leaderboards, seasons, tiers, filling, challenges } = services;
  jobs.define('points.cycle', async () => void (await pointsCycle.run()));
  jobs.schedule('points.cycle', '* * * * *', 'UTC');
  defineLeaderboardJobs(jobs, leaderboards, seasons);
  defineTierJobs(jobs, tiers);
  defineChallengeJobs(jobs, challenges);
  defineFillingJobs(jobs, filling);
  defineReferralJobs(jobs, services.referrals);
  defineRewardJobs(jobs, services.redemptionExpiry);
  jobs.define('platform.trim', async () => {
    const keptSince = clock.now() - config.eventRetentionDays * DAY_MS;
    await work.read((reads) => trimOutbox(reads.query, keptSince));
    await work.run({ name: 'platform.forget-keys' }, (tx) => forgetKeysIn(tx, KEYS_KEPT_MS));
    await work.run({ name: 'referrals.forget-addresses' }, forgetAddressesIn);
  });
  jobs.schedule('platform.trim', '17 * * * *', 'UTC');
}

async function close(
  jobs: Jobs,
  batcher: Batcher,
  work: Work,
  orm: MikroORM,
  database: ReachedDatabase,
): Promise<void> {
  await batcher.idle();
  await work.idle();
  await jobs.stop();
  await closeDatabase(orm);
  await database.stop();
}
