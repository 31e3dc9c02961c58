import { compileMultiplier } from './campaigns.ts';
import { attempt, type DefinitionProblem, problem, spanProblems } from './definitions.ts';
import { isAllowed, MOST_POINTS } from './earning.ts';
import { compileCondition, compileMemberCondition } from './expressions.ts';
import type {
  BadgeDefinition,
  ChallengeDefinition,
  GoalDefinition,
  StreakDefinition,
  TierDefinition,
} from './game.types.ts';
import { compileTarget, OPEN_PERIODS } from './goals.ts';
import { compileMeasure } from './measures.ts';
import { readThreshold } from './tiers.ts';

/** What a challenge's checks look at. */
export type ChallengeFields = Omit<ChallengeDefinition, 'version' | 'name' | 'description' | 'status'>;
/** What a badge's checks look at. */
export type BadgeFields = Pick<BadgeDefinition, 'goal' | 'repeatable' | 'limit'>;
/** What a tier's checks look at. */
export type TierFields = Pick<
  TierDefinition,
  'code' | 'rank' | 'metric' | 'threshold' | 'windowMs' | 'graceMs' | 'multiplier'
>;

/** A streak of ten years of days is enough for anybody. */
const MOST_PERIODS = 3660;

/**
 * Everything that would keep a challenge from working, all at once; empty when it may be saved.
 * @param others the other challenges, for unknown prerequisites and circles
 */
export function challengeProblems(
  challenge: ChallengeFields,
  others: readonly Pick<ChallengeDefinition, 'code' | 'prerequisites'>[],
): DefinitionProblem[] {
  const { goal, streak, audience, points, startsAt, endsAt } = challenge;
  const problems = [
    ...goalProblems(goal),
    ...(streak === null ? [] : streakProblems(streak)),
    ...togetherProblems(challenge),
    ...prerequisiteProblems(challenge, others),
    ...(audience === null ? [] : attempt(['audience'], () => compileMemberCondition(audience))),
    ...spanProblems(startsAt, endsAt),
  ];
  if (points !== null && (!isAllowed(points) || points === 0)) {
    problems.push(problem(['points'], `The points must be from 1 to ${MOST_POINTS}.`));
  }
  return problems;
}

/** Everything that would keep a badge from working, all at once; empty when it may be saved. */
export function badgeProblems({ goal, limit }: BadgeFields): DefinitionProblem[] {
  const problems = goal === null ? [] : goalProblems(goal);
  if (limit !== null && (!Number.isSafeInteger(limit) || limit < 1)) {
    problems.push(problem(['limit'], 'A limit must be a whole number of at least 1.'));
  }
  return problems;
}

/**
 * Everything that would keep a tier from working, all at once; empty when it may be saved.
 * @param others the other active tiers, with which it must not share a rank
 */
export function tierProblems(
  tier: TierFields,
  others: readonly Pick<TierDefinition, 'code' | 'name' | 'rank'>[],
): DefinitionProblem[] {
  const { code, rank, windowMs, graceMs, multiplier } = tier;
  const problems = attempt(['multiplier'], () => compileMultiplier(multiplier));
  if (!Number.isSafeInteger(rank)) problems.push(problem(['rank'], 'A rank must be a whole number.'));
  const twin = others.find((other) => other.rank === rank && other.code !== code);
  if (twin !== undefined) {
    problems.push(problem(['rank'], `“${twin.name}” has the rank ${rank} already; every tier needs its own.`));
  }
  if (readThreshold(tier) === null) {
    problems.push(problem(['threshold'], 'A threshold must be a decimal of at least 0.'));
  }
  if (windowMs !== null && !(windowMs > 0)) problems.push(problem(['window'], 'A window must be longer than nothing.'));
  if (graceMs !== null && !(graceMs > 0)) problems.push(problem(['grace'], 'A grace must be longer than nothing.'));
  return problems;
}

function goalProblems(goal: GoalDefinition): DefinitionProblem[] {
  const { activityTypes, condition, expression } = goal;
  const expressionPath = expression === null ? ['goal', 'measure'] : ['goal', 'expression'];
  const problems = [
    ...(condition === null ? [] : attempt(['goal', 'condition'], () => compileCondition(condition))),
    ...attempt(expressionPath, () => compileMeasure(goal, '')),
    ...attempt(['goal', 'target'], () => compileTarget(goal)),
  ];
  if (activityTypes.length === 0) {
    problems.push(problem(['goal', 'activityTypes'], 'Name at least one activity type that counts.'));
  }
  return problems;
}

function streakProblems({ length, freezes }: StreakDefinition): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  if (!Number.isInteger(length) || length < 2 || length > MOST_PERIODS) {
    problems.push(problem(['streak', 'length'], `A streak needs from 2 to ${MOST_PERIODS} periods.`));
  }
  if (!Number.isInteger(freezes) || freezes < 0 || freezes > OPEN_PERIODS) {
    problems.push(problem(['streak', 'freezes'], `A streak survives from 0 to ${OPEN_PERIODS} missed periods.`));
  }
  return problems;
}

/** What does not go together, at the field that asks for it. */
function togetherProblems({ mode, goal, streak, recurrence }: ChallengeFields): DefinitionProblem[] {
  const problems: DefinitionProblem[] = [];
  if (streak !== null && recurrence !== 'NONE') {
    problems.push(problem(['recurrence'], 'A streak has periods of its own, so it cannot recur as well.'));
  }
  if (mode === 'COMMUNITY' && streak !== null) {
    problems.push(problem(['streak'], 'A streak is every member’s own; a community challenge cannot have one.'));
  }
  if (mode === 'COMMUNITY' && goal.measure === 'DISTINCT') {
    const message = 'DISTINCT tells one member’s activities apart; a community challenge cannot count with it.';
    problems.push(problem(['goal', 'measure'], message));
  }
  return problems;
}

function prerequisiteProblems(
  { code, prerequisites }: ChallengeFields,
  others: readonly Pick<ChallengeDefinition, 'code' | 'prerequisites'>[],
): DefinitionProblem[] {
  const before = new Map(others.map((other) => [other.code, other.prerequisites]));
  before.set(code, prerequisites);
  return prerequisites.flatMap((prerequisite, index) => {
    const path = ['prerequisites', String(index)];
    if (!before.has(prerequisite)) return [problem(path, `There is no challenge ${prerequisite}.`)];
    if (!leadsTo(prerequisite, code, before)) return [];
    return [problem(path, `${prerequisite} needs ${code} itself, so neither could ever be completed.`)];
  });
}

/** Walks the prerequisites of a challenge and theirs, each once. */
function leadsTo(from: string, code: string, before: ReadonlyMap<string, readonly string[]>): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === code) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(before.get(next) ?? []));
  }
  return false;
}
