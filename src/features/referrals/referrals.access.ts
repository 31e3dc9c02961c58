import { type Grant, isGranted, isOwnMemberOr, ownMemberOr } from '../../api/authorisation.ts';
import { Role, type Viewer } from '../../api/context.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { ChainDirection } from './referrals.chain.ts';
import type { ReferralProgramRecord } from './referrals.definitions.ts';
import { ReferralFlag, ReferralStatus } from './referrals.enums.ts';
import type { ReferralRow } from './referrals.rows.ts';
import { Referral, ReferralProgram } from './referrals.types.ts';

/** Who may know whom any member referred. */
export const REFERRAL_READERS: readonly Grant[] = [Role.STAFF, 'members:read'];

/** Tells whether the viewer sees what is between the programme and its staff: conditions, flags and reasons. */
function seesAll(viewer: Viewer): boolean {
  return isGranted(viewer, [Role.STAFF]);
}

/** Tells whether the viewer may look a referral up by its id: the two it is about, and those who may read members. */
export function mayReadReferral(viewer: Viewer, { referrerId, refereeId }: ReferralRow): boolean {
  return isOwnMemberOr(viewer, referrerId, ...REFERRAL_READERS) || viewer.memberId === refereeId;
}

/** Passes for the member and for those who may read members. @throws Refusal UNAUTHENTICATED or FORBIDDEN. */
export function requireMayReadReferralsOf(viewer: Viewer, memberId: string): void {
  ownMemberOr(viewer, memberId, ...REFERRAL_READERS);
}

/** Tells whether of those above only what came through the viewer is counted in money. */
export function seesOwnBranchOnly(viewer: Viewer, direction: ChainDirection): boolean {
  return direction === 'UP' && !isGranted(viewer, REFERRAL_READERS);
}

/** A referral of which the viewer may not read the code: it is somebody else's. */
class VeiledReferral extends Referral {}

Object.defineProperty(VeiledReferral.prototype, 'code', {
  get: () => {
    throw new Refusal(ErrorCode.FORBIDDEN, '`code` belongs to another member and is not yours to see.');
  },
});

/** The referral as this viewer may see it. */
export function toReferral(row: ReferralRow, viewer: Viewer): Referral {
  const all = seesAll(viewer);
  const { id, code, createdAt, qualifiedAt, rewardedAt, points } = row;
  const rejection = row.rejection === null || all ? row.rejection : 'It was reviewed.';
  const shown = { id, createdAt, qualifiedAt, rewardedAt, points, rejection, row };
  const flags = all ? row.flags.map((flag) => ReferralFlag[flag]) : null;
  const common = { ...shown, flags, status: ReferralStatus[row.status] };
  if (!mayReadReferral(viewer, row)) return Object.assign(new VeiledReferral(), common);
  return Object.assign(new Referral(), common, { code });
}

/** The programme as this viewer may see it. */
export function toReferralProgram(record: ReferralProgramRecord, viewer: Viewer): ReferralProgram {
  const { qualifyingCondition } = record;
  return Object.assign(new ReferralProgram(), record, {
    qualifyingCondition: seesAll(viewer) ? qualifyingCondition : null,
  });
}
