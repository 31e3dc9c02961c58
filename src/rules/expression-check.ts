import { readDecimal } from './decimals.ts';
import { Pattern } from './expression-environment.ts';
import { ExpressionError } from './expression-error.ts';
import { MoneyView } from './expression-facts.ts';
import { ownTimeFunction } from './expression-times.ts';
import { isTimeZone } from './zones.ts';

/** A node of the parsed expression. The library keeps its operands in `args` and lets them be replaced before the check. */
export interface SyntaxNode {
  op: string;
  args: unknown;
  readonly input: string;
  readonly start: number;
  readonly end: number;
  readonly meta: { macro?: Macro };
  setMeta(key: 'macro', macro: Macro): unknown;
}

interface Macro {
  args: SyntaxNode[];
  async: false;
  typeCheck(checker: Checker, macro: Macro, context: unknown): unknown;
  evaluate(evaluator: Evaluator, macro: Macro, context: unknown): unknown;
}

interface Checker {
  check(node: SyntaxNode, context: unknown): unknown;
}

interface Evaluator {
  run(node: SyntaxNode, context: unknown): unknown;
}

/** What the walk learns about an expression. */
export interface SyntaxFindings {
  /** Reads an amount of money without looking at its currency. */
  countsMoney: boolean;
  /** Which of activity, member and program it reads. */
  roots: ReadonlySet<string>;
}

const COMPREHENSIONS = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);
const ROOTS = new Set(['activity', 'member', 'program']);
const FUNCTIONS = new Set(
  (
    'has size int string decimal timestamp duration matchesPattern distinct sum min max abs floor ceil round ' +
    'startsWith endsWith contains lowerAscii upperAscii trim indexOf lastIndexOf substring split join ' +
    'getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds getMilliseconds'
  ).split(' '),
);

/** Names that other CEL dialects have and this one refuses, with what to write instead. */
const REFUSED: Readonly<Record<string, string>> = {
  matches: 'matches() can take for ever on some texts. Use matchesPattern(text, "pattern") instead.',
  double: 'double() would make amounts inexact. Use decimal() instead.',
  bind: 'cel.bind() is not available.',
};

const MOST_PATTERN_CHARACTERS = 200;
const MOST_INT = 2n ** 63n - 1n;

/**
 * Walks a parsed expression before its types are checked: refuses what must not run and makes numbers with a point
 * exact decimals, patterns compiled, null on the left comparable, and has() false for null.
 * @throws ExpressionError for everything refused.
 */
export function prepareSyntax(root: SyntaxNode): SyntaxFindings {
  const walk = new SyntaxWalk();
  walk.visit(root, false, new Set());
  return { countsMoney: walk.readsAmount && !walk.readsCurrency, roots: walk.roots };
}

class SyntaxWalk {
  readsAmount = false;
  readsCurrency = false;
  readonly roots = new Set<string>();

  visit(node: SyntaxNode, inComprehension: boolean, variables: ReadonlySet<string>): void {
    switch (node.op) {
      case 'value':
        node.args = exactLiteral(node);
        return;
      case 'id':
        checkName(node, variables);
        if (ROOTS.has(String(node.args))) this.roots.add(String(node.args));
        return;
      case '.':
        this.visitField(node, inComprehension, variables);
        return;
      case 'call':
      case 'rcall':
        this.visitCall(node, inComprehension, variables);
        return;
      case '==':
      case '!=':
        putNullRight(node);
    }
    for (const child of children(node.args)) this.visit(child, inComprehension, variables);
  }

  private visitField(node: SyntaxNode, inComprehension: boolean, variables: ReadonlySet<string>): void {
    const [owner, field] = node.args as [SyntaxNode, string];
    if (field === 'amount') this.readsAmount = true;
    if (field === 'currencyCode') this.readsCurrency = true;
    this.visit(owner, inComprehension, variables);
  }

  private visitCall(node: SyntaxNode, inComprehension: boolean, variables: ReadonlySet<string>): void {
    const parts = node.args as [string, SyntaxNode, SyntaxNode[]] | [string, SyntaxNode[]];
    const name = parts[0];
    const receiver = parts.length === 3 ? parts[1] : null;
    const values = parts.length === 3 ? parts[2] : parts[1];
    if (receiver !== null) this.visit(receiver, inComprehension, variables);
    if (receiver !== null && COMPREHENSIONS.has(name)) {
      this.visitComprehension(node, values, inComprehension, variables);
      return;
    }
    if (!FUNCTIONS.has(name)) throw refuse(node, REFUSED[name] ?? `There is no function ${name}().`);
    if (name === 'matchesPattern') compilePattern(node, values.at(-1));
    for (const value of values) if (!(value.args instanceof Pattern)) this.visit(value, inComprehension, variables);
    if (name === 'has') replaceHas(node);
    if (name.startsWith('get') && values[0] !== undefined) checkZone(values[0]);
    parts[0] = ownTimeFunction(name, values.length);
  }

