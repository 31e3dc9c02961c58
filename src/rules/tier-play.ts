import { giveBadge } from './badges.ts';
import type { CampaignRun } from './campaigns.ts';
import type { GameRun } from './game-run.ts';
import { dayOf } from './periods.ts';
import {
  type CompiledTier,
  type CompiledTiers,
  countedOf,
  describeReached,
  describeTotal,
  highestMet,
  nextAbove,
  reachedAbove,
  tierOf,
  windowStart,
} from './tiers.ts';
import { matchedLine, unmatched } from './trace.ts';
import type { RuleEvaluation } from './types.ts';

/**
 * Looks at the member's tier after everything else, with all points of the activity counted: reaching a higher one takes
 * effect at once, and nothing an activity does takes one away. Returns the one line about tiers in the receipt.
 * @param multiplied what the tier multiplied; null when it does not
 */
export function playTiers(
  run: GameRun,
  tiers: CompiledTiers,
  multiplied: CampaignRun | null,
  currencyCode: string,
): RuleEvaluation | null {
  const { standing } = run.state;
  const current = tierOf(tiers, standing);
  const lowest = tiers.tiers[0];
  if (lowest === undefined) return null;
  const totalOf = countOn(run, currencyCode);
  if (standing.tier !== null && current === undefined) {
    // Only a review knows what becomes of members whose tier is no longer in force.
    return unmatched(lowest.reference, `The tier ${standing.tier} is no longer in force; the next review decides.`);
  }
  const met = highestMet(tiers, totalOf);
  const isHigher = met !== undefined && met.definition.rank > (current?.definition.rank ?? Number.NEGATIVE_INFINITY);
  if (isHigher) {
    run.result.tier = { from: standing.tier, to: met.reference.code, direction: 'UP' };
    run.result.standing = { tier: met.reference.code, since: run.recordedAt, keepUntil: null };
  } else if (met !== undefined && standing.keepUntil !== null && met === current) {
    run.result.standing = { ...standing, keepUntil: null };
  }
  const sentences = multiplied === null || multiplied.given === 0 ? [] : [multiplierText(multiplied)];
  if (isHigher) {
    sentences.push(describeReached(met, totalOf(met), currencyCode));
    for (const tier of reachedAbove(tiers, current, totalOf)) sentences.push(...badgeOf(run, tier));
  } else {
    sentences.push(progressText(tiers, current, totalOf, currencyCode));
  }
  const reference = multiplierReference(multiplied) ?? (isHigher ? met : (current ?? lowest)).reference;
  if (!isHigher && (multiplied === null || multiplied.given === 0)) return unmatched(reference, sentences.join(' '));
  return matchedLine(reference, sentences.join(' '), multiplied?.wanted ?? 0, multiplied?.given ?? 0, null, null);
}

/** Puts what the activity adds into the result and returns how much the member has of a tier's metric with it. */
function countOn(run: GameRun, currencyCode: string): (tier: CompiledTier) => number {
  const counted = countedOf(run.evaluation, run.activity, currencyCode);
  run.result.counted = counted;
  const day = dayOf(run.activity.occurredAt, run.timeZone);
  return ({ definition: { windowMs, metric } }) => {
    const first = windowStart(windowMs, run.recordedAt, run.timeZone);
    const own = first === null || day >= first ? counted[metric] : 0;
    return run.state.totals(windowMs)[metric] + own;
  };
}

function badgeOf(run: GameRun, { reference, definition }: CompiledTier): string[] {
  if (definition.badge === null) return [];
  return [giveBadge(run, definition.badge, reference, `Tier “${reference.name}” reached`)];
}

function multiplierText({ campaign }: CampaignRun): string {
  return `Multiplies by ${campaign.multiplier?.text}.`;
}

/** What gave points must stand on the line of what is credited with them. */
function multiplierReference(multiplied: CampaignRun | null) {
  return multiplied !== null && multiplied.given > 0 ? multiplied.campaign.reference : null;
}

function progressText(
  tiers: CompiledTiers,
  current: CompiledTier | undefined,
  totalOf: (tier: CompiledTier) => number,
  currencyCode: string,
): string {
  const next = nextAbove(tiers, current);
  if (next === undefined) return 'It is the highest tier.';
  return `${describeTotal(totalOf(next), next, currencyCode)} towards “${next.reference.name}”.`;
}
