import { writeMillionths } from './decimals.ts';
import type { CompiledExpression } from './expressions.ts';
import type { BadgeDefinition, GoalBucket, GoalKey, GoalState } from './game.types.ts';
import type { GameRun } from './game-run.ts';
import {
  bucketOf,
  type CompiledGoal,
  compileGoal,
  completed,
  countInto,
  describeProgress,
  EMPTY_GOAL,
  earlier,
} from './goals.ts';
import { NothingToCount } from './measures.ts';
import { conditionLine, matchedLine, type StandingLines, standingLine, standingLines, unmatched } from './trace.ts';
import type { ProgramFacts, RuleEvaluation, RuleReference, UsageKey } from './types.ts';

/** One activity gives one badge this often at most, however small its target; the rest stays owed. */
export const MOST_AWARDS = 100;

/** An active badge, ready to be earned. */
export interface CompiledBadge {
  readonly reference: RuleReference;
  readonly key: GoalKey;
  /** The types that its goal listens to. */
  readonly activityTypes: readonly string[];
  /** Null for a badge that only challenges, tiers, prizes and people give. */
  readonly goal: CompiledGoal | null;
  readonly condition: CompiledExpression<boolean> | null;
  readonly repeatable: boolean;
  /** Infinity when it is not limited. */
  readonly limit: number;
  readonly limitKey: UsageKey;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly lines: BadgeLines;
}

/** Lines that never change, made once. */
interface BadgeLines extends StandingLines {
  readonly awarded: RuleEvaluation;
}

/** The usage key of how many of a limited badge were ever awarded. */
export function limitKey(badgeCode: string): string {
  return `badge:${badgeCode}|LIMIT`;
}

/** Prepares a badge; one that does not compile never counts and says why, but can still be given. */
export function compileBadge(definition: BadgeDefinition, program: ProgramFacts): CompiledBadge {
  const { code, version, name, goal, repeatable, limit, countsFrom } = definition;
  const reference: RuleReference = Object.freeze({ kind: 'badge', code, version, name });
  const common = {
    reference,
    key: `badge:${code}` as const,
    activityTypes: goal?.activityTypes ?? [],
    repeatable,
    limit: limit ?? Number.POSITIVE_INFINITY,
    limitKey: Object.freeze({ memberId: null, key: limitKey(code) }),
    startsAt: countsFrom ?? Number.NEGATIVE_INFINITY,
    endsAt: Number.POSITIVE_INFINITY,
  };
  const linesOf = (broken: string | null): BadgeLines => ({
    ...standingLines(reference, countsFrom, null, broken),
    awarded: Object.freeze(unmatched(reference, 'The member has it already.')),
  });
  try {
    const compiled = goal === null ? null : compileGoal(goal, program.currencyCode);
    return { ...common, goal: compiled, condition: compiled?.condition ?? null, lines: linesOf(null) };
  } catch (error) {
    const broken = `The badge cannot be evaluated: ${error instanceof Error ? error.message : String(error)}`;
    return { ...common, goal: null, condition: null, lines: linesOf(broken) };
  }
}

/** Lets one activity count towards a badge and awards what is owed; returns the line of the receipt. */
export function playBadge(run: GameRun, badge: CompiledBadge): RuleEvaluation {
  const { activity, facts } = run;
  const standing = standingLine(badge, activity.occurredAt);
  const { goal } = badge;
  if (standing !== null || goal === null) return standing ?? badge.lines.notMet;
  const before = badgeState(run, badge);
  const bucket = bucketOf(before, 0);
  if (!badge.repeatable && bucket.done > 0) return badge.lines.awarded;
  const blocked = conditionLine(badge, facts);
  if (blocked !== null) return blocked;
  const measured = goal.measure(activity, facts);
  if (measured instanceof NothingToCount) return unmatched(badge.reference, measured.reason);
  const most = badge.repeatable ? Number.MAX_SAFE_INTEGER : goal.target;
  const counted = countInto(bucket, measured, most);
  const due = owedBy(badge, goal, counted);
  if (counted === bucket && due === 0) {
    return unmatched(badge.reference, `It adds nothing: ${describeProgress(bucket.amount, goal)}.`);
  }
  if (counted !== bucket) {
    putBadge(run, badge, {
      ...before,
      buckets: [counted],
      startedAt: earlier(before.startedAt, activity.occurredAt),
    });
  }
  if (due === 0) return matchedLine(badge.reference, progressText(badge, goal, counted), 0, 0, null, null);
  return awardOwed(run, badge, goal, counted, Math.min(due, MOST_AWARDS));
}

