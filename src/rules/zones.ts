import { Temporal } from 'temporal-polyfill';

/**
 * Time zones, fast. The Temporal polyfill needs 5 to 50 microseconds for one conversion, so its answers are kept: for
 * every UTC day of a zone the offset, and on the two days a year with a change also the instant of that change. A
 * lookup of a known day costs about 20 nanoseconds.
 */

export const MS_PER_DAY = 86_400_000;

/** 20,000 days are 54 years and about 2 MB; past that the zone's memory starts anew. */
const DAYS_KEPT_PER_ZONE = 20_000;

/** There are about 600 IANA names with all aliases; the bound is for names that come in as data. */
const ZONES_KEPT = 700;

/** The offset of one UTC day: `before` until `changesAt`, `after` from then on. Most days never change. */
interface DayOffset {
  before: number;
  after: number;
  changesAt: number;
}

interface ZoneMemory {
  days: Map<number, DayOffset>;
}

const zones = new Map<string, ZoneMemory>();

/** Tells whether a text names a time zone this runtime knows, such as "Europe/Stockholm". */
export function isTimeZone(zone: string): boolean {
  try {
    memoryOf(zone);
    return true;
  } catch {
    return false;
  }
}

/**
 * How far local time is ahead of UTC at an instant, in milliseconds.
 * @throws RangeError when the zone is unknown.
 */
export function offsetAt(zone: string, atMs: number): number {
  const offset = dayOffset(zone, Math.floor(atMs / MS_PER_DAY));
  return atMs < offset.changesAt ? offset.before : offset.after;
}

/** The instant in local time, as a Date whose UTC getters read the wall clock. */
export function wallClock(zone: string, atMs: number): Date {
  return new Date(atMs + offsetAt(zone, atMs));
}

/**
 * The first instant of a local date, given as days since 1970-01-01. Where the clock jumps over midnight it is the
 * instant of the jump; where midnight comes twice it is the first; a date that a zone skipped altogether
 * (2011-12-30 in Pacific/Apia) is empty: it starts where the next one starts.
 */
export function startOfLocalDay(zone: string, localDay: number): number {
  const midnight = localDay * MS_PER_DAY;
  const before = offsetAt(zone, midnight - MS_PER_DAY);
  const after = offsetAt(zone, midnight + MS_PER_DAY);
  const early = midnight - before;
  if (before === after) return early;
  const changesAt = changeBetween(zone, midnight - MS_PER_DAY, midnight + MS_PER_DAY);
  if (early < changesAt) return early;
  return Math.max(changesAt, midnight - after);
}

function memoryOf(zone: string): ZoneMemory {
  const known = zones.get(zone);
  if (known !== undefined) return known;
  // Throws a RangeError for a name nobody knows, before anything is kept.
  Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
  if (zones.size >= ZONES_KEPT) zones.clear();
  const memory: ZoneMemory = { days: new Map() };
  zones.set(zone, memory);
  return memory;
}

function dayOffset(zone: string, utcDay: number): DayOffset {
  const { days } = memoryOf(zone);
  const known = days.get(utcDay);
  if (known !== undefined) return known;
  if (days.size >= DAYS_KEPT_PER_ZONE) days.clear();
  const startsAt = utcDay * MS_PER_DAY;
  const before = slowOffset(zone, startsAt);
  const after = slowOffset(zone, startsAt + MS_PER_DAY - 1);
  const changesAt = before === after ? Number.POSITIVE_INFINITY : slowChange(zone, startsAt, startsAt + MS_PER_DAY - 1);
  const offset = { before, after, changesAt };
  days.set(utcDay, offset);
  return offset;
}

/** The instant of the one change of offset after `fromMs` and until `untilMs`. */
function changeBetween(zone: string, fromMs: number, untilMs: number): number {
  for (let utcDay = Math.floor(fromMs / MS_PER_DAY); utcDay <= Math.floor(untilMs / MS_PER_DAY); utcDay++) {
    const { changesAt } = dayOffset(zone, utcDay);
    if (changesAt > fromMs && changesAt <= untilMs) return changesAt;
    const nextDayAt = (utcDay + 1) * MS_PER_DAY;
    // A change exactly at UTC midnight lies between two days that each look constant.
    if (dayOffset(zone, utcDay).after !== dayOffset(zone, utcDay + 1).before) return nextDayAt;
  }
  throw new RangeError(`The time zone ${zone} has no change of offset between ${fromMs} and ${untilMs}.`);
}

function slowOffset(zone: string, atMs: number): number {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;
}

/** Halves the span until the change is found to the millisecond: 27 steps, twice a year and zone. */
function slowChange(zone: string, fromMs: number, untilMs: number): number {
  const before = slowOffset(zone, fromMs);
  let same = fromMs;
  let other = untilMs;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (slowOffset(zone, middle) === before) same = middle;
    else other = middle;
  }
  return other;
}
