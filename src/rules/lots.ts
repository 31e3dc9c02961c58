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

/**
 * active + pending - deficit = lifetimeEarned - lifetimeSpent - lifetimeExpired - lifetimeReversed, always; none is ever
 * negative, and nothing is active beside a deficit.
 */
export interface WalletFigures {
  active: number;
  pending: number;
  /** Points that were taken back after they had been spent, and that no later credit has covered yet. */
  deficit: number;
  lifetimeEarned: number;
  lifetimeSpent: number;
  lifetimeExpired: number;
  lifetimeReversed: number;
}

/** A wallet after points came in, and how many of them its deficit left in their lot. */
export interface Filled<Wallet> {
  wallet: Wallet;
  remaining: number;
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
  deficit: 0,
  lifetimeEarned: 0,
  lifetimeSpent: 0,
  lifetimeExpired: 0,
  lifetimeReversed: 0,
});

/** The sum of all a member's entries: what it has, pending or not, less what it owes. Negative while it owes more. */
export function balanceOf({ active, pending, deficit }: WalletFigures): number {
  return active + pending - deficit;
}

/** The wallet after a credit. What is spendable at once covers the deficit first; what is pending does so when it is activated. */
export function walletAfterCredit<Wallet extends WalletFigures>(
  wallet: Wallet,
  points: number,
  pending: boolean,
): Filled<Wallet> {
  assertWhole(points, 1);
  const covered = pending ? 0 : Math.min(wallet.deficit, points);
  const after = balanced({
    ...wallet,
    active: wallet.active + (pending ? 0 : points - covered),
    pending: wallet.pending + (pending ? points : 0),
    deficit: wallet.deficit - covered,
    lifetimeEarned: wallet.lifetimeEarned + points,
  });
  return { wallet: after, remaining: points - covered };
}

/** The wallet after pending points have been activated: they cover the deficit first, the rest can be spent. */
export function walletAfterActivation<Wallet extends WalletFigures>(wallet: Wallet, points: number): Filled<Wallet> {
  assertWhole(points, 1);
  const covered = Math.min(wallet.deficit, points);
  const after = balanced({
    ...wallet,
    active: wallet.active + points - covered,
    pending: wallet.pending - points,
    deficit: wallet.deficit - covered,
  });
  return { wallet: after, remaining: points - covered };
}

/** The wallet after active points have expired. */
export function walletAfterExpiry<Wallet extends WalletFigures>(wallet: Wallet, points: number): Wallet {
  assertWhole(points, 1);
  return balanced({
    ...wallet,
    active: wallet.active - points,
    lifetimeExpired: wallet.lifetimeExpired + points,
  });
}

/** The wallet after active points were spent. Check with `consume` first: too few active points is an error here. */
export function walletAfterDebit<Wallet extends WalletFigures>(wallet: Wallet, points: number): Wallet {
  assertWhole(points, 1);
  return balanced({ ...wallet, active: wallet.active - points, lifetimeSpent: wallet.lifetimeSpent + points });
}

export function assertWhole(points: number, least: number): void {
  if (!Number.isSafeInteger(points) || points < least) {
    throw new RangeError(`Points must be a whole number of at least ${least}, not ${points}.`);
  }
}

/** The wallet itself. @throws RangeError when its figures cannot be: see WalletFigures. */
export function balanced<Wallet extends WalletFigures>(wallet: Wallet): Wallet {
  const { active, pending, deficit, lifetimeEarned, lifetimeSpent, lifetimeExpired, lifetimeReversed } = wallet;
  for (const points of [active, pending, deficit, lifetimeEarned, lifetimeSpent, lifetimeExpired, lifetimeReversed]) {
    assertWhole(points, 0);
  }
  if (balanceOf(wallet) !== lifetimeEarned - lifetimeSpent - lifetimeExpired - lifetimeReversed) {
    throw new RangeError(
      `The wallet does not balance: ${active} active, ${pending} pending and ${deficit} owed against ${lifetimeEarned} ` +
        `earned, ${lifetimeSpent} spent, ${lifetimeExpired} expired and ${lifetimeReversed} reversed.`,
    );
  }
  if (active > 0 && deficit > 0)
    throw new RangeError(`The wallet owes ${deficit} points beside ${active} active ones.`);
  return wallet;
}
