import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Decimal, readDecimal } from '../../src/rules/decimals.ts';
import { compileRate, pointsForAmount } from '../../src/rules/earning.ts';
import type { Rounding } from '../../src/rules/types.ts';

const rate = (points: number, per: string, rounding: Rounding = 'FLOOR') =>
  compileRate({ points, per, rounding }, 'SEK');

/** Decimal text together with the fraction it stands for. */
const decimalText = (mostDigits: number) =>
  fc.tuple(fc.bigInt(0n, 10n ** BigInt(mostDigits)), fc.integer({ min: 0, max: 6 })).map(([units, scale]) => {
    const digits = units.toString().padStart(scale + 1, '0');
    const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
    return { text, units, scale };
  });

function model(value: bigint, divisor: bigint, rounding: Rounding): bigint {
  if (rounding === 'FLOOR') return value / divisor;
  if (rounding === 'CEIL') return (value + divisor - 1n) / divisor;
  return (2n * value + divisor) / (2n * divisor);
}

describe('points per amount', () => {
  test.each<[number, string, Rounding, string, number]>([
    [1, '10.00', 'FLOOR', '523.00', 52],
    [1, '1', 'FLOOR', '11.77', 11],
    [1, '1', 'FLOOR', '0.99', 0],
    [1, '1', 'ROUND', '11.50', 12],
    [1, '1', 'ROUND', '11.49', 11],
    [1, '1', 'CEIL', '11.01', 12],
    [1, '1', 'CEIL', '11.00', 11],
    [10, '1', 'FLOOR', '11.77', 117],
    [5, '100', 'FLOOR', '150', 7],
    [1, '0.1', 'FLOOR', '0.3', 3],
    [1, '0.01', 'FLOOR', '4.35', 435],
    [3, '0.7', 'ROUND', '1.05', 5],
  ])('%i per %s, %s, of %s is %i', (points, per, rounding, amount, expected) => {
    expect(pointsForAmount(rate(points, per, rounding), amount)).toBe(expected);
  });

  test('are exact for every amount, however many digits', () => {
    fc.assert(
      fc.property(
        fc.oneof(decimalText(6), decimalText(20)),
        decimalText(8).filter(({ units }) => units > 0n),
        fc.integer({ min: 1, max: 100_000 }),
        fc.constantFrom<Rounding>('FLOOR', 'ROUND', 'CEIL'),
        (amount, per, points, rounding) => {
          const exact = model(
            amount.units * BigInt(points) * 10n ** BigInt(per.scale),
            per.units * 10n ** BigInt(amount.scale),
            rounding,
          );
          expect(pointsForAmount(rate(points, per.text, rounding), amount.text)).toBe(Number(exact));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('are never given for a negative or unreadable amount', () => {
    for (const amount of ['-1.00', '', '1e3', 'NaN', '1,5', '٣']) {
      expect(pointsForAmount(rate(1, '1'), amount)).toBeNull();
    }
  });

  test('need a positive amount and a sensible number of points', () => {
    expect(() => rate(1, '0')).toThrow(RangeError);
    expect(() => rate(1, '-1')).toThrow(RangeError);
    expect(() => rate(1, 'ten')).toThrow(RangeError);
    expect(() => rate(0, '1')).toThrow(RangeError);
    expect(() => rate(1.5, '1')).toThrow(RangeError);
    expect(() => rate(2_000_000_000, '1')).toThrow(RangeError);
  });
});

describe('decimals', () => {
  test('add, multiply and compare like whole numbers of the smallest unit', () => {
    fc.assert(
      fc.property(decimalText(25), decimalText(25), (left, right) => {
        const a = new Decimal(left.text);
        const b = new Decimal(right.text);
        const scale = BigInt(Math.max(left.scale, right.scale));
        const [x, y] = [
          left.units * 10n ** (scale - BigInt(left.scale)),
          right.units * 10n ** (scale - BigInt(right.scale)),
        ];
        expect(a.plus(b).times(`1e${scale}`).toFixed()).toBe((x + y).toString());
        expect(
          a
            .times(b)
            .times(`1e${left.scale + right.scale}`)
            .toFixed(),
        ).toBe((left.units * right.units).toString());
        expect(a.comparedTo(b)).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
    );
  });

  test('are read from plain digits only', () => {
    expect(readDecimal('-0.50')?.toString()).toBe('-0.5');
    for (const text of ['1e9', '.5', '1.', ' 1', 'Infinity', '1'.repeat(31)]) expect(readDecimal(text)).toBeNull();
  });
});
