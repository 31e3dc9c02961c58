import { readDecimal } from '../../rules/decimals.ts';
import { MOST_POINTS } from '../../rules/earning.ts';
import { compileCondition, compilePoints } from '../../rules/expressions.ts';
import type { Cap, PointsFormula } from '../../rules/types.ts';
import {
  badInput,
  checkedDescription,
  checkedDuration,
  checkedExpression,
  checkedName,
  checkedNumber,
  checkedText,
} from '../program/index.ts';
import type { StoredCampaign, StoredEarningRule } from './earning.definitions.ts';
import type { CampaignInput, CapInput, EarningRuleInput, PointsFormulaInput } from './earning.inputs.ts';

/** Beyond this many, nobody can tell any more which cap holds points back. Six periods times two scopes is all there is. */
const MOST_CAPS = 12;
const MOST_TRIGGERS = 100;
/** A hundredfold is a typing mistake, not a campaign. */
const LARGEST_MULTIPLIER = 100;
/** GraphQL's Int. */
const LARGEST_INT = 2_147_483_647;

/**
 * Checks everything about an earning rule that can be known without the database and gives what is stored.
 * @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION with the path of the field.
 */
export function checkedRule(input: EarningRuleInput): StoredEarningRule {
  const startsAt = input.startsAt ?? null;
  const endsAt = input.endsAt ?? null;
  checkWindow(startsAt, endsAt);
  return {
    name: checkedName(input.name),
    description: checkedDescription(input.description),
    trigger: checkedText(input.trigger, ['trigger']),
    condition: checkedCondition(input.condition),
    points: checkedFormula(input.points),
    caps: checkedCaps(input.caps ?? []),
    pendingFor: checkedDuration(input.pendingFor, ['pendingFor']),
    expiresAfter: checkedDuration(input.expiresAfter, ['expiresAfter']),
    startsAt: startsAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
  };
}

/** The same for a campaign. @throws Refusal BAD_USER_INPUT or INVALID_EXPRESSION with the path of the field. */
export function checkedCampaign(input: CampaignInput): StoredCampaign {
  checkWindow(input.startsAt, input.endsAt);
  if (input.multiplier == null && input.bonus == null) {
    throw badInput(['multiplier'], 'A campaign gives something: set a multiplier, a bonus, or both.');
  }
  return {
    name: checkedName(input.name),
    description: checkedDescription(input.description),
    triggers: checkedTriggers(input.triggers),
    condition: checkedCondition(input.condition),
    multiplier: checkedMultiplier(input.multiplier),
    bonus: checkedNumber(input.bonus, ['bonus'], 1, MOST_POINTS),
    stacking: input.stacking,
    budget: checkedNumber(input.budget, ['budget'], 0, LARGEST_INT),
    startsAt: input.startsAt.toISOString(),
    endsAt: input.endsAt.toISOString(),
  };
}

function checkWindow(startsAt: Date | null, endsAt: Date | null): void {
  if (startsAt !== null && endsAt !== null && startsAt.getTime() >= endsAt.getTime()) {
    throw badInput(['endsAt'], 'endsAt must be later than startsAt; it is the first moment that no longer counts.');
  }
}

function checkedFormula(input: PointsFormulaInput): PointsFormula {
  const given = [input.fixed, input.perAmount, input.expression].filter((value) => value != null).length;
  if (given !== 1) {
    const found = given === 0 ? 'none is given' : `${given} are given`;
    throw badInput(['points'], `Set exactly one of fixed, perAmount and expression; ${found}.`);
  }
  const { perAmount } = input;
  if (perAmount) {
    checkedNumber(perAmount.points, ['points', 'perAmount', 'points'], 1, MOST_POINTS);
    if (!readDecimal(perAmount.per)?.gt(0)) {
      throw badInput(['points', 'perAmount', 'per'], 'per is the amount that gives the points; it must be above 0.');
    }
  }
  return {
    fixed: checkedNumber(input.fixed, ['points', 'fixed'], 1, MOST_POINTS),
    perAmount: perAmount ? { points: perAmount.points, per: perAmount.per, rounding: perAmount.rounding } : null,
    expression: checkedExpression(input.expression, ['points', 'expression'], compilePoints),
  };
}

function checkedCaps(caps: readonly CapInput[]): Cap[] {
  if (caps.length > MOST_CAPS) throw badInput(['caps'], `A rule has at most ${MOST_CAPS} caps.`);
  const seen = new Set<string>();
  return caps.map((cap, index) => {
    const path = ['caps', String(index)];
    if (cap.count == null && cap.points == null) {
      throw badInput(path, 'A cap limits something: set count, points, or both.');
    }
    const key = `${cap.per} ${cap.scope}`;
    if (seen.has(key)) {
      throw badInput(path, `There are two caps per ${cap.per} for ${cap.scope}; write count and points into one.`);
    }
    seen.add(key);
    return {
      per: cap.per,
      scope: cap.scope,
      count: checkedNumber(cap.count, [...path, 'count'], 1, LARGEST_INT),
      points: checkedNumber(cap.points, [...path, 'points'], 1, LARGEST_INT),
    };
  });
}

function checkedTriggers(triggers: readonly string[] | null | undefined): string[] | null {
  if (triggers == null) return null;
  if (triggers.length === 0 || triggers.length > MOST_TRIGGERS) {
    throw badInput(
      ['triggers'],
      `Name 1 to ${MOST_TRIGGERS} activity types, or leave triggers out to listen to every type.`,
    );
  }
  return [...new Set(triggers.map((trigger, index) => checkedText(trigger, ['triggers', String(index)])))].sort();
}

function checkedMultiplier(text: string | null | undefined): string | null {
  if (text == null) return null;
  const multiplier = readDecimal(text);
  if (multiplier?.gt(1) && multiplier.lte(LARGEST_MULTIPLIER)) return text;
  throw badInput(
    ['multiplier'],
    `A multiplier is above 1 and at most ${LARGEST_MULTIPLIER}: "2" doubles the points, "1.5" adds half of them.`,
  );
}

function checkedCondition(source: string | null | undefined): string | null {
  return checkedExpression(source, ['condition'], compileCondition);
}