  private visitComprehension(
    node: SyntaxNode,
    values: SyntaxNode[],
    inComprehension: boolean,
    variables: ReadonlySet<string>,
  ): void {
    if (inComprehension) throw refuse(node, 'A loop over a list must not contain another loop.');
    const [variable, ...bodies] = values;
    const name = variable?.op === 'id' ? String(variable.args) : '';
    if (ROOTS.has(name)) throw refuse(node, `The name ${name} is taken; give the variable of the loop another name.`);
    for (const body of bodies) this.visit(body, true, new Set([...variables, name]));
  }
}

/** The operands that are nodes, however deep the library nests its arrays. */
function children(args: unknown): SyntaxNode[] {
  if (Array.isArray(args)) return args.flatMap(children);
  return typeof args === 'object' && args !== null && 'op' in args ? [args as SyntaxNode] : [];
}

/** Numbers with a point become decimals of exactly the digits written; 0.1 never passes through binary floating point. */
function exactLiteral(node: SyntaxNode): unknown {
  const value = node.args;
  if (typeof value === 'number') {
    const exact = readDecimal(node.input.slice(node.start, node.end));
    if (exact === null) throw refuse(node, 'Write numbers with digits and a point, such as 12.50.');
    return exact;
  }
  if (typeof value === 'bigint' && value > MOST_INT) throw refuse(node, 'The whole number is too large.');
  const isPlain = value === null || ['string', 'boolean', 'bigint'].includes(typeof value);
  if (!isPlain) throw refuse(node, 'Only texts, numbers, true, false and null can be written as constants.');
  return value;
}

function checkName(node: SyntaxNode, variables: ReadonlySet<string>): void {
  const name = String(node.args);
  if (ROOTS.has(name) || variables.has(name)) return;
  throw refuse(node, `There is no ${name}. An expression can use activity, member and program.`);
}

/** `null == x` means `x == null`; the library only knows the second for texts that may be missing. */
function putNullRight(node: SyntaxNode): void {
  const [left, right] = node.args as [SyntaxNode, SyntaxNode];
  if (left.op === 'value' && left.args === null) node.args = [right, left];
}

function compilePattern(node: SyntaxNode, pattern: SyntaxNode | undefined): void {
  if (pattern?.op !== 'value' || typeof pattern.args !== 'string') {
    throw refuse(node, 'The pattern of matchesPattern() must be a text constant.');
  }
  if (pattern.args.length > MOST_PATTERN_CHARACTERS) {
    throw refuse(pattern, `The pattern is longer than ${MOST_PATTERN_CHARACTERS} characters.`);
  }
  try {
    pattern.args = new Pattern(pattern.args);
  } catch (error) {
    throw refuse(pattern, `The pattern is not valid: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function checkZone(zone: SyntaxNode): void {
  if (zone.op === 'value' && typeof zone.args === 'string' && !isTimeZone(zone.args)) {
    throw refuse(zone, `"${zone.args}" is not a time zone. Use a name such as "Europe/Stockholm".`);
  }
}

/** Checks the field like any other use of it, and counts null and missing money as not there. */
function replaceHas(node: SyntaxNode): void {
  const standard = node.meta.macro;
  const operand = standard?.args[0];
  if (standard === undefined || operand === undefined) throw refuse(node, 'has() takes one field.');
  node.setMeta('macro', {
    ...standard,
    typeCheck(checker, _macro, context) {
      const type = standard.typeCheck(checker, standard, context);
      checker.check(operand, context);
      return type;
    },
    evaluate(evaluator, _macro, context) {
      if (standard.evaluate(evaluator, standard, context) !== true) return false;
      const value = evaluator.run(operand, context);
      return value !== null && !(value instanceof MoneyView && value.isMissing);
    },
  });
}

function refuse(node: SyntaxNode, message: string): ExpressionError {
  return new ExpressionError(message, node.start);
}
