import { isAllowed } from './earning.ts';
import { type CompiledExpression, compileMemberCondition, type Facts } from './expressions.ts';
import type { ChallengeDefinition, ChallengeMode, GoalKey, StreakDefinition } from './game.types.ts';
import type { Periodic } from './game-run.ts';
import { type CompiledGoal, compileGoal, PERIOD_NOUNS } from './goals.ts';
import { type StandingLines, standingLines, unmatched } from './trace.ts';
import type { ActivityFacts, ProgramFacts, RuleEvaluation, RuleReference } from './types.ts';

/** An active challenge, ready to play. */
export interface CompiledChallenge extends Periodic {
  readonly reference: RuleReference;
  readonly key: GoalKey;
  readonly mode: ChallengeMode;
  readonly activityTypes: readonly string[];
  readonly goal: CompiledGoal;
  readonly condition: CompiledExpression<boolean> | null;
  readonly streak: StreakDefinition | null;
  readonly prerequisites: readonly { readonly key: GoalKey; readonly line: RuleEvaluation }[];
  readonly audience: CompiledExpression<boolean> | null;
  readonly points: number;
  readonly badge: string | null;
  readonly pendingForMs: number;
  readonly expiresAfterMs: number | null;
  readonly startsAt: number;
  readonly endsAt: number;
  /** Why its points and its badge are given. */
  readonly reason: string;
  readonly lines: ChallengeLines;
}

/** Lines that never change, made once. */
export interface ChallengeLines extends StandingLines {
  readonly completed: RuleEvaluation;
  readonly tooLate: RuleEvaluation;
  readonly notForMember: RuleEvaluation;
}

/** Prepares a challenge; one that does not compile never counts and says why. */
export function compileChallenge(
  definition: ChallengeDefinition,
  program: ProgramFacts,
  nameOf: (challengeCode: string) => string,
): CompiledChallenge {
  const { code, version, name, streak, recurrence, startsAt, endsAt } = definition;
  const reference: RuleReference = Object.freeze({ kind: 'challenge', code, version, name });
  const every = streak?.every ?? recurrence;
  const common = {
    reference,
    key: `challenge:${code}` as const,
    mode: definition.mode,
    activityTypes: definition.goal.activityTypes,
    streak,
    every,
    ofMember: streak !== null,
    prerequisites: definition.prerequisites.map((prerequisite) => ({
      key: `challenge:${prerequisite}` as const,
      line: Object.freeze(unmatched(reference, `Complete “${nameOf(prerequisite)}” first.`)),
    })),
    points: definition.points ?? 0,
    badge: definition.badge,
    pendingForMs: definition.pendingForMs ?? 0,
    expiresAfterMs: definition.expiresAfterMs,
    startsAt,
    endsAt: endsAt ?? Number.POSITIVE_INFINITY,
    reason: `Challenge “${name}” completed`,
  };
  const linesOf = (broken: string | null) => challengeLines(definition, reference, broken);
  try {
    checkShape(definition);
    const goal = compileGoal(definition.goal, program.currencyCode);
    const audience = definition.audience === null ? null : compileMemberCondition(definition.audience);
    return { ...common, goal, condition: goal.condition, audience, lines: linesOf(null) };
  } catch (error) {
    const broken = `The challenge cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`;
    const goal: CompiledGoal = {
      condition: null,
      measure: () => 0,
      target: Number.POSITIVE_INFINITY,
      isSum: false,
      ofTarget: '',
    };
    return { ...common, goal, condition: null, audience: null, lines: linesOf(broken) };
  }
}

/** What was saved is checked; this keeps a stored definition that breaks the rules from counting anything at all. */
function checkShape(definition: ChallengeDefinition): void {
  const { mode, goal, streak, recurrence, points } = definition;
  const isTogether = mode === 'INDIVIDUAL' || (streak === null && goal.measure !== 'DISTINCT');
  const hasOnePeriod = streak === null || recurrence === 'NONE';
  if (!isTogether || !hasOnePeriod)
    throw new RangeError('Its mode, recurrence, streak and measure do not go together.');
  if (points !== null && !isAllowed(points)) throw new RangeError(`${points} is not a number of points.`);
}

/** The line of a member who is not in the audience; null for one who is. */
export function audienceLine({ audience, lines }: CompiledChallenge, facts: Facts): RuleEvaluation | null {
  if (audience === null) return null;
  const result = audience.run(facts);
  if (result === true) return null;
  if (result === false) return lines.notForMember;
  return unmatched(lines.notForMember.rule, `The audience could not be evaluated: ${result.reason}.`);
}

/** Tells whether an activity lies within the challenge's time and the challenge compiles. */
export function isRunning({ lines, startsAt, endsAt }: CompiledChallenge, { occurredAt }: ActivityFacts): boolean {
  return lines.broken === null && occurredAt >= startsAt && occurredAt < endsAt;
}

function challengeLines(
  { streak, recurrence, mode, startsAt, endsAt }: ChallengeDefinition,
  reference: RuleReference,
  broken: string | null,
): ChallengeLines {
  const every = streak?.every ?? recurrence;
  const period = every === 'NONE' ? 'period' : PERIOD_NOUNS[every];
  return {
    ...standingLines(reference, startsAt, endsAt, broken),
    completed: Object.freeze(
      unmatched(reference, mode === 'COMMUNITY' ? 'Completed together already.' : 'Completed already.'),
    ),
    tooLate: Object.freeze(unmatched(reference, `It came too late: that ${period} is closed.`)),
    notForMember: Object.freeze(unmatched(reference, 'The challenge is not for this member.')),
  };
}
