import { type Language, LOCALES, until } from '../shared/language.ts';
import type { BoardInfo, Program, Season } from './data/types.ts';
import type { Words } from './words.ts';

/** Writes numbers, times and seasons as a reader of the language expects, in the programme's time zone. */
export class Formats {
  readonly #locale: string;
  readonly #number: Intl.NumberFormat;
  readonly #clock: Intl.DateTimeFormat;

  constructor(
    readonly language: Language,
    readonly words: Words,
    readonly program: Program | null,
  ) {
    this.#locale = LOCALES[language];
    this.#number = new Intl.NumberFormat(this.#locale);
    this.#clock = new Intl.DateTimeFormat(this.#locale, { hour: '2-digit', minute: '2-digit' });
  }

  number(value: number): string {
    return this.#number.format(value);
  }

  /** The time of day where the reader is, for example 14:05. */
  time(at: string | number): string {
    return this.#clock.format(new Date(at));
  }

  /** A score without its unit; values of activities are kept in hundredths. */
  score(board: BoardInfo, score: number): string {
    if (board.metric !== 'ACTIVITY_VALUE') return this.number(score);
    const digits = score % 100 === 0 ? 0 : 2;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(this.#locale, options).format(score / 100);
  }

  unit(board: BoardInfo, score: number): string {
    if (board.metric === 'ACTIVITY_VALUE') return this.program?.currencyCode ?? '';
    return board.metric === 'ACTIVITY_COUNT' ? this.words.activities(score) : this.words.points(score);
  }

  /** A season's name, for example November 2026 or Week 47, 2026. */
  season({ period }: BoardInfo, { startsAt, endsAt }: Season): string {
    if (period === 'ALL_TIME' || endsAt === null) return this.words.allTime;
    // The end is the first instant after the season.
    const [first, last] = [new Date(startsAt), new Date(Date.parse(endsAt) - 1)];
    switch (period) {
      case 'DAY':
        return capital(this.#dates({ weekday: 'long', day: 'numeric', month: 'long' }).format(first));
      case 'WEEK': {
        const { week, year } = isoWeek(this.#dayOf(first));
        return this.words.week(week, year);
      }
      case 'MONTH':
        return capital(this.#dates({ month: 'long', year: 'numeric' }).format(first));
      default:
        return this.#dates({ day: 'numeric', month: 'short', year: 'numeric' }).formatRange(first, last);
    }
  }

  /** How far away an instant is, for example "in 9 days". */
  until(at: string, now: number): string {
    return until(this.language, at, now);
  }

  #dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    return new Intl.DateTimeFormat(this.#locale, { ...options, ...this.#zone() });
  }

  /** The calendar day of an instant in the programme's time zone, as midnight UTC of that day. */
  #dayOf(at: Date): Date {
    const options: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' };
    return new Date(`${new Intl.DateTimeFormat('sv-SE', { ...options, ...this.#zone() }).format(at)}T00:00:00Z`);
  }

  #zone(): { timeZone?: string } {
    return this.program === null ? {} : { timeZone: this.program.timeZone };
  }
}

/** The ISO week of a day: weeks begin on Monday and belong to the year of their Thursday. */
export function isoWeek(day: Date): { week: number; year: number } {
  const thursday = new Date(day);
  thursday.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  const days = (thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000;
  return { week: Math.floor(days / 7) + 1, year };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
