import { isGranted, notAllowed, ownMemberOr } from '../../api/authorisation.ts';
import { type Context, Role, type Viewer } from '../../api/context.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import { authorOf } from '../audit/index.ts';
import { requireSelf } from '../members/members.access.ts';
import type { MembersService } from '../members/members.service.ts';
import { idOfNamed, type NamedMember } from '../members/naming.ts';
import type { Actor } from './redemptions.service.ts';

/** Whoever acts on redemptions in this request. */
export function actorOf(context: Context): Actor {
  return { ...authorOf(context), byMember: context.viewer.memberId !== null };
}

/**
 * For whom the viewer redeems: members for themselves, the counter for anybody.
 * @throws Refusal FORBIDDEN, BAD_USER_INPUT when no member is named, or NOT_FOUND.
 */
export async function requireBuyer(
  members: Pick<MembersService, 'locate'>,
  viewer: Viewer,
  named: NamedMember,
): Promise<string> {
  return isGranted(viewer, [Role.STAFF]) ? idOfNamed(members, named) : requireSelf(viewer, named);
}

/** Passes for the counter, and for the member whose redemption it is. To others it does not exist. */
export function requireMayCancel<Row extends { memberId: string }>(viewer: Viewer, redemption: Row | null): Row {
  if (viewer.role === null) throw notAllowed(viewer);
  const mayKnow = isGranted(viewer, [Role.STAFF]) || redemption?.memberId === viewer.memberId;
  if (redemption !== null && mayKnow) return redemption;
  throw unknownRedemption('redemptionId');
}

/** Passes for the member and the counter: whoever reads a voucher's code can use it. @throws Refusal FORBIDDEN. */
export function requireMayUseVoucher(viewer: Viewer, memberId: string): void {
  ownMemberOr(viewer, memberId, Role.STAFF);
}

export function unknownRedemption(field: 'redemptionId' | 'voucherCode'): Refusal {
  const message = `There is no redemption with this ${field === 'voucherCode' ? 'code' : 'id'}. Check ${field}.`;
  return new Refusal(ErrorCode.NOT_FOUND, message, { path: ['input', field] });
}
