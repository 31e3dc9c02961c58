import type { CapPeriod } from './types.ts';
import { MS_PER_DAY, offsetAt, startOfLocalDay } from './zones.ts';

/** A period of the calendar; caps per activity need none. */
export type Period = Exclude<CapPeriod, 'ACTIVITY'>;

/** Half-open: `startsAt` belongs to the period, `endsAt` to the next one. Lifetime has neither. */
export interface PeriodBounds {
  readonly startsAt: number | null;
  readonly endsAt: number | null;
}

/** One local date with everything ever asked about it, so that the hot path is one lookup. */
interface LocalDay {
  readonly day: number;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly keys: Record<Period, string>;
  readonly bounds: Partial<Record<Period, PeriodBounds>>;
}

interface ZoneDays {
  readonly byDay: Map<number, LocalDay>;
  last: LocalDay | null;
}

/** 20,000 local days are 54 years, about 8 MB for a zone that sees them all; past that its memory starts anew. */
const DAYS_KEPT_PER_ZONE = 20_000;
const ZONES_KEPT = 700;

const LIFETIME: PeriodBounds = Object.freeze({ startsAt: null, endsAt: null });

const zones = new Map<string, ZoneDays>();

/**
 * Names the period an instant falls into, for example "DAY:2026-11-21", "WEEK:2026-11-16" (the Monday),
 * "MONTH:2026-11", "YEAR:2026" or "LIFETIME". Two instants have the same key exactly when they share the period.
 * @throws RangeError when the zone is unknown.
 */
export function periodKey(per: Period, atMs: number, zone: string): string {
  return per === 'LIFETIME' ? 'LIFETIME' : localDayAt(zone, atMs).keys[per];
}

/**
 * When the period an instant falls into starts and ends, cut in the local time of a zone. Weeks start on Monday.
 * @throws RangeError when the zone is unknown.
 */
export function periodBounds(per: Period, atMs: number, zone: string): PeriodBounds {
  if (per === 'LIFETIME') return LIFETIME;
  const local = localDayAt(zone, atMs);
  const known = local.bounds[per];
  if (known !== undefined) return known;
  const [firstDay, nextDay] = daysOf(per, local.day);
  const bounds = { startsAt: startOfLocalDay(zone, firstDay), endsAt: startOfLocalDay(zone, nextDay) };
  local.bounds[per] = Object.freeze(bounds);
  return bounds;
}

/**
 * The number of the local day an instant falls into, counted from 1970-01-01.
 * @throws RangeError when the zone is unknown.
 */
export function dayOf(atMs: number, zone: string): number {
  return localDayAt(zone, atMs).day;
}

/** What recurs: its periods have numbers that rise by one. */
export type Recurring = 'DAY' | 'WEEK' | 'MONTH';

/**
 * The number of the local day (1970-01-01 is 0), week (that of 1970-01-01 is 0) or month (year × 12 + month, January is
 * 0) an instant falls into.
 * @throws RangeError when the zone is unknown.
 */
export function ordinalOf(per: Recurring, atMs: number, zone: string): number {
  const { day } = localDayAt(zone, atMs);
  if (per === 'DAY') return day;
  if (per === 'WEEK') return Math.floor((day + 3) / 7);
  const date = new Date(day * MS_PER_DAY);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** When the period of a number starts and ends, half-open. A day that the zone skipped starts where it ends. */
export function ordinalBounds(per: Recurring, ordinal: number, zone: string): { startsAt: number; endsAt: number } {
  return {
    startsAt: startOfLocalDay(zone, firstDayOf(per, ordinal)),
    endsAt: startOfLocalDay(zone, firstDayOf(per, ordinal + 1)),
  };
}

/** True for a period in which no moment lies: 2011-12-30 in Pacific/Apia. Only days can be skipped. */
export function isSkipped(per: Recurring, ordinal: number, zone: string): boolean {
  if (per !== 'DAY') return false;
  const { startsAt, endsAt } = ordinalBounds(per, ordinal, zone);
  return startsAt === endsAt;
}

function firstDayOf(per: Recurring, ordinal: number): number {
  if (per === 'DAY') return ordinal;
  if (per === 'WEEK') return ordinal * 7 - 3;
  return Date.UTC(Math.floor(ordinal / 12), ((ordinal % 12) + 12) % 12, 1) / MS_PER_DAY;
}

function localDayAt(zone: string, atMs: number): LocalDay {
  const days = zones.get(zone) ?? rememberZone(zone);
  const last = days.last;
  if (last !== null && atMs >= last.startsAt && atMs < last.endsAt) return last;
  let local = localDay(days, zone, Math.floor((atMs + offsetAt(zone, atMs)) / MS_PER_DAY));
  // Where the clock falls back over midnight, the old date shows again for an hour; that hour belongs to the new day.
  while (atMs >= local.endsAt) local = localDay(days, zone, local.day + 1);
  days.last = local;
  return local;
}

function rememberZone(zone: string): ZoneDays {
  offsetAt(zone, 0);
  if (zones.size >= ZONES_KEPT) zones.clear();
  const days: ZoneDays = { byDay: new Map(), last: null };
  zones.set(zone, days);
  return days;
}

function localDay(days: ZoneDays, zone: string, day: number): LocalDay {
  const known = days.byDay.get(day);
  if (known !== undefined) return known;
  if (days.byDay.size >= DAYS_KEPT_PER_ZONE) days.byDay.clear();
  const date = isoDate(day);
  const local: LocalDay = {
    day,
    startsAt: startOfLocalDay(zone, day),
    endsAt: startOfLocalDay(zone, day + 1),
    keys: {
      DAY: `DAY:${date}`,
      WEEK: `WEEK:${isoDate(mondayOf(day))}`,
      MONTH: `MONTH:${date.slice(0, -3)}`,
      YEAR: `YEAR:${date.slice(0, -6)}`,
      LIFETIME: 'LIFETIME',
    },
    bounds: {},
  };
  days.byDay.set(day, local);
  return local;
}

/** The first local day of the period and the first of the next one, as days since 1970-01-01. */
function daysOf(per: Exclude<Period, 'LIFETIME'>, day: number): [number, number] {
  if (per === 'DAY') return [day, day + 1];
  if (per === 'WEEK') return [mondayOf(day), mondayOf(day) + 7];
  const date = new Date(day * MS_PER_DAY);
  const year = date.getUTCFullYear();
  if (per === 'YEAR') return [Date.UTC(year, 0, 1) / MS_PER_DAY, Date.UTC(year + 1, 0, 1) / MS_PER_DAY];
  const month = date.getUTCMonth();
  return [Date.UTC(year, month, 1) / MS_PER_DAY, Date.UTC(year, month + 1, 1) / MS_PER_DAY];
}

/** 1970-01-01 was a Thursday, three days after its Monday. */
function mondayOf(day: number): number {
  return day - ((((day + 3) % 7) + 7) % 7);
}

function isoDate(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().replace(/T.*$/, '');
}
