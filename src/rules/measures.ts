import { readMillionths } from './decimals.ts';
import { moneyProblem } from './earning.ts';
import { compileAmount, compileValue, ExpressionFault, type Facts } from './expressions.ts';
import { type GoalDefinition, ONE } from './game.types.ts';
import type { ActivityFacts } from './types.ts';

/** Why an activity adds nothing to a goal, as a sentence. */
export class NothingToCount {
  constructor(readonly reason: string) {}
}

/** What one activity adds: millionths for sums and counts, the short hash of a value for DISTINCT, or why nothing. */
export type Measured = number | string | NothingToCount;

/** What a goal counts of an activity that satisfies its condition. */
export type CompiledMeasure = (activity: ActivityFacts, facts: Facts) => Measured;

const NEGATIVE = new NothingToCount('An amount below 0 does not count.');
const NO_AMOUNT = new NothingToCount('The amount of the activity cannot be counted.');

/**
 * Prepares the measure of a goal.
 * @throws ExpressionError when the expression of SUM or DISTINCT cannot be compiled, RangeError when it is missing or
 * one too many.
 */
export function compileMeasure(
  { measure, expression }: Pick<GoalDefinition, 'measure' | 'expression'>,
  currencyCode: string,
): CompiledMeasure {
  if (measure === 'COUNT' || measure === 'SUM_VALUE') {
    if (expression !== null) throw new RangeError(`${measure} takes no expression; SUM and DISTINCT do.`);
    return measure === 'COUNT' ? () => ONE : (activity) => amountOf(activity, currencyCode);
  }
  if (expression === null) throw new RangeError(`${measure} needs an expression that says what it looks at.`);
  return measure === 'SUM' ? compileSum(expression, currencyCode) : compileDistinct(expression);
}

function compileSum(source: string, currencyCode: string): CompiledMeasure {
  const expression = compileAmount(source);
  return (activity, facts) => {
    if (expression.countsMoney && activity.value !== null) {
      const problem = moneyProblem(activity.value, currencyCode);
      if (problem !== null) return new NothingToCount(problem);
    }
    const amount = expression.run(facts);
    if (amount instanceof ExpressionFault) {
      return new NothingToCount(`The amount could not be computed: ${amount.reason}.`);
    }
    return amount < 0 ? NEGATIVE : amount;
  };
}

function compileDistinct(source: string): CompiledMeasure {
  const expression = compileValue(source);
  return (_activity, facts) => {
    const value = expression.run(facts);
    if (value instanceof ExpressionFault) {
      return new NothingToCount(`What is told apart could not be read: ${value.reason}.`);
    }
    return shortHash(value);
  };
}

function amountOf({ value }: ActivityFacts, currencyCode: string): Measured {
  const problem = moneyProblem(value, currencyCode);
  if (value === null || problem !== null) return new NothingToCount(problem ?? '');
  if (value.amount.startsWith('-')) return NEGATIVE;
  return readMillionths(value.amount) ?? NO_AMOUNT;
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * 64 bits of a text as 11 characters. A member has at most 1,000 values in one place, so two of them share a hash about
 * once in 10^14; whoever makes a collision on purpose only counts less.
 */
export function shortHash(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  let hash = '';
  for (let shift = 26; shift > 0; shift -= 6) hash += DIGITS[(high >>> shift) & 63];
  hash += DIGITS[((high & 3) << 4) | (low >>> 28)];
  for (let shift = 22; shift > 0; shift -= 6) hash += DIGITS[(low >>> shift) & 63];
  return hash + DIGITS[(low << 2) & 63];
}
