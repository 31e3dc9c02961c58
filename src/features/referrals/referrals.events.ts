import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { emitEffectIn } from '../../recording/effects.ts';
import { readAncestors } from './referrals.chain.ts';
import type { ReferralRow } from './referrals.rows.ts';

/** A referral began to count: `{ referralId }`. */
export const REFERRAL_QUALIFIED = 'ReferralQualified';
/** Somebody was paid for a referral: `{ referralId, points }`. */
export const REFERRAL_REWARDED = 'ReferralRewarded';
/** A referral was rejected in a review: `{ referralId }`. */
export const REFERRAL_REJECTED = 'ReferralRejected';

/** What made a referral count was reversed, and what was paid for it was taken back: `{ referralId }`. */
export const REFERRAL_REVERSED = 'ReferralReversed';

/**
 * Something changed in a chain: `{ kind, referralId, ancestors }`, the nearest first. Belongs to no member; clients meet it
 * only as what `referralChainUpdated` makes of it.
 */
export const REFERRAL_CHAIN_CHANGED = 'ReferralChainChanged';

export type ChainChange = 'JOINED' | 'QUALIFIED' | 'REWARDED' | 'REJECTED' | 'REVERSED';

/** Tells everybody above these new members what became of their referrals. */
export async function announceChainIn(
  tx: Tx,
  kind: ChainChange,
  referrals: readonly Pick<ReferralRow, 'id' | 'referrerId' | 'refereeId'>[],
): Promise<void> {
  for (const { id: referralId, referrerId } of referrals) {
    // Asked for from the referrer on, because a rejected referral is part of no chain any more.
    const above = (await readAncestors(tx, referrerId, false)).map(({ memberId }) => memberId);
    const ancestors = [referrerId, ...above].slice(0, 10);
    const payload = { kind, referralId, ancestors };
    tx.emit({ id: newId(), type: REFERRAL_CHAIN_CHANGED, memberId: null, occurredAt: tx.now, payload });
  }
}

/** Emits an event about a referral to one member, whose lock is held, and gives it as mutations answer it. */
export function emitReferralIn(
  tx: Tx,
  type: string,
  memberId: string,
  payload: { referralId: string; points?: number },
): Promise<Effect> {
  return emitEffectIn(tx, type, memberId, payload);
}
