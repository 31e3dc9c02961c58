import type { ReferralStatus } from '../data/value-types.ts';
import type { Standing } from './words.ts';

/** What a member is told of a referral's state. One that is being looked at waits, like any that does not count yet. */
export function standingOf(status: ReferralStatus): Standing {
  if (status === 'REWARDED') return 'rewarded';
  if (status === 'QUALIFIED') return 'counts';
  return status === 'REVERSED' || status === 'REJECTED' ? 'undone' : 'waiting';
}
