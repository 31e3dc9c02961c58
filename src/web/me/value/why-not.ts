import type { Reward } from '../data/value-types.ts';
import type { Formats } from '../formats.ts';
import type { ValueWords } from './words.ts';

/** Why a reward cannot be had, in words; `code` and `missing` may be fresher than what the catalogue says. */
export function whyNot(
  reward: Reward,
  { code, missing }: { code: string; missing: number | null },
  words: ValueWords,
  formats: Formats,
  now: number,
): string {
  const { minimumTier, perMember, availability } = reward;
  const { nextPossibleAt } = availability;
  return words.whyNot({
    ...{ code, perMember, tier: minimumTier?.name ?? null },
    missing: missing === null ? null : formats.number(missing),
    when: nextPossibleAt === null ? null : formats.until(nextPossibleAt, now),
  });
}
