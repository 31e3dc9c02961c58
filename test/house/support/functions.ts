import { isTree, type SourceFile, type Tree, visit } from './source.ts';

export interface FunctionFacts {
  /** `src/a.ts:12 name`, to find it. */
  place: string;
  /** From the signature to the closing brace; decorators do not count. */
  lines: number;
  /** Between the braces. */
  bodyLines: number;
  /** A method with one of TypeGraphQL's decorators for fields. */
  resolves: boolean;
  /** True when its own body, or a function inside it, decides with `if`. */
  decides: boolean;
}

const RESOLVING = /^(Query|Mutation|Subscription|FieldResolver)$/;

/** Facts about every function with a body in a file: methods, constructors, functions, arrows. */
export function functionsOf(file: SourceFile): FunctionFacts[] {
  const facts: FunctionFacts[] = [];
  visit(file.tree, (node) => {
    const inner = node.type === 'ClassMethod' || node.type === 'PrivateMethod' ? node.function : node;
    // A method's own function node has no span worth telling; it was counted with the method.
    if (isFunctionLike(node) && typeof inner === 'object' && inner !== null) facts.push(factsOf(file, node, inner));
    return true;
  });
  return facts;
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassMethod',
  'PrivateMethod',
  'Constructor',
  'MethodProperty',
]);

/** A body in braces; an arrow's may be a bare expression instead. */
const BLOCKS = new Set(['FunctionBody', 'BlockStatement']);

function isFunctionLike(node: Tree): boolean {
  return FUNCTIONS.has(node.type);
}

function factsOf(file: SourceFile, node: Tree, inner: object): FunctionFacts {
  const { body, decorators } = inner as { body?: unknown; decorators?: unknown };
  const block = isTree(body) && BLOCKS.has(body.type) ? body : null;
  const text = file.textOf(node);
  const key = isTree(node.key) ? file.textOf(node.key) : isTree(node.identifier) ? file.textOf(node.identifier) : '';
  return {
    place: `${file.path}:${file.lineOf(node)} ${key}`.trim(),
    lines: text.split('\n').length - decoratorLines(file, decorators),
    bodyLines: block === null ? 1 : Math.max(0, file.textOf(block).split('\n').length - 2),
    resolves: decoratorNames(decorators).some((name) => RESOLVING.test(name)),
    decides: contains(block, 'IfStatement'),
  };
}

function decoratorLines(file: SourceFile, decorators: unknown): number {
  let lines = 0;
  if (Array.isArray(decorators)) for (const item of decorators) lines += file.textOf(item).split('\n').length;
  return lines;
}

function decoratorNames(decorators: unknown): string[] {
  const names: string[] = [];
  visit(decorators, (node) => {
    if (node.type === 'Decorator') return true;
    if (node.type === 'CallExpression') visit(node.callee, (callee) => names.push(String(callee.value)) < 0);
    return false;
  });
  return names;
}

function contains(root: unknown, type: string): boolean {
  let found = false;
  visit(root, (node) => {
    found ||= node.type === type;
    return !found;
  });
  return found;
}

/** The texts of all string and template literals in a file, without those inside decorators, which are descriptions. */
export function textsOf(file: SourceFile): { text: string; line: number }[] {
  const texts: { text: string; line: number }[] = [];
  visit(file.tree, (node) => {
    if (node.type === 'Decorator') return false;
    if (node.type === 'StringLiteral') texts.push({ text: String(node.value), line: file.lineOf(node) });
    if (node.type === 'TemplateLiteral') texts.push({ text: file.textOf(node).slice(1), line: file.lineOf(node) });
    return true;
  });
  return texts;
}

/** All nodes of one type in a file. */
export function nodesOf(file: SourceFile, type: string): Tree[] {
  const nodes: Tree[] = [];
  visit(file.tree, (node) => nodes.push(...(node.type === type ? [node] : [])) >= 0);
  return nodes;
}
