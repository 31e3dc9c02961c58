import type { CompiledBadge } from './badges.ts';
import type { CompiledChallenge } from './challenges.ts';
import { type GoalBucket, type GoalKey, type GoalState, ONE } from './game.types.ts';
import { bucketOf, EMPTY_GOAL } from './goals.ts';
import type { Programme } from './programme.ts';
import { type PastActivity, type RecountFacts, recountGoal } from './recount.ts';
import { longestStreak, type Runs, withoutPeriods } from './streaks.ts';

/** What one goal of one member looks at when an activity is reversed. */
export interface ReversalFacts extends Omit<RecountFacts, 'activities'> {
  /** What the member did, in the order in which it occurred: before the reversal, and after it. */
  before: readonly PastActivity[];
  after: readonly PastActivity[];
}

/** What a reversal leaves of one goal. */
export interface GoalReversal {
  /**
   * The state without what no longer counts. `times`, and the `done` of a badge, still hold what was given: whether a badge
   * is taken back is for its policy to say.
   */
  state: GoalState;
  /** The periods whose completion of a challenge no longer holds; for a streak the period of its completion is unknown: [null]. */
  reopened: readonly (number | null)[];
  /** How many awards of a badge's own goal no longer hold. */
  surplus: number;
}

/** What had to be completed first counts as completed long before anything: see `countable`. */
const ALWAYS_MET: GoalState = Object.freeze({ ...EMPTY_GOAL, firstCompletedAt: Number.NEGATIVE_INFINITY });

/**
 * Takes out of a goal what an activity had added. The goal is counted twice from what the member did, with the activity as it
 * was and as it is now, and the difference is taken off what was counted when it was recorded. So what a member did beyond
 * the target stands in for it, and nothing changes but by the activity: neither a definition that has changed nor a
 * member who is somebody else today counts against what was earned then.
 * @returns null when nothing changes
 */
export function reverseGoal(programme: Programme, key: GoalKey, facts: ReversalFacts): GoalReversal | null {
  const { before, after, goal, ...common } = facts;
  const state = goal(key);
  if (state === undefined) return null;
  const [kind, code = ''] = key.split(':');
  const badge = kind === 'badge' ? programme.game.badges.get(code) : undefined;
  const challenge = kind === 'badge' ? undefined : programme.game.challenges.get(code);
  // An awarded badge would be counted without telling apart what it has counted.
  const own = badge === undefined ? state : EMPTY_GOAL;
  const known = (other: GoalKey) => (other === key ? own : ALWAYS_MET);
  const count = (past: readonly PastActivity[]) => {
    const activities = countable(challenge, state, past);
    return recountGoal(programme, key, { ...common, goal: known, activities })?.state;
  };
  const [counted, left] = [count(before), count(after)];
  if (counted === undefined || left === undefined) return null;
  const goalOf = badge ?? challenge;
  const most = badge?.repeatable === true ? Number.POSITIVE_INFINITY : (goalOf?.goal?.target ?? 0);
  const buckets = state.buckets.map((bucket) => lessened(bucket, counted, left, most));
  const runs = withoutPeriods(state.runs, new Set(missing(counted.runs, left.runs)));
  if (runs === state.runs && buckets.every((bucket, index) => bucket === state.buckets[index])) return null;
  const next: GoalState = { ...state, buckets, runs, startedAt: startOf(state, counted, left) };
  if (badge !== undefined) return tidied(next, [], surplusOf(badge, state, next));
  return challenge === undefined ? null : reopenedIn(challenge, state, next, common.timeZone);
}

/**
 * What can have counted. Before the first that did, what had to be completed first was not; and that it was completed then
 * holds even when the completion itself has been taken back since.
 */
function countable(
  challenge: CompiledChallenge | undefined,
  { startedAt }: GoalState,
  past: readonly PastActivity[],
): readonly PastActivity[] {
  if (challenge === undefined || challenge.prerequisites.length === 0) return past;
  return past.filter(({ activity }) => startedAt !== null && activity.occurredAt >= startedAt);
}

