import { readScaled } from './decimals.ts';
import { countPoints, isAllowed, MOST_POINTS } from './earning.ts';
import { type CompiledExpression, compileCondition } from './expressions.ts';
import { matchedLine, type StandingLines, standingLines } from './trace.ts';
import type { CampaignDefinition, RuleEvaluation, RuleReference, Stacking } from './types.ts';

/**
 * Campaigns add points on top of what rules give.
 *
 * Stacking: every matching MULTIPLY campaign multiplies; of the matching HIGHEST ones only the one with the largest
 * multiplier does, the first by code when several share it. A campaign whose budget is used up takes no part.
 *
 * Shares: campaigns take their turn in the order of their codes. The share of each is what the running product, rounded
 * down, gives beyond that of the campaigns before it, as if those gave theirs in full.
 */
export interface CompiledCampaign {
  readonly reference: RuleReference;
  readonly triggers: readonly string[] | null;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly condition: CompiledExpression<boolean> | null;
  readonly multiplier: Multiplier | null;
  readonly bonus: number;
  readonly stacking: Stacking;
  /** Infinity when there is none. */
  readonly budget: number;
  readonly usageKey: string;
  readonly lines: StandingLines;
  /** Among HIGHEST campaigns: 0 has the largest multiplier. */
  readonly place: number;
}

/** units / 10^scale, at least 1. */
interface Multiplier {
  readonly text: string;
  readonly units: bigint;
  readonly scale: bigint;
}

/** What one campaign does during one evaluation. */
export interface CampaignRun {
  readonly campaign: CompiledCampaign;
  /** What the budget has left. */
  remaining: number;
  multiplies: boolean;
  /** Extra points before budget and caps, and those really given. */
  wanted: number;
  given: number;
  reason: string;
}

/** Prepares a campaign; one that does not compile never matches and says why. */
export function compileCampaign(definition: CampaignDefinition): CompiledCampaign {
  const { code, version, name, startsAt, endsAt } = definition;
  const reference: RuleReference = Object.freeze({ kind: 'campaign', code, version, name });
  const common = {
    reference,
    triggers: definition.triggers,
    startsAt,
    endsAt,
    stacking: definition.stacking,
    budget: definition.budget ?? Number.POSITIVE_INFINITY,
    usageKey: `campaign:${code}|PROGRAM|LIFETIME`,
    place: 0,
  };
  try {
    return {
      ...common,
      condition: definition.condition === null ? null : compileCondition(definition.condition),
      multiplier: definition.multiplier === null ? null : compileMultiplier(definition.multiplier),
      bonus: compileBonus(definition.bonus),
      lines: standingLines(reference, startsAt, endsAt, null),
    };
  } catch (error) {
    const broken = `The campaign cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`;
    const lines = standingLines(reference, startsAt, endsAt, broken);
    return { ...common, condition: null, multiplier: null, bonus: 0, lines };
  }
}

/** Settles once which HIGHEST campaign wins against which: larger multiplier first, then code. */
export function orderHighest(campaigns: readonly CompiledCampaign[]): CompiledCampaign[] {
  const ordered = campaigns.filter(({ stacking, multiplier }) => stacking === 'HIGHEST' && multiplier !== null);
  // The sort is stable and the campaigns come in the order of their codes.
  ordered.sort((left, right) => compareMultipliers(right.multiplier, left.multiplier));
  return campaigns.map((campaign) => ({ ...campaign, place: ordered.indexOf(campaign) }));
}

/** Decides which of the matching campaigns multiply, and tells the others why they do not. */
export function settleStacking(runs: readonly CampaignRun[]): void {
  let best: CampaignRun | null = null;
  for (const run of runs) {
    const { multiplier, stacking, place } = run.campaign;
    if (multiplier === null || run.remaining <= 0) continue;
    if (stacking === 'MULTIPLY') run.multiplies = true;
    else if (best === null || place < best.campaign.place) best = run;
  }
  if (best === null) return;
  best.multiplies = true;
  for (const run of runs) {
    const isBeaten = run.campaign.stacking === 'HIGHEST' && run.campaign.multiplier !== null && run !== best;
    if (isBeaten && run.remaining > 0) run.reason = `${best.campaign.reference.name} multiplies by at least as much.`;
  }
}

/**
 * The extra points each multiplying campaign adds to the base points of a rule, before budgets and caps.
 * Base and extras together stay within 1,000,000,000.
 */
export function sharesOf(multiplying: readonly CampaignRun[], base: number): number[] {
  let units = 1n;
  let scale = 0n;
  let total = base;
  return multiplying.map(({ campaign }) => {
    units *= campaign.multiplier?.units ?? 1n;
    scale += campaign.multiplier?.scale ?? 0n;
    const product = (BigInt(base) * units) / 10n ** scale;
    const next = product > BigInt(MOST_POINTS) ? MOST_POINTS : Number(product);
    const share = next - total;
    total = next;
    return share;
  });
}

/** Takes points out of a campaign's budget: all that are wanted, or what is left. */
export function drawFrom(run: CampaignRun, wanted: number, room: number): number {
  const points = Math.min(wanted, run.remaining, room);
  run.remaining -= points;
  run.given += points;
  return points;
}

/** The line of a matching campaign in the trace. */
export function campaignLine(run: CampaignRun): RuleEvaluation {
  const { campaign, wanted, given } = run;
  return matchedLine(campaign.reference, explain(run), wanted, given, null, null);
}

function explain({ campaign, remaining, reason, wanted, given, multiplies }: CampaignRun): string {
  const { multiplier, bonus, budget } = campaign;
  if (wanted === 0 && reason === '' && remaining > 0) {
    return multiplier === null ? 'It gives no points.' : 'There were no points that it could have added to.';
  }
  const sentences: string[] = [];
  if (multiplies && multiplier !== null) sentences.push(`Multiplies by ${multiplier.text}.`);
  if (bonus > 0) sentences.push(`Adds ${countPoints(bonus)}.`);
  if (reason !== '') sentences.push(reason);
  if (given < wanted) sentences.push(`Only ${given} of ${countPoints(wanted)} were given.`);
  if (remaining <= 0) sentences.push(`The budget of ${countPoints(budget)} is used up.`);
  return sentences.join(' ');
}

/** Reads a multiplier. @throws RangeError when it is not a decimal of at least 1. */
export function compileMultiplier(text: string): Multiplier {
  const scaled = readScaled(text);
  if (scaled === null) throw new RangeError(`"${text}" is not a multiplier.`);
  const multiplier = { text, units: BigInt(scaled.digits), scale: BigInt(scaled.scale) };
  if (multiplier.units < 10n ** multiplier.scale) throw new RangeError(`The multiplier ${text} is below 1.`);
  return multiplier;
}

function compileBonus(bonus: number | null): number {
  if (bonus === null) return 0;
  if (!isAllowed(bonus)) throw new RangeError(`${bonus} is not a number of points.`);
  return bonus;
}

function compareMultipliers(left: Multiplier | null, right: Multiplier | null): number {
  if (left === null || right === null) return 0;
  const difference = left.units * 10n ** right.scale - right.units * 10n ** left.scale;
  if (difference === 0n) return 0;
  return difference < 0n ? -1 : 1;
}
