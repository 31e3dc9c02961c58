import type { ErrorObject } from 'ajv';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { RegExpEngine } from 'ajv/dist/types/index.js';
import type { FormatName, FormatsPlugin } from 'ajv-formats';
import addFormatsModule from 'ajv-formats';
import { RE2JS } from 're2js';
import { AttributesSchemaError, checkAttributesSchema } from './activity-types.schema-check.ts';

/** What is wrong with the attributes of one activity. `path` leads from the attributes to the culprit. */
export interface AttributesFault {
  message: string;
  path: string[];
}

/** Checks the attributes of one activity; null when they fit. Never throws. */
export type AttributesCheck = (attributes: Record<string, unknown>) => AttributesFault | null;

// The package is CommonJS: under native ESM its function arrives as the default of the default.
const addFormats: FormatsPlugin =
  (addFormatsModule as unknown as { default?: FormatsPlugin }).default ??
  (addFormatsModule as unknown as FormatsPlugin);

const FORMATS: FormatName[] = [
  'date',
  'time',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uuid',
];

/**
 * Runs `pattern` and `patternProperties` in time linear to the text. JavaScript's own engine backtracks: `^(a+)+$` on 40
 * letters takes minutes, and one activity would stop the whole recorder.
 */
const linearPattern: RegExpEngine = Object.assign(
  (pattern: string) => {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(pattern));
    // Ajv shares compiled patterns by their text, so `toString` must tell them apart.
    return { test: (text: string) => compiled.test(text), toString: () => `linear:${pattern}` };
  },
  { code: 'linearPattern' },
);

const OPTIONS = {
  strict: true,
  // These three only warn about style; they are no reason to refuse a schema that means what it says.
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allErrors: false,
  logger: false,
  code: { regExp: linearPattern },
} as const;

/** Building an engine compiles its meta-schemas (about 20 ms), so each draft has one, made when first needed. */
const engines = new Map<string, Ajv>();

function engineFor(schema: Record<string, unknown>): Ajv {
  const draft = typeof schema.$schema === 'string' && schema.$schema.includes('draft-07') ? 'draft-07' : '2020-12';
  const known = engines.get(draft);
  if (known) {
    return known;
  }
  const engine: Ajv = draft === 'draft-07' ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
  addFormats(engine, FORMATS);
  engines.set(draft, engine);
  return engine;
}

/**
 * Compiles a JSON Schema (draft 2020-12, or draft-07 when `$schema` says so) into a check of an activity's attributes.
 * Throws AttributesSchemaError, with the path inside the schema, when the schema is wrong, too large, recursive, refers
 * to other documents or uses a pattern that cannot be matched in linear time.
 */
export function compileAttributesSchema(schema: Record<string, unknown>): AttributesCheck {
  checkAttributesSchema(schema);
  // Own copy: the engine forgets it after compiling, and a root `$id` must not collide with another type's.
  const { $id: _, ...own } = structuredClone(schema);
  const engine = engineFor(own);
  if (!engine.validateSchema(own)) {
    const error = engine.errors?.[0];
    throw new AttributesSchemaError(
      `The schema is not valid JSON Schema: ${error?.message ?? 'unknown reason'}.`,
      pointerSegments(error?.instancePath ?? ''),
    );
  }
  try {
    const validate = engine.compile(own);
    return (attributes) => (validate(attributes) ? null : describeFault(validate.errors?.[0]));
  } catch (error) {
    throw new AttributesSchemaError(`The schema cannot be used: ${reasonOf(error)}.`, []);
  } finally {
    engine.removeSchema(own);
  }
}

function describeFault(error: ErrorObject | undefined): AttributesFault {
  if (!error) {
    return { message: 'The attributes do not fit the schema of the activity type.', path: [] };
  }
  const parameters: Record<string, unknown> = error.params;
  const path = pointerSegments(error.instancePath);
  const culprit = parameters.missingProperty ?? parameters.additionalProperty ?? parameters.unevaluatedProperty;
  if (typeof culprit === 'string') {
    path.push(culprit);
  }
  const allowed = Array.isArray(parameters.allowedValues) ? `: ${JSON.stringify(parameters.allowedValues)}` : '';
  const subject = error.instancePath === '' ? 'The attributes' : `The attribute ${quote(error.instancePath)}`;
  return { message: `${subject} ${error.message ?? 'do not fit the schema'}${allowed}.`, path };
}

function quote(pointer: string): string {
  return `"${pointerSegments(pointer).join('.')}"`;
}

function pointerSegments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : String(error);
}
