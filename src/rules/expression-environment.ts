import { Environment, EvaluationError, type RegisteredFunctionHandler } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { Decimal, readDecimal } from './decimals.ts';
import { ActivityView, ItemView, MemberView, MoneyView, ProgramView } from './expression-facts.ts';
import { registerTimes } from './expression-times.ts';

/** A regular expression that runs in time linear in the text, compiled once when the expression is saved. */
export class Pattern {
  readonly #compiled: RE2JS;

  /** @throws an error of re2js when the pattern is not valid. */
  constructor(pattern: string) {
    this.#compiled = RE2JS.compile(pattern);
  }

  isFoundIn(text: string): boolean {
    return this.#compiled.test(text);
  }
}

/** 200 parts, 20 levels and 200 list elements keep the dearest expression below a millisecond on an ordinary activity. */
export const LIMITS = Object.freeze({ maxAstNodes: 200, maxDepth: 20, maxListElements: 200, maxMapEntries: 200 });

/** The fields of each type by their names in GraphQL. Texts that may be missing are dyn<string> and can be null. */
export const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Activity: {
    id: 'string',
    type: 'string',
    occurredAt: 'google.protobuf.Timestamp',
    channel: 'dyn<string>',
    source: 'string',
    value: 'Money',
    items: 'list<ActivityItem>',
    attributes: 'map<string, dyn>',
  },
  Member: {
    id: 'string',
    externalId: 'dyn<string>',
    joinedAt: 'google.protobuf.Timestamp',
    timeZone: 'dyn<string>',
    locale: 'dyn<string>',
    interests: 'list<string>',
    attributes: 'map<string, dyn>',
  },
  Program: { name: 'string', timeZone: 'string', currencyCode: 'string', locale: 'string' },
  ActivityItem: {
    sku: 'string',
    name: 'dyn<string>',
    category: 'dyn<string>',
    quantity: 'Decimal',
    unitPrice: 'Money',
  },
  Money: { amount: 'Decimal', currencyCode: 'string' },
};

const CONSTRUCTORS = {
  Money: MoneyView,
  ActivityItem: ItemView,
  Activity: ActivityView,
  Member: MemberView,
  Program: ProgramView,
} as const;

const MOST_INT = 2n ** 63n - 1n;

/** Builds the language that all expressions share. */
export function createEnvironment(): Environment {
  const environment = new Environment({ limits: LIMITS });
  environment.registerType('Decimal', { ctor: Decimal });
  environment.registerType('Pattern', { ctor: Pattern });
  for (const [name, ctor] of Object.entries(CONSTRUCTORS)) {
    environment.registerType(name, { ctor, fields: { ...FIELDS[name] } });
  }
  environment.registerVariable('activity', 'Activity');
  environment.registerVariable('member', 'Member');
  environment.registerVariable('program', 'Program');
  registerDecimalOperators(environment);
  registerNumberFunctions(environment);
  registerListFunctions(environment);
  registerTimes(environment);
  const isFound = (text: string, pattern: Pattern) => pattern.isFoundIn(text);
  define(environment, 'matchesPattern(string, Pattern): bool', isFound);
  define(environment, 'string.matchesPattern(Pattern): bool', isFound);
  return environment;
}

/** Registers a function that never waits, which spares every evaluation the check for a promise. */
function define(environment: Environment, signature: string, handler: RegisteredFunctionHandler): void {
  environment.registerFunction(signature, handler, { async: false });
}

function registerDecimalOperators(environment: Environment): void {
  const operators: [string, (left: Decimal, right: Decimal) => unknown][] = [
    ['+', (left, right) => left.plus(right)],
    ['-', (left, right) => left.minus(right)],
    ['*', (left, right) => left.times(right)],
    ['/', (left, right) => left.dividedBy(nonZero(right))],
    ['%', (left, right) => left.modulo(nonZero(right))],
    ['<', (left, right) => left.lessThan(right)],
    ['<=', (left, right) => left.lessThanOrEqualTo(right)],
    ['>', (left, right) => left.greaterThan(right)],
    ['>=', (left, right) => left.greaterThanOrEqualTo(right)],
  ];
  for (const [operator, handler] of operators) {
    const result = '+-*/%'.includes(operator) ? 'Decimal' : 'bool';
    for (const [left, right] of [
      ['Decimal', 'Decimal'],
      ['Decimal', 'int'],
      ['int', 'Decimal'],
    ]) {
      environment.registerOperator(
        `${left} ${operator} ${right}: ${result}`,
        (a: Decimal | bigint, b: Decimal | bigint) => handler(toDecimal(a), toDecimal(b)),
      );
    }
  }
  environment.registerOperator('-Decimal', (operand: Decimal) => operand.negated());
  environment.registerOperator('Decimal == Decimal', (left: Decimal, right: Decimal) => left.equals(right));
  environment.registerOperator('Decimal == int', (left: Decimal, right: bigint) => left.equals(toDecimal(right)));
  environment.registerOperator('Money == null', (money: MoneyView) => money.isMissing);
}

