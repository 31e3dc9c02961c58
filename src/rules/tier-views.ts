import type { StandingState, TierDefinition, TierStep, TierTotals } from './game.types.ts';
import {
  type CompiledTier,
  type CompiledTiers,
  compileTiers,
  describeReached,
  describeTotal,
  highestMet,
  nextAbove,
  reachedAbove,
  tierOf,
  writeMetric,
} from './tiers.ts';

/** A member's tier, ready to be shown: decimal texts in the unit of the metric. */
export interface TierView {
  tier: string | null;
  since: number | null;
  next: string | null;
  /** What is lacking for the next tier; null when there is none. */
  toNext: string | null;
  /** What is lacking to keep the tier, "0" when nothing is; null without a tier. */
  toKeep: string | null;
  keepUntil: number | null;
}

/** What a review of a member's tier found. */
export interface TierReview {
  /** Null when nothing changed. */
  standing: StandingState | null;
  change: TierStep | null;
  /** True when the grace began just now: the member will lose the tier at `standing.keepUntil` and should be told. */
  atRisk: boolean;
  /** A sentence for the history. */
  reason: string;
  /** On the way up: the tiers reached, lowest first, whose badges are due. */
  reached: readonly TierDefinition[];
}

type TotalsOf = (windowMs: number | null) => TierTotals;

/** How a member stands among the tiers. @param totalsOf what the member has within a tier's window, now */
export function tierStanding(
  definitions: readonly TierDefinition[],
  standing: StandingState,
  totalsOf: TotalsOf,
): TierView {
  const tiers = compileTiers(definitions);
  const totalOf = totalBy(totalsOf);
  const current = tierOf(tiers, standing);
  const next = nextAbove(tiers, current);
  const lacking = (tier: CompiledTier | undefined) =>
    tier === undefined ? null : writeMetric(Math.max(0, tier.threshold - totalOf(tier)), tier.definition.metric);
  return {
    tier: standing.tier,
    since: standing.since,
    next: next?.reference.code ?? null,
    toNext: lacking(next),
    toKeep: lacking(current),
    keepUntil: standing.keepUntil,
  };
}

/**
 * Looks at a member's tier again, as the daily review does: the one thing that takes a tier away. Falling short begins the
 * grace of the tier, or ends the tier when it has none; after the grace the member comes to the highest tier that is met.
 * @param definitions the active tiers, and those no longer in force in which somebody may still stand
 */
export function reviewStanding(
  definitions: readonly TierDefinition[],
  standing: StandingState,
  totalsOf: TotalsOf,
  now: number,
): TierReview {
  const tiers = compileTiers(definitions);
  const totalOf = totalBy(totalsOf);
  const current = tierOf(tiers, standing);
  const met = highestMet(tiers, totalOf);
  if (standing.tier !== null && current === undefined) {
    const left = definitions.find(({ code }) => code === standing.tier);
    if (left !== undefined && met !== undefined && met.definition.rank > left.rank) {
      return risen(tiers, standing, { definition: left }, met, totalOf, now);
    }
    return moved(standing, met, 'DOWN', now, `The tier ${standing.tier} is no longer in force.`);
  }
  const rank = current?.definition.rank ?? Number.NEGATIVE_INFINITY;
  if (met !== undefined && met.definition.rank > rank) return risen(tiers, standing, current, met, totalOf, now);
  if (current === undefined || met === current) {
    return { ...UNCHANGED, standing: standing.keepUntil === null ? null : { ...standing, keepUntil: null } };
  }
  const reason = `${describeTotal(totalOf(current), current, null)} are not enough for “${current.reference.name}”.`;
  const { graceMs } = current.definition;
  if (standing.keepUntil === null && graceMs !== null) {
    return { ...UNCHANGED, standing: { ...standing, keepUntil: now + graceMs }, atRisk: true, reason };
  }
  if (standing.keepUntil !== null && now < standing.keepUntil) return UNCHANGED;
  return moved(standing, met, 'DOWN', now, reason);
}

/** A tier that a member had only by what was taken back. */
export interface TierLoss {
  from: string;
  /** Null: none is left. */
  to: string | null;
  /** The tiers that are not reached any more, with the one that was left. */
  lost: readonly TierDefinition[];
  /** A sentence for the history. */
  reason: string;
}

/**
 * What becomes of a member's tier when something is taken back: it is lost at once when it was met before and is not any more.
 * @returns null when the member keeps it, and when it was not met before either
 */
export function tierLoss(
  definitions: readonly TierDefinition[],
  standing: StandingState,
  before: TotalsOf,
  after: TotalsOf,
  currencyCode: string,
): TierLoss | null {
  const tiers = compileTiers(definitions);
  const current = tierOf(tiers, standing);
  if (current === undefined || totalBy(before)(current) < current.threshold) return null;
  const total = totalBy(after)(current);
  if (total >= current.threshold) return null;
  const met = highestMet(tiers, totalBy(after));
  const rank = met?.definition.rank ?? Number.NEGATIVE_INFINITY;
  // A higher one may be met by another metric: then nothing is lost.
  if (rank > current.definition.rank) return null;
  const lost = tiers.tiers.filter(
    ({ definition }) => definition.rank > rank && definition.rank <= current.definition.rank,
  );
  return {
    from: current.reference.code,
    to: met?.reference.code ?? null,
    lost: lost.map(({ definition }) => definition),
    reason: `An activity was reversed: ${describeTotal(total, current, currencyCode)} are not enough for “${current.reference.name}”.`,
  };
}

const UNCHANGED: TierReview = Object.freeze({ standing: null, change: null, atRisk: false, reason: '', reached: [] });

function risen(
  tiers: CompiledTiers,
  standing: StandingState,
  from: Pick<CompiledTier, 'definition'> | undefined,
  met: CompiledTier,
  totalOf: (tier: CompiledTier) => number,
  now: number,
): TierReview {
  const reason = describeReached(met, totalOf(met), null);
  const reached = reachedAbove(tiers, from, totalOf).map(({ definition }) => definition);
  return { ...moved(standing, met, 'UP', now, reason), reached };
}

function moved(
  standing: StandingState,
  to: CompiledTier | undefined,
  direction: TierStep['direction'],
  now: number,
  reason: string,
): TierReview {
  const tier = to?.reference.code ?? null;
  const change = { from: standing.tier, to: tier, direction };
  return { standing: { tier, since: now, keepUntil: null }, change, atRisk: false, reason, reached: [] };
}

function totalBy(totalsOf: TotalsOf): (tier: CompiledTier) => number {
  return ({ definition: { windowMs, metric } }) => totalsOf(windowMs)[metric];
}
