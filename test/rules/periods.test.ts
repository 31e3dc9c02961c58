import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  dayOf,
  isSkipped,
  ordinalBounds,
  ordinalOf,
  type Period,
  periodBounds,
  periodKey,
} from '../../src/rules/periods.ts';
import { isTimeZone, offsetAt } from '../../src/rules/zones.ts';

const ZONES = ['Europe/Stockholm', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia', 'America/St_Johns', 'UTC'];
const CALENDAR: Period[] = ['DAY', 'WEEK', 'MONTH', 'YEAR'];

const zone = fc.constantFrom(...ZONES);
const period = fc.constantFrom(...CALENDAR);
const instant = fc.integer({ min: Date.parse('1985-01-01T00:00:00Z'), max: Date.parse('2037-12-31T00:00:00Z') });

function bounds(per: Period, at: number, timeZone: string): { startsAt: number; endsAt: number } {
  const { startsAt, endsAt } = periodBounds(per, at, timeZone);
  if (startsAt === null || endsAt === null) throw new Error('A calendar period has both ends.');
  return { startsAt, endsAt };
}

function written(per: Period, at: string, timeZone: string): [string, string, string] {
  const { startsAt, endsAt } = bounds(per, Date.parse(at), timeZone);
  return [periodKey(per, Date.parse(at), timeZone), new Date(startsAt).toISOString(), new Date(endsAt).toISOString()];
}

describe('periods', () => {
  test.each<[Period, string, string, [string, string, string]]>([
    [
      'DAY',
      '2026-11-20T23:00:00Z',
      'Europe/Stockholm',
      ['DAY:2026-11-21', '2026-11-20T23:00:00.000Z', '2026-11-21T23:00:00.000Z'],
    ],
    [
      'DAY',
      '2026-03-29T12:00:00Z',
      'Europe/Stockholm',
      ['DAY:2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'],
    ],
    [
      'DAY',
      '2026-10-25T12:00:00Z',
      'Europe/Stockholm',
      ['DAY:2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'],
    ],
    [
      'WEEK',
      '2026-11-22T22:59:59.999Z',
      'Europe/Stockholm',
      ['WEEK:2026-11-16', '2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
    ],
    [
      'MONTH',
      '2026-12-31T23:30:00Z',
      'Europe/Stockholm',
      ['MONTH:2027-01', '2026-12-31T23:00:00.000Z', '2027-01-31T23:00:00.000Z'],
    ],
    [
      'YEAR',
      '2026-06-01T00:00:00Z',
      'America/New_York',
      ['YEAR:2026', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ],
    [
      'DAY',
      '2026-06-01T18:29:59.999Z',
      'Asia/Kolkata',
      ['DAY:2026-06-01', '2026-05-31T18:30:00.000Z', '2026-06-01T18:30:00.000Z'],
    ],
    [
      'WEEK',
      '1969-12-31T00:00:00Z',
      'UTC',
      ['WEEK:1969-12-29', '1969-12-29T00:00:00.000Z', '1970-01-05T00:00:00.000Z'],
    ],
  ])('%s of %s in %s', (per, at, timeZone, expected) => {
    expect(written(per, at, timeZone)).toEqual(expected);
  });

  test('Samoa skipped 30 December 2011: the 29th is followed by the 31st, and that week has six days', () => {
    expect(written('DAY', '2011-12-30T09:59:59.999Z', 'Pacific/Apia')).toEqual([
      'DAY:2011-12-29',
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
    ]);
    expect(periodKey('DAY', Date.parse('2011-12-30T10:00:00Z'), 'Pacific/Apia')).toBe('DAY:2011-12-31');
    const week = bounds('WEEK', Date.parse('2011-12-31T00:00:00Z'), 'Pacific/Apia');
    expect((week.endsAt - week.startsAt) / 86_400_000).toBe(6);
  });

  test('an hour that shows the old date again after midnight belongs to the new day', () => {
    // In 1987 Newfoundland set its clocks back at 00:01, so 24 October showed again for 59 minutes on the 25th.
    const again = Date.parse('1987-10-25T03:00:00Z');
    expect(periodKey('DAY', again, 'America/St_Johns')).toBe('DAY:1987-10-25');
    expect(bounds('DAY', again, 'America/St_Johns').startsAt).toBe(Date.parse('1987-10-25T02:30:00Z'));
  });

  test('a lifetime has no ends and one key', () => {
    expect(periodBounds('LIFETIME', 0, 'UTC')).toEqual({ startsAt: null, endsAt: null });
    expect(periodKey('LIFETIME', 0, 'UTC')).toBe('LIFETIME');
  });

  test('contain their instant and follow one another without a gap or an overlap', () => {
    fc.assert(
      fc.property(period, instant, zone, (per, at, timeZone) => {
        const { startsAt, endsAt } = bounds(per, at, timeZone);
        const key = periodKey(per, at, timeZone);
        expect(startsAt <= at && at < endsAt).toBe(true);
        expect(periodKey(per, startsAt, timeZone)).toBe(key);
        expect(periodKey(per, endsAt - 1, timeZone)).toBe(key);
        expect(periodKey(per, startsAt - 1, timeZone)).not.toBe(key);
        expect(bounds(per, startsAt - 1, timeZone).endsAt).toBe(startsAt);
        expect(bounds(per, endsAt, timeZone).startsAt).toBe(endsAt);
      }),
      { numRuns: 400 },
    );
  });

  test('agree with the calendar that the runtime itself prints', () => {
    const printers = new Map(ZONES.map((name) => [name, new Intl.DateTimeFormat('sv-SE', { timeZone: name })]));
    fc.assert(
      fc.property(instant, fc.constantFrom(...ZONES.filter((name) => name !== 'America/St_Johns')), (at, timeZone) => {
        expect(periodKey('DAY', at, timeZone)).toBe(`DAY:${printers.get(timeZone)?.format(at)}`);
      }),
      { numRuns: 500 },
    );
  });
});

describe('time zones', () => {
  test('have the offset that the runtime itself prints, also around every change', () => {
    fc.assert(
      fc.property(instant, zone, (at, timeZone) => {
        const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(
          at,
        );
        const local = Date.parse(`${clock.replace(' ', 'T')}Z`);
        expect(offsetAt(timeZone, at)).toBe(local - Math.floor(at / 1000) * 1000);
      }),
      { numRuns: 300 },
    );
  });

  test('are told apart from other texts', () => {
    expect(isTimeZone('Europe/Stockholm')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(() => periodKey('DAY', 0, 'Mars/Olympus')).toThrow(RangeError);
  });
});

describe('numbered periods', () => {
  const day = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;

  test('count local days, Monday weeks and months', () => {
    const at = Date.parse('2026-12-31T23:30:00Z');
    expect(dayOf(at, 'Europe/Stockholm')).toBe(day('2027-01-01'));
    expect(dayOf(at, 'America/New_York')).toBe(day('2026-12-31'));
    expect(ordinalOf('MONTH', at, 'Europe/Stockholm')).toBe(2027 * 12);
    expect(ordinalOf('MONTH', at, 'America/New_York')).toBe(2026 * 12 + 11);
    expect(ordinalOf('WEEK', 0, 'UTC')).toBe(0);
    expect(ordinalOf('WEEK', Date.parse('1970-01-05T00:00:00Z'), 'UTC')).toBe(1);
    expect(ordinalOf('WEEK', Date.parse('1969-12-28T23:59:59Z'), 'UTC')).toBe(-1);
    expect(ordinalOf('MONTH', Date.parse('0099-12-31T12:00:00Z'), 'UTC')).toBe(99 * 12 + 11);
  });

  test('have the same borders as periods by name, and a day that was skipped has none', () => {
    fc.assert(
      fc.property(instant, zone, fc.constantFrom('DAY', 'WEEK', 'MONTH'), (at, timeZone, per) => {
        const ordinal = ordinalOf(per, at, timeZone);
        const found = ordinalBounds(per, ordinal, timeZone);
        expect(found).toEqual(periodBounds(per, at, timeZone));
        expect(ordinalOf(per, found.endsAt - 1, timeZone)).toBe(ordinal);
        expect(ordinalOf(per, found.endsAt, timeZone)).toBeGreaterThan(ordinal);
        expect(isSkipped(per, ordinal, timeZone)).toBe(false);
      }),
      { numRuns: 400 },
    );
    expect(isSkipped('DAY', day('2011-12-30'), 'Pacific/Apia')).toBe(true);
    expect(isSkipped('DAY', day('2011-12-30'), 'Europe/Stockholm')).toBe(false);
    expect(isSkipped('WEEK', day('2011-12-30'), 'Pacific/Apia')).toBe(false);
  });
});
