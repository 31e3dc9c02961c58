import { type DocumentNode, Kind, type OperationDefinitionNode, type SelectionSetNode, visit } from 'graphql';

/** What one operation asks for, with its fragments written out where they are spread. */
export interface Shape {
  /** Levels of fields; fragments add none, and what lies below `__schema` and `__type` is not counted. */
  depth: number;
  /** Aliased fields, `__typename` included. */
  aliases: number;
  /** Directives such as `@include`, wherever they stand. */
  directives: number;
  /** True when it reads `__schema` or `__type`. */
  introspects: boolean;
  /** The names of the fields on the operation's root, without aliases. */
  rootFields: ReadonlySet<string>;
}

/** A document whose fragments spread one another in a circle. */
export class FragmentCycle extends Error {
  override readonly name = 'FragmentCycle';
}

/**
 * Measures one operation before anything else looks at the document. Each fragment is measured once and then remembered,
 * so the time grows with the length of the document and not with what it expands to. Throws FragmentCycle.
 */
export function measure(document: DocumentNode, operation: OperationDefinitionNode): Shape {
  const measurer = new Measurer(document);
  const shape = measurer.selections(operation.selectionSet);
  const variableDirectives = (operation.variableDefinitions ?? []).map((variable) => variable.directives?.length ?? 0);
  const own = variableDirectives.reduce((sum, count) => sum + count, operation.directives?.length ?? 0);
  return { ...shape, directives: shape.directives + own, rootFields: measurer.roots(operation.selectionSet) };
}

type InnerShape = Omit<Shape, 'rootFields'>;
const EMPTY: InnerShape = { depth: 0, aliases: 0, directives: 0, introspects: false };

class Measurer {
  private readonly fragments = new Map<string, SelectionSetNode>();
  private readonly measured = new Map<string, InnerShape>();
  private readonly open = new Set<string>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.fragments.set(definition.name.value, definition.selectionSet);
    }
  }

  selections(set: SelectionSetNode): InnerShape {
    const sum = { ...EMPTY };
    for (const selection of set.selections) {
      const part = this.selection(selection);
      sum.depth = Math.max(sum.depth, part.depth);
      sum.aliases += part.aliases;
      sum.directives += part.directives + (selection.directives?.length ?? 0);
      sum.introspects ||= part.introspects;
    }
    return sum;
  }

  /** Root field names; fragments on the root are followed, each once. */
  roots(set: SelectionSetNode, names = new Set<string>(), seen = new Set<string>()): Set<string> {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.roots(selection.selectionSet, names, seen);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        const fragment = this.fragments.get(selection.name.value);
        if (fragment !== undefined) this.roots(fragment, names, seen);
      }
    }
    return names;
  }

  private selection(selection: SelectionSetNode['selections'][number]): InnerShape {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.fragment(selection.name.value);
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.selections(selection.selectionSet);
    const below = selection.selectionSet === undefined ? EMPTY : this.selections(selection.selectionSet);
    const introspects = selection.name.value === '__schema' || selection.name.value === '__type';
    return {
      depth: introspects ? 1 : below.depth + 1,
      aliases: below.aliases + (selection.alias === undefined ? 0 : 1),
      directives: below.directives,
      introspects: introspects || below.introspects,
    };
  }

  private fragment(name: string): InnerShape {
    const known = this.measured.get(name);
    if (known !== undefined) return known;
    const set = this.fragments.get(name);
    // A fragment that does not exist is for validation to name.
    if (set === undefined) return EMPTY;
    if (this.open.has(name)) throw new FragmentCycle(`Fragment "${name}" spreads itself.`);
    this.open.add(name);
    const shape = this.selections(set);
    this.open.delete(name);
    this.measured.set(name, shape);
    return shape;
  }
}

/** True when a text literal in the document holds U+0000, which PostgreSQL cannot store. */
export function holdsNul(document: DocumentNode): boolean {
  // Only an escape can bring the character in, and hardly any document has one.
  if (document.loc?.source.body.includes('\\u') !== true) return false;
  let found = false;
  visit(document, {
    StringValue(node) {
      found ||= node.value.includes('\0');
    },
  });
  return found;
}
