import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { balanceOf } from '../../rules/lots.ts';
import { type Claim, pointsToTake, takeBack } from '../../rules/take-back.ts';
import { newEntryId } from './entry-ids.ts';
import { readFates } from './points.credits.ts';
import { settleIn } from './points.cycle.ts';
import { emitIn } from './points.events.ts';
import {
  insertEntries,
  type LedgerRow,
  type LotRow,
  readEntries,
  readLotsById,
  readLotsToSpend,
  readWallet,
  updateLots,
  updateWallets,
} from './points.rows.ts';

/** Points of one credit that are to be taken back. */
export interface TakeBack {
  /** The entry that credited them. */
  entryId: string;
  /** How many of them are to be taken back in all, those taken before included: asking for the same twice takes nothing twice. */
  target: number;
  /** A sentence for the member. */
  reason: string;
}

/** Whose points are taken back, and why. */
export interface TakingBack {
  memberId: string;
  /**
   * The activity of this member that is being reversed. Entries that take back what names no activity itself, such as a
   * challenge that was paid later, name it. Null where it is another member's.
   */
  activityId: string | null;
  actor: string;
  takes: readonly TakeBack[];
}

/** What taking back did to one credit: the entry of the kind REVERSE, and the event. */
export interface TakenBack {
  entry: LedgerRow;
  effect: Effect;
}

/** One take together with the entry it is about. */
interface Asked {
  credit: LedgerRow;
  claim: Claim;
  reason: string;
}

/**
 * Takes points of credits back inside a transaction that locks the member, in the order given. Settles the member first, so
 * that what has expired is not taken. Points that were spent leave a deficit, which the next credits cover.
 * @returns one for each credit of which points were taken; none for those of which nothing is left to take.
 */
export async function takeBackIn(tx: Tx, { memberId, activityId, actor, takes }: TakingBack): Promise<TakenBack[]> {
  await settleIn(tx, [memberId]);
  const asked = await askedIn(tx, memberId, takes);
  if (asked.length === 0) return [];
  let wallet = await readWallet(tx, memberId);
  const before = await lotsIn(tx, memberId, asked);
  let lots = before;
  const taken: TakenBack[] = [];
  for (const { credit, claim, reason } of asked) {
    const result = takeBack(wallet, lots, claim);
    wallet = result.wallet;
    lots = result.lots;
    const entry: LedgerRow = {
      ...{ id: newEntryId(tx), memberId, kind: 'REVERSE', points: -result.points, reason, rule: credit.rule, actor },
      ...{ balanceAfter: balanceOf(wallet), activityId: credit.activityId ?? activityId, reversesId: credit.id },
      ...{ activeAt: tx.now, expiresAt: null, occurredAt: tx.now, recordedAt: tx.now },
    };
    taken.push({ entry, effect: await emitIn(tx, 'PointsReversed', entry, result.points, wallet.active) });
  }
  const remaining = new Map(before.map((lot) => [lot.id, lot.remaining]));
  await Promise.all([
    insertEntries(
      tx,
      taken.map(({ entry }) => entry),
    ),
    updateLots(
      tx,
      lots.filter((lot) => lot.remaining !== remaining.get(lot.id)),
    ),
    updateWallets(tx, [wallet]),
  ]);
  return taken;
}

/** The takes of which anything is left to take. An entry comes up once: see `target`. */
async function askedIn(tx: Tx, memberId: string, takes: readonly TakeBack[]): Promise<Asked[]> {
  const ids = takes.map(({ entryId }) => entryId);
  if (new Set(ids).size < ids.length) throw new Error('An entry is to be taken back twice at once.');
  const credits = new Map((await readEntries(tx, ids)).map((entry) => [entry.id, entry]));
  const fates = ids.length === 0 ? new Map() : await readFates(tx, ids);
  return takes.flatMap(({ entryId, target, reason }) => {
    const credit = credits.get(entryId);
    if (credit?.memberId !== memberId || credit.points <= 0 || credit.kind === 'REFUND') {
      throw new Error(`The entry ${entryId} is no credit of member ${memberId}.`);
    }
    const { taken = 0, expired = 0 } = fates.get(entryId) ?? {};
    const claim: Claim = { entryId, points: credit.points, taken, expired, target };
    return pointsToTake(claim) === 0 ? [] : [{ credit, claim, reason }];
  });
}

/** The lots of the credits, and of the member's active ones as many as hold all that is to be taken. */
async function lotsIn(tx: Tx, memberId: string, asked: readonly Asked[]): Promise<LotRow[]> {
  const points = asked.reduce((sum, { claim }) => sum + pointsToTake(claim), 0);
  const own = await readLotsById(
    tx,
    asked.map(({ credit }) => credit.id),
  );
  const others = await readLotsToSpend(tx, memberId, points);
  return [...new Map([...own, ...others].map((lot) => [lot.id, lot])).values()];
}
