import type { LotUse, WalletFigures } from './lots.ts';

/** What comes back to which lot, and the wallet afterwards. */
export interface Refund<Wallet> {
  wallet: Wallet;
  uses: LotUse[];
}

/**
 * The wallet after a debit is undone, and the points that its lots get back: all of them, unless points were taken back
 * meanwhile that had been spent. Those are covered first, by the lots that would expire first.
 * @param uses what the debit took from which lots, in the order in which they were spent
 */
export function refunded<Wallet extends WalletFigures>(wallet: Wallet, uses: readonly LotUse[]): Refund<Wallet> {
  const points = uses.reduce((sum, use) => sum + use.points, 0);
  let owed = Math.min(deficitOf(wallet), points);
  const after = {
    ...wallet,
    active: wallet.active + points - owed,
    lifetimeSpent: wallet.lifetimeSpent - points,
    ...(owed > 0 ? { deficit: deficitOf(wallet) - owed } : {}),
  };
  const back = uses.map((use) => {
    const covered = Math.min(owed, use.points);
    owed -= covered;
    return { ...use, points: use.points - covered };
  });
  return { wallet: after, uses: back.filter((use) => use.points > 0) };
}

/** Points that were taken back after they had been spent. */
export function deficitOf(wallet: WalletFigures & { deficit?: number }): number {
  return wallet.deficit ?? 0;
}
