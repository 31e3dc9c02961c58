const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/**
 * How long to wait before trying again: doubling from half a second to 10, and each wait a random half to whole of that,
 * so that ten thousand screens that lost the same server do not come back in one wave.
 * @param attempt 0 for the first wait.
 * @param chance a fraction from 0 to 1; random unless told.
 */
export function backoffMs(attempt: number, chance: number = Math.random()): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return longest * (0.5 + chance / 2);
}
