import type { GoalDefinition, Measure } from '../../rules/game.types.ts';

/** A goal as it is stored within a challenge or badge: the very words of the pure core. */
export type StoredGoal = GoalDefinition;

/** A goal as an administrator says it. */
export interface GoalFields {
  activityTypes: readonly string[];
  condition?: string | null;
  measure: Measure;
  expression?: string | null;
  /** Decimal text. */
  target: string;
}
