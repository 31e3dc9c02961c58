import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { emitEffectIn } from '../../recording/effects.ts';
import type { RedemptionRow } from './redemptions.rows.ts';

/** A member redeemed a reward: `{ redemptionId, status }`. */
export const REWARD_REDEEMED = 'RewardRedeemed';
/** A redemption was fulfilled or cancelled, or it expired: `{ redemptionId, status }`. */
export const REDEMPTION_CHANGED = 'RedemptionChanged';

/** Emits an event about one redemption and gives it as mutations answer it. Never holds the voucher's code. */
export async function emitRedemptionIn(tx: Tx, type: string, redemption: RedemptionRow): Promise<Effect> {
  const { id, memberId, status } = redemption;
  return { ...(await emitEffectIn(tx, type, memberId, { redemptionId: id, status })), live: redemption };
}
