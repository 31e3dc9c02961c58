import { type TakenBack, takeBackIn } from '../../src/features/points/points.reversals.ts';
import type { Shop, WalletData } from '../recording/shop.ts';

/** A wallet with all its figures. */
export interface FullWallet extends WalletData {
  deficit: number;
  lifetimeReversed: number;
}

/** A wallet as GraphQL shows it. */
export async function fullWallet(shop: Shop, memberId: string): Promise<FullWallet> {
  const document = `query ($id: ID!) { member(id: $id) { wallet {
    active pending deficit lifetimeEarned lifetimeSpent lifetimeExpired lifetimeReversed } } }`;
  return (await shop.staff.data<{ member: { wallet: FullWallet } }>(document, { id: memberId })).member.wallet;
}

/** Takes points of entries back, each up to what is given, as reversing an activity does inside its transaction. */
export function takeBack(
  shop: Shop,
  memberId: string,
  targets: Readonly<Record<string, number>>,
  activityId: string | null = null,
): Promise<TakenBack[]> {
  const takes = Object.entries(targets).map(([entryId, target]) => ({ entryId, target, reason: 'Returned' }));
  return shop.app.core.work.run({ name: 'test.take-back', locks: [memberId] }, (tx) =>
    takeBackIn(tx, { memberId, activityId, actor: 'staff:test', takes }),
  );
}
