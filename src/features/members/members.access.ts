import { createHash } from 'node:crypto';
import {
  type Grant,
  isGranted,
  isOwnMemberOr,
  notAllowed,
  ownMemberOr,
  requireMember,
} from '../../api/authorisation.ts';
import { Role, type Viewer } from '../../api/context.ts';
import { drawQr } from '../../platform/qr-code.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { ProfileInput } from './members.checks.ts';
import type { MemberRow } from './members.rows.ts';
import type { MembersService } from './members.service.ts';
import { Member } from './members.types.ts';
import { MemberStatus, Visibility } from './members.words.ts';
import { idOfNamed, type NamedMember } from './naming.ts';

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

/** The member's card as a picture. @throws Refusal FORBIDDEN for all but the member and the counter. */
export function cardQrOf({ id, memberNumber }: Member, viewer: Viewer): string {
  ownMemberOr(viewer, id, Role.STAFF);
  return drawQr(memberNumber, 'Numeric', 'QR code of the member number');
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
 * @throws Refusal FORBIDDEN, BAD_USER_INPUT when no member is named, or NOT_FOUND.
 */
export async function requireMayUpdate(
  members: Pick<MembersService, 'locate'>,
  viewer: Viewer,
  named: NamedMember,
  input: ProfileInput,
): Promise<{ memberId: string; byMember: boolean }> {
  if (isGranted(viewer, WRITERS)) return { memberId: await idOfNamed(members, named), byMember: false };
  const memberId = requireSelf(viewer, named);
  const foreign = Object.entries(input).find(([key, value]) => value !== undefined && !OWN_FIELDS.has(key));
  if (foreign === undefined) return { memberId, byMember: true };
  throw new Refusal(ErrorCode.FORBIDDEN, `Members cannot change \`${foreign[0]}\` themselves; staff can.`, {
    path: ['input', foreign[0]],
  });
}

/**
 * The member whose own token speaks, unless the input names somebody else. By external ids members name nobody, not even
 * themselves: they must not learn which there are.
 * @throws Refusal FORBIDDEN.
 */
export function requireSelf(viewer: Viewer, { memberId = null, memberExternalId = null }: NamedMember): string {
  const self = requireMember(viewer);
  if (memberExternalId !== null || (memberId?.toLowerCase() ?? self) !== self) throw notAllowed(viewer);
  return self;
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

/** Somebody of whom not even may be known which member it is: all that could tell answers FORBIDDEN. */
class UnknownMember extends VeiledMember {}

Object.defineProperty(UnknownMember.prototype, 'joinedAt', {
  get: () => {
    throw new Refusal(ErrorCode.FORBIDDEN, '`joinedAt` could tell who this is, and that is not yours to see.');
  },
});

/**
 * The one behind an entry of a public list, for lists whose entries always have a member. Who does not want to be known
 * there is named as everybody may, under an id that belongs to nobody and is another one for each entry.
 * @param entryId what the entry is known by
 */
export function toListedMember(row: MemberRow, entryId: string, viewer: Viewer): Member {
  if (isPublicMember(row) || mayReadMember(viewer, row.id)) return toMember(row, viewer);
  const { visibility, status } = row;
  const displayName = publicNameOf(row);
  const alias = visibility === Visibility.ALIAS ? displayName : null;
  return Object.assign(new UnknownMember(), { id: idOfNobody(entryId), displayName, alias, visibility, status });
}

/** A UUID made of a hash: version 8, so that it is none of ours. */
function idOfNobody(entryId: string): string {
  const hex = createHash('sha256').update(`member of ${entryId}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What everybody may call the member. Whoever is suspended, merged or erased is not named. */
export function publicNameOf({
  status,
  visibility,
  displayName,
  alias,
}: Pick<MemberRow, 'status' | 'visibility' | 'displayName' | 'alias'>): string {
  if (status !== MemberStatus.ACTIVE || visibility === Visibility.HIDDEN) return 'Hidden member';
  return visibility === Visibility.PUBLIC ? displayName : (alias ?? 'Member');
}

/** Tells whether everybody may know who the member is. */
export function isPublicMember({ status, visibility }: Pick<MemberRow, 'status' | 'visibility'>): boolean {
  return status === MemberStatus.ACTIVE && visibility === Visibility.PUBLIC;
}

function veiled({ id, displayName, alias, visibility, status, joinedAt }: MemberRow): Member {
  const isPublic = visibility === Visibility.PUBLIC;
  const publicAlias = visibility === Visibility.HIDDEN ? null : alias;
  const name = isPublic ? displayName : (publicAlias ?? 'A member');
  return Object.assign(new VeiledMember(), { id, displayName: name, alias: publicAlias, visibility, status, joinedAt });
}
