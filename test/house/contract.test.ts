import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { schemaShape } from '../../src/schema.ts';
import { brokenPromises, departures } from './support/changes.ts';

const PROMISES = 'test/house/contract';
const RELEASES = 'schema/released';

/** Two schemas that differ by what a test says, for trying the comparison itself. */
function change(before: string, after: string): [ReturnType<typeof buildSchema>, ReturnType<typeof buildSchema>] {
  const rest = 'type Query { tree: Tree } ';
  return [buildSchema(rest + before), buildSchema(rest + after)];
}

describe('what the API promises', () => {
  test.each(readdirSync(PROMISES))('%s is kept: every name, type, nullability and default', async (file) => {
    const promised = buildSchema(readFileSync(`${PROMISES}/${file}`, 'utf8'));
    expect(await departures(promised, schemaShape())).toEqual([]);
  });

  test('includes the nullability of answers, although clients would survive more of them being there', async () => {
    const [before, after] = change('type Tree { age: Int }', 'type Tree { age: Int! }');
    expect(await departures(before, after)).toEqual(["Field 'Tree.age' changed type from 'Int' to 'Int!'"]);
  });
});

describe('what a release has published', () => {
  const releases = readdirSync('schema').includes('released') ? readdirSync(RELEASES) : [];

  test('stays, unless that release had deprecated it', async () => {
    const latest = releases.sort((left, right) => left.localeCompare(right, 'en', { numeric: true })).at(-1);
    const released = latest === undefined ? schemaShape() : buildSchema(readFileSync(`${RELEASES}/${latest}`, 'utf8'));
    expect(await brokenPromises(released, schemaShape())).toEqual([]);
  });

  test('may not lose a field at once', async () => {
    const [before, after] = change('type Tree { age: Int leaves: Int }', 'type Tree { age: Int }');
    expect(await brokenPromises(before, after)).toEqual(["Field 'leaves' was removed from object type 'Tree'"]);
  });

  test('may lose a field that was deprecated, and gain whatever clients need not send', async () => {
    const [before, after] = change(
      'type Tree { age: Int leaves: Int @deprecated(reason: "Nobody counts them.") }',
      'type Tree { age(inYears: Boolean! = true): Int height: Int }',
    );
    expect(await brokenPromises(before, after)).toEqual([]);
  });

  test('may lose a type only with its last deprecated use', async () => {
    const [before, after] = change('type Tree { age: Int } enum Season { DRY }', 'type Tree { age: Int }');
    expect(await brokenPromises(before, after)).toEqual([]);
    const used = change('type Tree { in: Season } enum Season { DRY }', 'type Tree { in: String }');
    expect(await brokenPromises(...used)).not.toEqual([]);
  });
});
