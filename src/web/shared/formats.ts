import { type Language, LOCALES, until } from './language.ts';

/** Writes numbers, amounts and days as a reader of the language expects. */
export class PlainFormats {
  protected readonly locale: string;
  readonly #currency: string;
  readonly #zone: { timeZone?: string };

  /**
   * @param currencyCode the programme's currency; null as long as it is not known.
   * @param timeZone whose days are meant; null for those of the device.
   */
  constructor(
    readonly language: Language,
    currencyCode: string | null,
    timeZone: string | null,
  ) {
    this.locale = LOCALES[language];
    this.#currency = currencyCode ?? 'SEK';
    this.#zone = timeZone === null ? {} : { timeZone };
  }

  /** A number, or decimal text, with at most two digits behind the point. */
  number(value: number | string): string {
    return new Intl.NumberFormat(this.locale, { maximumFractionDigits: 2 }).format(Number(value));
  }

  /** A signed number of points, for example +40 or −40. */
  signed(points: number): string {
    return `${points < 0 ? '−' : '+'}${this.number(Math.abs(points))}`;
  }

  /** A share from 0 to 1. */
  share(share: number): string {
    const digits = share > 0 && share < 0.01 ? 1 : 0;
    return new Intl.NumberFormat(this.locale, { style: 'percent', maximumFractionDigits: digits }).format(share);
  }

  /** An amount in the programme's currency; what is behind the point is left out where it is nothing. */
  money(value: number | string): string {
    const amount = Number(value);
    const format = (options: Intl.NumberFormatOptions) =>
      new Intl.NumberFormat(this.locale, { style: 'currency', currency: this.#currency, ...options }).format(amount);
    return format(Number.isInteger(amount) ? { minimumFractionDigits: 0 } : {});
  }

  /** A day, with its year only when it is not of this year. */
  day(at: string, now: number): string {
    const isThisYear = at.slice(0, 4) === new Date(now).toISOString().slice(0, 4);
    const year = isThisYear ? {} : ({ year: 'numeric' } as const);
    return new Intl.DateTimeFormat(this.locale, { day: 'numeric', month: 'long', ...year, ...this.#zone }).format(
      new Date(at),
    );
  }

  /** The time of the day. */
  time(at: string): string {
    return new Intl.DateTimeFormat(this.locale, { hour: '2-digit', minute: '2-digit', ...this.#zone }).format(
      new Date(at),
    );
  }

  /** The calendar day of an instant, for example 2026-11-21. */
  date(at: string): string {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit', ...this.#zone } as const;
    return new Intl.DateTimeFormat('sv-SE', options).format(new Date(at));
  }

  /** How far away an instant is, for example "in 9 days". */
  until(at: string, now: number): string {
    return until(this.language, at, now);
  }
}
