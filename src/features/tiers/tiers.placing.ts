import type { Tx } from '../../platform/tx.ts';
import type { TierDefinition } from '../../rules/game.types.ts';
import { reviewStanding, type TierReview, tierStanding } from '../../rules/game-views.ts';
import { newEntryId } from '../points/entry-ids.ts';
import { TIER } from './tiers.definitions.ts';
import { emitAtRiskIn, emitChangedIn } from './tiers.events.ts';
import { type ChangeRow, insertChanges, type StandingRow, writeStandings } from './tiers.rows.ts';
import { MemberTiers } from './tiers.state.ts';

/** A badge that is due because its tier was reached. */
export interface TierAward {
  memberId: string;
  badge: string;
  cause: { kind: string; code: string };
  reason: string;
}

/** Awards badges inside a transaction that holds the members' locks; handed over by the composition root. */
export type AwardBadges = (tx: Tx, awards: readonly TierAward[]) => Promise<unknown>;

/** Whose standings are to be looked at, and by what. */
export interface Placing {
  /** In every state: members may still stand in one that is no longer in force. */
  tiers: readonly TierDefinition[];
  timeZone: string;
  /** `joinedAt` is epoch milliseconds. */
  members: readonly { id: string; joinedAt: number }[];
  award: AwardBadges;
  /** Nobody is warned and nothing is taken away: what members gained is all there is to look at. */
  onlyUp?: boolean;
}

/** What became of the members that were looked at. */
export interface Placed {
  /** Whose standing is another one now, be it only that the time to catch up began or ended. */
  settled: number;
  /** Who is in another tier now. */
  changed: number;
  /** Who was warned. */
  warned: number;
}

/**
 * Looks at the standings of some members again, as of now, and stores and tells what has changed: this is the one thing that
 * takes a tier away. The caller holds the members' locks.
 */
export async function placeIn(tx: Tx, placing: Placing): Promise<Placed> {
  const { tiers, timeZone, members, award, onlyUp = false } = placing;
  const memberIds = members.map(({ id }) => id);
  const state = await MemberTiers.load(tx, { tiers, memberIds, now: tx.now, timeZone });
  const standings: StandingRow[] = [];
  const changes: ChangeRow[] = [];
  const awards: TierAward[] = [];
  let warned = 0;
  for (const { id: memberId, joinedAt } of members) {
    const totalsOf = state.totalsOf(memberId);
    const review = reviewStanding(tiers, state.standingOf(memberId, joinedAt), totalsOf, tx.now);
    if (review.standing === null || (onlyUp && !isGain(review))) continue;
    standings.push({ memberId, ...review.standing });
    if (review.change !== null) changes.push(changeOf(tx, memberId, review, review.change));
    awards.push(...awardsOf(memberId, review));
    const { tier, keepUntil } = review.standing;
    if (!review.atRisk || tier === null || keepUntil === null) continue;
    const toKeep = tierStanding(tiers, review.standing, totalsOf).toKeep ?? '0';
    emitAtRiskIn(tx, memberId, { tier, keepUntil: new Date(keepUntil).toISOString(), toKeep });
    warned += 1;
  }
  await Promise.all([writeStandings(tx, standings), insertChanges(tx, changes)]);
  await award(tx, awards);
  return { settled: standings.length, changed: changes.length, warned };
}

function isGain({ change, atRisk }: TierReview): boolean {
  return !atRisk && change?.direction !== 'DOWN';
}

function changeOf(
  tx: Tx,
  memberId: string,
  { reason }: TierReview,
  { from, to, direction }: NonNullable<TierReview['change']>,
): ChangeRow {
  emitChangedIn(tx, memberId, { from, to, direction });
  const id = newEntryId(tx);
  return { id, memberId, fromTier: from, toTier: to, direction, activityId: null, reason, occurredAt: tx.now };
}

function awardsOf(memberId: string, { reached }: TierReview): TierAward[] {
  return reached.flatMap(({ code, name, badge }) => {
    return badge === null ? [] : [{ memberId, badge, cause: { kind: TIER, code }, reason: `Reached ${name}.` }];
  });
}
