import { describe, expect, test } from '@jest/globals';
import { compileAttributesSchema } from '../src/features/activities/activity-types.schema.ts';
import { AttributesSchemaError } from '../src/features/activities/activity-types.schema-check.ts';

function refusal(schema: Record<string, unknown>): { message: string; path: readonly string[] } {
  try {
    compileAttributesSchema(schema);
  } catch (error) {
    if (error instanceof AttributesSchemaError) {
      return { message: error.message, path: error.path };
    }
    throw error;
  }
  throw new Error('The schema was accepted.');
}

describe('an attributes schema', () => {
  const check = compileAttributesSchema({
    type: 'object',
    required: ['rating'],
    additionalProperties: false,
    properties: {
      rating: { type: 'integer', minimum: 1, maximum: 5 },
      size: { enum: ['S', 'M', 'L'] },
      sku: { type: 'string', pattern: '^[A-Z]{2}-\\d+$' },
      boughtOn: { type: 'string', format: 'date' },
      tags: { type: 'array', items: { $ref: '#/$defs/tag' } },
    },
    $defs: { tag: { type: 'string', pattern: '^[a-z]+$' } },
  });

  test('lets fitting attributes pass', () => {
    expect(check({ rating: 5, size: 'S', sku: 'AB-12', boughtOn: '2026-11-21', tags: ['tent'] })).toBeNull();
  });

  test.each([
    [{}, ['rating'], /rating/],
    [{ rating: 6 }, ['rating'], /"rating" must be <= 5/],
    [{ rating: 2, size: 'XL' }, ['size'], /"S","M","L"/],
    [{ rating: 2, colour: 'red' }, ['colour'], /additional/],
    [{ rating: 2, sku: 'ab-12' }, ['sku'], /pattern/],
    [{ rating: 2, boughtOn: '2026-02-30' }, ['boughtOn'], /date/],
    [{ rating: 2, tags: ['tent', 'TENT'] }, ['tags', '1'], /"tags.1" must match pattern/],
  ])('names the culprit in %j', (attributes, path, message) => {
    const fault = check(attributes);
    expect(fault?.path).toEqual(path);
    expect(fault?.message).toMatch(message);
  });

  test('is read as draft-07 when it says so', () => {
    const draft07 = compileAttributesSchema({
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'https://example.org/review',
      properties: { pair: { type: 'array', items: [{ type: 'string' }, { type: 'number' }] } },
    });
    expect(draft07({ pair: ['a', 1] })).toBeNull();
    expect(draft07({ pair: [1, 'a'] })?.path).toEqual(['pair', '0']);
  });

  test('keeps two patterns of one schema apart', () => {
    const two = compileAttributesSchema({
      properties: { letters: { type: 'string', pattern: '^[a-z]+$' }, digits: { type: 'string', pattern: '^[0-9]+$' } },
    });
    expect(two({ letters: 'abc', digits: '123' })).toBeNull();
    expect(two({ letters: '123' })?.path).toEqual(['letters']);
    expect(two({ digits: 'abc' })?.path).toEqual(['digits']);
  });

  test('matches a pattern that would backtrack for ever at once', () => {
    const evil = compileAttributesSchema({ properties: { text: { type: 'string', pattern: '^(a+)+$' } } });
    expect(evil({ text: `${'a'.repeat(50_000)}!` })?.path).toEqual(['text']);
  });

  test('may be compiled any number of times under one $id', () => {
    for (const maximum of [1, 2, 3]) {
      const again = compileAttributesSchema({ $id: 'https://example.org/same', properties: { n: { maximum } } });
      expect(again({ n: maximum })).toBeNull();
      expect(again({ n: maximum + 1 })).not.toBeNull();
    }
  });
});

describe('an attributes schema is refused', () => {
  test.each<[string, Record<string, unknown>, string[], RegExp]>([
    ['when a type does not exist', { properties: { a: { type: 'text' } } }, ['properties', 'a', 'type'], /JSON Schema/],
    ['when a keyword does not exist', { properties: { a: { minimun: 1 } } }, ['properties', 'a', 'minimun'], /keyword/],
    ['when a format does not exist', { properties: { a: { type: 'string', format: 'colour' } } }, [], /format/],
    ['when it does not describe an object', { type: 'array' }, ['type'], /object/],
    [
      'when it fetches another document',
      { properties: { a: { $ref: 'https://example.org/x' } } },
      ['properties', 'a', '$ref'],
      /fetched/,
    ],
    [
      'when a definition is missing',
      { properties: { a: { $ref: '#/$defs/b' } } },
      ['properties', 'a', '$ref'],
      /nowhere/,
    ],
    ['when it refers to itself', { $ref: '#' }, ['$ref'], /nowhere/],
    [
      'when it needs back-references',
      { properties: { a: { pattern: '(a)\\1' } } },
      ['properties', 'a', 'pattern'],
      /linear/,
    ],
    [
      'when a pattern is huge',
      { properties: { a: { pattern: '((a{100}){100}){100}' } } },
      ['properties', 'a', 'pattern'],
      /pattern/,
    ],
    ['when it is too long', { description: 'x'.repeat(17_000) }, [], /16384/],
    ['when its draft is unknown', { $schema: 'http://json-schema.org/draft-04/schema#' }, ['$schema'], /2020-12/],
  ])('%s', (_, schema, path, message) => {
    const found = refusal(schema);
    expect(found.message).toMatch(message);
    expect(found.path).toEqual(path);
  });

  test('when its definitions go in a circle', () => {
    const found = refusal({
      properties: { tree: { $ref: '#/$defs/tree' } },
      $defs: { tree: { properties: { child: { $ref: '#/$defs/tree' } } } },
    });
    expect(found.message).toMatch(/itself/);
  });

  test('when its definitions double each other until no machine could follow', () => {
    const definitions: Record<string, unknown> = { level30: { type: 'object' } };
    for (let level = 0; level < 30; level += 1) {
      const next = { $ref: `#/$defs/level${level + 1}` };
      definitions[`level${level}`] = { allOf: [next, next] };
    }
    expect(refusal({ $ref: '#/$defs/level0', $defs: definitions }).message).toMatch(/too large/);
  });
});
