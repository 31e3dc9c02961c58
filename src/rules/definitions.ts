import { compileMultiplier } from './campaigns.ts';
import { compileRate, isAllowed, MOST_POINTS } from './earning.ts';
import { compileCondition, compilePoints, ExpressionError } from './expressions.ts';
import type { CampaignDefinition, Cap, EarningRuleDefinition } from './types.ts';

/** What is wrong with one input field of a rule or campaign that somebody wants to save. */
export interface DefinitionProblem {
  /** The field in the input, for example ['points', 'perAmount', 'per']. */
  readonly path: readonly string[];
  /** Full sentences for the person who wrote it. */
  readonly message: string;
  /** True for a CEL expression, which has an error code of its own. */
  readonly isExpression: boolean;
  /** Zero-based offset into the expression where that is known. */
  readonly position: number | null;
}

type Fields = Pick<EarningRuleDefinition, 'condition' | 'points' | 'caps' | 'startsAt' | 'endsAt'>;
type CampaignFields = Pick<CampaignDefinition, 'condition' | 'multiplier' | 'bonus' | 'budget' | 'startsAt' | 'endsAt'>;

/** Everything that would keep an earning rule from working, all at once; empty when it may be saved. */
export function earningRuleProblems(rule: Fields): DefinitionProblem[] {
  const { fixed, perAmount, expression } = rule.points;
  const problems = [
    ...(rule.condition === null ? [] : attempt(['condition'], () => compileCondition(rule.condition ?? ''))),
    ...spanProblems(rule.startsAt, rule.endsAt),
    ...rule.caps.flatMap(capProblems),
  ];
  if ([fixed, perAmount, expression].filter((formula) => formula !== null).length !== 1) {
    problems.push(problem(['points'], 'Give exactly one of fixed, perAmount and expression.'));
  }
  if (fixed !== null && (!isAllowed(fixed) || fixed === 0)) {
    problems.push(problem(['points', 'fixed'], `Fixed points must be from 1 to ${MOST_POINTS}.`));
  }
  if (perAmount !== null) problems.push(...attempt(['points', 'perAmount'], () => compileRate(perAmount, '')));
  if (expression !== null) problems.push(...attempt(['points', 'expression'], () => compilePoints(expression)));
  return problems;
}

/** Everything that would keep a campaign from working, all at once; empty when it may be saved. */
export function campaignProblems(campaign: CampaignFields): DefinitionProblem[] {
  const { condition, multiplier, bonus, budget, startsAt, endsAt } = campaign;
  const problems = [
    ...(condition === null ? [] : attempt(['condition'], () => compileCondition(condition))),
    ...(multiplier === null ? [] : attempt(['multiplier'], () => compileMultiplier(multiplier))),
    ...spanProblems(startsAt, endsAt),
  ];
  if (multiplier === null && bonus === null) {
    problems.push(problem(['multiplier'], 'Give a multiplier, a bonus or both.'));
  }
  if (bonus !== null && (!isAllowed(bonus) || bonus === 0)) {
    problems.push(problem(['bonus'], `A bonus must be from 1 to ${MOST_POINTS} points.`));
  }
  if (budget !== null && (!Number.isInteger(budget) || budget < 0)) {
    problems.push(problem(['budget'], 'A budget must be a whole number of points, at least 0.'));
  }
  return problems;
}

function capProblems({ count, points }: Cap, index: number): DefinitionProblem[] {
  const path = ['caps', String(index)];
  if (count === null && points === null) return [problem(path, 'A cap must limit the count, the points or both.')];
  return [
    ...(count !== null && (!Number.isInteger(count) || count < 1)
      ? [problem([...path, 'count'], 'Count from 1.')]
      : []),
    ...(points !== null && (!Number.isInteger(points) || points < 1)
      ? [problem([...path, 'points'], 'Cap at 1 or more.')]
      : []),
  ];
}

/** The problem of an end that does not come after the start. */
export function spanProblems(startsAt: number | null, endsAt: number | null): DefinitionProblem[] {
  if (startsAt === null || endsAt === null || startsAt < endsAt) return [];
  return [problem(['endsAt'], 'The end must come after the start.')];
}

/** Compiles for the sake of the error only. */
export function attempt(path: readonly string[], compile: () => unknown): DefinitionProblem[] {
  try {
    compile();
    return [];
  } catch (error) {
    const isExpression = error instanceof ExpressionError;
    if (!isExpression && !(error instanceof RangeError)) throw error;
    return [{ path, message: error.message, isExpression, position: isExpression ? error.position : null }];
  }
}

/** One problem at an input field. */
export function problem(path: readonly string[], message: string): DefinitionProblem {
  return { path, message, isExpression: false, position: null };
}
