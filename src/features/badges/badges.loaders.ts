import DataLoader from 'dataloader';
import type { Context } from '../../api/context.ts';
import type { Reader } from '../../platform/reader.ts';
import { badgeProgress, limitKey } from '../../rules/game-views.ts';
import type { ActivitiesService } from '../activities/activities.service.ts';
import type { ActivityTypesService } from '../activities/activity-types.service.ts';
import { toListedMember } from '../members/members.access.ts';
import type { MembersService } from '../members/members.service.ts';
import type { Member } from '../members/members.types.ts';
import { type Fill, readFills } from '../progress/progress.fills.ts';
import { loadGoals } from '../progress/progress.rows.ts';
import { readProgrammeUsages } from '../progress/usages.ts';
import type { BadgeAwardsService } from './badge-awards.service.ts';
import { toBadge } from './badges.access.ts';
import { BADGE, type BadgeRecord, badgeDefinition } from './badges.definitions.ts';
import type { AwardRow } from './badges.rows.ts';
import type { BadgesService } from './badges.service.ts';
import type { Spread, Spreads } from './badges.spread.ts';
import { type Badge, BadgeProgress } from './badges.types.ts';
import type { OpenBadges } from './open-badges.service.ts';

/** What resolvers of badges are made of. */
export interface BadgesServices {
  badges: BadgesService;
  badgeAwards: BadgeAwardsService;
  activities: ActivitiesService;
  activityTypes: ActivityTypesService;
  members: MembersService;
  badgeSpreads: Spreads;
  reader: Reader;
  /** Null where nobody issues credentials. */
  openBadges: OpenBadges | null;
}

/** The badge of this code in whatever state, of all badges of a request in one statement. */
export function badgeByCode({ badges }: BadgesServices, context: Context, code: string): Promise<BadgeRecord | null> {
  const loader = context.loader('badges.byCode', () => {
    return new DataLoader<string, BadgeRecord | null>(async (codes) => {
      const found = new Map((await badges.byCodes(codes)).map((badge) => [badge.code, badge]));
      return codes.map((wanted) => found.get(wanted) ?? null);
    });
  });
  return loader.load(code);
}

/** The award with this id, or null; of all awards of a request in one statement. */
export function awardById({ badgeAwards }: BadgesServices, context: Context, id: string): Promise<AwardRow | null> {
  const loader = context.loader('badges.award', () => {
    return new DataLoader<string, AwardRow | null>(async (ids) => {
      const found = new Map((await badgeAwards.byIds(ids)).map((award) => [award.id, award]));
      return ids.map((wanted) => found.get(wanted) ?? null);
    });
  });
  return loader.load(id);
}

/** How far a badge has spread; of all badges of a request in one statement. */
export function spreadOf({ badgeSpreads }: BadgesServices, context: Context, code: string): Promise<Spread> {
  const loader = context.loader('badges.spread', () => {
    return new DataLoader<string, Spread>((codes) => badgeSpreads.of(codes));
  });
  return loader.load(code);
}

/** How many of a limited badge were awarded, revoked ones too; of all badges of a request in one statement. */
export function editionOf({ reader }: BadgesServices, context: Context, code: string): Promise<number> {
  const loader = context.loader('badges.edition', () => {
    return new DataLoader<string, number>(async (codes) => {
      const usages = await readProgrammeUsages(reader, codes.map(limitKey));
      return codes.map((wanted) => usages.get(limitKey(wanted))?.count ?? 0);
    });
  });
  return loader.load(code);
}

/** How far the counting of what was done before a badge is; null when nothing was ever counted. */
export function fillingOf({ reader }: BadgesServices, context: Context, code: string): Promise<Fill | null> {
  const loader = context.loader('badges.filling', () => {
    return new DataLoader<string, Fill | null>(async (codes) => {
      const fills = await readFills(
        reader,
        codes.map((wanted) => `badge:${wanted}` as const),
      );
      return codes.map((wanted) => fills.get(`badge:${wanted}`) ?? null);
    });
  });
  return loader.load(code);
}

/** Whether a goal counts activities of a type that is not public. */
export async function isPrivateGoal(
  { activityTypes }: BadgesServices,
  context: Context,
  { storedGoal }: Badge,
): Promise<boolean> {
  const hidden = await context.loader('badges.privateTypes', () => activityTypes.privateCodes());
  return storedGoal?.activityTypes.some((type) => hidden.has(type)) ?? false;
}

/** The member behind an award, as far as the viewer may know. */
export async function holderOf({ members }: BadgesServices, context: Context, award: AwardRow): Promise<Member> {
  const loader = context.loader('badges.members', () => {
    return new DataLoader<string, Awaited<ReturnType<MembersService['byId']>>>(async (ids) => {
      const rows = new Map((await members.byIds(ids)).map((row) => [row.id, row]));
      return ids.map((id) => rows.get(id) ?? null);
    });
  });
  const row = await loader.load(award.memberId);
  if (row === null) throw new Error(`The member of award ${award.id} is missing.`);
  return toListedMember(row, award.id, context.viewer);
}

/** How far a member is towards each active badge with a goal; of all members of a request in three statements. */
export function progressOf(services: BadgesServices, context: Context, memberId: string): Promise<BadgeProgress[]> {
  const loader = context.loader('badges.progress', () => {
    return new DataLoader<string, BadgeProgress[]>((memberIds) => readProgress(services, memberIds));
  });
  return loader.load(memberId);
}

async function readProgress(
  { badges, reader }: BadgesServices,
  memberIds: readonly string[],
): Promise<BadgeProgress[][]> {
  const withGoals = (await badges.list(['ACTIVE'])).filter(({ goal }) => goal !== null);
  const limited = withGoals.filter(({ limit }) => limit !== null).map(({ code }) => limitKey(code));
  const [goals, usages] = await Promise.all([loadGoals(reader, memberIds), readProgrammeUsages(reader, limited)]);
  return memberIds.map((memberId) =>
    withGoals.flatMap((record) => {
      const state = goals.goalOf(memberId, `${BADGE}:${record.code}`);
      const awarded = record.limit === null ? null : (usages.get(limitKey(record.code)) ?? { count: 0, points: 0 });
      const view = badgeProgress(badgeDefinition(record), state, awarded);
      if (view === null) return [];
      const { times, nextPossibleAt: _nextPossibleAt, ...shown } = view;
      return [Object.assign(new BadgeProgress(), shown, { badge: toBadge(record), timesAwarded: times })];
    }),
  );
}
