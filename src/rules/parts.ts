import { readDecimal } from './decimals.ts';
import { ONE } from './game.types.ts';

/*
 * Parts of an activity that is taken back, in millionths of the whole: exact, and fine enough for any refund (a part of
 * 0.000001 of a purchase of 10,000 is one hundredth).
 */

/**
 * That part of an amount, rounded down; all of it for the whole. So parts never exceed the whole, and together they are it.
 * @param amount a whole number of at least 0
 * @param part millionths, 0 to 1,000,000
 */
export function partOf(amount: number, part: number): number {
  if (part >= ONE) return amount;
  const product = amount * part;
  if (Number.isSafeInteger(product)) return (product - (product % ONE)) / ONE;
  return Number((BigInt(amount) * BigInt(part)) / BigInt(ONE));
}

/** Reads a part from decimal text; null unless it is above 0, at most 1, and has at most six digits behind the point. */
export function readPart(text: string): number | null {
  const millionths = readDecimal(text)?.times(ONE);
  if (millionths === undefined || !millionths.isInteger()) return null;
  const part = millionths.toNumber();
  return part > 0 && part <= ONE ? part : null;
}
