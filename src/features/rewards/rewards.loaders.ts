import DataLoader from 'dataloader';
import type { Context } from '../../api/context.ts';
import type { GuessLimit } from '../../api/guess-limit.ts';
import type { Reader } from '../../platform/reader.ts';
import type { Availability } from '../../rules/rewards.ts';
import type { MembersService } from '../members/members.service.ts';
import type { PointsReader } from '../points/points.resolver.ts';
import { readProgrammeUsages } from '../progress/usages.ts';
import type { TiersReading } from '../tiers/index.ts';
import type { RedemptionRow } from './redemptions.rows.ts';
import type { RedemptionsService } from './redemptions.service.ts';
import { type RewardRecord, stockKey } from './rewards.definitions.ts';
import { type Ask, type AvailabilityParts, readAvailabilities } from './rewards.reading.ts';
import type { RewardsService } from './rewards.service.ts';

/** What resolvers of rewards are made of. */
export interface RewardsServices {
  rewards: RewardsService;
  redemptions: RedemptionsService;
  availabilityParts: AvailabilityParts;
  voucherGuesses: GuessLimit;
  members: MembersService;
  tiersReading: TiersReading;
  reader: Reader;
}

/** The same, with what reads points for this schema. */
export type RewardsSources = RewardsServices & { points: PointsReader };

/** The reward of this code in whatever state, of all rewards of a request in one statement. */
export function rewardByCode(
  { rewards }: RewardsServices,
  context: Context,
  code: string,
): Promise<RewardRecord | null> {
  const loader = context.loader('rewards.byCode', () => {
    return new DataLoader<string, RewardRecord | null>(async (codes) => {
      const found = new Map((await rewards.byCodes(codes)).map((reward) => [reward.code, reward]));
      return codes.map((wanted) => found.get(wanted) ?? null);
    });
  });
  return loader.load(code);
}

/** The active rewards, read once in a request. */
export function activeRewards({ rewards }: RewardsServices, context: Context): Promise<RewardRecord[]> {
  return context.loader('rewards.active', () => rewards.list(['ACTIVE']));
}

/** How many of a reward were issued; of all rewards of a request in one statement. */
export function issuedOf({ reader }: RewardsServices, context: Context, code: string): Promise<number> {
  const loader = context.loader('rewards.issued', () => {
    return new DataLoader<string, number>(async (codes) => {
      const usages = await readProgrammeUsages(reader, codes.map(stockKey));
      return codes.map((wanted) => usages.get(stockKey(wanted))?.count ?? 0);
    });
  });
  return loader.load(code);
}

/** Whether somebody can have a reward now; of all members and rewards of a request in the same few statements. */
export function availabilityFor(
  { availabilityParts }: RewardsServices,
  context: Context,
): DataLoader<Ask, Availability, string> {
  return context.loader('rewards.availability', () => {
    return new DataLoader<Ask, Availability, string>((asks) => readAvailabilities(availabilityParts, asks), {
      cacheKeyFn: ({ reward, memberId }) => `${memberId} ${reward.code}`,
    });
  });
}

/** The redemption with this id, or null; of all redemptions of a request in one statement. */
export function redemptionById(
  { redemptions }: RewardsServices,
  context: Context,
  id: string,
): Promise<RedemptionRow | null> {
  const loader = context.loader('rewards.redemption', () => {
    return new DataLoader<string, RedemptionRow | null>(async (ids) => {
      const found = new Map((await redemptions.byIds(ids)).map((row) => [row.id, row]));
      return ids.map((wanted) => found.get(wanted) ?? null);
    });
  });
  return loader.load(id);
}
