import { isGranted, isOwnMemberOr } from '../../api/authorisation.ts';
import { Role, type Viewer } from '../../api/context.ts';
import { isPublicMember, mayReadMember } from '../members/members.access.ts';
import type { Member } from '../members/members.types.ts';
import type { BadgeRecord } from './badges.definitions.ts';
import type { AwardRow } from './badges.rows.ts';
import { Badge, BadgeAward } from './badges.types.ts';

/** Tells whether the viewer sees badges in any state, expressions, and awards that were revoked. */
export function seesAll(viewer: Viewer): boolean {
  return isGranted(viewer, [Role.STAFF]);
}

/** Tells whether a badge exists for this viewer. */
export function mayReadBadge(viewer: Viewer, { status }: BadgeRecord): boolean {
  return status === 'ACTIVE' || seesAll(viewer);
}

/** Tells whether the viewer may read everything about a member's badges: reasons, progress, what was revoked. */
export function mayReadBadgesOf(viewer: Viewer, memberId: string): boolean {
  return isOwnMemberOr(viewer, memberId, Role.STAFF, 'members:read');
}

/** Tells whether the viewer may see which badges this member has. */
export function maySeeBadgesOf(viewer: Viewer, member: Pick<Member, 'id' | 'status' | 'visibility'>): boolean {
  return isPublicMember(member) || mayReadMember(viewer, member.id);
}

export function toBadge({ goal, imageUrl, ...record }: BadgeRecord): Badge {
  return Object.assign(new Badge(), record, { storedGoal: goal, pictureUrl: imageUrl });
}

/** The award as this viewer may see it: why is between the member and those who run the programme. */
export function toAward(row: AwardRow, viewer: Viewer): BadgeAward {
  const { id, awardedAt, number, revokedAt } = row;
  const known = mayReadBadgesOf(viewer, row.memberId);
  const { reason, revokedReason } = known ? row : { reason: null, revokedReason: null };
  return Object.assign(new BadgeAward(), { id, awardedAt, number, revokedAt, reason, revokedReason, row });
}
