/*
 * The calendar as the runtime itself prints it, without anything of the code under test: slow and plain.
 */

export type Every = 'NONE' | 'DAY' | 'WEEK' | 'MONTH';

const DAY = 86_400_000;
const printers = new Map<string, Intl.DateTimeFormat>();
const dates = new Map<string, string>();

/** The local date of an instant, such as "2026-11-21". */
export function dateAt(atMs: number, zone: string): string {
  const key = `${zone} ${atMs}`;
  const known = dates.get(key);
  if (known !== undefined) return known;
  const printer = printers.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  printers.set(zone, printer);
  const date = printer.format(atMs);
  dates.set(key, date);
  return date;
}

/** The number of a period, as the design numbers them: days and Monday weeks since 1970, months since the year 0. */
export function numberOf(every: Every, atMs: number, zone: string): number {
  const date = dateAt(atMs, zone);
  const day = Date.parse(`${date}T00:00:00Z`) / DAY;
  switch (every) {
    case 'NONE':
      return 0;
    case 'DAY':
      return day;
    case 'WEEK': {
      const monday = day - ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7);
      return (monday - Date.parse('1969-12-29T00:00:00Z') / DAY) / 7;
    }
    case 'MONTH':
      return Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;
  }
}

/** False for a local day on which no clock of the zone ever stood. */
export function exists(every: Every, number: number, zone: string): boolean {
  if (every !== 'DAY') return true;
  const wanted = new Date(number * DAY).toISOString().slice(0, 10);
  for (let hour = -30; hour <= 54; hour += 6) if (dateAt(number * DAY + hour * 3_600_000, zone) === wanted) return true;
  return false;
}

/** How many existing periods lie between two and are not among those met. */
export function missedBetween(every: Every, from: number, to: number, met: ReadonlySet<number>, zone: string): number {
  let missed = 0;
  for (let number = from + 1; number < to; number++) if (!met.has(number) && exists(every, number, zone)) missed += 1;
  return missed;
}
