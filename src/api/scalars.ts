import 'reflect-metadata';
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { canonicalDecimal, decimalOfNumber } from './decimal.ts';
import { parseDurationMs } from './duration.ts';
import { instantText } from './instant-text.ts';
import { jsonOfLiteral, requirePlainJson } from './json-object.ts';

/** Node kinds whose `value` is the text the client wrote. */
function literalText(node: ValueNode): string | null {
  return node.kind === Kind.STRING ? node.value : null;
}

function invalid(message: string): GraphQLError {
  return new GraphQLError(message);
}

interface TextScalar<Internal> {
  name: string;
  description: string;
  /** What a valid text looks like, for the error message. */
  expected: string;
  parse(text: string): Internal | null;
  serialize(value: unknown): string;
}

/** A scalar whose values are written as text, in variables and in literals alike. */
function textScalar<Internal>(options: TextScalar<Internal>): GraphQLScalarType<Internal, string> {
  const parse = (text: string | null): Internal => {
    const value = text === null || text.length > 100 ? null : options.parse(text);
    if (value === null) throw invalid(`${options.name} must be ${options.expected}.`);
    return value;
  };
  return new GraphQLScalarType<Internal, string>({
    name: options.name,
    description: options.description,
    serialize: options.serialize,
    parseValue: (value) => parse(typeof value === 'string' ? value : null),
    parseLiteral: (node) => parse(literalText(node)),
  });
}

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

function parseInstant(text: string): Date | null {
  const match = INSTANT.exec(text);
  if (match === null || Number(match[1]) < 1900) return null;
  // Date accepts 31 February and means 3 March, so the day is compared with the month's length.
  const day = Number(match[3]);
  if (day > 28 && day > new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate()) return null;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

function serializeInstant(value: unknown): string {
  if (value instanceof Date) return instantText(value.getTime());
  if (typeof value === 'number') return instantText(value);
  if (typeof value === 'string') return value;
  throw invalid('A DateTime must be a Date, epoch milliseconds or text.');
}

function serializeText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw invalid('This scalar is stored as text.');
}

/** Resolvers get a `Date`; they may return a `Date`, epoch milliseconds, or ISO text as it shall be shown. */
export const DateTime = textScalar<Date>({
  name: 'DateTime',
  description:
    'A moment in time, as ISO 8601 text with a zone: `2026-11-21T09:30:00Z`. Answers are always UTC with milliseconds. Years 1900 to 9999.',
  expected: 'ISO 8601 text with a time and a zone, for example "2026-11-21T09:30:00Z"',
  parse: parseInstant,
  serialize: serializeInstant,
});

/** Resolvers get and return ISO 8601 text; `durationMs` of `duration.ts` turns it into milliseconds. */
export const Duration = textScalar<string>({
  name: 'Duration',
  description:
    'A length of time, as ISO 8601 text: `P30D` is 30 days, `PT0.25S` a quarter of a second. A month counts as 30 days, a year as 365. At most 100 years.',
  expected: 'an ISO 8601 duration of at most 100 years, for example "P30D" or "PT15M"',
  parse: (text) => (parseDurationMs(text) === null ? null : text),
  serialize: serializeText,
});

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** Resolvers get and return the three letters. */
export const CurrencyCode = textScalar<string>({
  name: 'CurrencyCode',
  description: 'A currency as its three ISO 4217 letters: `SEK`, `EUR`, `USD`.',
  expected: 'three ISO 4217 letters in capitals, for example "SEK"',
  parse: (text) => (CURRENCIES.has(text) ? text : null),
  serialize: serializeText,
});

const TIME_ZONES = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);

function parseTimeZone(text: string): string | null {
  if (TIME_ZONES.has(text)) return text;
  // Aliases such as Asia/Calcutta are not in the list; Intl knows them, but it also takes offsets and any case.
  if (!/^[A-Z][A-Za-z_]+(?:\/[A-Z][A-Za-z0-9_+-]+){1,2}$/.test(text)) return null;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return text;
  } catch {
    return null;
  }
}

/** Resolvers get and return the IANA name. */
export const TimeZone = textScalar<string>({
  name: 'TimeZone',
  description: 'A time zone by its IANA name: `Europe/Stockholm`, `UTC`.',
  expected: 'an IANA time zone name, for example "Europe/Stockholm"',
  parse: parseTimeZone,
  serialize: serializeText,
});

function parseDecimal(text: string | null): string {
  const value = text === null ? null : canonicalDecimal(text);
  if (value === null) {
    throw invalid('Decimal must be an exact decimal of at most 30 digits; write it as text, for example "11.77".');
  }
  return value;
}

/** Resolvers get canonical text and return decimal text as it shall be shown, or a whole number. */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number as text: `"11.77"`. At most 30 digits, never a binary float. Number literals are accepted too; in variables, numbers of more than 15 significant digits must be text.',
  serialize: (value) => {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
    throw invalid('A Decimal must be text or a number.');
  },
  parseValue: (value) => {
    if (typeof value === 'number') return parseDecimal(decimalOfNumber(value));
    return parseDecimal(typeof value === 'string' ? value : null);
  },
  parseLiteral: (node) =>
    parseDecimal(node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT ? node.value : null),
});

function safeInteger(value: unknown): number {
  const number = typeof value === 'bigint' || typeof value === 'string' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw invalid('SafeInt must be a whole number between -(2^53 - 1) and 2^53 - 1.');
}

/** Resolvers get a number; they may return a number, a bigint, or the text in which PostgreSQL's driver gives int8. */
export const SafeInt = new GraphQLScalarType<number, number>({
  name: 'SafeInt',
  description: 'A whole number that JavaScript holds exactly: between -(2^53 - 1) and 2^53 - 1.',
  serialize: safeInteger,
  parseValue: (value) => safeInteger(typeof value === 'number' ? value : null),
  parseLiteral: (node) => safeInteger(node.kind === Kind.INT ? Number(node.value) : null),
});

/** Resolvers get and return plain objects. */
export const JSONObject = new GraphQLScalarType<Record<string, unknown>, Record<string, unknown>>({
  name: 'JSONObject',
  description: 'A JSON object: `{ "size": "M", "colours": ["red"] }`. At most 10 levels deep and 1,000 values.',
  serialize: (value) => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    throw invalid('A JSONObject must be an object.');
  },
  parseValue: requirePlainJson,
  parseLiteral: (node, variables) => requirePlainJson(jsonOfLiteral(node, variables)),
});
