import { type Language, LOCALES, until } from '../shared/language.ts';
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

/** Writes numbers, amounts and days as a reader of the language expects, in the member's time zone. */
export class Formats {
  readonly #locale: string;
  readonly #zone: { timeZone?: string };

  constructor(
    readonly language: Language,
    readonly words: Words,
    readonly program: Program | null,
    timeZone: string | null,
  ) {
    this.#locale = LOCALES[language];
    const zone = timeZone ?? program?.timeZone;
    this.#zone = zone === undefined ? {} : { timeZone: zone };
  }

  /** A number, or decimal text, with at most two digits behind the point. */
  number(value: number | string): string {
    return new Intl.NumberFormat(this.#locale, { maximumFractionDigits: 2 }).format(Number(value));
  }

  /** A signed number of points, for example +40 or −40. */
  signed(points: number): string {
    return `${points < 0 ? '−' : '+'}${this.number(Math.abs(points))}`;
  }

  /** A share from 0 to 1. */
  share(share: number): string {
    const digits = share > 0 && share < 0.01 ? 1 : 0;
    return new Intl.NumberFormat(this.#locale, { style: 'percent', maximumFractionDigits: digits }).format(share);
  }

  money(value: number | string): string {
    const amount = Number(value);
    return new Intl.NumberFormat(this.#locale, {
      style: 'currency',
      currency: this.program?.currencyCode ?? 'SEK',
      minimumFractionDigits: Number.isInteger(amount) ? 0 : 2,
    }).format(amount);
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

  /** A day, with its year only when it is not of this year. */
  day(at: string, now: number): string {
    const isThisYear = at.slice(0, 4) === new Date(now).toISOString().slice(0, 4);
    const year = isThisYear ? {} : ({ year: 'numeric' } as const);
    return new Intl.DateTimeFormat(this.#locale, { day: 'numeric', month: 'long', ...year, ...this.#zone }).format(
      new Date(at),
    );
  }

  /** Today, yesterday, or the day itself. */
  dayLabel(at: string, now: number): string {
    const { today, yesterday } = this.words.ledger;
    const day = this.date(at);
    if (day === this.date(new Date(now).toISOString())) return today;
    if (day === this.date(new Date(now - DAY_MS).toISOString())) return yesterday;
    return this.day(at, now);
  }

  /** The calendar day of an instant, for example 2026-11-21. */
  date(at: string): string {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit', ...this.#zone } as const;
    return new Intl.DateTimeFormat('sv-SE', options).format(new Date(at));
  }

  /** Which day, week or month of the calendar an instant lies in, counted without gaps. */
  period(every: Recurrence, at: string): number {
    const day = this.date(at);
    const days = Date.parse(`${day}T00:00:00Z`) / DAY_MS;
    if (every === 'MONTH') return Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
    // The first day of 1970 was a Thursday; weeks begin on Monday.
    return every === 'WEEK' ? Math.floor((days + 3) / 7) : days;
  }

  until(at: string, now: number): string {
    return until(this.language, at, now);
  }

  /** A duration such as P365D in the largest unit that fits. */
  span(duration: string): string {
    const [unit, count] = spanOf(duration);
    return new Intl.NumberFormat(this.#locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
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
