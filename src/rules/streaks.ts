import type { StreakDefinition, StreakState } from './game.types.ts';
import { isSkipped, ordinalBounds, ordinalOf } from './periods.ts';

/** The periods in which the goal was met: first and last of each unbroken run, oldest first. */
export type Runs = readonly (readonly [number, number])[];

/** No streak needs more; with freezes for every gap it would still be 100 runs long. */
const MOST_RUNS = 100;

/** A gap can hold this many periods in which no moment lies; no zone ever skipped more than one day at a time. */
const MOST_SKIPPED = 3;

/**
 * A streak is a row of met periods between which at most `freezes` were missed; its length is the periods met. So every
 * further met period can only lengthen it, in whatever order activities arrive. What runs on to now is the longest row
 * that ends with the latest met period.
 */
interface Row {
  readonly met: number;
  readonly missed: number;
}

/** The runs with one more period in which the goal was met. */
export function addPeriod(runs: Runs, period: number): Runs {
  const last = runs.at(-1);
  if (last !== undefined && period === last[1] + 1) return [...runs.slice(0, -1), [last[0], period]];
  if (runs.some(([first, end]) => first <= period && period <= end)) return runs;
  const before = runs.filter(([, end]) => end < period - 1);
  const after = runs.filter(([first]) => first > period + 1);
  const touching = runs.slice(before.length, runs.length - after.length);
  const first = Math.min(period, touching[0]?.[0] ?? period);
  const end = Math.max(period, touching.at(-1)?.[1] ?? period);
  return [...before, [first, end] as const, ...after].slice(-MOST_RUNS);
}

/** The runs without some of their periods. */
export function withoutPeriods(runs: Runs, lost: ReadonlySet<number>): Runs {
  if (lost.size === 0) return runs;
  const left: [number, number][] = [];
  for (const [first, last] of runs) {
    let start = first;
    for (const period of [...lost].filter((one) => first <= one && one <= last).sort((one, other) => one - other)) {
      if (period > start) left.push([start, period - 1]);
      start = period + 1;
    }
    if (start <= last) left.push([start, last]);
  }
  return left;
}

/** The most periods that any streak has met. */
export function longestStreak(runs: Runs, streak: StreakDefinition, zone: string): number {
  let best = 0;
  walkRows(runs, streak, zone, ({ met }) => {
    best = Math.max(best, met);
  });
  return best;
}

/** How a streak stands at a moment, in the member's time zone. */
export function streakState(runs: Runs, streak: StreakDefinition, now: number, zone: string): StreakState {
  const best = longestStreak(runs, streak, zone);
  const latest = runs.at(-1);
  const running = latest === undefined ? null : runningRow(runs, streak, now, zone);
  if (latest === undefined || running === null) {
    return { current: 0, best, freezesLeft: streak.freezes, endsAt: null };
  }
  const { row, missedSince } = running;
  const left = streak.freezes - row.missed;
  const lastChance = nthPossible(streak, latest[1], left + 1, zone);
  return {
    current: row.met,
    best,
    freezesLeft: left - missedSince,
    endsAt: ordinalBounds(streak.every, lastChance, zone).endsAt,
  };
}

/** The row that can still be gone on with; periods missed since its end cost freezes too. Null when there is none. */
function runningRow(
  runs: Runs,
  streak: StreakDefinition,
  now: number,
  zone: string,
): { row: Row; missedSince: number } | null {
  const latest = runs.at(-1)?.[1] ?? 0;
  const missedSince = missedBetween(streak, latest, ordinalOf(streak.every, now, zone), zone);
  if (missedSince > streak.freezes) return null;
  let row: Row = { met: 0, missed: 0 };
  walkRows(runs, { ...streak, freezes: streak.freezes - missedSince }, zone, (found) => {
    row = found;
  });
  return { row, missedSince };
}

/** Visits, for each run, the longest row that ends with it. */
function walkRows(runs: Runs, streak: StreakDefinition, zone: string, visit: (row: Row) => void): void {
  const gaps: number[] = [];
  let start = 0;
  let met = 0;
  let missed = 0;
  for (const [index, [first, last]] of runs.entries()) {
    const gap = index === 0 ? 0 : missedBetween(streak, runs[index - 1]?.[1] ?? first, first, zone);
    gaps.push(gap);
    met += last - first + 1;
    missed += gap;
    for (; missed > streak.freezes && start < index; start++) {
      const [dropped, droppedLast] = runs[start] ?? [0, -1];
      met -= droppedLast - dropped + 1;
      missed -= gaps[start + 1] ?? 0;
    }
    visit({ met, missed });
  }
}

/** How many periods lie between two and were missed; those that the zone skipped were not. */
function missedBetween({ every, freezes }: StreakDefinition, before: number, after: number, zone: string): number {
  const between = Math.max(0, after - before - 1);
  // Longer gaps end every streak anyway, so nobody needs to know their skipped days.
  if (between === 0 || between > freezes + MOST_SKIPPED) return between;
  let missed = 0;
  for (let period = before + 1; period < after; period++) if (!isSkipped(every, period, zone)) missed++;
  return missed;
}

/** The `count`-th period after one that the zone does not skip. */
function nthPossible({ every }: StreakDefinition, after: number, count: number, zone: string): number {
  let period = after;
  for (let left = count; left > 0; ) {
    period++;
    if (!isSkipped(every, period, zone)) left--;
  }
  return period;
}