/** How many awards a bucket has reached and not given. */
export function owedBy({ repeatable }: CompiledBadge, { target }: CompiledGoal, { amount, done }: GoalBucket): number {
  const reached = Math.floor(amount / target);
  return Math.max(0, (repeatable ? reached : Math.min(reached, 1)) - done);
}

/** Gives a badge for a challenge or tier. Returns what to add to the line of what caused it. */
export function giveBadge(run: GameRun, badgeCode: string, cause: RuleReference, reason: string): string {
  const badge = run.badges.get(badgeCode);
  if (badge === undefined) return `The badge ${badgeCode} is not in force.`;
  const { name } = badge.reference;
  switch (award(run, badge, cause, reason)) {
    case 'given':
      return `It gives the badge “${name}”.`;
    case 'held':
      return `The member has the badge “${name}” already.`;
    case 'used up':
      return `All ${badge.limit} of the badge “${name}” are given.`;
  }
}

/** Awards what the goal owes, one by one, as far as the edition goes. */
function awardOwed(run: GameRun, badge: CompiledBadge, goal: CompiledGoal, counted: GoalBucket, due: number) {
  const { reference } = badge;
  const reached = `Reached ${writeMillionths(goal.target)}${badge.repeatable ? ' again' : ''}`;
  const reason = badge.repeatable && counted.done === 0 ? reached.replace(' again', '') : reached;
  let given = 0;
  let outcome: AwardOutcome = 'given';
  for (; given < due; given++) {
    outcome = award(run, badge, reference, reason);
    if (outcome !== 'given') break;
  }
  // A badge that the member has from elsewhere settles its goal without a second award.
  const settled = outcome === 'held' ? due : given;
  const isSpent = !badge.repeatable && settled > 0;
  const bucket = { ...counted, done: counted.done + settled, values: isSpent ? null : counted.values };
  if (settled > 0) putBadge(run, badge, { ...badgeState(run, badge), buckets: [bucket] });
  if (outcome === 'held') return badge.lines.awarded;
  const progress = progressText(badge, goal, bucket);
  if (given === 0) return unmatched(reference, `All ${badge.limit} are given. ${progress}`);
  const text = given === 1 ? 'Awarded.' : `Awarded ${given} times.`;
  return matchedLine(reference, `${text} ${progress}`, 0, 0, null, null);
}

type AwardOutcome = 'given' | 'held' | 'used up';

function award(run: GameRun, badge: CompiledBadge, cause: RuleReference, reason: string): AwardOutcome {
  const state = badgeState(run, badge);
  if (!badge.repeatable && state.times > 0) return 'held';
  if (badge.limit !== Number.POSITIVE_INFINITY) {
    const { awards } = run.result;
    const now = awards.reduce((count, step) => (step.badge === badge.reference ? count + 1 : count), 0);
    if (run.member.usage(badge.limitKey).count + now >= badge.limit) return 'used up';
    run.evaluation.usage.push({ ...badge.limitKey, count: 1, points: 0 });
  }
  run.result.awards.push({ badge: badge.reference, cause, reason });
  putBadge(run, badge, completed(state, run.activity.occurredAt));
  return 'given';
}

function progressText({ repeatable }: CompiledBadge, goal: CompiledGoal, { amount, done }: GoalBucket): string {
  const towards = repeatable ? Math.min(Math.max(0, amount - done * goal.target), goal.target) : amount;
  return `${describeProgress(towards, goal)}.`;
}

function badgeState(run: GameRun, { key }: CompiledBadge): GoalState {
  return run.badgeStates.get(key) ?? run.state.goal(key) ?? EMPTY_GOAL;
}

function putBadge(run: GameRun, { key }: CompiledBadge, state: GoalState): void {
  run.badgeStates.set(key, state);
}
