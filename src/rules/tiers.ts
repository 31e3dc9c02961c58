import { hundredthsOf, pointsOf } from './boards.ts';
import { type CampaignRun, type CompiledCampaign, compileMultiplier } from './campaigns.ts';
import { readDecimal, writeScaled } from './decimals.ts';
import type { StandingState, TierDefinition, TierMetric, TierTotals } from './game.types.ts';
import { dayOf } from './periods.ts';
import { compareCodes, standingLines } from './trace.ts';
import type { ActivityFacts, Evaluation, RuleReference } from './types.ts';
import { MS_PER_DAY } from './zones.ts';

/** An active tier, ready to be compared with totals. */
export interface CompiledTier {
  readonly reference: RuleReference;
  readonly definition: TierDefinition;
  /** In the unit of the metric: whole points and activities, hundredths of the currency. */
  readonly threshold: number;
  /** What multiplies the points of earning rules, shaped like a campaign without end or budget; null at 1. */
  readonly multiplying: CompiledCampaign | null;
}

/** The active tiers, lowest rank first. */
export interface CompiledTiers {
  readonly tiers: readonly CompiledTier[];
  /** Their different windows; null is for ever. */
  readonly windows: readonly (number | null)[];
}

const SCALES: Readonly<Record<TierMetric, number>> = { POINTS_EARNED: 0, VALUE_SPENT: 2, ACTIVITY_COUNT: 0 };

const compiledBefore = new WeakMap<readonly TierDefinition[], CompiledTiers>();

/**
 * Prepares tiers, whatever their order; only ACTIVE ones take part. One that no longer compiles is never reached. The same
 * list is compiled once, so that a review of all members costs nothing extra.
 */
export function compileTiers(definitions: readonly TierDefinition[]): CompiledTiers {
  const known = compiledBefore.get(definitions);
  if (known !== undefined) return known;
  const active = definitions.filter(({ status }) => status === 'ACTIVE').sort(compareCodes);
  const tiers = active.flatMap(compileTier).sort((left, right) => left.definition.rank - right.definition.rank);
  const compiled = { tiers, windows: [...new Set(tiers.map(({ definition }) => definition.windowMs))] };
  compiledBefore.set(definitions, compiled);
  return compiled;
}

/** Reads a threshold in the unit of its metric, rounded up; null when it is no amount or too large to be exact. */
export function readThreshold({ threshold, metric }: Pick<TierDefinition, 'threshold' | 'metric'>): number | null {
  const units = readDecimal(threshold)
    ?.times(10 ** SCALES[metric])
    .ceil();
  if (units === undefined || units.isNegative() || units.greaterThan(Number.MAX_SAFE_INTEGER)) return null;
  return units.toNumber();
}

/** Writes an amount of a metric as decimal text. */
export function writeMetric(amount: number, metric: TierMetric): string {
  return writeScaled(amount, SCALES[metric]);
}

/** "120 of 500 points", "99.5 of 500 SEK", "3 of 12 activities". */
export function describeTotal(amount: number, tier: CompiledTier, currencyCode: string | null): string {
  const { metric } = tier.definition;
  const units = {
    POINTS_EARNED: ' points',
    VALUE_SPENT: currencyCode === null ? '' : ` ${currencyCode}`,
    ACTIVITY_COUNT: ' activities',
  };
  return `${writeMetric(amount, metric)} of ${writeMetric(tier.threshold, metric)}${units[metric]}`;
}

/** "“Silver” is reached: 120 of 100 points." */
export function describeReached(tier: CompiledTier, amount: number, currencyCode: string | null): string {
  const { name } = tier.reference;
  if (tier.threshold === 0) return `“${name}” is reached.`;
  return `“${name}” is reached: ${describeTotal(amount, tier, currencyCode)}.`;
}

/**
 * The first local day that a window holds: P30D holds thirty whole local days, the running one among them, also when the
 * clock changes between. Null for a window that is for ever.
 * @throws RangeError when the zone is unknown.
 */
export function windowStart(windowMs: number | null, now: number, timeZone: string): number | null {
  if (windowMs === null) return null;
  return dayOf(now, timeZone) - Math.max(1, Math.ceil(windowMs / MS_PER_DAY)) + 1;
}

/** What one evaluated activity adds to the totals of its day. */
export function countedOf(evaluation: Evaluation, { value }: ActivityFacts, currencyCode: string): TierTotals {
  return {
    POINTS_EARNED: pointsOf(evaluation),
    VALUE_SPENT: value?.currencyCode === currencyCode ? hundredthsOf(value.amount) : 0,
    ACTIVITY_COUNT: 1,
  };
}

/** The tier a member stands in; undefined in none, and for one that is no longer in force. */
export function tierOf({ tiers }: CompiledTiers, { tier }: StandingState): CompiledTier | undefined {
  return tier === null ? undefined : tiers.find(({ reference }) => reference.code === tier);
}

/** The highest tier whose threshold is met. */
export function highestMet(
  { tiers }: CompiledTiers,
  totalOf: (tier: CompiledTier) => number,
): CompiledTier | undefined {
  return tiers.findLast((tier) => totalOf(tier) >= tier.threshold);
}

/** The tiers above one that are met, up to the highest of them, lowest first: each was reached on the way. */
export function reachedAbove(
  { tiers }: CompiledTiers,
  from: Pick<CompiledTier, 'definition'> | undefined,
  totalOf: (tier: CompiledTier) => number,
): CompiledTier[] {
  const rank = from?.definition.rank ?? Number.NEGATIVE_INFINITY;
  return tiers.filter((tier) => tier.definition.rank > rank && totalOf(tier) >= tier.threshold);
}

/** The lowest tier above one, or the lowest of all. */
export function nextAbove({ tiers }: CompiledTiers, from: CompiledTier | undefined): CompiledTier | undefined {
  const rank = from?.definition.rank ?? Number.NEGATIVE_INFINITY;
  return tiers.find((tier) => tier.definition.rank > rank);
}

/** What the tier a member stands in multiplies during one evaluation; null when it does not. */
export function tierRun(tiers: CompiledTiers, standing: StandingState): CampaignRun | null {
  const campaign = tierOf(tiers, standing)?.multiplying ?? null;
  if (campaign === null) return null;
  return { campaign, remaining: Number.POSITIVE_INFINITY, multiplies: true, wanted: 0, given: 0, reason: '' };
}

function compileTier(definition: TierDefinition): CompiledTier[] {
  const { code, version, name } = definition;
  const reference: RuleReference = Object.freeze({ kind: 'tier', code, version, name });
  const threshold = readThreshold(definition);
  if (threshold === null) return [];
  try {
    return [{ reference, definition, threshold, multiplying: compileMultiplying(reference, definition.multiplier) }];
  } catch {
    return [];
  }
}

function compileMultiplying(reference: RuleReference, text: string): CompiledCampaign | null {
  const multiplier = compileMultiplier(text);
  if (multiplier.units === 10n ** multiplier.scale) return null;
  return {
    reference,
    triggers: null,
    startsAt: Number.NEGATIVE_INFINITY,
    endsAt: Number.POSITIVE_INFINITY,
    condition: null,
    multiplier,
    bonus: 0,
    stacking: 'MULTIPLY',
    budget: Number.POSITIVE_INFINITY,
    usageKey: '',
    lines: standingLines(reference, null, null, null),
    place: 0,
  };
}
