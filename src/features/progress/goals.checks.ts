import { badInput, checkedText } from '../program/index.ts';
import type { GoalFields, StoredGoal } from './goals.definitions.ts';

const MOST_TYPES = 100;

/**
 * A goal as it is stored: type codes once each and in order, texts that can be stored. Whether it works is for the checks
 * of the pure core, which know what a challenge or badge makes of it.
 * @throws Refusal BAD_USER_INPUT with the path of the field.
 */
export function checkedGoal({ activityTypes, condition, measure, expression, target }: GoalFields): StoredGoal {
  const path = ['goal', 'activityTypes'];
  if (activityTypes.length === 0 || activityTypes.length > MOST_TYPES) {
    throw badInput(path, `Name 1 to ${MOST_TYPES} activity types that count.`);
  }
  const types = activityTypes.map((type, index) => checkedText(type, [...path, String(index)]));
  return {
    activityTypes: [...new Set(types)].sort(),
    condition: condition == null ? null : checkedText(condition, ['goal', 'condition']),
    measure,
    expression: expression == null ? null : checkedText(expression, ['goal', 'expression']),
    target,
  };
}
