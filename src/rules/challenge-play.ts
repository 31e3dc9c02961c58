import { giveBadge } from './badges.ts';
import { audienceLine, type CompiledChallenge } from './challenges.ts';
import type { GoalBucket, GoalState, StreakState } from './game.types.ts';
import { ONE } from './game.types.ts';
import { type GameRun, isTooLate, openFrom, periodAt } from './game-run.ts';
import {
  bucketOf,
  completed,
  countInto,
  countPeriods,
  describeProgress,
  EMPTY_GOAL,
  earlier,
  PERIOD_NOUNS,
  sharedKey,
  withBucket,
} from './goals.ts';
import { NothingToCount } from './measures.ts';
import { ordinalBounds } from './periods.ts';
import { addPeriod, longestStreak, streakState } from './streaks.ts';
import { conditionLine, matchedLine, standingLine, unmatched } from './trace.ts';
import type { RuleEvaluation, Usage } from './types.ts';

/** Lets one activity count towards a challenge and gives what completing it brings; returns the line of the receipt. */
export function playChallenge(run: GameRun, challenge: CompiledChallenge): RuleEvaluation {
  const { activity, facts } = run;
  const standing = standingLine(challenge, activity.occurredAt);
  if (standing !== null) return standing;
  const state = run.state.goal(challenge.key) ?? EMPTY_GOAL;
  const zone = zoneOf(run, challenge);
  const period = periodAt(challenge, activity.occurredAt, zone);
  const bucket = bucketOf(state, period);
  const blocked =
    settledLine(run, challenge, state, bucket, zone) ??
    prerequisiteLine(run, challenge) ??
    audienceLine(challenge, facts) ??
    conditionLine(challenge, facts);
  if (blocked !== null) return blocked;
  const measured = challenge.goal.measure(activity, facts);
  if (measured instanceof NothingToCount) return unmatched(challenge.reference, measured.reason);
  if (challenge.mode === 'COMMUNITY') {
    return playShared(run, challenge, state, bucket, typeof measured === 'string' ? 0 : measured);
  }
  const counted = countInto(bucket, measured, challenge.goal.target);
  if (counted === bucket) return addsNothing(challenge, bucket.amount);
  return playOwn(run, challenge, state, counted, counted.amount - bucket.amount);
}

/** Says why a challenge cannot count this activity any more; null when it can. */
function settledLine(
  run: GameRun,
  challenge: CompiledChallenge,
  state: GoalState,
  bucket: GoalBucket,
  zone: string,
): RuleEvaluation | null {
  const { lines, every, mode, streak } = challenge;
  if (every === 'NONE' && mode === 'INDIVIDUAL' && state.times > 0) return lines.completed;
  if (isTooLate(challenge, run.activity.occurredAt, run.recordedAt, zone)) return lines.tooLate;
  const isDone = mode === 'COMMUNITY' ? sharedUsage(run, challenge, bucket.period).count > 0 : bucket.done > 0;
  if (!isDone) return null;
  if (every === 'NONE') return lines.completed;
  const nextAt = ordinalBounds(every, bucket.period, zone).endsAt;
  const noun = PERIOD_NOUNS[every];
  const together = mode === 'COMMUNITY' ? 'Completed together' : 'Completed';
  const reason = streak === null ? `${together} already in this ${noun}.` : `This ${noun} counts already.`;
  return { ...lines.completed, reason, nextPossibleAt: nextAt < challenge.endsAt ? nextAt : null };
}

/** A challenge that this very activity completes does not open others: the states before it decide. */
function prerequisiteLine({ state, activity }: GameRun, { prerequisites }: CompiledChallenge): RuleEvaluation | null {
  for (const { key, line } of prerequisites) {
    const completedAt = state.goal(key)?.firstCompletedAt ?? null;
    if (completedAt === null || completedAt > activity.occurredAt) return line;
  }
  return null;
}

function playOwn(
  run: GameRun,
  challenge: CompiledChallenge,
  before: GoalState,
  counted: GoalBucket,
  added: number,
): RuleEvaluation {
  const { activity } = run;
  const zone = zoneOf(run, challenge);
  const isMet = counted.amount >= challenge.goal.target;
  // What was told apart is of no use once the target is reached, and it is the largest part of a state.
  const bucket = isMet ? { ...counted, done: 1, values: null } : counted;
  const { streak } = challenge;
  const runs = isMet && streak !== null ? addPeriod(before.runs, bucket.period) : before.runs;
  // A completed streak goes on, so that nobody loses it by having been paid for it; it is paid once.
  const goesOn = streak !== null && before.times > 0;
  const isCompleted = isMet && !goesOn && (streak === null || longestStreak(runs, streak, zone) >= streak.length);
  const counting: GoalState = {
    ...before,
    buckets: withBucket(before.buckets, bucket, openFrom(challenge, run.recordedAt, zone)),
    startedAt: earlier(before.startedAt, activity.occurredAt),
    runs,
  };
  const state = isCompleted ? completed(counting, activity.occurredAt) : counting;
  const streakNow = streak === null ? null : streakState(runs, streak, run.recordedAt, zone);
  run.result.goals.push({ key: challenge.key, state });
  if (!goesOn || streakState(before.runs, streak, run.recordedAt, zone).current !== streakNow?.current) {
    pushStep(run, challenge, state, {
      progress: streakNow === null ? bucket.amount : shownStreak(streakNow, goesOn || isCompleted, challenge),
      added,
      period: bucket.period,
      completed: isCompleted,
      streak: streakNow,
    });
  }
  if (isCompleted) return reward(run, challenge, completedText(challenge, bucket));
  const reason =
    streakNow !== null && isMet
      ? streakText(challenge, streakNow, goesOn)
      : `${describeProgress(bucket.amount, challenge.goal)}.`;
  return matchedLine(challenge.reference, reason, 0, 0, null, null);
}

