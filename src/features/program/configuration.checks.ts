import { parseDurationMs } from '../../api/duration.ts';
import { ErrorCode, Refusal } from '../../platform/refusal.ts';
import type { DefinitionProblem } from '../../rules/definitions.ts';
import { ExpressionError } from '../../rules/expressions.ts';

const LONGEST_NAME = 100;
const LONGEST_DESCRIPTION = 1_000;
const LONGEST_ADDRESS = 2_000;

/** The refusal of one input field: BAD_USER_INPUT at ['input', …path]. */
export function badInput(path: readonly string[], message: string, details?: Record<string, unknown>): Refusal {
  return new Refusal(ErrorCode.BAD_USER_INPUT, message, { path: ['input', ...path], ...(details && { details }) });
}

/** The name without surrounding blanks. @throws Refusal BAD_USER_INPUT when it is empty or longer than 100 characters. */
export function checkedName(name: string, path: readonly string[] = ['name']): string {
  const trimmed = checkedText(name, path).trim();
  if (trimmed === '' || trimmed.length > LONGEST_NAME) {
    throw badInput(path, `A name has 1 to ${LONGEST_NAME} characters.`);
  }
  return trimmed;
}

/** The description without surrounding blanks; null when there is none. @throws Refusal BAD_USER_INPUT beyond 1,000 characters. */
export function checkedDescription(
  description: string | null | undefined,
  path: readonly string[] = ['description'],
): string | null {
  const trimmed = checkedText(description ?? '', path).trim();
  if (trimmed.length > LONGEST_DESCRIPTION) {
    throw badInput(path, `A description has at most ${LONGEST_DESCRIPTION} characters.`);
  }
  return trimmed === '' ? null : trimmed;
}

/**
 * The text as it is. @throws Refusal BAD_USER_INPUT for U+0000 and half surrogate pairs, which PostgreSQL cannot store.
 */
export function checkedText(text: string, path: readonly string[]): string {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw badInput(path, 'The text contains U+0000 or half a surrogate pair; remove it.');
  }
  return text;
}

/** In JSON, both appear as escapes; an even number of backslashes before them is a backslash and ordinary letters. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** A plain copy of a JSON object. @throws Refusal BAD_USER_INPUT when a key or text in it cannot be stored: see `checkedText`. */
export function checkedJson(value: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  const text = JSON.stringify(value);
  if (UNSTORABLE.test(text)) {
    throw badInput(path, 'The JSON contains U+0000 or half a surrogate pair; remove it.');
  }
  return JSON.parse(text) as Record<string, unknown>;
}

/** The number, or null when none is given. @throws Refusal BAD_USER_INPUT unless it is whole and from `least` to `most`. */
export function checkedNumber(
  value: number | null | undefined,
  path: readonly string[],
  least: number,
  most: number,
): number | null {
  if (value == null) return null;
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw badInput(path, `${path.at(-1)} must be a whole number from ${least} to ${most}, not ${value}.`);
}

/**
 * The address of a picture; null when none is given. Pictures are shown on pages of every origin and named in credentials
 * that outlive the page: an address everybody can fetch, encrypted, without a password in it. Anything that a browser could
 * run (data:, javascript:) is none.
 * @throws Refusal BAD_USER_INPUT unless it is https:// and at most 2,000 characters long.
 */
export function checkedImageUrl(
  text: string | null | undefined,
  path: readonly string[] = ['imageUrl'],
): string | null {
  if (text == null || text.trim() === '') return null;
  const address = text.trim();
  const url = address.length <= LONGEST_ADDRESS && URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url.href;
  throw badInput(path, `${path.at(-1)} is an https:// address of at most ${LONGEST_ADDRESS} characters, or left out.`);
}

/** The duration as it was written; null when none is given. @throws Refusal BAD_USER_INPUT unless it is longer than nothing. */
export function checkedDuration(text: string | null | undefined, path: readonly string[]): string | null {
  if (text == null) return null;
  // Zero and null are refused alike: no length at all, and no length that can be read.
  if (parseDurationMs(text)) return text;
  throw badInput(path, `${path.at(-1)} must be longer than nothing and at most 100 years, for example P30D.`);
}

/**
 * Passes when the pure core found nothing wrong with a definition.
 * @param input what somebody wants to save; the problems' paths lead through it.
 * @throws Refusal BAD_USER_INPUT, or INVALID_EXPRESSION (details: position, line, column), for the first problem.
 */
export function requireSound(problems: readonly DefinitionProblem[], input: object): void {
  const [first] = problems;
  if (first === undefined) return;
  const { path, message, isExpression, position } = first;
  if (!isExpression) throw badInput(path, message);
  const source = path.reduce<unknown>((part, name) => (part as Record<string, unknown> | null)?.[name], input);
  throw new Refusal(ErrorCode.INVALID_EXPRESSION, message, {
    path: ['input', ...path],
    details: placeOf(String(source), position),
  });
}

/**
 * The expression as it was written, once it has compiled; null when none is given.
 * @throws Refusal INVALID_EXPRESSION (details: position, line, column).
 */
export function checkedExpression(
  source: string | null | undefined,
  path: readonly string[],
  compile: (source: string) => unknown,
): string | null {
  if (source == null) return null;
  const text = checkedText(source, path);
  try {
    compile(text);
    return text;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new Refusal(ErrorCode.INVALID_EXPRESSION, error.message, {
      path: ['input', ...path],
      details: placeOf(text, error.position),
    });
  }
}

/** Where an editor puts its cursor: the offset from 0, line and column from 1. */
function placeOf(source: string, position: number | null): Record<string, number> {
  if (position === null) return {};
  const before = source.slice(0, position).split('\n');
  return { position, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
