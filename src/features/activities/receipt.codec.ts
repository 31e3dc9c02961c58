import type { Effect } from '../../recording/commands.ts';
import type { RuleEvaluation, RuleReference } from '../../rules/types.ts';

/**
 * How receipts lie in the database: arrays with fixed places instead of objects. A purchase with three rules takes 640
 * bytes instead of 1,240, and writing activities is the dearest statement of recording. Places are only ever added at the
 * end, so that old receipts stay readable.
 */
export type StoredEffect = readonly [
  type: string,
  id: string,
  cursor: string,
  occurredAt: number,
  payload: Record<string, unknown>,
];

/** A rule reference: kind, code, version, name. */
type StoredReference = readonly [string, string, number, string];

/** One line of the trace; multipliers are left out when there are none and no time is due. */
export type StoredLine = readonly [
  rule: StoredReference,
  matched: 0 | 1,
  reason: string,
  pointsBeforeCaps: number,
  points: number,
  multipliers?: readonly StoredReference[],
  nextPossibleAt?: number | null,
];

export function packEffect({ type, id, cursor, occurredAt, payload }: Effect): StoredEffect {
  return [type, id, cursor, occurredAt, payload];
}

export function unpackEffect([type, id, cursor, occurredAt, payload]: StoredEffect, memberId: string): Effect {
  return { type, id, cursor, memberId, occurredAt, payload };
}

export function packLine(line: RuleEvaluation): StoredLine {
  const { matched, reason, pointsBeforeCaps, points, multipliers, nextPossibleAt } = line;
  const rule = packReference(line.rule);
  if (multipliers.length === 0 && nextPossibleAt === null) {
    return [rule, matched ? 1 : 0, reason, pointsBeforeCaps, points];
  }
  return [rule, matched ? 1 : 0, reason, pointsBeforeCaps, points, multipliers.map(packReference), nextPossibleAt];
}

export function unpackLine(line: StoredLine): RuleEvaluation {
  const [rule, matched, reason, pointsBeforeCaps, points, multipliers = [], nextPossibleAt = null] = line;
  return {
    rule: unpackReference(rule),
    matched: matched === 1,
    reason,
    pointsBeforeCaps,
    points,
    multipliers: multipliers.map(unpackReference),
    nextPossibleAt,
  };
}

function packReference({ kind, code, version, name }: RuleReference): StoredReference {
  return [kind, code, version, name];
}

function unpackReference([kind, code, version, name]: StoredReference): RuleReference {
  return { kind, code, version, name };
}
