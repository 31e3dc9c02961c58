import type { TierMetric } from '../../rules/game.types.ts';
import { tierProblems } from '../../rules/game-definitions.ts';
import {
  badInput,
  checkedDescription,
  checkedDuration,
  checkedName,
  checkedNumber,
  checkedText,
  requireCode,
  requireSound,
} from '../program/index.ts';
import {
  type BenefitInput,
  type StoredTier,
  type TierBenefit,
  type TierInput,
  tierDefinition,
} from './tiers.definitions.ts';

/** Beyond this many, nobody can tell any more what a tier is worth. */
const MOST_BENEFITS = 50;
const HIGHEST_RANK = 1_000;
/** A hundredfold is a typing mistake, not a tier. */
const LARGEST_MULTIPLIER = 100;
/** Digits behind the point that a threshold can have. */
const DECIMALS: Record<TierMetric, number> = { POINTS_EARNED: 0, VALUE_SPENT: 2, ACTIVITY_COUNT: 0 };

/**
 * Checks everything about a tier that can be known without the database and gives what is stored.
 * @throws Refusal BAD_USER_INPUT with the path of the field.
 */
export function checkedTier(input: TierInput): StoredTier {
  const { code, status, metric, threshold, multiplier } = input;
  const tier: StoredTier = {
    name: checkedName(input.name),
    description: checkedDescription(input.description),
    rank: checkedNumber(input.rank, ['rank'], 1, HIGHEST_RANK) ?? 1,
    metric,
    threshold,
    window: checkedDuration(input.window, ['window']),
    grace: checkedDuration(input.grace, ['grace']),
    multiplier,
    benefits: checkedBenefits(input.benefits ?? []),
    badge: input.badge == null ? null : checkedText(input.badge, ['badge']),
  };
  const unsaved = { version: 0, createdAt: new Date(0), updatedAt: new Date(0) };
  requireSound(tierProblems(tierDefinition({ ...tier, ...unsaved, code, status }), []), input);
  requireReachable(tier);
  return tier;
}

/** What the pure core would take, and nobody would mean. */
function requireReachable({ metric, threshold, multiplier }: StoredTier): void {
  const decimals = DECIMALS[metric];
  if ((threshold.split('.')[1] ?? '').length > decimals) {
    const what =
      decimals === 0
        ? 'A threshold in points or activities is a whole number'
        : `Money has at most ${decimals} decimals`;
    throw badInput(['threshold'], `${what}.`);
  }
  if (Number(multiplier) <= LARGEST_MULTIPLIER) return;
  throw badInput(['multiplier'], `A multiplier is from 1 to ${LARGEST_MULTIPLIER}: "2" doubles the points.`);
}

function checkedBenefits(benefits: readonly BenefitInput[]): TierBenefit[] {
  if (benefits.length > MOST_BENEFITS) throw badInput(['benefits'], `A tier has at most ${MOST_BENEFITS} benefits.`);
  return benefits.map(checkedBenefit);
}

function checkedBenefit({ code, name, description }: BenefitInput, index: number, all: readonly BenefitInput[]) {
  const path = ['benefits', String(index)];
  requireCode(code, [...path, 'code']);
  if (all.slice(0, index).some((other) => other.code === code)) {
    throw badInput([...path, 'code'], `Two benefits have the code "${code}"; each is named once.`);
  }
  return {
    code,
    name: checkedName(name, [...path, 'name']),
    description: checkedDescription(description, [...path, 'description']),
  };
}
