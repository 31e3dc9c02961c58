import { balanced, compareLots, type Lot, type LotUse, type WalletFigures } from './lots.ts';

/** A lot that points can come back to. */
export interface RefillableLot extends Lot {
  /** How many more it may hold: what was credited, less what has expired, what was taken back and what is in it. */
  room: number;
}

/** What comes back to which lot, and the wallet afterwards. */
export interface Refund<Wallet> {
  wallet: Wallet;
  uses: LotUse[];
}

/**
 * The wallet after a debit is undone, and the points that its lots get back: all of them, unless points were taken back
 * meanwhile that had been spent. Those are covered first, by the lots that would expire first. And where points of a lot
 * were taken back meanwhile from others in its place, it is those others that get theirs back, the longest-lived first:
 * so nobody's points expire with a credit that has been taken back.
 * @param uses what the debit took from which lots
 * @param lots those lots and, when they have too little room, all others that have any
 */
export function refunded<Wallet extends WalletFigures>(
  wallet: Wallet,
  uses: readonly LotUse[],
  lots: readonly RefillableLot[],
): Refund<Wallet> {
  const points = pointsOf(uses);
  const covered = Math.min(wallet.deficit, points);
  let left = points - covered;
  const back = new Map<string, number>();
  const fill = ({ id, room }: RefillableLot, most: number) => {
    const had = back.get(id) ?? 0;
    const part = Math.min(left, most, room - had);
    if (part > 0) back.set(id, had + part);
    left -= Math.max(0, part);
  };
  const used = new Map(uses.map(({ lotId, points: taken }) => [lotId, taken]));
  const longestLived = [...lots].sort(compareLots).reverse();
  for (const lot of longestLived) fill(lot, used.get(lot.id) ?? 0);
  for (const lot of longestLived) fill(lot, left);
  if (left > 0) throw new RangeError(`The lots have no room for ${left} of ${points} points that come back.`);
  const after = balanced({
    ...wallet,
    active: wallet.active + points - covered,
    deficit: wallet.deficit - covered,
    lifetimeSpent: wallet.lifetimeSpent - points,
  });
  return { wallet: after, uses: [...back].map(([lotId, returned]) => ({ lotId, points: returned })) };
}

/** Whether the lots that paid can take back all they gave. */
export function haveRoom(uses: readonly LotUse[], lots: readonly RefillableLot[]): boolean {
  const rooms = new Map(lots.map(({ id, room }) => [id, room]));
  return uses.every(({ lotId, points }) => points <= (rooms.get(lotId) ?? 0));
}

function pointsOf(uses: readonly LotUse[]): number {
  return uses.reduce((sum, use) => sum + use.points, 0);
}
