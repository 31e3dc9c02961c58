import type { Recurrence, StreakState } from '../data/types.ts';
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
