import type { GoalBucket, GoalKey, GoalState } from './game.types.ts';
import { EMPTY_GOAL } from './goals.ts';

type PackedBucket = readonly [period: number, amount: number, done: number, values?: readonly string[]];

/** One goal's state as it is stored: arrays without names, to keep a member's document small. Opaque to callers. */
export type PackedGoal = readonly [
  buckets: readonly PackedBucket[],
  times: number,
  startedAt: number | null,
  firstCompletedAt: number | null,
  completedAt: number | null,
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

/** Writes one goal. */
export function packGoal({ buckets, times, startedAt, firstCompletedAt, completedAt, runs }: GoalState): PackedGoal {
  const packed = [buckets.map(packBucket), times, startedAt, firstCompletedAt, completedAt] as const;
  return runs.length === 0 ? packed : [...packed, runs];
}

/** Reads what `packGoal` wrote. */
export function unpackGoal(packed: PackedGoal): GoalState {
  const [buckets, times, startedAt, firstCompletedAt, completedAt, runs = EMPTY_GOAL.runs] = packed;
  return { buckets: buckets.map(unpackBucket), times, startedAt, firstCompletedAt, completedAt, runs };
}

function packBucket({ period, amount, done, values }: GoalBucket): PackedBucket {
  return values === null ? [period, amount, done] : [period, amount, done, values];
}

function unpackBucket([period, amount, done, values]: PackedBucket): GoalBucket {
  return { period, amount, done, values: values ?? null };
}
