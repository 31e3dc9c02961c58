import { GraphQLError, Kind, type ValueNode } from 'graphql';

/** JSON.stringify recurses: some ten thousand levels overflow the stack, and nobody needs more than these. */
const MAX_DEPTH = 10;
const MAX_VALUES = 1_000;

function refuse(message: string): GraphQLError {
  return new GraphQLError(`JSONObject ${message}.`);
}

function countValues(value: unknown, depth: number, counted: number): number {
  if (counted > MAX_VALUES) throw refuse(`may hold at most ${MAX_VALUES} values`);
  if (typeof value === 'number' && !Number.isFinite(value)) throw refuse('may hold finite numbers only');
  if (typeof value !== 'object' || value === null) return counted + 1;
  if (depth === MAX_DEPTH) throw refuse(`may be at most ${MAX_DEPTH} levels deep`);
  let sum = counted + 1;
  if (Array.isArray(value)) {
    for (const item of value) sum = countValues(item, depth + 1, sum);
    return sum;
  }
  for (const key of Object.keys(value)) {
    // Such a key would reach prototypes in code that copies objects key by key.
    if (key === '__proto__') throw refuse('may not have a key named __proto__');
    sum = countValues((value as Record<string, unknown>)[key], depth + 1, sum);
  }
  return sum;
}

/** The value itself, when it is a JSON object within the bounds; throws a GraphQLError that says what is wrong. */
export function requirePlainJson(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse('must be an object');
  countValues(value, 0, 0);
  return value as Record<string, unknown>;
}

/** The JSON that a literal in a document stands for; variables inside it are filled in. */
export function jsonOfLiteral(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  switch (node.kind) {
    case Kind.OBJECT: {
      // Without a prototype a field named __proto__ is an ordinary key, which the check above then refuses.
      const object: Record<string, unknown> = Object.create(null);
      for (const field of node.fields) object[field.name.value] = jsonOfLiteral(field.value, variables);
      return object;
    }
    case Kind.LIST:
      return node.values.map((item) => jsonOfLiteral(item, variables));
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.NULL:
      return null;
    case Kind.VARIABLE:
      return variables?.[node.name.value] ?? null;
    default:
      return node.value;
  }
}
