import type { EvaluationError, ParseError, ParseResult, TypeError as TypeProblem } from '@marcbachmann/cel-js';
import { Decimal, toMillionths } from './decimals.ts';
import { prepareSyntax, type SyntaxNode } from './expression-check.ts';
import { createEnvironment, FIELDS, LIMITS } from './expression-environment.ts';
import { ExpressionError, ExpressionFault } from './expression-error.ts';
import type { Facts } from './expression-facts.ts';
import { hideOwnNames } from './expression-times.ts';

export { ExpressionError, ExpressionFault } from './expression-error.ts';
export { createFacts, type Facts } from './expression-facts.ts';

/** Longer sources are refused before they are parsed. */
export const MOST_CHARACTERS = 2000;

export interface CompiledExpression<T> {
  readonly source: string;
  /** Reads an amount of money without looking at its currency. */
  readonly countsMoney: boolean;
  /** Reads facts about the member, which may change after the activity. */
  readonly readsMember: boolean;
  /** The result for one activity, or why there is none. Never throws. */
  run(facts: Facts): T | ExpressionFault;
}

const environment = createEnvironment();

/**
 * Compiles a condition such as `activity.value.amount >= 500 && "hiking" in member.interests`.
 * @throws ExpressionError when it does not parse, name or type check, or is too large to run for every activity.
 */
export function compileCondition(source: string): CompiledExpression<boolean> {
  return compile(source, ['bool', 'dyn'], 'A condition must be true or false', (result) =>
    typeof result === 'boolean' ? result : new ExpressionFault('it is neither true nor false'),
  );
}

/**
 * Compiles a condition on members alone, such as `"hiking" in member.interests`.
 * @throws ExpressionError as `compileCondition`, and when it looks at the activity.
 */
export function compileMemberCondition(source: string): CompiledExpression<boolean> {
  const compiled = compileCondition(source);
  const { roots } = prepareSyntax(parse(source).ast as unknown as SyntaxNode);
  if (!roots.has('activity')) return compiled;
  throw new ExpressionError('An audience is a condition on member and program; activity is not known to it.', null);
}

/**
 * Compiles a number of points such as `activity.value.amount * 2`. A result that is not whole is rounded down; use
 * round() or ceil() to round otherwise. Results below 0 are for the caller to refuse.
 * @throws ExpressionError as `compileCondition`.
 */
export function compilePoints(source: string): CompiledExpression<number> {
  return compile(source, ['int', 'Decimal', 'dyn'], 'Points must be a number', (result) => {
    if (typeof result === 'bigint') return Number(result);
    if (result instanceof Decimal) return result.floor().toNumber();
    return new ExpressionFault('it is not a number');
  });
}

/**
 * Compiles an amount that a goal adds up, such as `activity.items.map(item, item.quantity).sum()`, in whole millionths,
 * rounded half up. Results below 0 are for the caller to refuse.
 * @throws ExpressionError as `compileCondition`.
 */
export function compileAmount(source: string): CompiledExpression<number> {
  return compile(source, ['int', 'Decimal', 'dyn'], 'An amount must be a number', (result) => {
    const amount = typeof result === 'bigint' ? new Decimal(result.toString()) : result;
    return amount instanceof Decimal ? toMillionths(amount) : new ExpressionFault('it is not a number');
  });
}

/**
 * Compiles what tells activities apart, such as `activity.attributes.trail`: a text, a number or true or false, written
 * so that equal values and only those give the same text.
 * @throws ExpressionError as `compileCondition`.
 */
export function compileValue(source: string): CompiledExpression<string> {
  const types = ['string', 'dyn<string>', 'int', 'Decimal', 'bool', 'dyn'];
  return compile(source, types, 'What is told apart must be a text, a number or true or false', (result) => {
    switch (typeof result) {
      case 'string':
        return `text ${result}`;
      case 'boolean':
        return String(result);
      case 'bigint':
        return `number ${result}`;
      default:
        // Without an exponent, and a zero has no sign: 5.0 is the number 5.
        if (result instanceof Decimal) return `number ${result.isZero() ? '0' : result.toString()}`;
        return new ExpressionFault(result === null ? 'it is not given' : 'it is neither a text nor a number');
    }
  });
}

