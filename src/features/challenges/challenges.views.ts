import { ownMemberOr } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import type { Connection } from '../../api/types.ts';
import { mapPage, type PageArguments } from '../../platform/pages.ts';
import type { ChallengeStatus } from '../../rules/game-views.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import { seesAll } from '../badges/badges.access.ts';
import type { Badge } from '../badges/badges.types.ts';
import { shownBadge } from '../badges/badges.views.ts';
import { type Goal, toGoal } from '../progress/goals.types.ts';
import type { Fill } from '../progress/progress.fills.ts';
import { mayReadChallenge, toChallenge, toCommunityProgress, toContribution } from './challenges.access.ts';
import type { ChallengeRecord } from './challenges.definitions.ts';
import {
  type ChallengesServices,
  challengesByCode,
  communityOf,
  fillingOf,
  momentOf,
  privateTypesOf,
  progressOf,
} from './challenges.loaders.ts';
import { pageOfContributions, periodEnd } from './challenges.reading.ts';
import {
  type Challenge,
  type ChallengeContribution,
  type ChallengeProgress,
  type CommunityProgress,
  StreakState,
} from './challenges.types.ts';

/** The challenges this viewer may see, in the order of their codes. */
export async function shownChallenges(
  services: ChallengesServices,
  context: Context,
  statuses: readonly ConfigStatus[] | null | undefined,
): Promise<Challenge[]> {
  const all = [...(await challengesByCode(services, context)).values()];
  const wanted = statuses == null ? all : all.filter(({ status }) => statuses.includes(status));
  return shown(wanted, context);
}

/** The challenge of this code; null when there is none, or none for this viewer. */
export async function shownChallenge(
  services: ChallengesServices,
  context: Context,
  code: string,
): Promise<Challenge | null> {
  const record = (await challengesByCode(services, context)).get(code);
  return record !== undefined && mayReadChallenge(context.viewer, record) ? toChallenge(record, context.viewer) : null;
}

/** What must be completed before, as far as the viewer may see it. */
export async function prerequisitesOf(
  services: ChallengesServices,
  context: Context,
  { record }: Challenge,
): Promise<Challenge[]> {
  const all = await challengesByCode(services, context);
  return shown(
    record.prerequisites.flatMap((code) => all.get(code) ?? []),
    context,
  );
}

/** What counts, as far as the viewer may know: types that are not public are for those who run the programme. */
export async function goalOf(services: ChallengesServices, context: Context, { record }: Challenge): Promise<Goal> {
  if (seesAll(context.viewer)) return toGoal(record.goal, true);
  const hidden = await privateTypesOf(services, context);
  const activityTypes = record.goal.activityTypes.filter((type) => !hidden.has(type));
  return toGoal({ ...record.goal, activityTypes }, false);
}

/** The badge for completing it. */
export function badgeOf(services: ChallengesServices, context: Context, { record }: Challenge): Promise<Badge | null> {
  return record.badge === null ? Promise.resolve(null) : shownBadge(services, context, record.badge);
}

export async function periodEndOf(
  services: ChallengesServices,
  context: Context,
  { record }: Challenge,
): Promise<number | null> {
  return record.recurrence === 'NONE' ? null : periodEnd(record, await momentOf(services, context));
}

/** How far the counting of what was done before is, for those who run the programme. */
export async function shownFilling(
  services: ChallengesServices,
  context: Context,
  { code }: Challenge,
): Promise<Fill | null> {
  return seesAll(context.viewer) ? fillingOf(services, context, code) : null;
}

/** How far everybody together is; null for a challenge that each member has alone. */
export async function shownCommunity(
  services: ChallengesServices,
  context: Context,
  { record, known }: Challenge,
): Promise<CommunityProgress | null> {
  if (record.mode !== 'COMMUNITY') return null;
  return toCommunityProgress(known ?? (await communityOf(services, context, record)));
}

export async function contributionsOf(
  { reader }: ChallengesServices,
  { viewer }: Context,
  { community }: CommunityProgress,
  page: PageArguments,
): Promise<Connection<ChallengeContribution>> {
  const found = await pageOfContributions(reader, community, page);
  return mapPage(found, (contribution) => toContribution(contribution, community.amount, viewer));
}

/** How far a member is in what is for it. @throws Refusal FORBIDDEN or UNAUTHENTICATED unless the viewer may read that. */
export async function challengesOfMember(
  services: ChallengesServices,
  context: Context,
  memberId: string,
  statuses: readonly ChallengeStatus[] | null | undefined,
): Promise<ChallengeProgress[]> {
  ownMemberOr(context.viewer, memberId, Role.STAFF, 'members:read');
  const all = await progressOf(services, context, memberId);
  return statuses == null ? all : all.filter(({ status }) => statuses.includes(status));
}

/** The challenge that a progress is about: whoever has begun it may know it, whatever state it is in. */
export async function challengeOfProgress(
  services: ChallengesServices,
  context: Context,
  { code }: ChallengeProgress,
): Promise<Challenge> {
  return toChallenge(await recordOfProgress(services, context, code), context.viewer);
}

/** How a streak stands, with the length it needs. */
export async function streakOf(
  services: ChallengesServices,
  context: Context,
  { code, streakState }: ChallengeProgress,
): Promise<StreakState | null> {
  if (streakState === null) return null;
  const { streak } = await recordOfProgress(services, context, code);
  return Object.assign(new StreakState(), streakState, { length: streak?.length ?? 0 });
}

async function recordOfProgress(
  services: ChallengesServices,
  context: Context,
  code: string,
): Promise<ChallengeRecord> {
  const record = (await challengesByCode(services, context)).get(code);
  if (record === undefined) throw new Error(`The challenge ${code} of somebody's progress is missing.`);
  return record;
}

function shown(records: readonly ChallengeRecord[], { viewer }: Context): Challenge[] {
  return records.filter((record) => mayReadChallenge(viewer, record)).map((record) => toChallenge(record, viewer));
}
