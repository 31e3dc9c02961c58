import type { PlacedRow } from './leaderboards.reading.ts';

/** One member's move between two states. */
export interface Move {
  /** The member's place now, or the last one known. */
  row: PlacedRow;
  fromRank: number | null;
  toRank: number | null;
  fromScore: number;
  toScore: number;
}

/** What is asked about members who were not, or are no longer, among the places shown. */
export interface Elsewhere {
  /** The score of a member before this update; null when it is not known to have changed. */
  scoreBefore(memberId: string): number | null;
  /** Where members stand now; who is not on the board is missing. */
  placesOf(memberIds: readonly string[]): Promise<Map<string, PlacedRow>>;
}

/** Who moved, came into or left the places shown, those who are there now first. */
export async function movesBetween(
  before: readonly PlacedRow[],
  after: readonly PlacedRow[],
  elsewhere: Elsewhere,
): Promise<Move[]> {
  const old = new Map(before.map((row) => [row.member.id, row]));
  const moves: Move[] = [];
  for (const row of after) {
    const was = old.get(row.member.id);
    old.delete(row.member.id);
    if (was?.rank === row.rank && was.score === row.score) continue;
    const fromScore = was?.score ?? elsewhere.scoreBefore(row.member.id) ?? row.score;
    moves.push({ row, fromRank: was?.rank ?? null, toRank: row.rank, fromScore, toScore: row.score });
  }
  if (old.size === 0) return moves;
  const places = await elsewhere.placesOf([...old.keys()]);
  for (const [id, was] of old) {
    const now = places.get(id);
    const to = { toRank: now?.rank ?? null, toScore: now?.score ?? 0 };
    moves.push({ row: now ?? was, fromRank: was.rank, fromScore: was.score, ...to });
  }
  return moves;
}
