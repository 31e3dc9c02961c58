import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, type DocumentNode, getOperationAST, getVariableValues, parse, validate } from 'graphql';

const DIRECTORY = 'src/web/playground/operations';
const schema = buildSchema(readFileSync('schema/schema.graphql', 'utf8'));
const operations = readdirSync(DIRECTORY).filter((name) => name.endsWith('.graphql'));

function document(name: string): DocumentNode {
  return parse(readFileSync(join(DIRECTORY, name), 'utf8'));
}

/** The variables that lie beside an operation; none when there is no such file. */
function variables(name: string): Record<string, unknown> {
  const file = join(DIRECTORY, name.replace(/graphql$/, 'json'));
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
}

describe('the operations that the playground opens with', () => {
  it.each(operations)('%s is valid against the schema', (name) => {
    expect(validate(schema, document(name))).toEqual([]);
  });

  it.each(operations)('%s comes with variables that its operation takes', (name) => {
    const operation = getOperationAST(document(name));
    const { errors } = getVariableValues(schema, operation?.variableDefinitions ?? [], variables(name));
    expect(errors).toBeUndefined();
  });

  it('name no operation twice, because the name is the title of its tab', () => {
    const names = operations.map((name) => getOperationAST(document(name))?.name?.value);
    expect(new Set(names).size).toBe(operations.length);
    expect(names).not.toContain(undefined);
  });
});
