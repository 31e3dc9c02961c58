import { PlainFormats } from '../shared/formats.ts';
import type { Language } from '../shared/language.ts';
import type { Trouble } from './data/state.ts';
import type { LadderUnit, Measure, Reward, Shop } from './data/types.ts';
import type { Words } from './words.ts';

const NO_FACTS = { points: '', seconds: '', day: '', tier: '', often: '' };

/** Writes what the counter says, in the programme's time zone: that of the shop. */
export class Formats extends PlainFormats {
  constructor(
    language: Language,
    readonly words: Words,
    shop: Shop | null,
  ) {
    super(language, shop?.program.currencyCode ?? null, shop?.program.timeZone ?? null);
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

  /** An instant as it is told at a counter: the time when it is of today, otherwise the day with it. */
  moment(at: string, now: number): string {
    const isToday = this.date(at) === this.date(new Date(now).toISOString());
    return isToday ? this.time(at) : `${this.day(at, now)} ${this.time(at)}`;
  }

  /** What went wrong and what to do next. */
  trouble({ code, details }: Trouble): string {
    const told = this.words.trouble[code];
    if (told === undefined) return this.words.unknownTrouble;
    const { missingPoints, retryAfterSeconds } = details;
    return told({
      ...NO_FACTS,
      points: this.number(Number(missingPoints ?? 0)),
      seconds: this.number(Number(retryAfterSeconds ?? 60)),
    });
  }

  /** Why a reward cannot be redeemed now; points alone are told elsewhere. */
  obstacle({ availability, minimumTier, perMember }: Reward, now: number): string {
    const { code, missingPoints, nextPossibleAt } = availability;
    const told = this.words.rewards.obstacle[code ?? ''];
    if (told === undefined) return this.words.unknownTrouble;
    return told({
      ...NO_FACTS,
      points: this.number(missingPoints ?? 0),
      day: nextPossibleAt === null ? '' : this.day(nextPossibleAt, now),
      tier: minimumTier?.name ?? '',
      often: this.number(perMember ?? 1),
    });
  }
}
