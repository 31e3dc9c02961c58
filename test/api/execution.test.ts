import { describe, expect, it } from '@jest/globals';
import { type ExecutionResult, execute, getVariableValues, parse } from 'graphql';
import { compileOperation, type Variables } from '../../src/api/compiled-operation.ts';
import { ANONYMOUS, RequestContext } from '../../src/api/context.ts';
import { DocumentGate } from '../../src/api/document-gate.ts';
import { variableReader } from '../../src/api/input-reader.ts';
import { createSchema } from '../../src/api/schema.ts';
import { createLog } from '../../src/platform/log.ts';
import { Gates, SampleResolver } from './support/sample.resolver.ts';
import { Person, Shop } from './support/sample.types.ts';

const schema = createSchema({
  resolvers: [SampleResolver],
  instances: new Map([[SampleResolver, new SampleResolver(new Gates())]]),
  orphanedTypes: [Person, Shop],
});
const gate = new DocumentGate(schema, { introspectionForAll: true, largeBodyFields: [] });
const context = () => new RequestContext(ANONYMOUS, 'request', createLog('silent'));

function prepared(source: string) {
  const request = { operationName: undefined, variables: {}, viewer: ANONYMOUS, bodyBytes: 0 };
  return gate.check({ ...request, document: parse(source), allowed: ['query', 'mutation'] }).prepared;
}

/** Only what clients see: the engines differ in the classes of their errors and in prototypes of objects. */
function plain(result: ExecutionResult): unknown {
  return JSON.parse(
    JSON.stringify({ data: result.data, errors: result.errors?.map(({ message, path }) => ({ message, path })) }),
  );
}

async function bothAnswers(
  source: string,
  variables?: Variables,
): Promise<{ interpreted: unknown; compiled: unknown }> {
  const { document, operation } = prepared(source);
  const compiled = compileOperation(schema, document, operation);
  if (compiled === null) throw new Error('The operation was not compiled.');
  return {
    interpreted: plain(await execute({ schema, document, variableValues: variables, contextValue: context() })),
    compiled: plain(await compiled(undefined, context(), variables)),
  };
}

const CASES: [string, string, Variables?][] = [
  [
    'scalars of all kinds',
    '{ thing(id: "a") { id name price madeAt seen tags attributes rating fragile __typename } }',
  ],
  ['aliases and fragments', '{ x: thing(id: "a") { ...f y: id } } fragment f on Thing { id similar { totalCount } }'],
  [
    'lists with nested lists',
    '{ things(first: 3) { edges { cursor node { id similar(first: 1) { edges { node { id } } } } } } }',
  ],
  ['a missing object', '{ thing(id: "none") { id } }'],
  ['a null in a non-null field', '{ broken { id fragile } }'],
  ['a property that refuses to be read behind a promise', '{ thing(id: "veiled") { id secrets } fault whoami }'],
  ['a resolver that throws', '{ fault whoami }'],
  ['a resolver that rejects', '{ refusal whoami }'],
  ['a resolver that may not be called', '{ secret }'],
  [
    '@skip and @include by variable',
    'query($a: Boolean!, $b: Boolean!) { thing(id: "x") { id @include(if: $a) name @skip(if: $b) } }',
    { a: false, b: false },
  ],
  [
    '@include on a fragment',
    'query($a: Boolean!) { thing(id: "x") { ...f @include(if: $a) seen } } fragment f on Thing { id @skip(if: $a) price }',
    { a: true },
  ],
  [
    '@skip on an inline fragment',
    'query($a: Boolean!) { thing(id: "x") { ... @skip(if: $a) { id } ... @include(if: $a) { price } } }',
    { a: true },
  ],
  ['an interface', '{ named { __typename name ... on Shop { space } ... on Person { timeZone } } }'],
  ['times and amounts as literals', '{ echo(at: "2026-11-21T09:30:00+01:00", amount: 12.50, text: "hej") }'],
  [
    'times and amounts as variables',
    'query($at: DateTime, $amount: Decimal) { echo(at: $at, amount: $amount) }',
    { at: '2026-11-21T09:30:00Z', amount: '007.10' },
  ],
  ['defaults of arguments', '{ echo }'],
  [
    'defaults of variables',
    'query($at: DateTime = "2026-01-01T00:00:00Z", $text: String = "x") { echo(at: $at, text: $text) }',
  ],
  [
    'null for a variable with a default',
    'query($text: String! = "x", $at: DateTime = "2026-01-01T00:00:00Z") { echo(text: $text, at: $at) }',
    { at: null },
  ],
  ['left-out variables', 'query($text: String!, $at: DateTime) { echo(text: $text, at: $at) }', { text: 'only this' }],
  [
    'an input object as a literal',
    '{ echo(input: { name: "n", at: "2026-01-01T00:00:00Z", attributes: { a: [1, { b: null }] }, parts: [{ sku: "s" }] }) }',
  ],
  [
    'an input object as a variable',
    'query($i: KeepInput) { echo(input: $i) }',
    { i: { name: 'n', parts: { sku: 's', quantity: 2 }, attributes: { a: [1] } } },
  ],
  ['a null literal', '{ echo(at: null, input: null) }'],
  [
    'mutations one after the other',
    'mutation { a: keep(input: { name: "taken" }) { userErrors { code path } } b: keep(input: { name: "ok" }) { thing { id } effects { name } } }',
  ],
];

