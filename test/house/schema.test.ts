import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';
import { schemaDocuments } from '../../scripts/support/schema-documents.ts';
import { ErrorCode } from '../../src/platform/refusal.ts';
import { schemaShape } from '../../src/schema.ts';

const schema = schemaShape();
const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
const objects = types.filter(isObjectType);
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});

interface Element {
  /** `Type.field(argument)` */
  place: string;
  description: string | null | undefined;
}

function parts(place: string, inputs: Iterable<GraphQLArgument | GraphQLInputField>): Element[] {
  return [...inputs].map(({ name, description }) => ({ place: `${place}.${name}`, description }));
}

/** A type and everything in it that a client can name. */
function elementsOf(type: GraphQLNamedType): Element[] {
  const own = isSpecifiedScalarType(type) ? [] : [{ place: type.name, description: type.description }];
  if (isEnumType(type)) {
    return [
      ...own,
      ...type.getValues().map(({ name, description }) => ({ place: `${type.name}.${name}`, description })),
    ];
  }
  if (isInputObjectType(type)) return [...own, ...parts(type.name, Object.values(type.getFields()))];
  if (!isObjectType(type) && !isInterfaceType(type)) return own;
  const fields = Object.values(type.getFields()).flatMap(({ name, description, args }) => [
    { place: `${type.name}.${name}`, description },
    ...parts(`${type.name}.${name}`, args),
  ]);
  return [...own, ...fields];
}

describe('the emitted files', () => {
  test.each([...schemaDocuments(schema)])(
    'schema/%s is what the code says; `npm run schema` writes it',
    (name, text) => {
      const path = `schema/${name}`;
      expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(text);
    },
  );

  test('errors.md tells of every code of the enum, once, and of no other', () => {
    const codes = [...readFileSync('schema/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(
      ([, code]) => code,
    );
    expect(codes).toEqual(Object.values(ErrorCode));
    const type = schema.getType('ErrorCode');
    const names = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
    expect(names.sort()).toEqual([...codes].sort());
  });

  test('errors.md says for each code what it means and what to do', () => {
    const rows = readFileSync('schema/errors.md', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    for (const row of rows) expect(row).toMatch(/^\| `[A-Z_]+` \| [^|]+ \| [A-Z`][^|]+\. \| [A-Z][^|]+\. \|$/);
  });

  test('events.md tells of every type of event', () => {
    const common = schema.getType('MemberEvent');
    const names = isInterfaceType(common) ? schema.getImplementations(common).objects.map(({ name }) => name) : [];
    const titles = [...readFileSync('schema/events.md', 'utf8').matchAll(/^## (\w+)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(names.sort());
  });
});

describe('descriptions', () => {
  const directives = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  const elements = [
    ...types.flatMap(elementsOf),
    ...directives.flatMap(({ name, description, args }) => [
      { place: `@${name}`, description },
      ...parts(`@${name}`, args),
    ]),
  ];

  test('stand on every type, field, argument, enum value and input field', () => {
    expect(elements.length).toBeGreaterThan(400);
    expect(elements.filter(({ description }) => !description?.trim()).map(({ place }) => place)).toEqual([]);
  });

  test('are sentences: a capital or a code first, a full stop last', () => {
    const odd = elements.filter(({ description }) => description && !/^[\p{Lu}`'"].*[.)…!?`]$/su.test(description));
    expect(odd.map(({ place, description }) => `${place}: ${description}`)).toEqual([]);
  });

  test('say why and what instead where something is deprecated', () => {
    const fields = objects.flatMap((type) => Object.values(type.getFields()));
    const hollow = fields.filter(({ deprecationReason }) => deprecationReason != null && deprecationReason.length < 20);
    expect(hollow).toEqual([]);
  });
});

describe('every mutation', () => {
  test.each(mutations.map((field) => [field.name, field] as const))(
    '%s takes one input and answers a payload',
    (name, field) => {
      const title = name.charAt(0).toUpperCase() + name.slice(1);
      expect(field.args.map((argument) => `${argument.name}: ${argument.type}`)).toEqual([`input: ${title}Input!`]);
      expect(String(field.type)).toBe(`${title}Payload!`);
      const payload = getNamedType(field.type);
      if (!isObjectType(payload)) throw new Error(`${title}Payload is no object type.`);
      const { userErrors, ...results } = payload.getFields();
      expect(String(userErrors?.type)).toBe('[UserError!]!');
      const unfit = Object.values(results).filter(({ type }) => {
        // What a refusal leaves empty is null, an empty list, false or 0; nothing else can be required.
        return isNonNullType(type) && !isListType(type.ofType) && !/^(Boolean|Int)!$/.test(String(type));
      });
      expect(unfit.map((result) => result.name)).toEqual([]);
    },
  );
});

describe('every connection', () => {
  const connections = objects.filter(({ name }) => name.endsWith('Connection'));

  test.each(connections.map((type) => [type.name, type] as const))(
    "%s is as Relay's specification wants it",
    (name, type) => {
      const node = name.replace(/Connection$/, '');
      const shape = Object.fromEntries(
        Object.values(type.getFields()).map((field) => [field.name, String(field.type)]),
      );
      expect(shape).toMatchObject({ edges: `[${node}Edge!]!`, pageInfo: 'PageInfo!', totalCount: 'Int!' });
      const edge = schema.getType(`${node}Edge`);
      if (!isObjectType(edge)) throw new Error(`${node}Edge is no object type.`);
      expect(String(edge.getFields().cursor?.type)).toBe('String!');
      expect(String(edge.getFields().node?.type)).toBe(`${node}!`);
    },
  );

  test('is asked for with first, after and their counterparts', () => {
    const fields = objects.flatMap((type) => Object.values(type.getFields()));
    const paged = fields.filter(({ type }) => getNamedType(type).name.endsWith('Connection'));
    expect(paged.length).toBeGreaterThan(3);
    for (const { args } of paged) {
      const shape = Object.fromEntries(args.map(({ name, type }) => [name, String(type)]));
      expect(shape).toMatchObject({ first: 'Int', after: 'String', last: 'Int', before: 'String' });
    }
  });
});
