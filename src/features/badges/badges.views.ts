import { notAllowed } from '../../api/authorisation.ts';
import type { Context, Viewer } from '../../api/context.ts';
import type { Connection } from '../../api/types.ts';
import { mapPage, type PageArguments } from '../../platform/pages.ts';
import type { ActivitiesService } from '../activities/activities.service.ts';
import type { Activity } from '../activities/activities.types.ts';
import type { Member } from '../members/members.types.ts';
import { type Goal, toGoal } from '../progress/goals.types.ts';
import { mayReadBadge, mayReadBadgesOf, maySeeBadgesOf, seesAll, toAward, toBadge } from './badges.access.ts';
import { awardById, type BadgesServices, badgeByCode, isPrivateGoal } from './badges.loaders.ts';
import type { AwardRow } from './badges.rows.ts';
import type { Badge, BadgeAward, BadgeEvent } from './badges.types.ts';
import { awardUrl } from './open-badges.credential.ts';

/** The badge of this code as the viewer may see it; null when there is none, or none for this viewer. */
export async function shownBadge(services: BadgesServices, context: Context, code: string): Promise<Badge | null> {
  const badge = await badgeByCode(services, context, code);
  return badge !== null && mayReadBadge(context.viewer, badge) ? toBadge(badge) : null;
}

/** The badge of an award: whoever has a badge keeps it, whatever state it is in. */
export async function badgeOfAward(services: BadgesServices, context: Context, award: AwardRow): Promise<Badge> {
  const badge = await badgeByCode(services, context, award.badgeCode);
  if (badge === null) throw new Error(`The badge ${award.badgeCode} of an award is missing.`);
  return toBadge(badge);
}

/** Where a badge's picture is. */
export function pictureOf({ code, pictureUrl }: Pick<Badge, 'code' | 'pictureUrl'>, publicUrl: string): string {
  return pictureUrl ?? `${publicUrl}/badges/${code}.svg`;
}

/** What earns a badge, as far as the viewer may know. */
export async function shownGoal(services: BadgesServices, context: Context, badge: Badge): Promise<Goal | null> {
  const all = seesAll(context.viewer);
  if (badge.storedGoal === null || (!all && (await isPrivateGoal(services, context, badge)))) return null;
  return toGoal(badge.storedGoal, all);
}

/** How many of a badge are left; a limit below what was awarded leaves none. */
export async function remainingOf({ limit }: Badge, awarded: () => Promise<number>): Promise<number | null> {
  return limit === null ? null : Math.max(0, limit - (await awarded()));
}

/** A page of a member's badges. @throws Refusal FORBIDDEN or UNAUTHENTICATED unless the member is PUBLIC or the viewer's to read. */
export async function badgesOfMember(
  { badgeAwards }: BadgesServices,
  viewer: Viewer,
  member: Member,
  page: PageArguments,
): Promise<Connection<BadgeAward>> {
  if (!maySeeBadgesOf(viewer, member)) throw notAllowed(viewer);
  const awards = await badgeAwards.page(page, { memberId: member.id, revoked: mayReadBadgesOf(viewer, member.id) });
  return mapPage(awards, (row) => toAward(row, viewer));
}

/** The activity behind an award, for its member and staff; null for everybody else. */
export async function activityOfAward(
  { activities }: { activities: ActivitiesService },
  context: Context,
  { activityId, memberId }: AwardRow,
): Promise<Activity | null> {
  if (activityId === null || !mayReadBadgesOf(context.viewer, memberId)) return null;
  return activities.loader(context).load(activityId);
}

/** The award that an event tells of. */
export async function awardOfEvent(
  services: BadgesServices,
  context: Context,
  { live, awardId }: BadgeEvent,
): Promise<BadgeAward> {
  const award = live ?? (await awardById(services, context, awardId));
  if (award === null) throw new Error(`The award ${awardId} of an event is missing.`);
  return toAward(award, context.viewer);
}

/** The award as a signed credential, for its member and staff; null for everybody else. */
export async function credentialOf(
  { openBadges }: BadgesServices,
  { viewer }: Context,
  award: AwardRow,
): Promise<string | null> {
  return openBadges !== null && mayReadBadgesOf(viewer, award.memberId) ? openBadges.export(award) : null;
}

/** Where everybody can see whether the award holds. */
export function verificationUrlOf({ openBadges }: BadgesServices, { id }: AwardRow): string | null {
  return openBadges && awardUrl(openBadges.issuer.publicUrl, id);
}

/** The same address with the member's name on the page; only the member may give it away. */
export function shareUrlOf({ openBadges }: BadgesServices, viewer: Viewer, award: AwardRow): string | null {
  if (openBadges === null || viewer.memberId !== award.memberId) return null;
  const { issuer } = openBadges;
  return `${awardUrl(issuer.publicUrl, award.id)}?shared=${issuer.shareToken(award.id)}`;
}
