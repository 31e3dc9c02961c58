import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import type { Answer, Client } from '../../support/client.ts';

/** What the prepared data offers to paths through the schema. */
export interface Known {
  /** The ids of nodes by their type; each belongs to the same member. */
  nodes: Readonly<Record<string, string>>;
  /** The literal arguments of fields that need some, by `Type.field`: `id: "…"`. */
  arguments: Readonly<Record<string, string>>;
  /** Fields that are left alone, as `Type.field`. */
  closed?: readonly string[];
}

/** A way from the root of queries to one type: puts a selection on the type into a whole document. */
export type Path = (selection: string) => string;

/** Types that are only packaging: they hold nothing that their parent's field did not give. */
const PACKAGING = /(Connection|Edge|Payload)$|^(PageInfo|Query|Mutation|Subscription)$/;

/** The shortest path to every object type that queries reach, breadth first; nodes by their ids. */
export function pathsOf(schema: GraphQLSchema, known: Known): Map<string, Path> {
  const paths = new Map<string, Path>([['Query', (selection) => `{ ${selection} }`]]);
  for (const [type, id] of Object.entries(known.nodes)) {
    paths.set(type, (selection) => `{ node(id: "${id}") { ... on ${type} { ${selection} } } }`);
  }
  // A map's iteration also visits what is added meanwhile.
  for (const [typeName, path] of paths) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      const args = argumentsFor(type, field, known);
      if (args === null || !isCompositeType(target)) continue;
      for (const found of isAbstractType(target) ? schema.getPossibleTypes(target) : [target]) {
        const onType = isAbstractType(target) ? `... on ${found.name} ` : '';
        const step: Path = (selection) =>
          path(`${field.name}${args} { ${onType && `${onType}{`} ${selection} ${onType && '}'} }`);
        if (!paths.has(found.name)) paths.set(found.name, step);
      }
    }
  }
  return paths;
}

/** Fields of one type, asked for together; each has an alias of its own. */
export interface Question {
  /** `Type.field` by alias. */
  fields: ReadonlyMap<string, string>;
  document: string;
  /** The same for each field alone, because one refused field can take its neighbours away. */
  apart: readonly Question[];
}

/** As many aliases as the document gate lets through. */
const MOST_ALIASES = 15;

/** Questions for every field that queries reach, each type on the shortest way to it. */
export function questionsOf(schema: GraphQLSchema, known: Known): Question[] {
  return [...pathsOf(schema, known)].flatMap(([typeName, path]) => {
    const isAsked = !PACKAGING.test(typeName) || typeName === 'Query';
    return isAsked ? questionsAt(schema, known, typeName, path) : [];
  });
}

/** One way to one type: what one field keeps to itself another may give away. */
export interface Way {
  /** `Type.field`. */
  name: string;
  /** Asks only whether the way leads anywhere. */
  probe: Question;
  /** For every field of the type it leads to. */
  questions: readonly Question[];
}

/** Every way to every type, packaging opened. */
export function waysOf(schema: GraphQLSchema, known: Known): Way[] {
  return [...pathsOf(schema, known)].flatMap(([typeName, path]) => {
    const type = schema.getType(typeName);
    if (!isObjectType(type) || (PACKAGING.test(typeName) && typeName !== 'Query')) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      return stepsFrom(schema, known, type, field).map(([target, step]) => {
        const to: Path = (selection) => path(step(selection));
        const probed = new Map([['it_is', `${target}.__typename`]]);
        const probe = { fields: probed, document: to('it_is: __typename'), apart: [] };
        return { name: `${typeName}.${field.name}`, probe, questions: questionsAt(schema, known, target, to) };
      });
    });
  });
}

/** Where one field leads, packaging opened: the types, and the way to each. */
function stepsFrom(
  schema: GraphQLSchema,
  known: Known,
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
): [type: string, step: Path][] {
  const target = getNamedType(field.type);
  const args = argumentsFor(type, field, known);
  if (args === null || !isCompositeType(target) || target.name === 'PageInfo') return [];
  const into: Path = (selection) => `${field.name}${args} { ${selection} }`;
  if (isAbstractType(target)) {
    const possible = schema.getPossibleTypes(target);
    return possible.map(({ name }) => [name, (selection) => into(`... on ${name} { ${selection} }`)]);
  }
  if (!PACKAGING.test(target.name)) return [[target.name, into]];
  return Object.values(target.getFields()).flatMap((inner) => {
    return stepsFrom(schema, known, target, inner).map(([name, step]): [string, Path] => [
      name,
      (selection) => into(step(selection)),
    ]);
  });
}

