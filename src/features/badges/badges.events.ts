import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { emitEffectIn } from '../../recording/effects.ts';
import type { AwardRow } from './badges.rows.ts';

/** A member was awarded a badge: `{ awardId }`. */
export const BADGE_AWARDED = 'BadgeAwarded';
/** An award was revoked: `{ awardId }`. */
export const BADGE_REVOKED = 'BadgeRevoked';

/** Emits an event about one award and gives it as mutations answer it. */
export async function emitAwardIn(tx: Tx, type: string, award: AwardRow): Promise<Effect> {
  return { ...(await emitEffectIn(tx, type, award.memberId, { awardId: award.id })), live: award };
}
