import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import { MOST_SCORE } from '../../rules/boards.ts';
import type { ScoreChange } from './leaderboards.events.ts';

/** What a batch adds to one member's score in one season. `reachedAt` is epoch milliseconds. */
export interface ScoreDelta {
  seasonId: string;
  memberId: string;
  /** At least 1. */
  score: number;
  reachedAt: number;
}

const deltas = new RowSet<ScoreDelta>({ seasonId: 'uuid', memberId: 'uuid', score: 'int8', reachedAt: 'timestamptz' });

// The sum is taken in the statement, so nothing has to be loaded before; the members' locks keep two batches apart.
const ADD = `
  insert into scores as s (${deltas.names}) select * from ${deltas.source}
  on conflict (season_id, member_id) do update set score = least(s.score + excluded.score, ${MOST_SCORE}),
    reached_at = greatest(s.reached_at, excluded.reached_at)
  returning season_id as "seasonId", member_id as "memberId", score,
    (extract(epoch from reached_at) * 1000)::float8 as "reachedAt"`;

/** Adds to scores in one statement and gives what changed. The caller holds the members' locks. */
export async function addScores(tx: Tx, added: readonly ScoreDelta[]): Promise<ScoreChange[]> {
  if (added.length === 0) return [];
  const rows = await tx.query<{ seasonId: string; memberId: string; score: string; reachedAt: number }>(
    ADD,
    deltas.parameters(added),
  );
  const before = new Map(added.map((delta) => [`${delta.seasonId}${delta.memberId}`, delta.score]));
  return rows.map(({ seasonId, memberId, score, reachedAt }) => {
    // Scores are never 0, so one that equals what was added is new.
    const old = Number(score) - (before.get(seasonId + memberId) ?? 0);
    return [seasonId, memberId, old === 0 ? null : old, Number(score), Math.round(reachedAt)];
  });
}

/** Replaces the scores of a season, or of some of its members, by others. */
export async function replaceScores(
  tx: Tx,
  seasonId: string,
  memberIds: readonly string[] | null,
  scores: readonly ScoreDelta[],
): Promise<void> {
  await tx.query('delete from scores where season_id = $1 and ($2::uuid[] is null or member_id = any ($2))', [
    seasonId,
    memberIds,
  ]);
  await deltas.insert(tx, 'scores', scores);
}
