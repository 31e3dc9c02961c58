const DURATION =
  /^P(?!$)(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,10})(?:\.(\d{1,3}))?S)?)?$/;
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The longest duration taken, 100 years: an instant moved by it stays within what PostgreSQL and JavaScript can hold. */
const MAX_MS = 36_500 * DAY_MS;

/**
 * The length of an ISO 8601 duration in milliseconds, or null when the text is not one or is longer than 100 years.
 * A month counts as 30 days and a year as 365, a day as 24 hours.
 */
export function parseDurationMs(text: string): number | null {
  const match = DURATION.exec(text);
  if (match === null) return null;
  const part = (index: number): number => Number(match[index] ?? '0');
  const days = part(1) * 365 + part(2) * 30 + part(3) * 7 + part(4);
  const fractionMs = Number((match[8] ?? '').padEnd(3, '0') || '0');
  const length = days * DAY_MS + part(5) * HOUR_MS + part(6) * MINUTE_MS + part(7) * SECOND_MS + fractionMs;
  return length > MAX_MS ? null : length;
}

/** The length in milliseconds of a duration that the `Duration` scalar has let through. Throws RangeError otherwise. */
export function durationMs(text: string): number {
  const length = parseDurationMs(text);
  if (length === null) throw new RangeError(`Not an ISO 8601 duration: ${text}`);
  return length;
}
