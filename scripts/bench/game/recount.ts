import type { ActivityType } from './activities.ts';
import { BADGES, type BenchChallenge, type BenchGoal, CHALLENGES, type StoredActivity } from './goals.ts';

/*
 * Counts what members should have completed and been awarded, from their stored activities alone and without a line of
 * Pokal's: whole sets are looked at at the end, and only prerequisites need the order of recording.
 */

/** How often what should have been given, by code. */
export interface Expected {
  completions: Map<string, number>;
  awards: Map<string, number>;
  /** What everybody has together, by the code of the community challenge. */
  shared: Map<string, number>;
}

const DAY_MS = 86_400_000;

/** Counts one member after the other; each list is in the order of recording. */
export function countExpected(members: Iterable<readonly StoredActivity[]>, timeZone: string): Expected {
  const days = localDays(timeZone);
  const expected: Expected = { completions: new Map(), awards: new Map(), shared: new Map() };
  for (const activities of members) countMember(activities, days, expected);
  for (const { code, limit } of BADGES) {
    const reached = expected.awards.get(code) ?? 0;
    if (limit !== null && reached > limit) expected.awards.set(code, limit);
  }
  return expected;
}

function countMember(activities: readonly StoredActivity[], days: DayOf, expected: Expected): void {
  for (const challenge of CHALLENGES) {
    const { code, goal, prerequisites, badge } = challenge;
    if (challenge.isCommunity) {
      add(expected.shared, code, sum(goal, counting(goal, activities)));
      continue;
    }
    const [prerequisite] = prerequisites;
    const opened = prerequisite === undefined ? null : prerequisiteOf(prerequisite, activities);
    const open = prerequisite === undefined ? activities : activities.slice(opened?.index ?? activities.length);
    const own = counting(goal, open).filter(({ occurredAt }) => occurredAt >= (opened?.completedAt ?? -Infinity));
    const times = timesCompleted(challenge, own, days);
    add(expected.completions, code, times);
    if (badge !== null && times > 0) add(expected.awards, badge, 1);
  }
  for (const { code, goal, repeatable } of BADGES) {
    if (goal === null) continue;
    const reached = Math.floor(sum(goal, counting(goal, activities)) / goal.target);
    add(expected.awards, code, repeatable ? reached : Math.min(1, reached));
  }
}

/** When a plain count was completed, and the index of the first activity recorded after; null when it was not. */
function prerequisiteOf(code: string, activities: readonly StoredActivity[]) {
  const goal = CHALLENGES.find((challenge) => challenge.code === code)?.goal;
  let left = goal?.target ?? Number.POSITIVE_INFINITY;
  for (const [index, activity] of activities.entries()) {
    if (goal === undefined || !counts(goal, activity)) continue;
    left -= 1;
    if (left === 0) return { index: index + 1, completedAt: activity.occurredAt };
  }
  return null;
}

function timesCompleted(
  { goal, recurrence, streak }: BenchChallenge,
  own: readonly StoredActivity[],
  days: DayOf,
): number {
  if (streak !== null) {
    const met = periodsMet(goal, own, days, streak.every);
    return longestRow(met, streak.freezes) >= streak.length ? 1 : 0;
  }
  return periodsMet(goal, own, days, recurrence).length;
}

/** The periods whose activities reach the target, in ascending order; without recurrence there is one. */
function periodsMet(goal: BenchGoal, own: readonly StoredActivity[], days: DayOf, every: string): number[] {
  const periods = Map.groupBy(own, ({ occurredAt }) => periodOf(days(occurredAt), every));
  const met = [...periods].filter(([, activities]) => sum(goal, activities) >= goal.target);
  return met.map(([period]) => period).sort((left, right) => left - right);
}

/** The most met periods in a row in which at most so many are missed: every pair of ends is tried. */
function longestRow(met: readonly number[], freezes: number): number {
  let longest = 0;
  for (const [start, first] of met.entries()) {
    for (let end = start; end < met.length; end += 1) {
      const missed = (met[end] ?? 0) - first - (end - start);
      if (missed <= freezes) longest = Math.max(longest, end - start + 1);
    }
  }
  return longest;
}

function counting(goal: BenchGoal, activities: readonly StoredActivity[]): StoredActivity[] {
  return activities.filter((activity) => counts(goal, activity));
}

function counts({ types, condition }: BenchGoal, activity: StoredActivity): boolean {
  return (types as readonly ActivityType[]).includes(activity.type) && (condition?.holds(activity) ?? true);
}

function sum({ measure, bring }: BenchGoal, activities: readonly StoredActivity[]): number {
  if (measure === 'DISTINCT') return new Set(activities.map(bring)).size;
  // In hundredths, so that money is added exactly.
  return activities.reduce((total, activity) => total + Math.round(Number(bring(activity)) * 100), 0) / 100;
}

type DayOf = (atMs: number) => number;

/** The local day of an instant, counted from 1970, by the platform's own calendar. */
function localDays(timeZone: string): DayOf {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const known = new Map<number, number>();
  return (atMs) => {
    // No zone's offset changes within a quarter of an hour that begins on one.
    const quarter = Math.floor(atMs / 900_000);
    let day = known.get(quarter);
    if (day === undefined) {
      day = Date.parse(format.format(quarter * 900_000)) / DAY_MS;
      known.set(quarter, day);
    }
    return day;
  };
}

function periodOf(day: number, every: string): number {
  if (every === 'DAY') return day;
  if (every === 'WEEK') return Math.floor((day + 3) / 7);
  if (every === 'MONTH') return Number(new Date(day * DAY_MS).toISOString().slice(0, 7).replace('-', ''));
  return 0;
}

function add(counts: Map<string, number>, code: string, more: number): void {
  if (more > 0) counts.set(code, (counts.get(code) ?? 0) + more);
}
