import { checkedText } from '../program/index.ts';
import type { GoalFields, StoredGoal } from './goals.definitions.ts';

/**
 * A goal as it is stored. What the pure core can judge (expressions, measure, target) is left to it.
 * @throws Refusal BAD_USER_INPUT for text that cannot be stored.
 */
export function checkedGoal(goal: GoalFields, path: readonly string[]): StoredGoal {
  const { activityTypes, condition = null, measure, expression = null, target } = goal;
  const types = activityTypes.map((type, index) => checkedText(type, [...path, 'activityTypes', String(index)]));
  return {
    activityTypes: [...new Set(types)].sort(),
    condition: condition === null ? null : checkedText(condition, [...path, 'condition']),
    measure,
    expression: expression === null ? null : checkedText(expression, [...path, 'expression']),
    target,
  };
}
