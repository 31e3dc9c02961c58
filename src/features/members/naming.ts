import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { requireLine } from '../../platform/text.ts';
import type { MembersService } from './members.service.ts';

/** How an input names a member: by one of its two ids. */
export interface NamedMember {
  memberId?: string | null | undefined;
  /** The id in the shop's own system. */
  memberExternalId?: string | null | undefined;
}

/**
 * The id of the member whom an input names; whether anybody has that id is for others to say.
 * @throws Refusal BAD_USER_INPUT unless exactly one of the two is given, NOT_FOUND for an external id that nobody has.
 */
export async function idOfNamed(
  members: Pick<MembersService, 'locate'>,
  { memberId = null, memberExternalId = null }: NamedMember,
): Promise<string> {
  if ((memberId === null) === (memberExternalId === null)) {
    const message = 'Give exactly one of memberId and memberExternalId.';
    throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['input', 'memberId'] });
  }
  if (memberId !== null) return memberId.toLowerCase();
  const path = ['input', 'memberExternalId'];
  const externalId = requireLine(memberExternalId ?? '', { path, longest: 255 });
  const found = (await members.locate([externalId])).get(externalId);
  if (found !== undefined) return found;
  const message = `There is no member with the external id "${externalId}". Enrol the member first.`;
  throw new Refusal(ErrorCode.NOT_FOUND, message, { path });
}
