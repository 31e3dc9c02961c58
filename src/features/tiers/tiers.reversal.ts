import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { emitEffectIn } from '../../recording/effects.ts';
import { tiersOf } from '../../rules/game.ts';
import { type TierLoss, tierLoss } from '../../rules/game-views.ts';
import type { Programme } from '../../rules/programme.ts';
import type { MemberFacts } from '../../rules/types.ts';
import { newEntryId } from '../points/entry-ids.ts';
import { recountDaysIn } from './tiers.days.ts';
import { TIER_CHANGED } from './tiers.events.ts';
import { insertChanges, writeStandings } from './tiers.rows.ts';
import { MemberTiers } from './tiers.state.ts';

/** Whose activity is being reversed. */
export interface TierReversal {
  programme: Programme;
  member: MemberFacts;
  activityId: string;
}

/** What a reversal took of a member's tier. */
export interface LostTier extends TierLoss {
  effect: Effect;
}

/** Where a member stands once something was taken back. */
export interface TierAfterwards {
  /** The code of the tier; null in none. */
  tier: string | null;
  /** Null when the member has kept the tier. */
  lost: LostTier | null;
}

/** Finishes what `beginTiersIn` began, once everything else is taken back. */
export type FinishTiers = () => Promise<TierAfterwards>;

/**
 * Looks at what a member has towards tiers before an activity is reversed. What it gives back counts the member's days anew
 * and, when the tier was met before and is not any more, takes it at once and without grace: it is a correction, not a
 * shortfall. Who fell short before keeps the time to catch up. The caller holds the member's lock.
 */
export async function beginTiersIn(tx: Tx, { programme, member, activityId }: TierReversal): Promise<FinishTiers> {
  const tiers = tiersOf(programme);
  if (tiers.length === 0) return () => Promise.resolve({ tier: null, lost: null });
  const { program } = programme;
  const wanted = { tiers, memberIds: [member.id], now: tx.now, timeZone: program.timeZone };
  const before = await MemberTiers.load(tx, wanted);
  return async () => {
    await recountDaysIn(tx, [member.id], program);
    const after = await MemberTiers.load(tx, wanted);
    const standing = before.standingOf(member.id, member.joinedAt);
    const loss = tierLoss(tiers, standing, before.totalsOf(member.id), after.totalsOf(member.id), program.currencyCode);
    if (loss === null) return { tier: standing.tier, lost: null };
    const { from, to, reason } = loss;
    await writeStandings(tx, [{ memberId: member.id, tier: to, since: tx.now, keepUntil: null }]);
    const change = { id: newEntryId(tx), memberId: member.id, fromTier: from, toTier: to, direction: 'DOWN' as const };
    await insertChanges(tx, [{ ...change, activityId, reason, occurredAt: tx.now }]);
    const effect = await emitEffectIn(tx, TIER_CHANGED, member.id, { from, to, direction: 'DOWN' });
    return { tier: to, lost: { ...loss, effect } };
  };
}
