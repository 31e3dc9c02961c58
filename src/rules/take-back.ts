import { assertWhole, balanced, compareLots, type Lot, type WalletFigures } from './lots.ts';

/** A credit of which points are to be taken back. */
export interface Claim {
  /** The credit's entry; its lot has the same id. */
  entryId: string;
  /** What it credited. */
  points: number;
  /** How many of those were taken back before. */
  taken: number;
  /** How many of those have expired: they are never taken a second time. */
  expired: number;
  /** How many are to be taken back in all, those taken before included. */
  target: number;
}

/** A lot, pending or active. */
export interface HeldLot extends Lot {
  pending: boolean;
}

/** The wallet and all lots once points were taken back, and how many those were. */
export interface TakeBackResult<Wallet, Held> {
  wallet: Wallet;
  lots: Held[];
  points: number;
}

/** How many more points are to be taken back. */
export function pointsToTake({ points, taken, expired, target }: Claim): number {
  for (const figure of [points, taken, expired, target]) assertWhole(figure, 0);
  return Math.max(0, Math.min(target, points - expired) - taken);
}

/**
 * Takes back what a claim asks for: from the credit's own lot, pending or active; then from the other active lots in the
 * order in which they are spent; what is missing even then was spent, and the wallet owes it. So a lot never holds more
 * than its credit still gives, which is what was credited less what has expired and what was taken back.
 * @param lots at least the credit's own lot, and of the active ones as many as hold the points asked for
 */
export function takeBack<Wallet extends WalletFigures, Held extends HeldLot>(
  wallet: Wallet,
  lots: readonly Held[],
  claim: Claim,
): TakeBackResult<Wallet, Held> {
  const points = pointsToTake(claim);
  const others = lots.filter(({ id, pending }) => id !== claim.entryId && !pending).sort(compareLots);
  const left = new Map<string, Held>(lots.map((lot) => [lot.id, lot]));
  let [missing, active, pending] = [points, wallet.active, wallet.pending];
  for (const lot of [...lots.filter(({ id }) => id === claim.entryId), ...others]) {
    const part = Math.min(missing, lot.remaining);
    missing -= part;
    if (lot.pending) pending -= part;
    else active -= part;
    // A lot without points waits for nothing any more.
    const remaining = lot.remaining - part;
    left.set(lot.id, { ...lot, remaining, pending: lot.pending && remaining > 0 });
  }
  const deficit = wallet.deficit + missing;
  const lifetimeReversed = wallet.lifetimeReversed + points;
  return {
    wallet: balanced({ ...wallet, active, pending, deficit, lifetimeReversed }),
    lots: [...left.values()],
    points,
  };
}
