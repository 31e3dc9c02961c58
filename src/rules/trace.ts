import type { RuleEvaluation, RuleReference } from './types.ts';

/** Lines of the receipt that never change, made once for each rule so that most evaluations allocate none. */
export interface StandingLines {
  readonly notStarted: RuleEvaluation;
  readonly ended: RuleEvaluation;
  readonly notMet: RuleEvaluation;
  /** Set when the stored definition does not compile; then it is the only line there ever is. */
  readonly broken: RuleEvaluation | null;
}

const NO_MULTIPLIERS: readonly RuleReference[] = Object.freeze([]);

/** Prepares the lines of a rule or campaign that do not depend on the activity. */
export function standingLines(
  rule: RuleReference,
  startsAt: number | null,
  endsAt: number | null,
  broken: string | null,
): StandingLines {
  const what = rule.kind === 'campaign' ? 'campaign' : 'rule';
  const notStarted = startsAt === null ? '' : `The ${what} starts at ${writeInstant(startsAt)}.`;
  const ended = endsAt === null ? '' : `The ${what} ended at ${writeInstant(endsAt)}.`;
  return {
    notStarted: Object.freeze({ ...unmatched(rule, notStarted), nextPossibleAt: startsAt }),
    ended: Object.freeze(unmatched(rule, ended)),
    notMet: Object.freeze(unmatched(rule, 'The condition was not met.')),
    broken: broken === null ? null : Object.freeze(unmatched(rule, broken)),
  };
}

/** The line of a rule or campaign that gave nothing because it did not match. */
export function unmatched(rule: RuleReference, reason: string): RuleEvaluation {
  return {
    rule,
    matched: false,
    reason,
    pointsBeforeCaps: 0,
    points: 0,
    multipliers: NO_MULTIPLIERS,
    nextPossibleAt: null,
  };
}

/** The line of a rule or campaign that matched. */
export function matchedLine(
  rule: RuleReference,
  reason: string,
  pointsBeforeCaps: number,
  points: number,
  multipliers: readonly RuleReference[] | null,
  nextPossibleAt: number | null,
): RuleEvaluation {
  return {
    rule,
    matched: true,
    reason,
    pointsBeforeCaps,
    points,
    multipliers: multipliers ?? NO_MULTIPLIERS,
    nextPossibleAt,
  };
}

/** Orders by code, as the bytes say: the same on every machine and in every locale. */
export function compareCodes(left: { code: string }, right: { code: string }): number {
  if (left.code === right.code) return 0;
  return left.code < right.code ? -1 : 1;
}

function writeInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
