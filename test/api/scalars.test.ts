import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type GraphQLScalarType, parseValue } from 'graphql';
import { canonicalDecimal } from '../../src/api/decimal.ts';
import { durationMs } from '../../src/api/duration.ts';
import { CurrencyCode, DateTime, Decimal, Duration, JSONObject, SafeInt, TimeZone } from '../../src/api/scalars.ts';

function accepts(scalar: GraphQLScalarType<unknown, unknown>, value: unknown): boolean {
  try {
    scalar.parseValue(value);
    return true;
  } catch {
    return false;
  }
}

function expectSplit(scalar: GraphQLScalarType<never, never>, good: unknown[], bad: unknown[]): void {
  const general = scalar as unknown as GraphQLScalarType<unknown, unknown>;
  expect(good.filter((value) => !accepts(general, value))).toEqual([]);
  expect(bad.filter((value) => accepts(general, value))).toEqual([]);
}

describe('Decimal', () => {
  it('takes exact decimals of at most 30 digits and nothing else', () => {
    expectSplit(
      Decimal as never,
      ['11.77', '-0.5', '+1', '1e3', '9'.repeat(30), 11.77, 0, -3, 1e21, 0.1],
      [
        '',
        ' 1',
        '1,5',
        'NaN',
        'Infinity',
        '0x10',
        '.5',
        '1.',
        '9'.repeat(31),
        Number.NaN,
        0.1 + 0.2,
        null,
        true,
        {},
        '1e99',
      ],
    );
  });

  it('has one form for each number', () => {
    const cases = {
      '+01.50': '1.5',
      '1e3': '1000',
      '1.5e-3': '0.0015',
      '-0.00': '0',
      '000': '0',
      '-00.10': '-0.1',
      '12.34e1': '123.4',
    };
    for (const [text, canonical] of Object.entries(cases)) expect(canonicalDecimal(text)).toBe(canonical);
  });

  it('keeps every number it takes', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
        fc.integer({ min: 0, max: 12 }),
        (digits, places) => {
          const scale = 10n ** BigInt(places);
          const magnitude = digits < 0n ? -digits : digits;
          const text = `${digits < 0n ? '-' : ''}${magnitude / scale}.${String(magnitude % scale).padStart(places, '0')}0`;
          const [whole = '', fraction = ''] = (canonicalDecimal(text) ?? '').replace('-', '').split('.');
          expect(BigInt(whole + fraction.padEnd(places, '0'))).toBe(magnitude);
          expect(canonicalDecimal(canonicalDecimal(text) ?? '')).toBe(canonicalDecimal(text));
        },
      ),
    );
  });

  it('reads literals digit by digit', () => {
    expect(Decimal.parseLiteral(parseValue('123456789012345678901.123456789') as never, {})).toBe(
      '123456789012345678901.123456789',
    );
  });
});

describe('DateTime', () => {
  it('takes moments with a zone and nothing else', () => {
    expectSplit(
      DateTime as never,
      ['2026-11-21T09:30:00Z', '2026-11-21T09:30:00.123+01:00', '2024-02-29T00:00:00Z', '1900-01-01T00:00:00Z'],
      [
        '2026-11-21',
        '2026-11-21T09:30:00',
        '2026-02-29T00:00:00Z',
        '2026-13-01T00:00:00Z',
        '2026-11-21T24:00:00Z',
        '0000-01-01T00:00:00Z',
        '+275760-09-13T00:00:00Z',
        'now',
        0,
        null,
        {},
      ],
    );
  });

  it('answers in UTC with milliseconds, from a Date or epoch milliseconds', () => {
    const moment = DateTime.parseValue('2026-11-21T09:30:00+01:00');
    expect(DateTime.serialize(moment)).toBe('2026-11-21T08:30:00.000Z');
    expect(DateTime.serialize(moment.getTime())).toBe('2026-11-21T08:30:00.000Z');
  });

  it('answers any time there is as JavaScript writes it, and refuses what is none', () => {
    const instants = fc.oneof(
      fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
      fc.double({ min: -3e12, max: 3e12, noNaN: true }),
      fc.integer({ min: 0, max: 20_000 }).map((day) => day * 86_400_000),
      fc.constantFrom(
        0,
        -1,
        1,
        -86_400_000,
        -86_400_001,
        253_402_300_799_999,
        253_402_300_800_000,
        -62_167_219_200_001,
      ),
    );
    fc.assert(
      fc.property(instants, (time) => {
        expect(DateTime.serialize(time)).toBe(new Date(time).toISOString());
        expect(DateTime.serialize(new Date(time))).toBe(new Date(time).toISOString());
      }),
      { numRuns: 2_000 },
    );
    // More days than are kept.
    for (let day = 0; day < 9_000; day += 1) {
      expect(DateTime.serialize(day * 86_400_000)).toBe(new Date(day * 86_400_000).toISOString());
    }
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_086_400_000, new Date(Number.NaN)]) {
      expect(() => DateTime.serialize(time)).toThrow(RangeError);
    }
  });
});

describe('Duration', () => {
  it('takes ISO 8601 durations of at most 100 years', () => {
    expectSplit(
      Duration as never,
      ['P30D', 'PT0.25S', 'P1Y2M3W4DT5H6M7S', 'P0D'],
      ['P', 'PT', '30D', 'P-1D', 'P101Y', 'P1.5D', 5, null],
    );
  });

  it('is a number of milliseconds', () => {
    expect(durationMs('P1DT1H1M1.5S')).toBe(90_061_500);
    expect(durationMs('PT0.25S')).toBe(250);
  });
});

describe('the other scalars', () => {
  it('take what their names say', () => {
    expectSplit(CurrencyCode as never, ['SEK', 'EUR'], ['sek', 'XXXX', 'ZZZ', 752, null]);
    expectSplit(
      TimeZone as never,
      ['Europe/Stockholm', 'UTC', 'Asia/Calcutta', 'America/Argentina/Buenos_Aires'],
      ['+02:00', 'europe/stockholm', 'Mars/Olympus', '', 1],
    );
    expectSplit(SafeInt as never, [0, 2 ** 53 - 1, -5], [2 ** 53, 1.5, '5', null]);
  });

  it('take JSON objects that are neither deep, nor large, nor after prototypes', () => {
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
    const large = Object.fromEntries(Array.from({ length: 1_001 }, (_, at) => [`k${at}`, at]));
    expectSplit(
      JSONObject as never,
      [{}, { a: [1, 'x', null, { b: true }] }, deep(10)],
      [
        deep(11),
        large,
        [],
        'x',
        null,
        JSON.parse('{"__proto__":{"a":1}}'),
        { a: { b: JSON.parse('{"__proto__":1}') } },
      ],
    );
  });

  it('give whole numbers for what the database driver gives as text', () => {
    expect(SafeInt.serialize('1099511627776')).toBe(1_099_511_627_776);
    expect(SafeInt.serialize(5n)).toBe(5);
  });
});
