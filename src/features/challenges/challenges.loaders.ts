import DataLoader from 'dataloader';
import type { Context } from '../../api/context.ts';
import type { BadgesServices } from '../badges/badges.loaders.ts';
import type { ProgramService, ProgramSettings } from '../program/index.ts';
import { type Fill, readFills } from '../progress/progress.fills.ts';
import { CHALLENGE, type ChallengeRecord } from './challenges.definitions.ts';
import { readProgress } from './challenges.members.ts';
import { type Community, type Moment, readCommunities } from './challenges.reading.ts';
import type { ChallengesService } from './challenges.service.ts';
import type { ChallengeProgress } from './challenges.types.ts';

/** What resolvers of challenges are made of. */
export interface ChallengesServices extends BadgesServices {
  challenges: ChallengesService;
  program: ProgramService;
  /** Tells the programme's present, in epoch milliseconds. */
  clock: { now(): number };
}

/** All challenges in whatever state, by code: there are a few dozen, so a request reads them in one statement. */
export function challengesByCode(
  { challenges }: Pick<ChallengesServices, 'challenges'>,
  context: Context,
): Promise<ReadonlyMap<string, ChallengeRecord>> {
  return context.loader('challenges.all', async () => {
    return new Map((await challenges.list()).map((record) => [record.code, record]));
  });
}

/** The request's present in the programme's time zone. */
export async function momentOf(services: ChallengesServices, context: Context): Promise<Moment> {
  const { timeZone } = await settingsOf(services, context);
  return context.loader('challenges.moment', () => ({ now: services.clock.now(), timeZone }));
}

/** How far everybody together is; of all challenges of a request in two statements. */
export function communityOf(
  services: ChallengesServices,
  context: Context,
  challenge: ChallengeRecord,
): Promise<Community> {
  const loader = context.loader('challenges.community', () => {
    return new DataLoader<ChallengeRecord, Community, string>(
      async (records) => readCommunities(services.reader, records, await momentOf(services, context)),
      { cacheKeyFn: ({ code }) => code },
    );
  });
  return loader.load(challenge);
}

/** How far a member is in each challenge that is for it or that it has begun; of all members of a request together. */
export function progressOf(
  services: ChallengesServices,
  context: Context,
  memberId: string,
): Promise<ChallengeProgress[]> {
  const loader = context.loader('challenges.progress', () => {
    return new DataLoader<string, ChallengeProgress[]>(async (memberIds) => {
      const all = [...(await challengesByCode(services, context)).values()];
      const program = await settingsOf(services, context);
      const { now } = await momentOf(services, context);
      const challenges = all.filter(({ status }) => status !== 'DRAFT');
      return readProgress(services.reader, { challenges, program, now }, memberIds);
    });
  });
  return loader.load(memberId);
}

/** How far the counting of what was done before a challenge is; null when nothing was ever counted. */
export function fillingOf({ reader }: ChallengesServices, context: Context, code: string): Promise<Fill | null> {
  const loader = context.loader('challenges.filling', () => {
    return new DataLoader<string, Fill | null>(async (codes) => {
      const keys = codes.map((wanted) => `${CHALLENGE}:${wanted}` as const);
      const fills = await readFills(reader, keys);
      return keys.map((key) => fills.get(key) ?? null);
    });
  });
  return loader.load(code);
}

/** The codes of activity types that are not public. */
export function privateTypesOf({ activityTypes }: ChallengesServices, context: Context): Promise<ReadonlySet<string>> {
  return context.loader('challenges.privateTypes', () => activityTypes.privateCodes());
}

function settingsOf({ program }: ChallengesServices, context: Context): Promise<ProgramSettings> {
  return context.loader('challenges.program', () => program.get());
}
