import type { CompiledExpression, Facts } from './expressions.ts';
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
  const what = rule.kind === 'earning-rule' ? 'rule' : rule.kind;
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

/** The line of something that cannot match at this moment at all; null when it may. */
export function standingLine(
  { lines, startsAt, endsAt }: { lines: StandingLines; startsAt: number; endsAt: number },
  occurredAt: number,
): RuleEvaluation | null {
  if (lines.broken !== null) return lines.broken;
  if (occurredAt < startsAt) return lines.notStarted;
  return occurredAt < endsAt ? null : lines.ended;
}

/** The line of something whose condition is not met; null when it is. */
export function conditionLine(
  { condition, lines }: { condition: CompiledExpression<boolean> | null; lines: StandingLines },
  facts: Facts,
): RuleEvaluation | null {
  if (condition === null) return null;
  const result = condition.run(facts);
  if (result === true) return null;
  if (result === false) return lines.notMet;
  return unmatched(lines.notMet.rule, `The condition could not be evaluated: ${result.reason}.`);
}

/** Orders by code, as the bytes say: the same on every machine and in every locale. */
export function compareCodes(left: { code: string }, right: { code: string }): number {
  if (left.code === right.code) return 0;
  return left.code < right.code ? -1 : 1;
}

/** An instant as ISO text without needless zeros. */
export function writeInstant(atMs: number): string {
  return new Date(atMs).toISOString().replace('.000Z', 'Z');
}
