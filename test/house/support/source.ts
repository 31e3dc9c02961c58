import { globSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { parseSync } from '@swc/core';

/** A node of the syntax tree, as far as the house rules look at it. */
export type Tree = Record<string, unknown> & { type: string; span: { start: number; end: number } };

export interface SourceFile {
  /** From the root of the repository, with forward slashes: `src/app.ts`. */
  path: string;
  text: string;
  tree: Tree;
  /** The line, from 1, at which a node of this file starts. */
  lineOf(node: Tree): number;
  /** The text of a node. */
  textOf(node: Tree): string;
}

export interface Import {
  /** As it is written: `../platform/ids.ts`, `pg`, `node:fs`. */
  specifier: string;
  /** The file in the repository, or null for a package. */
  target: string | null;
  /** True when nothing of it remains at run time. */
  typeOnly: boolean;
}

/** The paths of all files that match the glob patterns, in order. */
export function filesOf(...patterns: string[]): string[] {
  return globSync(patterns)
    .map((path) => path.replaceAll('\\', '/'))
    .sort();
}

/** Reads and parses one TypeScript file. */
export function readSource(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  // The parser counts bytes from the first token it ever saw; a semicolon of our own in front marks where this file begins.
  const bytes = Buffer.from(`;${text}`);
  const syntax = { syntax: 'typescript', decorators: true, tsx: path.endsWith('x'), target: 'es2024' } as const;
  const tree = parseSync(bytes.toString(), syntax) as unknown as Tree;
  const origin = tree.span.start;
  const slice = (from: number, to: number) => bytes.subarray(from - origin, to - origin).toString();
  return {
    path,
    text,
    tree,
    lineOf: ({ span }) => slice(origin, span.start).split('\n').length,
    textOf: ({ span }) => slice(span.start, span.end),
  };
}

/** Visits every node of a tree, parents before children. The visitor returns false to leave a node's children out. */
export function visit(root: unknown, visitor: (node: Tree) => boolean | undefined): void {
  if (Array.isArray(root)) {
    for (const item of root) visit(item, visitor);
  } else if (isTree(root)) {
    if (visitor(root) === false) return;
    for (const value of Object.values(root)) if (typeof value === 'object') visit(value, visitor);
  } else if (typeof root === 'object' && root !== null) {
    // Wrappers without a type of their own, such as `{ spread, expression }` around an argument.
    for (const value of Object.values(root)) if (typeof value === 'object') visit(value, visitor);
  }
}

/** Everything the file imports or re-exports, dynamic imports of a literal included. */
export function importsOf(file: SourceFile): Import[] {
  const imports: Import[] = [];
  const add = (source: unknown, typeOnly: boolean) => {
    if (!isTree(source) || typeof source.value !== 'string') return;
    const specifier = source.value;
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : null;
    imports.push({ specifier, target, typeOnly });
  };
  visit(file.tree, (node) => {
    if (node.type === 'ImportDeclaration') add(node.source, node.typeOnly === true);
    if (node.type === 'ExportNamedDeclaration') add(node.source, node.typeOnly === true);
    if (node.type === 'ExportAllDeclaration') add(node.source, false);
    const callee = node.callee;
    if (node.type === 'CallExpression' && isTree(callee) && callee.type === 'Import') {
      add((node.arguments as { expression: unknown }[])[0]?.expression, false);
    }
    return true;
  });
  return imports;
}

/** Tells whether a value of the tree is a node. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && 'type' in value && 'span' in value;
}