function compile<T>(
  source: string,
  types: readonly string[],
  requirement: string,
  read: (result: unknown) => T | ExpressionFault,
): CompiledExpression<T> {
  const parsed = parse(source);
  const { countsMoney, roots } = prepareSyntax(parsed.ast as unknown as SyntaxNode);
  const checked = parsed.check();
  if (checked.error !== undefined) throw explainTypeProblem(checked.error);
  // The type of a text that may be missing is written dyn<string>; only what is dynamic altogether may still fit.
  if (!types.includes(checked.type ?? '')) {
    throw new ExpressionError(`${requirement}, but this is ${RESULTS[checked.type ?? ''] ?? checked.type}.`, null);
  }
  const run = (facts: Facts): T | ExpressionFault => {
    try {
      return read(parsed(facts));
    } catch (error) {
      return new ExpressionFault(explainFault(error));
    }
  };
  return { source, countsMoney, readsMember: roots.has('member'), run };
}

function parse(source: string): ParseResult {
  if (source.trim() === '') throw new ExpressionError('The expression is empty.', null);
  if (source.length > MOST_CHARACTERS) {
    throw new ExpressionError(`The expression is longer than ${MOST_CHARACTERS} characters.`, null);
  }
  try {
    return environment.parse(source);
  } catch (error) {
    const problem = error as ParseError;
    throw new ExpressionError(`${explainLimit(problem.summary) ?? problem.summary}.`, problem.range?.start ?? null);
  }
}

function explainLimit(summary: string): string | null {
  if (summary.startsWith('Exceeded maxAstNodes')) return `The expression has more than ${LIMITS.maxAstNodes} parts`;
  if (summary.startsWith('Exceeded maxDepth'))
    return `The expression is nested more than ${LIMITS.maxDepth} levels deep`;
  if (summary.startsWith('Exceeded maxList')) return `A list has more than ${LIMITS.maxListElements} elements`;
  return null;
}

function explainTypeProblem(problem: ParseError | TypeProblem): ExpressionError {
  const position = problem.range?.start ?? null;
  if (problem.code === 'no_such_key') {
    const [owner, field] = (problem.node?.args ?? []) as [{ checkedType?: { name: string } }, string];
    const type = owner?.checkedType?.name ?? '';
    const fields = Object.keys(FIELDS[type] ?? {}).join(', ');
    return new ExpressionError(`${OWNERS[type] ?? type} has no field ${field}. Its fields are ${fields}.`, position);
  }
  const summary = hideOwnNames(problem.summary);
  if (problem.code === 'no_such_overload') {
    const hint = summary.includes('Money') ? ' Use .amount for the amount of money.' : '';
    return new ExpressionError(`These do not go together: ${summary.replace(/^.*?: /, '')}.${hint}`, position);
  }
  return new ExpressionError(`${summary}.`, position);
}

const OWNERS: Readonly<Record<string, string>> = {
  Activity: 'An activity',
  ActivityItem: 'An item',
  Member: 'A member',
  Money: 'An amount of money',
  Program: 'The programme',
};

const RESULTS: Readonly<Record<string, string>> = {
  bool: 'true or false',
  int: 'a whole number',
  Decimal: 'a decimal number',
  string: 'a text',
  'dyn<string>': 'a text',
  Money: 'an amount of money',
  'google.protobuf.Timestamp': 'a point in time',
  'google.protobuf.Duration': 'a duration',
};

/** A sentence without its full stop; it says which field is missing where that was the reason. */
function explainFault(error: unknown): string {
  const { code, summary, node } = error as Partial<EvaluationError>;
  if (code === 'no_such_key' && node?.input !== undefined) {
    return `${node.input.slice(node.range?.start, node.range?.end)} is not given`;
  }
  if (code === 'division_by_zero' || code === 'modulo_by_zero') return 'it divides by zero';
  return hideOwnNames(summary ?? (error instanceof Error ? error.message : String(error)));
}
