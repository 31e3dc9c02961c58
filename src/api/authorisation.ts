import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { type Context, Role, type Scope, type Viewer } from './context.ts';

/** What `@Authorized<Grant>(…)` lists: roles that pass, and scopes with which a SERVICE passes. ADMIN always passes. */
export type Grant = Role | Scope;

/** Tells whether the viewer holds one of the grants. An empty list asks only for a credential. Never throws. */
export function isGranted(viewer: Viewer, grants: readonly Grant[]): boolean {
  if (viewer.role === null) return false;
  if (viewer.role === Role.ADMIN || grants.length === 0) return true;
  for (const grant of grants) {
    if (grant === viewer.role) return true;
    if (viewer.role === Role.SERVICE && viewer.scopes.includes(grant)) return true;
  }
  return false;
}

/** Tells whether the viewer is that member, or holds one of the grants. ADMIN always passes. Never throws. */
export function isOwnMemberOr(viewer: Viewer, memberId: string, ...grants: Grant[]): boolean {
  if (viewer.memberId !== null && viewer.memberId === memberId) return true;
  return grants.length === 0 ? viewer.role === Role.ADMIN : isGranted(viewer, grants);
}

/** The refusal for a viewer who may not: UNAUTHENTICATED without a credential, FORBIDDEN with one. */
export function notAllowed(viewer: Viewer): Refusal {
  return viewer.role === null
    ? new Refusal(
        ErrorCode.UNAUTHENTICATED,
        'This needs a credential: send an `authorization: Bearer …` or `x-api-key` header.',
      )
    : new Refusal(ErrorCode.FORBIDDEN, 'Your role or scopes do not allow this.');
}

/** Passes when the viewer holds one of the grants; otherwise throws UNAUTHENTICATED or FORBIDDEN. */
export function requireGrant(viewer: Viewer, ...grants: Grant[]): void {
  if (!isGranted(viewer, grants)) throw notAllowed(viewer);
}

/** Passes when the viewer is that member or holds one of the grants; otherwise throws UNAUTHENTICATED or FORBIDDEN. */
export function ownMemberOr(viewer: Viewer, memberId: string, ...grants: Grant[]): void {
  if (!isOwnMemberOr(viewer, memberId, ...grants)) throw notAllowed(viewer);
}

/** The member the token speaks for; throws UNAUTHENTICATED without a credential and FORBIDDEN for other roles. */
export function requireMember(viewer: Viewer): string {
  if (viewer.memberId === null) throw notAllowed(viewer);
  return viewer.memberId;
}

/** TypeGraphQL's auth checker: `@Authorized<Grant>(Role.STAFF, 'members:read')`. Throws instead of answering false. */
export function checkAuthorisation({ context }: { context: Context }, grants: Grant[]): boolean {
  requireGrant(context.viewer, ...grants);
  return true;
}
