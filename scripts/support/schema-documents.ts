import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  isInterfaceType,
  printSchema,
} from 'graphql';
import { ERROR_CATALOGUE, ERROR_CODES } from '../../src/api/error-descriptions.ts';
import { statusOf } from '../../src/api/errors.ts';
import { TOP_LEVEL } from '../../src/api/payload.types.ts';
import type { ErrorCode } from '../../src/platform/refusal.ts';

const MADE = 'Made by `npm run schema`; do not edit.';

/** What is emitted from the schema: file names below `schema/` and their whole text. Pure. */
export function schemaDocuments(schema: GraphQLSchema): ReadonlyMap<string, string> {
  return new Map([
    ['schema.graphql', `${printSchema(schema)}\n`],
    ['errors.md', errorsDocument()],
    ['events.md', eventsDocument(schema)],
  ]);
}

/** Markdown: every code with its cause, its remedy and the place where a client meets it. */
function errorsDocument(): string {
  return lines(
    '# Error codes',
    '',
    MADE,
    '',
    'An expected refusal of a mutation is one of the payload’s `userErrors`: `{ code, message, path, retryable, details }`.',
    'Authentication, permissions, limits, malformed requests and faults are top-level `errors` with `extensions.code`, and',
    'so is every refusal of a query or a subscription, with the path into its arguments in `extensions.inputPath`. Branch on',
    'the code, never on the message. The status in brackets is that of an HTTP answer which refuses the request as a whole.',
    '',
    '| Code | Where a mutation shows it | Cause | What to do |',
    '|---|---|---|---|',
    ...ERROR_CODES.map(errorRow),
  );
}

function errorRow(code: ErrorCode): string {
  const { cause, remedy } = ERROR_CATALOGUE[code];
  const place = TOP_LEVEL.has(code) ? `\`errors\` (${statusOf(code)})` : '`userErrors`';
  return `| \`${code}\` | ${place} | ${cell(cause)} | ${cell(remedy)} |`;
}

/** Markdown: every type of event with what it carries beyond the fields that all events have. */
function eventsDocument(schema: GraphQLSchema): string {
  const common = schema.getType('MemberEvent');
  if (!isInterfaceType(common)) throw new Error('The schema has no interface MemberEvent.');
  const events = [...schema.getImplementations(common).objects].sort((left, right) =>
    left.name < right.name ? -1 : 1,
  );
  const sections = events.flatMap((event) => {
    const own = Object.values(event.getFields()).filter((field) => common.getFields()[field.name] === undefined);
    return ['', `## ${event.name}`, '', event.description ?? '', ...(own.length === 0 ? [] : ['', ...fieldTable(own)])];
  });
  return lines('# Member events', '', MADE, '', ...introduction(common), ...sections);
}

function introduction(common: GraphQLInterfaceType): string[] {
  return [
    common.description ?? '',
    '',
    'The mutation that causes events answers them as `effects`; the subscription `memberEvents` delivers the same objects',
    'in the order in which they took effect. Every event has:',
    '',
    ...fieldTable(Object.values(common.getFields())),
  ];
}

function fieldTable(fields: readonly GraphQLField<unknown, unknown>[]): string[] {
  return [
    '| Field | Type | Meaning |',
    '|---|---|---|',
    ...fields.map(({ name, type, description }) => `| \`${name}\` | \`${type}\` | ${cell(description ?? '')} |`),
  ];
}

/** Text for one cell of a Markdown table. */
function cell(text: string): string {
  return text.replaceAll('\n', ' ').replaceAll('|', '\\|');
}

function lines(...all: string[]): string {
  return `${all.join('\n')}\n`;
}
