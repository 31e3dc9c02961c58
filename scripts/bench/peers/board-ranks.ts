/** What the peers that are written by hand share: how places are counted on a first page, and where the next one begins. */

interface Scored {
  memberId: string;
  score: number;
  reachedAt: Date;
}

/** Ranks of a page from the very start, which need no more than the page: equal scores share the better one. */
export function ranksOf(scores: readonly number[]): number[] {
  let rank = 1;
  return scores.map((score, index) => {
    if (score !== scores[index - 1]) rank = index + 1;
    return rank;
  });
}

/** The cursor behind a row: what the order compares. */
export function cursorOf(last: Scored | undefined): string | null {
  if (last === undefined) return null;
  return Buffer.from(`${last.score} ${last.reachedAt.toISOString()} ${last.memberId}`).toString('base64url');
}
