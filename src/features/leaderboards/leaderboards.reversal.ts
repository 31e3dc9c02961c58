import type { Tx } from '../../platform/tx.ts';
import { type CompiledBoard, isWithin } from '../../rules/boards.ts';
import type { Programme } from '../../rules/programme.ts';
import { announceIn, SCORES_CHANGED, type ScoreChange, type ScoresChangedPayload } from './leaderboards.events.ts';
import { refillIn } from './leaderboards.fill.ts';
import { SqlRanks } from './ranks.ts';
import { readOpenSeasons, type SeasonRow } from './seasons.rows.ts';

/** One member's place on one board before and after something was taken back; null where the member is not on the board. */
export interface MovedStanding {
  code: string;
  name: string;
  seasonId: string;
  fromRank: number | null;
  toRank: number | null;
  fromScore: number;
  toScore: number;
}

interface Score {
  score: number;
  /** Epoch milliseconds. */
  reachedAt: number;
}

/** Whose scores are to be counted anew, and of when the activities are that gave them. */
export interface Recounting {
  programme: Programme;
  memberId: string;
  /** Epoch milliseconds. */
  times: readonly number[];
  /** True to tell places too: as dear as there are better scores, so only for those who asked what would happen. */
  ranked: boolean;
}

/**
 * Counts a member's scores anew in the running seasons that hold one of these times, and tells every node what changed. Closed
 * seasons never change. The caller holds the member's lock.
 */
export async function recountScoresIn(tx: Tx, recounting: Recounting): Promise<MovedStanding[]> {
  const { programme, memberId, times, ranked } = recounting;
  const boards = new Map(programme.boards.all.map((board) => [board.code, board]));
  if (boards.size === 0) return [];
  const open = await readOpenSeasons(tx, [...boards.keys()]);
  const moved: MovedStanding[] = [];
  const changes: ScoreChange[] = [];
  for (const season of open.filter((one) => times.some((at) => isWithin(one, at)))) {
    const board = boards.get(season.leaderboardCode);
    if (board === undefined) continue;
    const before = await readScoreIn(tx, season, memberId);
    const fromRank = ranked && before !== null ? await rankIn(tx, board, season, before.score) : null;
    await refillIn(tx, { board, season, program: programme.program, memberIds: [memberId] });
    const after = await readScoreIn(tx, season, memberId);
    if (before?.score === after?.score && before?.reachedAt === after?.reachedAt) continue;
    changes.push([season.id, memberId, before?.score ?? null, after?.score ?? null, after?.reachedAt ?? 0]);
    const toRank = ranked && after !== null ? await rankIn(tx, board, season, after.score) : null;
    const scores = { fromScore: before?.score ?? 0, toScore: after?.score ?? 0 };
    const { code, name } = board.definition;
    moved.push({ code, name, seasonId: season.id, fromRank, toRank, ...scores });
  }
  if (changes.length > 0) announceIn(tx, SCORES_CHANGED, { changes } satisfies ScoresChangedPayload);
  return moved;
}

async function readScoreIn(tx: Tx, { id }: SeasonRow, memberId: string): Promise<Score | null> {
  const [row] = await tx.query<{ score: string; reachedAt: number }>(
    `select score, (extract(epoch from reached_at) * 1000)::float8 as "reachedAt" from scores
     where season_id = $1 and member_id = $2`,
    [id, memberId],
  );
  return row === undefined ? null : { score: Number(row.score), reachedAt: Math.round(row.reachedAt) };
}

async function rankIn(tx: Tx, { definition }: CompiledBoard, { id }: SeasonRow, score: number): Promise<number> {
  const ranks = new SqlRanks(tx);
  const better = definition.ranking === 'DENSE' ? ranks.distinctGreater(id, score) : ranks.countGreater(id, score);
  return 1 + (await better);
}
