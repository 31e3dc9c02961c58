import { type Grant, isGranted, isOwnMemberOr, notAllowed } from '../../api/authorisation.ts';
import { Role, type Viewer } from '../../api/context.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { ProfileInput } from './members.checks.ts';
import type { MemberRow } from './members.rows.ts';
import { Member } from './members.types.ts';
import { MemberStatus, Visibility } from './members.words.ts';

/** Who may read any member. A system that enrols and changes members sees what it did. */
export const READERS: readonly Grant[] = [Role.STAFF, 'members:read', 'members:write'];
/** Who may enrol and change any member. */
export const WRITERS: readonly Grant[] = [Role.STAFF, 'members:write'];

/** What members may change of themselves. The rest is said by the shop: rules and look-ups rely on it. */
const OWN_FIELDS = new Set<string>(['displayName', 'alias', 'visibility', 'timeZone', 'locale', 'interests']);

/** Tells whether the viewer may read everything about this member (the e-mail address aside). */
export function mayReadMember(viewer: Viewer, memberId: string): boolean {
  return isOwnMemberOr(viewer, memberId, ...READERS);
}

/** The member as this viewer may see it: whole, or only the public part. */
export function toMember(row: MemberRow, viewer: Viewer): Member {
  if (!mayReadMember(viewer, row.id)) return veiled(row);
  const member = Object.assign(new Member(), row);
  // API keys look members up by address, but are not told addresses.
  if (viewer.role === Role.SERVICE) member.email = null;
  return member;
}

/**
 * The answer to a look-up: members find themselves only, and learn of nobody else whether they exist.
 * @throws Refusal FORBIDDEN when a member finds another one, or nobody.
 */
export function foundMember(row: MemberRow | null, viewer: Viewer): Member | null {
  if (row?.id !== viewer.memberId && !isGranted(viewer, READERS)) throw notAllowed(viewer);
  return row && toMember(row, viewer);
}

/**
 * Whose profile the viewer means to change, and whether it is the viewer's own.
 * @throws Refusal FORBIDDEN, or BAD_USER_INPUT when no member is named.
 */
export function requireMayUpdate(
  viewer: Viewer,
  memberId: string | null,
  input: ProfileInput,
): { memberId: string; byMember: boolean } {
  const target = memberId ?? viewer.memberId;
  if (target === null) {
    const path = ['input', 'memberId'];
    throw new Refusal(ErrorCode.BAD_USER_INPUT, 'Say which member is to be changed: give `memberId`.', { path });
  }
  if (isGranted(viewer, WRITERS)) return { memberId: target, byMember: false };
  if (viewer.memberId !== target) throw notAllowed(viewer);
  const foreign = Object.entries(input).find(([key, value]) => value !== undefined && !OWN_FIELDS.has(key));
  if (foreign === undefined) return { memberId: target, byMember: true };
  throw new Refusal(ErrorCode.FORBIDDEN, `Members cannot change \`${foreign[0]}\` themselves; staff can.`, {
    path: ['input', foreign[0]],
  });
}

/** A member of whom only the public part may be read. Reading anything else throws FORBIDDEN, field by field. */
class VeiledMember extends Member {}

const PRIVATE_FIELDS = [
  'externalId',
  'memberNumber',
  'email',
  'timeZone',
  'locale',
  'interests',
  'attributes',
  'referralCode',
] as const satisfies readonly (keyof Member)[];

for (const field of PRIVATE_FIELDS) {
  Object.defineProperty(VeiledMember.prototype, field, {
    get: () => {
      throw new Refusal(ErrorCode.FORBIDDEN, `\`${field}\` of another member is not yours to see.`);
    },
  });
}

/** What everybody may call the member. Whoever is suspended, merged or erased is not named. */
export function publicNameOf({ status, visibility, displayName, alias }: MemberRow): string {
  if (status !== MemberStatus.ACTIVE || visibility === Visibility.HIDDEN) return 'Hidden member';
  return visibility === Visibility.PUBLIC ? displayName : (alias ?? 'Member');
}

/** Tells whether everybody may know who the member is. */
export function isPublicMember({ status, visibility }: MemberRow): boolean {
  return status === MemberStatus.ACTIVE && visibility === Visibility.PUBLIC;
}

function veiled({ id, displayName, alias, visibility, status, joinedAt }: MemberRow): Member {
  const isPublic = visibility === Visibility.PUBLIC;
  const publicAlias = visibility === Visibility.HIDDEN ? null : alias;
  const name = isPublic ? displayName : (publicAlias ?? 'A member');
  return Object.assign(new VeiledMember(), { id, displayName: name, alias: publicAlias, visibility, status, joinedAt });
}
