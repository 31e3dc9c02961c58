import type { RuleEvaluation } from '../rules/types.ts';

/** An effect as it is stored beside its activity: enough to build the same event object again. */
export interface StoredEffect {
  type: string;
  id: string;
  cursor: string;
  /** Epoch milliseconds. */
  occurredAt: number;
  /** What the event's own type adds, for example { entryId, points, balance }. */
  payload: Record<string, unknown>;
}

/** One line of the stored trace. */
export type StoredEvaluation = RuleEvaluation;
