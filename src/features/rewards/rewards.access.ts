import { type Grant, isGranted, isOwnMemberOr, ownMemberOr } from '../../api/authorisation.ts';
import { Role, type Viewer } from '../../api/context.ts';
import type { RewardRecord } from './rewards.definitions.ts';
import { Reward } from './rewards.types.ts';

/** Who may know what any member can redeem and has redeemed: the counter, and keys that read members. */
const READERS: readonly Grant[] = [Role.STAFF, 'members:read'];

/** Tells whether the viewer sees rewards in any state, and whom they are for. */
export function seesAllRewards(viewer: Viewer): boolean {
  return isGranted(viewer, [Role.STAFF]);
}

/** Tells whether a reward exists for this viewer. */
export function mayReadReward(viewer: Viewer, { status }: RewardRecord): boolean {
  return status === 'ACTIVE' || seesAllRewards(viewer);
}

/** Tells whether the viewer may read what a member redeemed. */
export function mayReadRedemptionsOf(viewer: Viewer, memberId: string): boolean {
  return isOwnMemberOr(viewer, memberId, ...READERS);
}

/** Passes for the member and for those who may read members. @throws Refusal UNAUTHENTICATED or FORBIDDEN. */
export function requireMayReadRewardsOf(viewer: Viewer, memberId: string): void {
  ownMemberOr(viewer, memberId, ...READERS);
}

/** The reward as this viewer may see it. */
export function toReward(record: RewardRecord, viewer: Viewer): Reward {
  const { stock: _stock, minimumTier: _minimumTier, startsAt, endsAt, audience, ...shown } = record;
  return Object.assign(new Reward(), shown, {
    startsAt: startsAt === null ? null : Date.parse(startsAt),
    endsAt: endsAt === null ? null : Date.parse(endsAt),
    audience: seesAllRewards(viewer) ? audience : null,
    record,
  });
}
