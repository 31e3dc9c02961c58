import { countPoints } from './earning.ts';
import { type Period, periodBounds, periodKey } from './periods.ts';
import type { Cap, CapPeriod, CapScope, Usage, UsageKey } from './types.ts';

/** One figure that caps look at: how often and how much a rule gave in the running period, to a member or to all. */
export interface UsageCounter {
  readonly scope: CapScope;
  readonly per: Period;
  readonly prefix: string;
  /** The key made last, with its period: activities come in time order, so it nearly always serves again. */
  lastPeriod: string;
  lastKey: string;
}

interface CompiledCap {
  readonly cap: Cap;
  /** Which counter it looks at; -1 for a cap per activity, which needs none. */
  readonly counter: number;
  /** "at most 3 awards and 50 points per day for each member" */
  readonly text: string;
}

export interface CapPlan {
  readonly counters: readonly UsageCounter[];
  readonly caps: readonly CompiledCap[];
}

/** How much of what a rule wants to give the caps let through. */
export interface Allowance {
  readonly points: number;
  /** Which cap stood in the way, as a sentence; null when none did. */
  readonly reason: string | null;
  /** When every cap that stood in the way starts anew; null for never or unknown. */
  readonly nextPossibleAt: number | null;
}

const PERIOD_WORDS: Record<CapPeriod, string> = {
  ACTIVITY: 'per activity',
  DAY: 'per day',
  WEEK: 'per week',
  MONTH: 'per month',
  YEAR: 'per year',
  LIFETIME: 'in all',
};

/** Prepares the caps of a rule. Caps of the same scope and period share one counter. */
export function compileCaps(owner: string, caps: readonly Cap[]): CapPlan {
  const counters: UsageCounter[] = [];
  const compiled = caps.map((cap): CompiledCap => {
    const text = describeCap(cap);
    const { per, scope } = cap;
    if (per === 'ACTIVITY') return { cap, counter: -1, text };
    let counter = counters.findIndex((known) => known.per === per && known.scope === scope);
    if (counter === -1) {
      counter = counters.length;
      counters.push({ scope, per, prefix: `${owner}|${scope}|`, lastPeriod: '', lastKey: '' });
    }
    return { cap, counter, text };
  });
  return { counters, caps: compiled };
}

/** The key of a counter for an activity, for example "earning-rule:review|MEMBER|DAY:2026-11-21". */
export function counterKey(counter: UsageCounter, memberId: string, occurredAt: number, zone: string): UsageKey {
  const period = periodKey(counter.per, occurredAt, zone);
  if (period !== counter.lastPeriod) {
    counter.lastKey = counter.prefix + period;
    counter.lastPeriod = period;
  }
  return { memberId: counter.scope === 'MEMBER' ? memberId : null, key: counter.lastKey };
}

/**
 * Cuts the points a rule wants to give down to what its caps let through.
 * @param usages how much of each counter is used, in the order of `plan.counters`
 * @param endsAt when the rule ends: nothing is possible from then on
 */
export function allowance(
  plan: CapPlan,
  usages: readonly Usage[],
  wanted: number,
  occurredAt: number,
  zone: string,
  endsAt: number,
): Allowance {
  let points = wanted;
  let tightest: CompiledCap | null = null;
  let nextPossibleAt: number | null = null;
  for (const compiled of plan.caps) {
    const room = roomUnder(compiled, usages);
    if (room >= wanted) continue;
    if (tightest === null || room < points) {
      tightest = compiled;
      points = room;
    }
    // All caps that are too small must start anew, so the last of their ends counts; a lifetime never does.
    const renewedAt = renewal(compiled.cap.per, occurredAt, zone);
    nextPossibleAt = nextPossibleAt === null ? renewedAt : Math.max(nextPossibleAt, renewedAt);
  }
  if (tightest === null) return { points: wanted, reason: null, nextPossibleAt: null };
  const isPossible = nextPossibleAt !== null && nextPossibleAt > occurredAt && nextPossibleAt < endsAt;
  const reason =
    points === 0
      ? `The cap is reached: ${tightest.text}.`
      : `Only ${points} of ${countPoints(wanted)} under the cap: ${tightest.text}.`;
  return { points, reason, nextPossibleAt: isPossible ? nextPossibleAt : null };
}

function roomUnder({ cap, counter }: CompiledCap, usages: readonly Usage[]): number {
  const usage = usages[counter];
  if (cap.count !== null && (usage?.count ?? 0) >= cap.count) return 0;
  if (cap.points === null) return Number.POSITIVE_INFINITY;
  return Math.max(0, cap.points - (usage?.points ?? 0));
}

/** The end of the running period; a lifetime never ends, and the next activity is no moment one could name. */
function renewal(per: CapPeriod, occurredAt: number, zone: string): number {
  if (per === 'ACTIVITY') return occurredAt;
  return periodBounds(per, occurredAt, zone).endsAt ?? Number.POSITIVE_INFINITY;
}

function describeCap({ per, scope, count, points }: Cap): string {
  const limits: string[] = [];
  if (count !== null) limits.push(count === 1 ? '1 award' : `${count} awards`);
  if (points !== null) limits.push(countPoints(points));
  const whom = scope === 'MEMBER' ? 'for each member' : 'for all members together';
  return `at most ${limits.join(' and ')} ${PERIOD_WORDS[per]} ${whom}`;
}