/** Questions for every field of a type on one way to it. */
function questionsAt(schema: GraphQLSchema, known: Known, typeName: string, path: Path): Question[] {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return [];
  const selections = Object.values(type.getFields()).flatMap((field) => {
    const args = argumentsFor(type, field, known);
    const inner = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
    return args === null ? [] : [[field.name, `it_${field.name}: ${field.name}${args}${inner}`] as const];
  });
  const question = (some: typeof selections): Question => ({
    fields: new Map(some.map(([name]) => [`it_${name}`, `${typeName}.${name}`])),
    document: path(some.map(([, selection]) => selection).join(' ')),
    apart: some.length === 1 ? [] : some.map((one) => question([one])),
  });
  const starts = selections.flatMap((_, at) => (at % MOST_ALIASES === 0 ? [at] : []));
  return starts.map((at) => question(selections.slice(at, at + MOST_ALIASES)));
}

/**
 * What a speaker gets for each field of a question.
 * @param look shown every answer as it came.
 */
export async function ask(
  client: Client,
  question: Question,
  look: (answer: Answer<unknown>) => void = () => {},
): Promise<Map<string, string>> {
  const answer = await client.query<unknown>(question.document);
  look(answer);
  const touched =
    answer.data == null ||
    answer.errors?.some(({ path = [] }) => path.some((step) => question.fields.has(String(step))));
  if (touched === true && question.apart.length > 0) {
    const outcomes = new Map<string, string>();
    for (const one of question.apart)
      for (const [field, outcome] of await ask(client, one, look)) outcomes.set(field, outcome);
    return outcomes;
  }
  return new Map([...question.fields].map(([alias, field]) => [field, outcomeOf(answer, alias)]));
}

/** The arguments as they stand in a document; null when the field is closed, or needs some that are not known. */
function argumentsFor(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, known: Known): string | null {
  const name = `${type.name}.${field.name}`;
  if (known.closed?.includes(name)) return null;
  const given = known.arguments[name];
  if (given !== undefined) return `(${given})`;
  return field.args.some(isRequiredArgument) ? null : '';
}

/** What passes for scalars that are no text; a value that the server cannot read would hide who may do what. */
const SMALLEST: Readonly<Record<string, unknown>> = {
  ...{ Int: 0, Float: 0, SafeInt: 0, Boolean: false, Decimal: '1', DateTime: '2026-01-01T00:00:00Z' },
};

/** The smallest input of a type: what must be there, and of the rest only what `values` names. */
export function smallestInput(type: GraphQLInputType, values: Readonly<Record<string, unknown>>): unknown {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) return [smallestInput(inner.ofType, values)];
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  if (!isInputObjectType(inner)) return SMALLEST[inner.name] ?? '';
  const fields = Object.values(inner.getFields()).filter(
    (field) => field.name in values || isRequiredInputField(field),
  );
  return Object.fromEntries(fields.map(({ name, type }) => [name, values[name] ?? smallestInput(type, values)]));
}

/** A code, `seen`, `null`, or `nothing` when the way to the field ended before it. */
function outcomeOf({ data, errors }: Answer<unknown>, alias: string): string {
  const code = errors?.[0]?.extensions.code;
  if (errors !== undefined) return String(code);
  const found = valuesOf(data, alias);
  if (found.length === 0) return 'nothing';
  return found.every((value) => value === null) ? 'null' : 'seen';
}

/** All values under one key, at any depth. */
export function valuesOf(data: unknown, key: string): unknown[] {
  if (typeof data !== 'object' || data === null) return [];
  if (Array.isArray(data)) return data.flatMap((item) => valuesOf(item, key));
  return Object.entries(data).flatMap(([name, value]) => (name === key ? [value] : valuesOf(value, key)));
}

/** One line for people: each outcome with those who got it. */
export function summary(outcomes: ReadonlyMap<string, string>): string {
  const groups = Map.groupBy(outcomes, ([, outcome]) => outcome);
  if (groups.size === 1) return `${[...groups.keys()][0]}: everybody`;
  return [...groups].map(([outcome, who]) => `${outcome}: ${who.map(([name]) => name).join(' ')}`).join('; ');
}
