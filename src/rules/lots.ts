/**
 * Points live in lots: each credit makes one, each debit eats from the ones that expire soonest. All arithmetic here is
 * on whole points and changes nothing in place.
 */

/** A lot as far as spending is concerned. The caller passes only lots that are active now. */
export interface Lot {
  id: string;
  /** Whole points left, at least 0. */
  remaining: number;
  activeAt: number;
  expiresAt: number | null;
}

export interface LotUse {
  lotId: string;
  points: number;
}

/** Either every point was found (`missing` is 0) or nothing is taken and `missing` says how many are lacking. */
export interface Consumption {
  uses: LotUse[];
  missing: number;
}

/** active + pending = lifetimeEarned - lifetimeSpent - lifetimeExpired, always; none is ever negative. */
export interface WalletFigures {
  active: number;
  pending: number;
  lifetimeEarned: number;
  lifetimeSpent: number;
  lifetimeExpired: number;
}

/** Sorts into the order in which lots are spent: soonest expiry first, never-expiring last, then activeAt, then id. */
export function compareLots(left: Lot, right: Lot): number {
  if (left.expiresAt !== right.expiresAt) {
    return (left.expiresAt ?? Number.POSITIVE_INFINITY) < (right.expiresAt ?? Number.POSITIVE_INFINITY) ? -1 : 1;
  }
  if (left.activeAt !== right.activeAt) return left.activeAt - right.activeAt;
  if (left.id === right.id) return 0;
  return left.id < right.id ? -1 : 1;
}

/** Which lots give how many points. */
export function consume(lots: readonly Lot[], points: number): Consumption {
  assertWhole(points, 1);
  const uses: LotUse[] = [];
  let missing = points;
  for (const lot of [...lots].sort(compareLots)) {
    assertWhole(lot.remaining, 0);
    if (missing === 0) break;
    if (lot.remaining === 0) continue;
    const taken = Math.min(lot.remaining, missing);
    uses.push({ lotId: lot.id, points: taken });
    missing -= taken;
  }
  return missing > 0 ? { uses: [], missing } : { uses, missing: 0 };
}

/** A wallet that has never seen a point. */
export const emptyWallet: Readonly<WalletFigures> = Object.freeze({
  active: 0,
  pending: 0,
  lifetimeEarned: 0,
  lifetimeSpent: 0,
  lifetimeExpired: 0,
});

/** The wallet after a credit, which is spendable at once or pending. */
export function walletAfterCredit(wallet: WalletFigures, points: number, pending: boolean): WalletFigures {
  assertWhole(points, 1);
  return balanced({
    ...wallet,
    active: wallet.active + (pending ? 0 : points),
    pending: wallet.pending + (pending ? points : 0),
    lifetimeEarned: wallet.lifetimeEarned + points,
  });
}

/** The wallet after pending points have become spendable. */
export function walletAfterActivation(wallet: WalletFigures, points: number): WalletFigures {
  assertWhole(points, 1);
  return balanced({ ...wallet, active: wallet.active + points, pending: wallet.pending - points });
}

/** The wallet after active points have expired. */
export function walletAfterExpiry(wallet: WalletFigures, points: number): WalletFigures {
  assertWhole(points, 1);
  return balanced({
    ...wallet,
    active: wallet.active - points,
    lifetimeExpired: wallet.lifetimeExpired + points,
  });
}

/** The wallet after active points were spent. Check with `consume` first: too few active points is an error here. */
export function walletAfterDebit(wallet: WalletFigures, points: number): WalletFigures {
  assertWhole(points, 1);
  return balanced({ ...wallet, active: wallet.active - points, lifetimeSpent: wallet.lifetimeSpent + points });
}

function assertWhole(points: number, least: number): void {
  if (!Number.isSafeInteger(points) || points < least) {
    throw new RangeError(`Points must be a whole number of at least ${least}, not ${points}.`);
  }
}

function balanced(wallet: WalletFigures): WalletFigures {
  const { active, pending, lifetimeEarned, lifetimeSpent, lifetimeExpired } = wallet;
  for (const points of [active, pending, lifetimeEarned, lifetimeSpent, lifetimeExpired]) assertWhole(points, 0);
  if (active + pending !== lifetimeEarned - lifetimeSpent - lifetimeExpired) {
    throw new RangeError(
      `The wallet does not balance: ${active} active and ${pending} pending against ${lifetimeEarned} earned, ` +
        `${lifetimeSpent} spent and ${lifetimeExpired} expired.`,
    );
  }
  return wallet;
}
