import { readMillionths, writeMillionths } from './decimals.ts';
import { type CompiledExpression, compileCondition } from './expressions.ts';
import { type GoalBucket, type GoalDefinition, type GoalState, ONE } from './game.types.ts';
import { type CompiledMeasure, compileMeasure, type Measured, type NothingToCount } from './measures.ts';
import type { Recurring } from './periods.ts';

/** How many periods before the one of recording still count; older ones are closed and forgotten. */
export const OPEN_PERIODS = 40;

/** DISTINCT tells this many values apart in one bucket; more do not count. */
export const MOST_VALUES = 1000;

/** The largest target, 9 billion: amounts are kept in millionths and stay exact. */
export const MOST_TARGET = 9_000_000_000;

/** What a challenge or badge counts, ready to run. */
export interface CompiledGoal {
  readonly condition: CompiledExpression<boolean> | null;
  readonly measure: CompiledMeasure;
  /** Millionths. */
  readonly target: number;
  /** It adds amounts up, so that of an activity that was partly reversed only what is left counts. */
  readonly isSum: boolean;
  /** " of 5" or " of 500 SEK", to complete a sentence about the progress. */
  readonly ofTarget: string;
}

const NO_BUCKETS: readonly GoalBucket[] = Object.freeze([]);
const NO_RUNS: readonly (readonly [number, number])[] = Object.freeze([]);

/** The state of a goal to which nothing has counted yet. */
export const EMPTY_GOAL: GoalState = Object.freeze({
  buckets: NO_BUCKETS,
  times: 0,
  startedAt: null,
  firstCompletedAt: null,
  completedAt: null,
  runs: NO_RUNS,
});

/**
 * Prepares a goal.
 * @throws ExpressionError or RangeError when it cannot be counted.
 */
export function compileGoal(goal: GoalDefinition, currencyCode: string): CompiledGoal {
  const unit = goal.measure === 'SUM_VALUE' ? ` ${currencyCode}` : '';
  const target = compileTarget(goal);
  return {
    condition: goal.condition === null ? null : compileCondition(goal.condition),
    measure: compileMeasure(goal, currencyCode),
    target,
    isSum: goal.measure === 'SUM' || goal.measure === 'SUM_VALUE',
    ofTarget: ` of ${writeMillionths(target)}${unit}`,
  };
}

/** Reads a target in millionths. @throws RangeError with a sentence for whoever wrote it. */
export function compileTarget({ target, measure }: Pick<GoalDefinition, 'target' | 'measure'>): number {
  const millionths = readMillionths(target);
  const isExact = /^\d+(\.\d{1,6}0*)?$/.test(target);
  if (millionths === null || millionths === 0 || millionths > MOST_TARGET * ONE || !isExact) {
    throw new RangeError(
      `A target must be above 0 and at most ${MOST_TARGET}, with at most six digits behind the point.`,
    );
  }
  if ((measure === 'COUNT' || measure === 'DISTINCT') && millionths % ONE !== 0) {
    throw new RangeError(`What ${measure} counts is whole, so its target must be too.`);
  }
  if (measure === 'DISTINCT' && millionths > MOST_VALUES * ONE) {
    throw new RangeError(`DISTINCT tells at most ${MOST_VALUES} values apart, so its target cannot be higher.`);
  }
  return millionths;
}

/** The bucket of a period; one that was never counted into is empty. */
export function bucketOf({ buckets }: GoalState, period: number): GoalBucket {
  // The running period is nearly always the last.
  for (let index = buckets.length - 1; index >= 0; index--) {
    const bucket = buckets[index];
    if (bucket?.period === period) return bucket;
  }
  return { period, amount: 0, done: 0, values: null };
}

/**
 * The bucket with what an activity adds, cut at `most`: amounts that stop at the target do not depend on the order in
 * which activities come. The very same bucket when nothing is added.
 */
export function countInto(bucket: GoalBucket, measured: Exclude<Measured, NothingToCount>, most: number): GoalBucket {
  if (bucket.amount >= most) return bucket;
  if (typeof measured === 'string') return countValue(bucket, measured);
  const amount = Math.min(bucket.amount + measured, most);
  return amount === bucket.amount ? bucket : { ...bucket, amount };
}

/** Values are kept in order: found by halves, and the same set is always the same list. */
function countValue(bucket: GoalBucket, value: string): GoalBucket {
  const values = bucket.values ?? [];
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? '') < value) low = middle + 1;
    else high = middle;
  }
  if (values[low] === value || values.length >= MOST_VALUES) return bucket;
  return { ...bucket, amount: bucket.amount + ONE, values: values.toSpliced(low, 0, value) };
}

/** The buckets with one put in its place and those before `openFrom` forgotten. */
export function withBucket(
  buckets: readonly GoalBucket[],
  bucket: GoalBucket,
  openFrom: number,
): readonly GoalBucket[] {
  const only = buckets[0];
  if (buckets.length === 0 || (buckets.length === 1 && only?.period === bucket.period)) return [bucket];
  const next = buckets.filter(({ period }) => period >= openFrom && period !== bucket.period);
  const place = next.findIndex(({ period }) => period > bucket.period);
  return place === -1 ? [...next, bucket] : next.toSpliced(place, 0, bucket);
}

/** The state after one more completion or award. What was completed first stays first, in the order of recording. */
export function completed(state: GoalState, at: number): GoalState {
  return { ...state, times: state.times + 1, firstCompletedAt: state.firstCompletedAt ?? at, completedAt: at };
}

/** The earlier of a time that may be unknown and one that is not. */
export function earlier(known: number | null, at: number): number {
  return known === null ? at : Math.min(known, at);
}

/** The earlier of two times that may both be unknown. */
export function earliest(left: number | null, right: number | null): number | null {
  return left === null ? right : earlier(right, left);
}

/** What the words of a period are: "3 of 7 days". */
export const PERIOD_NOUNS: Readonly<Record<Recurring, string>> = { DAY: 'day', WEEK: 'week', MONTH: 'month' };

/** "3 of 5", "120.5 of 500 SEK". */
export function describeProgress(amount: number, goal: CompiledGoal): string {
  return writeMillionths(amount) + goal.ofTarget;
}

/** "1 day", "7 days". */
export function countPeriods(count: number, every: Recurring): string {
  return count === 1 ? `1 ${PERIOD_NOUNS[every]}` : `${count} ${PERIOD_NOUNS[every]}s`;
}

/** The usage key of what everybody has counted together towards a community challenge in one period. */
export function sharedKey(challengeCode: string, period: number): string {
  return `challenge:${challengeCode}|COMMUNITY|${period}`;
}
