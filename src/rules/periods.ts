import type { CapPeriod } from './types.ts';

/** A period of the calendar; caps per activity need none. */
export type Period = Exclude<CapPeriod, 'ACTIVITY'>;

/** Half-open: `startsAt` belongs to the period, `endsAt` to the next one. Lifetime has neither. */
export interface PeriodBounds {
  startsAt: number | null;
  endsAt: number | null;
}

export function periodKey(per: Period, atMs: number, zone: string): string {
  throw new Error(`not yet: ${per} ${atMs} ${zone}`);
}

export function periodBounds(per: Period, atMs: number, zone: string): PeriodBounds {
  throw new Error(`not yet: ${per} ${atMs} ${zone}`);
}
