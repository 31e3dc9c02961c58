import type { GoalKey, GoalState } from './game.types.ts';
import type { Programme } from './programme.ts';
import type { ActivityFacts, MemberFacts, Usage, UsageKey } from './types.ts';

/** A stored activity, for counting goals anew. */
export interface PastActivity {
  activity: ActivityFacts;
  /** When it was recorded: what came too late for its period does not count now either. */
  recordedAt: number;
}

/** Everything a recount of one goal of one member looks at. */
export interface RecountFacts {
  member: MemberFacts;
  /** The zone that cuts the member's streaks. */
  timeZone: string;
  /** Those of the goal's types that were not reversed, in the order in which they occurred. */
  activities: readonly PastActivity[];
  /** The states as they are: that of the goal itself and those of a challenge's prerequisites. */
  goal(key: GoalKey): GoalState | undefined;
  /** What is used of what `recountUsage` named: a badge's limit, a community goal's amount. */
  usage(key: UsageKey): Usage;
  now: number;
}

/** A completion or badge that is due after a recount. */
export interface OwedStep {
  /** The bucket it belongs to. */
  period: number;
  /** The activity that reached the target. */
  activityId: string;
  occurredAt: number;
}

/** What a recount found. */
export interface Recount {
  /** The state once everything owed has been given. */
  state: GoalState;
  /** Completions of a challenge or awards of a badge that are due now; always empty for community challenges. */
  owed: readonly OwedStep[];
}

/**
 * Counts one goal of one member from scratch; what was paid before stays paid. Null when the programme has no active
 * challenge or badge of this key with a goal.
 */
export function recountGoal(_programme: Programme, _key: GoalKey, _facts: RecountFacts): Recount | null {
  throw new Error('not yet');
}

/** The programme-wide usage that a recount looks at and that giving what is owed adds to: lock it before. */
export function recountUsage(_programme: Programme, _key: GoalKey, _now: number): UsageKey[] {
  throw new Error('not yet');
}
