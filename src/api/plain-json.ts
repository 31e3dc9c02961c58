import type { GraphQLScalarType } from 'graphql';
import { ErrorCode, Refusal } from '../platform/refusal.ts';

/*
 * Reading plain JSON where no GraphQL server has checked it: the doors for batches and imports of files. Everything throws a
 * Refusal BAD_USER_INPUT with a path relative to the item.
 */

export type Path = readonly string[];
type Json = Record<string, unknown>;

/** An object with none but these fields: a misspelt field that is passed over would be lost in silence. */
export function objectOf(json: unknown, path: Path, fields: ReadonlySet<string>): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw badInput(path, 'must be a JSON object');
  for (const field in json) {
    if (!fields.has(field)) throw badInput([...path, field], `is not known; known are ${[...fields].join(', ')}`);
  }
  return json as Json;
}

/** Text that must be there. */
export function textOf(json: unknown, path: Path): string {
  if (typeof json === 'string') return json;
  throw badInput(path, json === undefined ? 'is missing' : 'must be text');
}

/** Reads what must be there as a scalar of the API reads it. */
export function scalarOf<Value>(scalar: GraphQLScalarType<Value, unknown>): (json: unknown, path: Path) => Value {
  return (json, path) => {
    if (json === undefined) throw badInput(path, 'is missing');
    try {
      return scalar.parseValue(json);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Refusal(ErrorCode.BAD_USER_INPUT, message, { path });
    }
  };
}

/** What `read` gives, or null for what was left out. */
export function optional<Value>(json: unknown, path: Path, read: (json: unknown, path: Path) => Value): Value | null {
  return json === undefined || json === null ? null : read(json, path);
}

/** The refusal of a field. @param what finishes the sentence: `must be text`. */
export function badInput(path: Path, what: string): Refusal {
  const name = path.length === 0 ? 'The item' : `"${path.join('.')}"`;
  return new Refusal(ErrorCode.BAD_USER_INPUT, `${name} ${what}.`, { path });
}
