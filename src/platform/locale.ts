import { ErrorCode, Refusal } from './refusal.ts';

/** Longer than any locale in use; BCP 47 itself sets no bound. */
const LONGEST_LOCALE = 35;

/**
 * A locale in its canonical writing: `SV-se` becomes `sv-SE`.
 * @throws Refusal BAD_USER_INPUT when it is not a BCP 47 language tag.
 */
export function requireLocale(text: string, path: readonly string[]): string {
  try {
    const canonical = text.length <= LONGEST_LOCALE ? Intl.getCanonicalLocales(text)[0] : undefined;
    if (canonical !== undefined) return canonical;
  } catch {
    // A RangeError is how Intl says that the tag is malformed.
  }
  throw new Refusal(ErrorCode.BAD_USER_INPUT, 'A locale is a BCP 47 language tag such as "sv-SE" or "en".', { path });
}
