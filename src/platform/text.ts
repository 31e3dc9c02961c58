import { ErrorCode, Refusal } from './refusal.ts';

/** Tells whether PostgreSQL can hold a text: it has no NUL character and no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** The same for JSON, wherever in it a text lies; `json` is what `JSON.stringify` made of it. */
export function isStorableJson(json: string): boolean {
  // Doubled backslashes go first: after one, `u0000` is plain text. JSON.stringify escapes lone surrogates only.
  return !/\\u0000|\\ud[89a-f]/.test(json.replaceAll('\\\\', ''));
}

export interface TextLimits {
  /** Where the text came from, for example ['input', 'displayName']. */
  path: readonly string[];
  /** In characters; 1 unless told. */
  shortest?: number;
  /** In characters. */
  longest: number;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what it is for.
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * A line of text as it is stored: Unicode-composed (NFC) and without spaces around it.
 * @throws Refusal BAD_USER_INPUT when it is too short or long, or holds control characters (line breaks too).
 */
export function requireLine(text: string, limits: TextLimits): string {
  const { path, shortest = 1, longest } = limits;
  const name = path.at(-1) ?? 'text';
  if (!isStorable(text) || CONTROL.test(text)) {
    throw new Refusal(ErrorCode.BAD_USER_INPUT, `\`${name}\` is one line without control characters.`, { path });
  }
  const line = text.normalize('NFC').trim();
  // A text of n characters has at most 2 n code units, so an oversized one is never spread into an array.
  const length = line.length > 2 * longest ? Number.POSITIVE_INFINITY : [...line].length;
  if (length >= shortest && length <= longest) return line;
  throw new Refusal(ErrorCode.BAD_USER_INPUT, `\`${name}\` has ${shortest} to ${longest} characters.`, { path });
}
