import { type Change, ChangeType, CriticalityLevel, DiffRule, diff } from '@graphql-inspector/core';
import type { GraphQLSchema } from 'graphql';

/** Changes that no client need notice, but that a promise of exact types and defaults excludes. */
const NOT_EXACT: ReadonlySet<string> = new Set([
  ChangeType.FieldTypeChanged,
  ChangeType.FieldArgumentTypeChanged,
  ChangeType.FieldArgumentDefaultChanged,
  ChangeType.InputFieldTypeChanged,
  ChangeType.InputFieldDefaultValueChanged,
]);

/** How a schema departs from promises, as sentences; what it has beyond them is no departure. */
export async function departures(promised: GraphQLSchema, actual: GraphQLSchema): Promise<string[]> {
  const changes = await diff(promised, actual);
  return changes.filter((change) => isBreaking(change) || NOT_EXACT.has(change.type)).map(({ message }) => message);
}

/** What breaks clients of a released schema, as sentences. What that release had deprecated may go. */
export async function brokenPromises(released: GraphQLSchema, actual: GraphQLSchema): Promise<string[]> {
  const changes = await diff(released, actual, [DiffRule.suppressRemovalOfDeprecatedField]);
  return changes.filter(isBreaking).map(({ message }) => message);
}

function isBreaking({ criticality }: Change): boolean {
  return criticality.level === CriticalityLevel.Breaking;
}
