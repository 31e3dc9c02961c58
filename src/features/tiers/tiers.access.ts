import { type Grant, isGranted, isOwnMemberOr, ownMemberOr } from '../../api/authorisation.ts';
import { Role, type Viewer } from '../../api/context.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { TierRecord } from './tiers.definitions.ts';

/** Who may read where any member stands: the counter, and a shop that shows it beside what it records. */
const READERS: readonly Grant[] = [Role.STAFF, 'members:read', 'activities:write'];

/** Tells whether the viewer may know where a member stands. */
export function mayReadTier(viewer: Viewer, memberId: string): boolean {
  return isOwnMemberOr(viewer, memberId, ...READERS);
}

/** Passes for the member and for those who may read members. @throws Refusal UNAUTHENTICATED or FORBIDDEN. */
export function requireMayReadTier(viewer: Viewer, memberId: string): void {
  ownMemberOr(viewer, memberId, ...READERS);
}

/** Tells whether the viewer sees tiers that are not active, and how many members each has. */
export function seesAllTiers(viewer: Viewer): boolean {
  return isGranted(viewer, [Role.STAFF]);
}

/** The tiers that exist for this viewer, of those in `statuses` when it is given. */
export function shownTiers(
  viewer: Viewer,
  tiers: readonly TierRecord[],
  statuses: readonly ConfigStatus[] | null | undefined,
): TierRecord[] {
  const visible = seesAllTiers(viewer) ? tiers : tiers.filter(({ status }) => status === 'ACTIVE');
  return visible.filter(({ status }) => statuses == null || statuses.includes(status));
}
