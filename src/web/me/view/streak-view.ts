import type { ChallengeProgress, Recurrence, StreakState } from '../data/types.ts';
import type { Formats } from '../formats.ts';

/**
 * True when the goal has been met in the present period already: the streak then lasts through the next one, and through as
 * many more as there are freezes.
 */
export function isDoneForNow(state: StreakState, every: Recurrence, formats: Formats, now: number): boolean {
  if (state.endsAt === null) return false;
  const left = formats.period(every, state.endsAt) - formats.period(every, new Date(now).toISOString());
  return left >= state.freezesLeft + 2;
}

/**
 * True for a streak that can still be worked on, also after it was completed: it goes on until it breaks, and whoever keeps
 * it going wants to see it. One that is over is told among the challenges.
 */
export function isRunningStreak({ challenge, status, streak }: ChallengeProgress): boolean {
  if (challenge.streak === null || status === 'EXPIRED') return false;
  return status !== 'COMPLETED' || (streak !== null && streak.current > 0);
}
