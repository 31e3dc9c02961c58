import type { GoalBucket, GoalKey, GoalState } from './game.types.ts';

/** One goal's state as it is stored: arrays without names, to keep a member's document small. */
export type PackedGoal = readonly unknown[];

/** All goals of one member as one JSON object. */
export type PackedGoals = Readonly<Record<string, PackedGoal>>;

const NO_BUCKETS: readonly GoalBucket[] = Object.freeze([]);
const NO_RUNS: readonly (readonly [number, number])[] = Object.freeze([]);

const EMPTY: GoalState = Object.freeze({
  buckets: NO_BUCKETS,
  times: 0,
  startedAt: null,
  firstCompletedAt: null,
  completedAt: null,
  runs: NO_RUNS,
});

/** The state of a goal to which nothing has counted yet. */
export function emptyGoal(): GoalState {
  return EMPTY;
}

/** Writes all goals of a member as one compact JSON value, keys in order. */
export function packGoals(goals: ReadonlyMap<GoalKey, GoalState>): PackedGoals {
  return Object.fromEntries([...goals].map(([key, state]) => [key, packGoal(state)]));
}

/** Reads what `packGoals` wrote. */
export function unpackGoals(packed: PackedGoals): Map<GoalKey, GoalState> {
  return new Map(Object.entries(packed).map(([key, goal]) => [key as GoalKey, unpackGoal(goal)]));
}

/** Writes one goal. */
export function packGoal(_state: GoalState): PackedGoal {
  throw new Error('not yet');
}

/** Reads what `packGoal` wrote. */
export function unpackGoal(_packed: PackedGoal): GoalState {
  throw new Error('not yet');
}
