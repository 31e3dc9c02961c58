import { Decimal as DecimalConstructor } from 'decimal.js';

/**
 * Decimals for money and conditions. 100 significant digits hold the product of four amounts of 25 digits without any
 * rounding; only a division that never ends is rounded, at its 100th digit.
 */
export const Decimal = DecimalConstructor.clone({
  precision: 100,
  rounding: DecimalConstructor.ROUND_HALF_UP,
  toExpNeg: -9e15,
  toExpPos: 9e15,
});
export type Decimal = DecimalConstructor;

/** Plain decimal text: at most 30 digits before and 30 behind the point, so that no text can blow up into megabytes. */
const PLAIN = /^-?\d{1,30}(?:\.\d{1,30})?$/;

/** Reads plain decimal text such as "-11.77"; null when it is anything else. */
export function readDecimal(text: string): Decimal | null {
  return PLAIN.test(text) ? new Decimal(text) : null;
}

/** A decimal as the exact fraction digits / 10^scale. */
export interface ScaledInteger {
  /** The digits as a binary number; null when they would not be exact, that is from 2^53 on. */
  readonly small: number | null;
  readonly digits: string;
  readonly scale: number;
}

/** Reads plain decimal text into a scaled integer, without the price of a BigInt; null when it is anything else. */
export function readScaled(text: string): ScaledInteger | null {
  if (!PLAIN.test(text)) return null;
  const point = text.indexOf('.');
  const digits = point === -1 ? text : text.slice(0, point) + text.slice(point + 1);
  const small = Number(digits);
  return {
    small: Number.isSafeInteger(small) ? small : null,
    digits,
    scale: point === -1 ? 0 : text.length - point - 1,
  };
}

/** 10 to a power that stays exact as a binary number, for 0..15. */
export const POWERS_OF_TEN: readonly number[] = Array.from({ length: 16 }, (_, exponent) => Number(`1e${exponent}`));

const MILLIONTH_DIGITS = 6;

/**
 * Plain decimal text of at least 0 in whole millionths, rounded half up, at most what a number holds exactly; null when
 * it is anything else.
 */
export function readMillionths(text: string): number | null {
  const value = readScaled(text);
  if (value === null || value.digits.startsWith('-')) return null;
  if (value.small !== null && value.scale <= MILLIONTH_DIGITS) {
    const exact = value.small * (POWERS_OF_TEN[MILLIONTH_DIGITS - value.scale] ?? 1);
    if (exact <= Number.MAX_SAFE_INTEGER) return exact;
  }
  return toMillionths(new Decimal(text));
}

/** A decimal of at least 0 in whole millionths, rounded half up, at most what a number holds exactly. */
export function toMillionths(value: Decimal): number {
  const millionths = value.times(1_000_000).toDecimalPlaces(0);
  return millionths.greaterThan(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : millionths.toNumber();
}

/** Writes whole millionths as decimal text without needless zeros: 2500000 is "2.5". */
export function writeMillionths(millionths: number): string {
  return writeScaled(millionths, MILLIONTH_DIGITS);
}

/** Writes value / 10^scale, at least 0, as decimal text without needless zeros. */
export function writeScaled(value: number, scale: number): string {
  const unit = POWERS_OF_TEN[scale] ?? 1;
  const rest = value % unit;
  const whole = String((value - rest) / unit);
  return rest === 0 ? whole : `${whole}.${String(rest).padStart(scale, '0').replace(/0+$/, '')}`;
}
