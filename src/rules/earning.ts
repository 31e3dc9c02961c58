import { POWERS_OF_TEN, readScaled, type ScaledInteger } from './decimals.ts';
import type { Money, Rounding } from './types.ts';

/** No single rule gives more than this, so that sums stay far from the 2^31 that GraphQL's Int can hold. */
export const MOST_POINTS = 1_000_000_000;

/** Points per amount of money, with everything that can be known beforehand worked out. */
export interface AmountRate {
  readonly points: number;
  readonly per: ScaledInteger;
  readonly rounding: Rounding;
  /** "1 point per 10.00 SEK of ": the amount completes the reason. */
  readonly reason: string;
  readonly currencyCode: string;
}

/**
 * Prepares points per amount.
 * @throws RangeError when `per` is not a positive decimal or `points` not a whole number from 1 to 1,000,000,000.
 */
export function compileRate(
  rate: { points: number; per: string; rounding: Rounding },
  currencyCode: string,
): AmountRate {
  const per = readScaled(rate.per);
  if (per === null || BigInt(per.digits) <= 0n) throw new RangeError(`"${rate.per}" is not a positive amount.`);
  if (!isAllowed(rate.points) || rate.points === 0) throw new RangeError(`${rate.points} is not a number of points.`);
  const reason = `${countPoints(rate.points)} per ${rate.per} ${currencyCode} of `;
  return { points: rate.points, per, rounding: rate.rounding, reason, currencyCode };
}

/**
 * The points for an amount: amount × points ÷ per, worked out exactly and rounded once, at the end. ROUND rounds half up.
 * @returns null when the amount is not plain decimal text or is negative; the result may exceed what is allowed.
 */
export function pointsForAmount(rate: AmountRate, amount: string): number | null {
  const value = readAmount(amount);
  if (value === null) return null;
  // amount × points ÷ per = (units × points × 10^perScale) ÷ (perUnits × 10^scale)
  const { per } = rate;
  const up = per.scale > value.scale ? per.scale - value.scale : 0;
  const down = value.scale > per.scale ? value.scale - per.scale : 0;
  if (value.small !== null && per.small !== null && up < 16 && down < 16) {
    const dividend = value.small * rate.points * (POWERS_OF_TEN[up] ?? 1);
    const divisor = per.small * (POWERS_OF_TEN[down] ?? 1);
    // Half the safe range leaves room for the doubling that rounding half up needs.
    if (dividend <= Number.MAX_SAFE_INTEGER / 2 && divisor <= Number.MAX_SAFE_INTEGER / 2) {
      return divideSmall(dividend, divisor, rate.rounding);
    }
  }
  const dividend = BigInt(value.digits) * BigInt(rate.points) * 10n ** BigInt(up);
  return Number(divideBig(dividend, BigInt(per.digits) * 10n ** BigInt(down), rate.rounding));
}

/** True for a whole number of points that a rule may give: 0 to 1,000,000,000. */
export function isAllowed(points: number): boolean {
  return Number.isInteger(points) && points >= 0 && points <= MOST_POINTS;
}

/** Why money cannot be counted by a rule; null when it can. */
export function moneyProblem(value: Money | null, currencyCode: string): string | null {
  if (value === null) return 'The activity has no value.';
  if (value.currencyCode !== currencyCode) {
    return `The value is in ${value.currencyCode}, but the programme counts in ${currencyCode}.`;
  }
  return null;
}

/** "1 point", "20 points". */
export function countPoints(points: number): string {
  return points === 1 ? '1 point' : `${points} points`;
}

function readAmount(amount: string): ScaledInteger | null {
  const value = readScaled(amount);
  return value === null || value.digits.startsWith('-') ? null : value;
}

function divideSmall(dividend: number, divisor: number, rounding: Rounding): number {
  const rest = dividend % divisor;
  const floor = (dividend - rest) / divisor;
  if (rest === 0 || rounding === 'FLOOR') return floor;
  return rounding === 'CEIL' || rest * 2 >= divisor ? floor + 1 : floor;
}

function divideBig(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const rest = dividend % divisor;
  const floor = dividend / divisor;
  if (rest === 0n || rounding === 'FLOOR') return floor;
  return rounding === 'CEIL' || rest * 2n >= divisor ? floor + 1n : floor;
}
