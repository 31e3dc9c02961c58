import { type GoalBucket, type GoalKey, type GoalState, ONE } from './game.types.ts';
import { EMPTY_GOAL } from './goals.ts';

/** A number is whole ones, a text is millionths: nearly everything that is counted is whole. */
type PackedAmount = number | string;

/** What is left out at the end is 0 or null. */
type PackedBucket = readonly [period: number, amount: PackedAmount, done?: number, values?: readonly string[]];

/**
 * One goal's state as it is stored: arrays without names and without what is 0, null or empty at their end, because a
 * member's document is read and written with nearly every activity. Opaque to callers.
 */
export type PackedGoal = readonly [
  buckets: readonly PackedBucket[],
  startedAt?: number | null,
  version?: number,
  times?: number,
  /** After `startedAt`. */
  firstCompletedAfter?: number | null,
  /** After the first completion. */
  completedAfter?: number | null,
  runs?: readonly (readonly [number, number])[],
];

/** All goals of one member as one JSON object. */
export type PackedGoals = Readonly<Record<string, PackedGoal>>;

/** The state of a goal to which nothing has counted yet. */
export function emptyGoal(): GoalState {
  return EMPTY_GOAL;
}

/** Writes all goals of a member as one compact JSON value. */
export function packGoals(goals: ReadonlyMap<GoalKey, GoalState>): PackedGoals {
  return Object.fromEntries([...goals].map(([key, state]) => [key, packGoal(state)]));
}

/** Reads what `packGoals` wrote. */
export function unpackGoals(packed: PackedGoals): Map<GoalKey, GoalState> {
  return new Map(Object.entries(packed).map(([key, goal]) => [key as GoalKey, unpackGoal(goal)]));
}

/**
 * Writes one goal.
 * @param version under which version of the goal it was counted, for `versionOf`
 */
export function packGoal(state: GoalState, version = 0): PackedGoal {
  const { times, startedAt, firstCompletedAt, completedAt, runs } = state;
  const buckets = state.buckets.map(packBucket);
  if (runs.length > 0 || firstCompletedAt !== null || completedAt !== null) {
    const first = firstCompletedAt === null ? null : firstCompletedAt - (startedAt ?? 0);
    const last = completedAt === null ? null : completedAt - (firstCompletedAt ?? 0);
    const packed = [buckets, startedAt, version, times, first, last] as const;
    return runs.length === 0 ? packed : [...packed, runs];
  }
  if (times > 0) return [buckets, startedAt, version, times];
  return version > 0 ? [buckets, startedAt, version] : [buckets, startedAt];
}

/** Reads what `packGoal` wrote. */
export function unpackGoal(packed: PackedGoal): GoalState {
  const [buckets, startedAt = null, , times = 0, first = null, last = null, runs = EMPTY_GOAL.runs] = packed;
  const firstCompletedAt = first === null ? null : first + (startedAt ?? 0);
  const completedAt = last === null ? null : last + (firstCompletedAt ?? 0);
  return { buckets: buckets.map(unpackBucket), times, startedAt, firstCompletedAt, completedAt, runs };
}

/** The version that `packGoal` was told. */
export function versionOf([, , version = 0]: PackedGoal): number {
  return version;
}

function packBucket({ period, amount, done, values }: GoalBucket): PackedBucket {
  const packed = amount % ONE === 0 ? amount / ONE : String(amount);
  if (values !== null) return [period, packed, done, values];
  return done === 0 ? [period, packed] : [period, packed, done];
}

function unpackBucket([period, packed, done = 0, values]: PackedBucket): GoalBucket {
  const amount = typeof packed === 'number' ? packed * ONE : Number(packed);
  return { period, amount, done, values: values ?? null };
}
