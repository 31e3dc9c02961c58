import { PlainFormats } from '../shared/formats.ts';
import type { Language } from '../shared/language.ts';
import { nameOf } from '../shared/names.ts';
import type { LadderUnit, Measure, Program, Recurrence, TierMetric } from './data/types.ts';
import type { Words } from './words.ts';

const DAY_MS = 86_400_000;

/** What the threshold of a tier counts. */
export const UNITS: Readonly<Record<TierMetric, LadderUnit>> = {
  POINTS_EARNED: 'POINTS',
  VALUE_SPENT: 'MONEY',
  ACTIVITY_COUNT: 'ACTIVITIES',
};

/** Writes what the member page says, in the member's time zone. */
export class Formats extends PlainFormats {
  constructor(
    language: Language,
    readonly words: Words,
    readonly program: Program | null,
    timeZone: string | null,
  ) {
    super(language, program?.currencyCode ?? null, timeZone ?? program?.timeZone ?? null);
  }

  /** An amount with its unit, for example 12 points or 1 200 kr. */
  amount(unit: LadderUnit, value: number | string): string {
    if (unit === 'MONEY') return this.money(value);
    return `${this.number(value)} ${this.words.unit(unit, Number(value))}`;
  }

  /** What a goal has counted. */
  counted(measure: Measure, value: number | string): string {
    return measure === 'SUM_VALUE' ? this.money(value) : this.number(value);
  }

  /** Somebody's name as it may be shown. */
  nameOf(somebody: { displayName: string }): string {
    return nameOf(somebody, this.words);
  }

  /** The hour of the day where the reader is. */
  hour(now: number): number {
    return new Date(now).getHours();
  }

  /** The last day on which something can be used that ends at an instant: at midnight, that is the day before. */
  lastDay(endsAt: string, now: number): string {
    return this.day(new Date(Date.parse(endsAt) - 1).toISOString(), now);
  }

  /** Today, yesterday, or the day itself. */
  dayLabel(at: string, now: number): string {
    const { today, yesterday } = this.words.ledger;
    const day = this.date(at);
    if (day === this.date(new Date(now).toISOString())) return today;
    if (day === this.date(new Date(now - DAY_MS).toISOString())) return yesterday;
    return this.day(at, now);
  }

  /** Which day, week or month of the calendar an instant lies in, counted without gaps. */
  period(every: Recurrence, at: string): number {
    const day = this.date(at);
    const days = Date.parse(`${day}T00:00:00Z`) / DAY_MS;
    if (every === 'MONTH') return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
    // The first day of 1970 was a Thursday; weeks begin on Monday.
    return every === 'WEEK' ? Math.floor((days + 3) / 7) : days;
  }

  /** A duration such as P365D in the largest unit that fits. */
  span(duration: string): string {
    const [unit, count] = spanOf(duration);
    return new Intl.NumberFormat(this.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
  }
}

type Unit = 'day' | 'week' | 'month' | 'year';

/** The unit and count that people would say: a year is 365 days, a month 30. */
export function spanOf(duration: string): [Unit, number] {
  const part = (letter: string) => Number(new RegExp(`(\\d+)${letter}`).exec(duration.split('T')[0] ?? '')?.[1] ?? 0);
  const days = part('Y') * 365 + part('M') * 30 + part('W') * 7 + part('D');
  if (days > 0 && days % 365 === 0) return days === 365 ? ['month', 12] : ['year', days / 365];
  if (days > 0 && days % 30 === 0) return ['month', days / 30];
  return days > 7 && days % 7 === 0 ? ['week', days / 7] : ['day', days];
}
