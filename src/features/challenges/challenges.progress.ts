import { writeMillionths } from '../../rules/decimals.ts';
import type { ChallengeStep, StreakState } from '../../rules/game.types.ts';
import type { ChallengeView } from '../../rules/game-views.ts';
import { CHALLENGE_COMPLETED, CHALLENGE_PROGRESSED, CHALLENGE_REOPENED } from './challenges.events.ts';
import { ChallengeProgress } from './challenges.types.ts';

/** How far a member was, as events keep it for ever: an event tells what was, not what is. */
export interface ProgressSnapshot {
  /** The challenge's code. */
  code: string;
  completed: boolean;
  /** Millionths: of everybody together for a community challenge, of periods in a row for a streak. */
  progress: number;
  target: number;
  timesCompleted: number;
  startedAt: number | null;
  completedAt: number | null;
  streak: StreakState | null;
}

/**
 * A snapshot as events keep it: what it holds in the order of ProgressSnapshot, without the names. Most activities bring a
 * member further in several challenges, and each is stored twice, in the outbox and in the receipt.
 */
export type PackedSnapshot = readonly [
  code: string,
  completed: 0 | 1,
  progress: number,
  target: number,
  timesCompleted: number,
  startedAt: number | null,
  completedAt: number | null,
  streak?: readonly [current: number, best: number, freezesLeft: number, endsAt: number | null],
];

/** Makes a snapshot fit for an event's payload. */
export function packSnapshot(snapshot: ProgressSnapshot): PackedSnapshot {
  const { code, completed, progress, target, timesCompleted, startedAt, completedAt, streak } = snapshot;
  const packed = [code, completed ? 1 : 0, progress, target, timesCompleted, startedAt, completedAt] as const;
  if (streak === null) return packed;
  return [...packed, [streak.current, streak.best, streak.freezesLeft, streak.endsAt]];
}

function unpackSnapshot(packed: PackedSnapshot): ProgressSnapshot {
  const [code, completed, progress, target, timesCompleted, startedAt, completedAt, row] = packed;
  const [current, best, freezesLeft, endsAt] = row ?? [0, 0, 0, null];
  const streak = row === undefined ? null : { current, best, freezesLeft, endsAt };
  return { code, completed: completed === 1, progress, target, timesCompleted, startedAt, completedAt, streak };
}

/** What an event keeps of one step, at the time of its activity. */
export function snapshotOf(step: ChallengeStep, occurredAt: number): ProgressSnapshot {
  const { challenge, mode, progress, target, startedAt, streak } = step;
  // What is completed together is noted with each contributor when it is paid, a moment later; an event is told now.
  const isNoted = mode === 'INDIVIDUAL' || !step.completed;
  const timesCompleted = isNoted ? step.timesCompleted : step.timesCompleted + 1;
  const completedAt = isNoted ? step.completedAt : occurredAt;
  // A streak that goes on stays completed.
  const completed = step.completed || (streak !== null && timesCompleted > 0);
  return { code: challenge.code, completed, progress, target, timesCompleted, startedAt, completedAt, streak };
}

/** How far a member was at an event. */
export function progressThen(packed: PackedSnapshot): ChallengeProgress {
  const snapshot = unpackSnapshot(packed);
  const { code, completed, progress, target, timesCompleted, startedAt, completedAt, streak } = snapshot;
  const written = { progress: writeMillionths(progress), target: writeMillionths(target) };
  const reason = `${written.progress} of ${written.target}`;
  return Object.assign(new ChallengeProgress(), {
    ...{ code, ...written, timesCompleted, startedAt, completedAt, streakState: streak },
    percent: percentOf(progress, target),
    status: completed ? 'COMPLETED' : 'IN_PROGRESS',
    reason: completed ? `Completed: ${reason}.` : `${reason}.`,
    nextPossibleAt: null,
  });
}

const TOLD_WITH_PROGRESS: ReadonlySet<string> = new Set([
  CHALLENGE_PROGRESSED,
  CHALLENGE_COMPLETED,
  CHALLENGE_REOPENED,
]);

/** The payload of any event as those read it who do not speak GraphQL: with names instead of places, and decimal amounts. */
export function plainPayload(type: string, payload: Record<string, unknown>): Record<string, unknown> {
  if (!TOLD_WITH_PROGRESS.has(type)) return payload;
  const then = progressThen(payload.progress as PackedSnapshot);
  const { code, status, progress, target, percent, timesCompleted } = then;
  return { ...payload, progress: { challenge: code, status, progress, target, percent, timesCompleted } };
}

/** How far a member is now. */
export function progressNow(code: string, { streak, times, ...view }: ChallengeView): ChallengeProgress {
  return Object.assign(new ChallengeProgress(), view, { code, timesCompleted: times, streakState: streak });
}

/** How much of a target is reached, 0 to 100, rounded down to tenths. */
export function percentOf(amount: number, target: number): number {
  // Rounded down: 100 is shown by nothing but the whole.
  return amount >= target ? 100 : Math.floor((amount / target) * 1_000) / 10;
}