describe('a compiled operation', () => {
  for (const [what, source, variables] of CASES) {
    it(`answers like graphql-js: ${what}`, async () => {
      const { interpreted, compiled } = await bothAnswers(source, variables);
      expect(compiled).toEqual(interpreted);
    });
  }

  it('refuses variables that graphql-js refuses', async () => {
    const source = 'query($i: KeepInput!, $at: DateTime) { echo(input: $i, at: $at) }';
    const wrong = [
      {},
      { i: null },
      { i: {} },
      { i: { name: 1 } },
      { i: { name: 'x', more: 1 } },
      { i: { name: 'x', parts: [{}] } },
    ];
    for (const variables of [...wrong, { i: { name: 'x' }, at: 'yesterday' }, { i: { name: 'x', attributes: [] } }]) {
      const { document, operation } = prepared(source);
      const result = await compileOperation(schema, document, operation)?.(undefined, context(), variables);
      expect(result?.data).toBeUndefined();
      expect(result?.errors?.length).toBeGreaterThan(0);
    }
  });

  it('never runs what a client writes into a literal', async () => {
    // The marker by which the compiler recognises dates in the code it makes; what follows would be executed.
    const marker = '__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74d';
    const attack = `${marker}globalThis.attacked=1`;
    const { interpreted, compiled } = await bothAnswers(
      `{ echo(text: "${attack}", input: { name: "${attack}", attributes: { a: "${attack}" } }) }`,
    );
    expect(compiled).toEqual(interpreted);
    const byDefault = await bothAnswers(`query($t: String = "${attack}") { echo(text: $t) }`);
    expect(byDefault.compiled).toEqual(byDefault.interpreted);
    expect('attacked' in globalThis).toBe(false);
  });

  it('is left to graphql-js when an argument mixes literals and variables', () => {
    const { document, operation } = prepared('query($n: String!) { echo(input: { name: $n, attributes: { a: $n } }) }');
    expect(compileOperation(schema, document, operation)).toBeNull();
  });
});

describe('variables', () => {
  const SOURCE =
    'query($i: KeepInput!, $at: DateTime = "2026-01-01T00:00:00Z", $n: [KeepInput!]) { echo(input: $i, at: $at) }';
  const whole = { name: 'n', at: '2026-01-01T00:00:00Z', parts: [{ sku: 's' }, { sku: 't', quantity: '2.50' }] };
  const given: Variables[] = [
    { i: whole },
    { i: { name: 'n', parts: { sku: 'only' } }, n: whole },
    { i: { name: 'n', parts: null, at: null }, at: null, n: [whole, whole] },
    { i: whole, unknown: 1 },
    { i: { ...whole, unknown: 1 } },
    { i: { ...whole, name: 7 } },
    { i: [whole] },
    { i: null },
    {},
    { i: whole, at: 'soon' },
    { i: whole, n: [null] },
    { i: { name: 'n', parts: [{ quantity: 1 }] } },
  ];

  it('are read as graphql-js reads them, defaults of fields included', () => {
    const [operation] = parse(SOURCE).definitions;
    if (operation?.kind !== 'OperationDefinition') throw new Error('No operation.');
    const definitions = operation.variableDefinitions ?? [];
    const read = variableReader(schema, definitions);
    for (const variables of given) {
      const { coerced, errors } = getVariableValues(schema, definitions, variables);
      const ours = read(variables);
      expect(ours.values).toEqual(coerced);
      expect(ours.errors?.length).toBe(errors?.length);
    }
  });
});
