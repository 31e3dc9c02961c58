import { readMillionths, writeMillionths } from './decimals.ts';
import type { BadgeDefinition, ChallengeDefinition, GoalBucket, GoalState, StreakState } from './game.types.ts';
import { ONE } from './game.types.ts';
import { type Periodic, periodAt } from './game-run.ts';
import { bucketOf, completed, countPeriods, EMPTY_GOAL, PERIOD_NOUNS, sharedKey, withBucket } from './goals.ts';
import { ordinalBounds } from './periods.ts';
import { streakState } from './streaks.ts';
import { writeInstant } from './trace.ts';
import type { Usage } from './types.ts';

export { limitKey } from './badges.ts';
export { dayOf } from './periods.ts';
export {
  reviewStanding,
  type TierLoss,
  type TierReview,
  type TierView,
  tierLoss,
  tierStanding,
} from './tier-views.ts';
export { windowStart } from './tiers.ts';

export type ChallengeStatus = 'NOT_STARTED' | 'IN_PROGRESS' | 'COMPLETED' | 'EXPIRED';

/** How far a member is, ready to be shown: amounts are decimal text. */
export interface GoalProgress {
  progress: string;
  target: string;
  /** 0 to 100, rounded down to tenths. */
  percent: number;
  startedAt: number | null;
  completedAt: number | null;
  /** Completions, or awards of a badge from any cause. */
  times: number;
  /** A sentence: what stands in the way, or how far it is. */
  reason: string;
  /** When something can count again, where the calendar stands in the way; null otherwise. */
  nextPossibleAt: number | null;
}

/** For a challenge with a streak, progress and target are the periods met in the running streak and its length. */
export interface ChallengeView extends GoalProgress {
  status: ChallengeStatus;
  streak: StreakState | null;
}

/** What reading a challenge looks at. */
export interface ChallengeReading {
  state: GoalState | undefined;
  /** Community challenges: the shared usage of the running period (`communityKey`); null when nobody has counted yet. */
  community: Usage | null;
  /** The names of prerequisites that the member has not completed. */
  missing: readonly string[];
  now: number;
  programTimeZone: string;
  memberTimeZone: string;
}

/** How far something is, in millionths. */
interface Figures {
  amount: number;
  target: number;
  isDone: boolean;
  hasBegun: boolean;
  streak: StreakState | null;
}

/** How a member, or everybody together, stands in a challenge. One that has ended is shown as it stood at its end. */
export function challengeProgress(challenge: ChallengeDefinition, reading: ChallengeReading): ChallengeView {
  const { state = EMPTY_GOAL, now } = reading;
  const figures = figuresOf(challenge, reading);
  const { amount, target, isDone, streak } = figures;
  const status = statusOf(challenge, state, figures, now);
  return {
    ...written(isDone ? target : Math.min(amount, target), target),
    status,
    streak,
    startedAt: state.startedAt,
    completedAt: state.completedAt,
    times: state.times,
    ...explain(challenge, reading, figures, status),
  };
}

/** How far a member is towards the next award of a badge; null for a badge without a goal. */
export function badgeProgress(
  { goal, repeatable, limit }: BadgeDefinition,
  state: GoalState | undefined,
  awarded: Usage | null,
): GoalProgress | null {
  if (goal === null) return null;
  const { times, startedAt, completedAt } = state ?? EMPTY_GOAL;
  const target = readMillionths(goal.target) ?? 0;
  const isHeld = !repeatable && times > 0;
  const amount = isHeld ? target : towardsNext(bucketOf(state ?? EMPTY_GOAL, 0), target, repeatable);
  const figures = written(amount, target);
  const isUsedUp = limit !== null && (awarded?.count ?? 0) >= limit;
  let reason = `${figures.progress} of ${figures.target}.`;
  if (isHeld) reason = 'Awarded.';
  else if (isUsedUp) reason = `All ${limit} are given. ${reason}`;
  return { ...figures, startedAt, completedAt, times, reason, nextPossibleAt: null };
}

/** The usage key of what everybody has counted together towards a community challenge, in the period of an instant. */
export function communityKey(
  { code, recurrence }: Pick<ChallengeDefinition, 'code' | 'recurrence'>,
  atMs: number,
  programTimeZone: string,
): string {
  return sharedKey(code, periodAt({ every: recurrence, ofMember: false }, atMs, programTimeZone));
}

/** The state of a contributor once a completed community challenge has paid it; completing twice changes nothing. */
export function completeContribution(state: GoalState, period: number, completedAt: number): GoalState {
  const bucket = bucketOf(state, period);
  if (bucket.done > 0) return state;
  const buckets = withBucket(state.buckets, { ...bucket, done: 1 }, Number.NEGATIVE_INFINITY);
  return completed({ ...state, buckets }, completedAt);
}