/** Where a count does not explain the start, because a definition or the member has changed, it stays. */
function startOf({ startedAt }: GoalState, counted: GoalState, left: GoalState): number | null {
  const isExplained = counted.startedAt !== null && startedAt !== null && counted.startedAt <= startedAt;
  return isExplained ? left.startedAt : startedAt;
}

/** The state of a badge of whose awards so many were taken back. */
export function withoutAwards(state: GoalState, own: number, all: number): GoalState {
  const buckets = state.buckets.map((bucket) => ({ ...bucket, done: Math.max(0, bucket.done - own) }));
  return forgotten({ ...state, buckets: buckets.filter(isWorthKeeping), times: state.times - all });
}

function lessened(bucket: GoalBucket, counted: GoalState, left: GoalState, most: number): GoalBucket {
  const { period, amount, done } = bucket;
  const [before, after] = [bucketOf(counted, period), bucketOf(left, period)];
  const lost = before.amount - after.amount;
  if (lost <= 0) return bucket;
  // What was told apart is known only while it is counted: a bucket that was full begins again with what is left.
  const values = amount >= most ? null : bucket.values;
  const remaining = values === null ? after.values : values.filter((value) => isLeft(value, before, after));
  if (remaining !== null) return { period, done, amount: remaining.length * ONE, values: remaining };
  return { period, done, amount: Math.max(0, amount - lost), values };
}

function isLeft(value: string, before: GoalBucket, after: GoalBucket): boolean {
  return after.values?.includes(value) === true || before.values?.includes(value) === false;
}

/** The periods of some runs that are not among others. */
function missing(runs: Runs, others: Runs): number[] {
  const periods: number[] = [];
  for (const [first, last] of runs) {
    for (let period = first; period <= last; period++) {
      if (!others.some(([start, end]) => start <= period && period <= end)) periods.push(period);
    }
  }
  return periods;
}

/** Awards that held and do not any more. What was awarded when the target was a lower one is not looked at again. */
function surplusOf({ goal, repeatable }: CompiledBadge, before: GoalState, after: GoalState): number {
  if (goal === null) return 0;
  const { done } = bucketOf(before, 0);
  const held = (state: GoalState) => {
    const reached = Math.floor(bucketOf(state, 0).amount / goal.target);
    return Math.min(done, repeatable ? reached : Math.min(reached, 1));
  };
  return held(before) - held(after);
}

/** Completions that held and do not any more; for everybody together they are final. */
function reopenedIn(
  { goal, streak, mode }: CompiledChallenge,
  before: GoalState,
  after: GoalState,
  memberZone: string,
): GoalReversal {
  if (mode === 'COMMUNITY') return tidied(after, [], 0);
  const isOpen = ({ period, amount, done }: GoalBucket) =>
    done > 0 && amount < goal.target && bucketOf(before, period).amount >= goal.target;
  const state = { ...after, buckets: after.buckets.map((one) => (isOpen(one) ? { ...one, done: 0 } : one)) };
  if (streak === null) {
    const reopened = after.buckets.filter(isOpen).map(({ period }) => period);
    return tidied(state, reopened, 0);
  }
  const isLong = ({ runs }: GoalState) => longestStreak(runs, streak, memberZone) >= streak.length;
  return tidied(state, before.times > 0 && isLong(before) && !isLong(after) ? [null] : [], 0);
}

function tidied(state: GoalState, reopened: readonly (number | null)[], surplus: number): GoalReversal {
  const next = { ...state, buckets: state.buckets.filter(isWorthKeeping), times: state.times - reopened.length };
  return { state: forgotten(next), reopened, surplus };
}

function isWorthKeeping({ amount, done }: GoalBucket): boolean {
  return amount > 0 || done > 0;
}

/** What never happened has no times. */
function forgotten(state: GoalState): GoalState {
  return state.times > 0 ? state : { ...state, firstCompletedAt: null, completedAt: null };
}
