import { RE2JS } from 're2js';

/** A schema that cannot be saved. `path` leads from the schema to the culprit, for example ['properties', 'rating', 'type']. */
export class AttributesSchemaError extends Error {
  override readonly name = 'AttributesSchemaError';

  constructor(
    message: string,
    readonly path: readonly string[],
  ) {
    super(message);
  }
}

/** 16 kB holds some 200 described properties; more is a document, not the attributes of an activity. */
const MAXIMUM_BYTES = 16 * 1024;
/** Counted with every reference followed, so that definitions that double each other cannot explode: 2^n checks for n lines. */
const MAXIMUM_SUBSCHEMAS = 1_000;
const MAXIMUM_DEPTH = 20;
/** Instructions of one compiled pattern. `(a{1000}){1000}` would need a million, and memory for each. */
const MAXIMUM_PATTERN_SIZE = 2_000;

const SCHEMA = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const LIST = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']);
const MAP = new Set(['$defs', 'definitions', 'dependencies', 'dependentSchemas', 'patternProperties', 'properties']);
const PLAIN = new Set(
  `$comment $id $ref $schema const default dependentRequired deprecated description enum examples exclusiveMaximum
   exclusiveMinimum format maxContains maxItems maxLength maxProperties maximum minContains minItems minLength
   minProperties minimum multipleOf pattern readOnly required title type uniqueItems writeOnly`.split(/\s+/),
);

type Json = Record<string, unknown>;

interface Walk {
  root: Json;
  subschemas: number;
  /** References being followed, to find circles. */
  following: Set<string>;
}

/** Throws AttributesSchemaError for whatever would make a schema dangerous, remote or meaningless for attributes. */
export function checkAttributesSchema(schema: Json): void {
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > MAXIMUM_BYTES) {
    throw new AttributesSchemaError(`The schema has ${bytes} bytes; at most ${MAXIMUM_BYTES} are allowed.`, []);
  }
  if (schema.type !== undefined && schema.type !== 'object') {
    throw new AttributesSchemaError('Attributes are a JSON object, so the schema\'s type must be "object".', ['type']);
  }
  if (schema.$schema !== undefined && !/draft-07|2020-12/.test(String(schema.$schema))) {
    throw new AttributesSchemaError('Write the schema in JSON Schema draft 2020-12 (the default) or draft-07.', [
      '$schema',
    ]);
  }
  visit({ root: schema, subschemas: 0, following: new Set() }, schema, []);
}

function visit(walk: Walk, schema: unknown, path: readonly string[]): void {
  walk.subschemas += 1;
  if (walk.subschemas > MAXIMUM_SUBSCHEMAS || path.length > MAXIMUM_DEPTH * 2) {
    throw new AttributesSchemaError(
      `The schema is too large: with references followed, at most ${MAXIMUM_SUBSCHEMAS} subschemas and ${MAXIMUM_DEPTH} levels are allowed.`,
      path,
    );
  }
  if (!isObject(schema)) {
    // true, false and mistakes: the meta-schema tells them apart later.
    return;
  }
  for (const [keyword, value] of Object.entries(schema)) {
    visitKeyword(walk, keyword, value, [...path, keyword]);
  }
}

function visitKeyword(walk: Walk, keyword: string, value: unknown, path: readonly string[]): void {
  if (LIST.has(keyword) && Array.isArray(value)) {
    value.forEach((entry, index) => {
      visit(walk, entry, [...path, String(index)]);
    });
  } else if (SCHEMA.has(keyword)) {
    visit(walk, value, path);
  } else if (MAP.has(keyword) && isObject(value)) {
    for (const [name, entry] of Object.entries(value)) {
      if (keyword === 'patternProperties') {
        checkPattern(name, [...path, name]);
      }
      visit(walk, entry, [...path, name]);
    }
  } else if (!PLAIN.has(keyword) && !MAP.has(keyword) && !LIST.has(keyword)) {
    throw new AttributesSchemaError(`"${keyword}" is not a keyword that attributes schemas may use.`, path);
  }
  if (keyword === 'pattern' && typeof value === 'string') {
    checkPattern(value, path);
  } else if (keyword === '$ref') {
    follow(walk, value, path);
  } else if (keyword === '$id' && path.length > 1) {
    throw new AttributesSchemaError('Only the whole schema may have an "$id".', path);
  }
}

function follow(walk: Walk, reference: unknown, path: readonly string[]): void {
  const [, list, name] = /^#\/(\$defs|definitions)\/([\w.-]+)$/.exec(String(reference)) ?? [];
  const definitions = list === undefined ? undefined : walk.root[list];
  const target =
    isObject(definitions) && name !== undefined && Object.hasOwn(definitions, name) ? definitions[name] : null;
  if (target === null || target === undefined) {
    throw new AttributesSchemaError(
      `"${String(reference)}" leads nowhere: refer to a definition of this schema, such as "#/$defs/size". Other documents are never fetched.`,
      path,
    );
  }
  const key = String(reference);
  if (walk.following.has(key)) {
    throw new AttributesSchemaError(`"${key}" refers to itself; attributes have a fixed depth.`, path);
  }
  walk.following.add(key);
  visit(walk, target, path);
  walk.following.delete(key);
}

function checkPattern(pattern: string, path: readonly string[]): void {
  let size: number;
  try {
    size = RE2JS.compile(RE2JS.translateRegExp(pattern)).programSize();
  } catch (error) {
    throw new AttributesSchemaError(
      `The pattern cannot be matched in linear time (RE2 syntax: no look-around, no back-references): ${error instanceof Error ? error.message : String(error)}.`,
      path,
    );
  }
  if (size > MAXIMUM_PATTERN_SIZE) {
    throw new AttributesSchemaError(`The pattern is too large: ${size} steps, at most ${MAXIMUM_PATTERN_SIZE}.`, path);
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
