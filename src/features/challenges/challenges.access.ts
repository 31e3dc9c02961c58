import { isGranted } from '../../api/authorisation.ts';
import type { Viewer } from '../../api/context.ts';
import { writeMillionths } from '../../rules/decimals.ts';
import { seesAll } from '../badges/badges.access.ts';
import { isPublicMember, mayReadMember, publicNameOf, READERS, toMember } from '../members/members.access.ts';
import type { ChallengeRecord } from './challenges.definitions.ts';
import { percentOf } from './challenges.progress.ts';
import type { Community, Contribution } from './challenges.reading.ts';
import { Challenge, ChallengeContribution, CommunityProgress } from './challenges.types.ts';

/** Tells whether a challenge exists for this viewer. */
export function mayReadChallenge(viewer: Viewer, { status }: ChallengeRecord): boolean {
  return status === 'ACTIVE' || seesAll(viewer);
}

/** The challenge as this viewer may see it. */
export function toChallenge(record: ChallengeRecord, viewer: Viewer): Challenge {
  const { goal: _goal, badge: _badge, prerequisites: _prerequisites, ...shown } = record;
  const hidden = seesAll(viewer) ? {} : { audience: null };
  return Object.assign(new Challenge(), shown, hidden, { record });
}

/** How far everybody together is. */
export function toCommunityProgress(community: Community): CommunityProgress {
  const { amount, target, contributorCount, completedAt } = community;
  return Object.assign(new CommunityProgress(), {
    ...{ progress: writeMillionths(amount), target: writeMillionths(target), percent: percentOf(amount, target) },
    ...{ contributorCount, completedAt, community },
  });
}

/**
 * A contribution as this viewer may see it: everybody's is visible, its name as far as the member wants. Members see their own
 * as others do, and know it by `member`; so the names are the same for all who share an execution.
 */
export function toContribution(
  { amount, lastAt, member }: Contribution,
  total: number,
  viewer: Viewer,
): ChallengeContribution {
  const known = isPublicMember(member) || mayReadMember(viewer, member.id);
  return Object.assign(new ChallengeContribution(), {
    displayName: isGranted(viewer, READERS) ? member.displayName : publicNameOf(member),
    member: known ? toMember(member, viewer) : null,
    amount: writeMillionths(amount),
    percent: percentOf(amount, Math.max(amount, total)),
    lastAt,
  });
}