function registerNumberFunctions(environment: Environment): void {
  for (const type of ['int', 'Decimal']) {
    define(environment, `decimal(${type}): Decimal`, toDecimal);
    define(environment, `abs(${type}): ${type}`, (value: Decimal | bigint) =>
      typeof value === 'bigint' ? (value < 0n ? -value : value) : value.abs(),
    );
    define(environment, `floor(${type}): int`, (value: Decimal | bigint) => toInt(toDecimal(value).floor()));
    define(environment, `ceil(${type}): int`, (value: Decimal | bigint) => toInt(toDecimal(value).ceil()));
    define(environment, `round(${type}): int`, (value: Decimal | bigint) => toInt(toDecimal(value).round()));
  }
  define(environment, 'decimal(string): Decimal', (text: string) => {
    const value = readDecimal(text);
    if (value === null) throw new EvaluationError(`"${text.slice(0, 40)}" is not a decimal number`);
    return value;
  });
  define(environment, 'int(Decimal): int', (value: Decimal) => toInt(value.trunc()));
  define(environment, 'string(Decimal): string', (value: Decimal) => value.toString());
  define(environment, 'min(int, int): int', (left: bigint, right: bigint) => (right < left ? right : left));
  define(environment, 'max(int, int): int', (left: bigint, right: bigint) => (right > left ? right : left));
  for (const [left, right] of [
    ['Decimal', 'Decimal'],
    ['Decimal', 'int'],
    ['int', 'Decimal'],
  ]) {
    define(environment, `min(${left}, ${right}): Decimal`, (a: Decimal | bigint, b: Decimal | bigint) =>
      Decimal.min(toDecimal(a), toDecimal(b)),
    );
    define(environment, `max(${left}, ${right}): Decimal`, (a: Decimal | bigint, b: Decimal | bigint) =>
      Decimal.max(toDecimal(a), toDecimal(b)),
    );
  }
}

function registerListFunctions(environment: Environment): void {
  define(environment, 'distinct(list<T>): list<T>', distinct);
  define(environment, 'list<T>.distinct(): list<T>', distinct);
  for (const type of ['int', 'Decimal']) {
    define(environment, `sum(list<${type}>): Decimal`, sum);
    define(environment, `list<${type}>.sum(): Decimal`, sum);
    for (const name of ['min', 'max']) {
      const pick = (numbers: unknown[]) => extreme(numbers, name === 'min' ? -1 : 1);
      define(environment, `${name}(list<${type}>): Decimal`, pick);
      define(environment, `list<${type}>.${name}(): Decimal`, pick);
    }
  }
}

/** The different values, in the order of their first appearance; decimals are told apart by value, null is left out. */
function distinct(values: unknown[]): unknown[] {
  const seen = new Map<unknown, unknown>();
  for (const value of values) {
    if (value === null) continue;
    const identity = value instanceof Decimal ? `decimal ${value.toString()}` : value;
    if (!seen.has(identity)) seen.set(identity, value);
  }
  return [...seen.values()];
}

function sum(numbers: unknown[]): Decimal {
  let total = new Decimal(0);
  for (const number of numbers) total = total.plus(toDecimal(number));
  return total;
}

function extreme(numbers: unknown[], direction: -1 | 1): Decimal {
  if (numbers.length === 0) throw new EvaluationError('an empty list has neither a smallest nor a largest number');
  return numbers.map(toDecimal).reduce((best, number) => (number.comparedTo(best) === direction ? number : best));
}

function toDecimal(value: unknown): Decimal {
  if (value instanceof Decimal) return value;
  if (typeof value !== 'bigint') throw new EvaluationError('a list holds something that is not a number');
  const small = Number(value);
  return new Decimal(Number.isSafeInteger(small) ? small : value.toString());
}

/** The comparison comes before the digits are written out, so that no exponent can fill the memory. */
function toInt(value: Decimal): bigint {
  if (value.abs().greaterThan(MOST_INT.toString())) throw new EvaluationError('a number is too large');
  return BigInt(value.toFixed(0));
}

function nonZero(divisor: Decimal): Decimal {
  if (divisor.isZero()) throw new EvaluationError({ code: 'division_by_zero', message: 'division by zero' });
  return divisor;
}
