import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { WalletFigures } from '../../rules/lots.ts';

/** Points per member are GraphQL Int and PostgreSQL int4: 2,147,483,647 at most, counted over a lifetime. */
const MOST_POINTS = 2_147_483_647;

/** How many more points a member can earn. */
export function roomOf({ lifetimeEarned }: WalletFigures): number {
  return MOST_POINTS - lifetimeEarned;
}

/** @throws Refusal LIMIT_REACHED when a member would have earned more points than a 32-bit number holds. */
export function requireRoom(wallet: WalletFigures, points: number): void {
  const room = roomOf(wallet);
  if (points <= room) return;
  const message = `The member can earn ${room} more points at most (2,147,483,647 over a lifetime), not ${points}. Check the amount and the earning rules.`;
  throw new Refusal(ErrorCode.LIMIT_REACHED, message, { details: { room, points } });
}
