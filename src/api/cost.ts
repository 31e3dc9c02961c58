import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/*
 * What an operation costs, before it runs:
 * - an object costs 1, a plain value 0, a mutation 10, and a field that says `complexity` that much instead;
 * - an object in a list, and everything below it, counts once for each of its items: as many as `first` or `last` ask for (20 when they are
 *   left out) in a connection, and 5 in a list without a page size;
 * - of fragments on different object types only the dearest counts, since an object has one type.
 */
export const DEFAULT_PAGE_SIZE = 20;
export const ASSUMED_LIST_SIZE = 5;
const MUTATION_COST = 10;
const PAGE_ARGUMENTS = new Set(['first', 'last']);

type Variables = Record<string, unknown>;

/** What one evaluation needs. `fragments` remembers each fragment's cost, so that nothing is counted twice over. */
interface Run {
  variables: Variables;
  fragments: Map<string, number>;
  largestPage: number;
}

/** Gives the cost of a part, when lists directly in it have `size` items. */
type Part = (run: Run, size: number) => number;

/** The cost of an operation, and the largest page it asks for. */
export interface Estimate {
  cost: number;
  largestPage: number;
}

/**
 * Prepares the estimate of one operation of a valid document. The answer is a function of the variables; it walks the
 * operation only when a page size comes from a variable, and is a constant otherwise.
 */
export function prepareEstimate(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): (variables: Variables | undefined) => Estimate {
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) return () => ({ cost: 0, largestPage: 0 });
  const builder = new Builder(schema, document, operation);
  const part = builder.selections(operation.selectionSet, root);
  const estimate = (variables: Variables): Estimate => {
    const run: Run = { variables, fragments: new Map(), largestPage: 0 };
    return { cost: part(run, ASSUMED_LIST_SIZE), largestPage: run.largestPage };
  };
  if (builder.usesVariables) return (variables) => estimate(variables ?? {});
  const constant = estimate({});
  return () => constant;
}

class Builder {
  usesVariables = false;
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly parts = new Map<string, Part>();
  private readonly defaults = new Map<string, ValueNode | undefined>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    operation: OperationDefinitionNode,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
    for (const variable of operation.variableDefinitions ?? []) {
      this.defaults.set(variable.variable.name.value, variable.defaultValue);
    }
  }

  /** The sum of what always applies, and the dearest of what applies to single object types. */
  selections(set: SelectionSetNode, type: GraphQLCompositeType): Part {
    const always: Part[] = [];
    const byType = new Map<string, Part[]>();
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const part = this.field(selection, type);
        if (part !== null) always.push(part);
        continue;
      }
      const isSpread = selection.kind === Kind.FRAGMENT_SPREAD;
      const condition = isSpread
        ? this.fragments.get(selection.name.value)?.typeCondition.name.value
        : selection.typeCondition?.name.value;
      const inner = condition === undefined ? type : this.schema.getType(condition);
      if (inner === undefined || !isCompositeType(inner)) continue;
      const part = isSpread
        ? this.fragment(selection.name.value, inner)
        : this.selections(selection.selectionSet, inner);
      if (!isObjectType(inner) || inner === type) always.push(part);
      else byType.set(inner.name, [...(byType.get(inner.name) ?? []), part]);
    }
    return combine(always, [...byType.values()]);
  }

  private fragment(name: string, type: GraphQLCompositeType): Part {
    const known = this.parts.get(name);
    if (known !== undefined) return known;
    const definition = this.fragments.get(name);
    const part = definition === undefined ? () => 0 : this.selections(definition.selectionSet, type);
    const remembered: Part = (run, size) => {
      const key = `${name} ${size}`;
      const counted = run.fragments.get(key) ?? part(run, size);
      run.fragments.set(key, counted);
      return counted;
    };
    this.parts.set(name, remembered);
    return remembered;
  }

  private field(node: FieldNode, parent: GraphQLCompositeType): Part | null {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (field === undefined) return null;
    const type = getNamedType(field.type);
    const isList = isListType(getNullableType(field.type));
    const item = isCompositeType(type) ? 1 : 0;
    const own = this.ownCost(field, parent) ?? (isList ? 0 : item);
    const children =
      node.selectionSet !== undefined && isCompositeType(type) ? this.selections(node.selectionSet, type) : null;
    const pageSize = field.args.some((argument) => PAGE_ARGUMENTS.has(argument.name))
      ? this.pageSize(node, field)
      : null;
    if (own === 0 && children === null && pageSize === null) return null;
    return (run, size) => {
      const asked = pageSize === null ? null : pageSize(run);
      const below = children === null ? 0 : children(run, asked ?? ASSUMED_LIST_SIZE);
      return own + (isList ? (item + below) * (asked ?? size) : below);
    };
  }

  /** What the field costs besides its objects; null when it has no price of its own. */
  private ownCost(field: GraphQLField<unknown, unknown>, parent: GraphQLCompositeType): number | null {
    const { complexity } = field.extensions;
    if (typeof complexity === 'number') return complexity;
    return parent === this.schema.getMutationType() ? MUTATION_COST : null;
  }

  private pageSize(node: FieldNode, field: GraphQLField<unknown, unknown>): (run: Run) => number {
    const given = (node.arguments ?? []).filter((argument) => PAGE_ARGUMENTS.has(argument.name.value));
    const sizes = given.map((argument) => this.number(argument.value));
    const fallback = field.args.find((argument) => PAGE_ARGUMENTS.has(argument.name))?.defaultValue;
    const unasked = typeof fallback === 'number' ? fallback : DEFAULT_PAGE_SIZE;
    return (run) => {
      let asked = 0;
      for (const size of sizes) asked = Math.max(asked, size(run) ?? 0);
      run.largestPage = Math.max(run.largestPage, asked);
      return asked === 0 ? unasked : asked;
    };
  }

  /** The number a value stands for; null for anything that is not one, which execution refuses or takes for left out. */
  private number(value: ValueNode): (run: Run) => number | null {
    if (value.kind === Kind.INT) return () => Number(value.value);
    if (value.kind !== Kind.VARIABLE) return () => null;
    this.usesVariables = true;
    const name = value.name.value;
    const fallback = this.defaults.get(name);
    const byDefault = fallback?.kind === Kind.INT ? Number(fallback.value) : null;
    return ({ variables }) => {
      const given = variables[name];
      if (given === undefined) return byDefault;
      return typeof given === 'number' ? given : null;
    };
  }
}

function combine(always: readonly Part[], alternatives: readonly (readonly Part[])[]): Part {
  const sum = (parts: readonly Part[], run: Run, size: number): number => {
    let total = 0;
    for (const part of parts) total += part(run, size);
    return total;
  };
  if (alternatives.length === 0) return (run, size) => sum(always, run, size);
  return (run, size) => {
    let dearest = 0;
    for (const parts of alternatives) dearest = Math.max(dearest, sum(parts, run, size));
    return sum(always, run, size) + dearest;
  };
}