/** Counts towards what everybody does together, never past the target, so that all shares add up to it exactly. */
function playShared(
  run: GameRun,
  challenge: CompiledChallenge,
  before: GoalState,
  bucket: GoalBucket,
  amount: number,
): RuleEvaluation {
  const { activity } = run;
  const { target } = challenge.goal;
  const shared = sharedUsage(run, challenge, bucket.period).points;
  const added = Math.min(amount, Math.max(0, target - shared));
  if (added === 0) return addsNothing(challenge, shared);
  const isCompleted = shared + added >= target;
  const state: GoalState = {
    ...before,
    buckets: withBucket(
      before.buckets,
      { ...bucket, amount: bucket.amount + added },
      openFrom(challenge, run.recordedAt, run.timeZone),
    ),
    startedAt: earlier(before.startedAt, activity.occurredAt),
  };
  run.result.goals.push({ key: challenge.key, state });
  const key = sharedKey(challenge.reference.code, bucket.period);
  run.evaluation.usage.push({ memberId: null, key, count: isCompleted ? 1 : 0, points: added });
  pushStep(run, challenge, state, {
    progress: shared + added,
    added,
    period: bucket.period,
    completed: isCompleted,
    streak: null,
  });
  const progress = describeProgress(shared + added, challenge.goal);
  const rewards =
    challenge.points > 0 || challenge.badge !== null ? ' Everybody who took part is rewarded shortly.' : '';
  const reason = isCompleted ? `Completed together: ${progress}.${rewards}` : `${progress} together.`;
  return matchedLine(challenge.reference, reason, 0, 0, null, null);
}

interface StepFigures {
  progress: number;
  added: number;
  period: number;
  completed: boolean;
  streak: StreakState | null;
}

function pushStep(run: GameRun, challenge: CompiledChallenge, state: GoalState, figures: StepFigures): void {
  const { reference, mode, goal, streak } = challenge;
  run.result.challenges.push({
    challenge: reference,
    mode,
    progress: figures.progress,
    target: streak === null ? goal.target : streak.length * ONE,
    added: figures.added,
    period: figures.period,
    completed: figures.completed,
    timesCompleted: state.times,
    startedAt: state.startedAt,
    completedAt: state.completedAt,
    streak: figures.streak,
  });
}

/** Gives the points and the badge of a completed challenge. */
function reward(run: GameRun, challenge: CompiledChallenge, text: string): RuleEvaluation {
  const { reference, points, badge, reason } = challenge;
  if (points > 0) {
    const activeAt = run.activity.occurredAt + challenge.pendingForMs;
    const expiresAt = challenge.expiresAfterMs === null ? null : activeAt + challenge.expiresAfterMs;
    run.evaluation.postings.push({ kind: 'BONUS', points, rule: reference, reason, activeAt, expiresAt });
  }
  const given = badge === null ? '' : giveBadge(run, badge, reference, reason);
  return matchedLine(reference, given === '' ? text : `${text} ${given}`, points, points, null, null);
}

function addsNothing({ reference, goal }: CompiledChallenge, amount: number): RuleEvaluation {
  return unmatched(reference, `It adds nothing: ${describeProgress(amount, goal)}.`);
}

function completedText({ goal, streak }: CompiledChallenge, bucket: GoalBucket): string {
  if (streak === null) return `Completed: ${describeProgress(bucket.amount, goal)}.`;
  return `Completed: a streak of ${countPeriods(streak.length, streak.every)}.`;
}

function streakText({ streak }: CompiledChallenge, { current }: StreakState, goesOn: boolean): string {
  if (streak === null) return '';
  if (goesOn) return `Completed already. The streak is ${countPeriods(current, streak.every)}.`;
  return `The streak is ${current} of ${countPeriods(streak.length, streak.every)}.`;
}

function shownStreak({ current }: StreakState, isCompleted: boolean, { streak }: CompiledChallenge): number {
  return Math.min(isCompleted ? Number.POSITIVE_INFINITY : current, streak?.length ?? 0) * ONE;
}

function sharedUsage({ member }: GameRun, { reference }: CompiledChallenge, period: number): Usage {
  return member.usage({ memberId: null, key: sharedKey(reference.code, period) });
}

function zoneOf(run: GameRun, { ofMember }: CompiledChallenge): string {
  return ofMember ? run.state.timeZone : run.timeZone;
}