/** The state of a badge after an award that no activity caused: by hand, as a prize, for a community challenge. */
export function countAward(state: GoalState | undefined, awardedAt: number): GoalState {
  return completed(state ?? EMPTY_GOAL, awardedAt);
}

function figuresOf(challenge: ChallengeDefinition, reading: ChallengeReading): Figures {
  const { mode, goal, streak, recurrence, endsAt } = challenge;
  const { state = EMPTY_GOAL, community, now } = reading;
  const at = endsAt === null ? now : Math.min(now, endsAt - 1);
  const bucket = bucketOf(state, periodAt(periodsOf(challenge), at, zoneOf(challenge, reading)));
  const target = readMillionths(goal.target) ?? 0;
  if (mode === 'COMMUNITY') {
    const amount = community?.points ?? 0;
    return { amount, target, isDone: (community?.count ?? 0) > 0, hasBegun: amount > 0, streak: null };
  }
  if (streak !== null) {
    const stands = streakState(state.runs, streak, at, reading.memberTimeZone);
    const hasBegun = stands.current > 0 || bucket.amount > 0;
    return {
      amount: stands.current * ONE,
      target: streak.length * ONE,
      isDone: state.times > 0,
      hasBegun,
      streak: stands,
    };
  }
  const isDone = recurrence === 'NONE' ? state.times > 0 : bucket.done > 0;
  return { amount: bucket.amount, target, isDone, hasBegun: bucket.amount > 0, streak: null };
}

function statusOf(
  { startsAt, endsAt, recurrence }: ChallengeDefinition,
  { times }: GoalState,
  { isDone, hasBegun }: Figures,
  now: number,
): ChallengeStatus {
  if (isDone) return 'COMPLETED';
  if (endsAt !== null && now >= endsAt) return recurrence !== 'NONE' && times > 0 ? 'COMPLETED' : 'EXPIRED';
  return now >= startsAt && hasBegun ? 'IN_PROGRESS' : 'NOT_STARTED';
}

function explain(
  challenge: ChallengeDefinition,
  reading: ChallengeReading,
  { amount, target, isDone, streak }: Figures,
  status: ChallengeStatus,
): Pick<GoalProgress, 'reason' | 'nextPossibleAt'> {
  const { startsAt, endsAt, recurrence, mode } = challenge;
  const { now, missing, programTimeZone } = reading;
  const isOver = endsAt !== null && now >= endsAt;
  if (status === 'EXPIRED')
    return { reason: `The challenge ended at ${writeInstant(endsAt ?? now)}.`, nextPossibleAt: null };
  if (status === 'COMPLETED') {
    if (recurrence === 'NONE' || isOver) return { reason: 'Completed.', nextPossibleAt: null };
    const period = periodAt(periodsOf(challenge), now, programTimeZone);
    const nextAt = ordinalBounds(recurrence, period, programTimeZone).endsAt;
    const nextPossibleAt = endsAt === null || nextAt < endsAt ? nextAt : null;
    return { reason: `Completed for this ${PERIOD_NOUNS[recurrence]}.`, nextPossibleAt };
  }
  if (now < startsAt) {
    return { reason: `The challenge starts at ${writeInstant(startsAt)}.`, nextPossibleAt: startsAt };
  }
  if (missing.length > 0 && !isDone) {
    return { reason: `Complete ${missing.map((name) => `“${name}”`).join(' and ')} first.`, nextPossibleAt: null };
  }
  const { streak: rule } = challenge;
  if (rule !== null && streak !== null) {
    return {
      reason: `The streak is ${streak.current} of ${countPeriods(rule.length, rule.every)}.`,
      nextPossibleAt: null,
    };
  }
  const progress = `${writeMillionths(Math.min(amount, target))} of ${writeMillionths(target)}`;
  return { reason: mode === 'COMMUNITY' ? `${progress} together.` : `${progress}.`, nextPossibleAt: null };
}

function written(amount: number, target: number): Pick<GoalProgress, 'progress' | 'target' | 'percent'> {
  const percent = target === 0 ? 0 : Math.min(100, Math.floor((amount / target) * 1000) / 10);
  return { progress: writeMillionths(amount), target: writeMillionths(target), percent };
}

/** What a repeatable badge has beyond what was awarded already. */
function towardsNext({ amount, done }: GoalBucket, target: number, repeatable: boolean): number {
  return Math.min(Math.max(0, repeatable ? amount - done * target : amount), target);
}

function periodsOf({ streak, recurrence }: ChallengeDefinition): Periodic {
  return { every: streak?.every ?? recurrence, ofMember: streak !== null };
}

function zoneOf({ streak }: ChallengeDefinition, { memberTimeZone, programTimeZone }: ChallengeReading): string {
  return streak === null ? programTimeZone : memberTimeZone;
}
