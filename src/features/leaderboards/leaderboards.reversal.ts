import type { Tx } from '../../platform/tx.ts';
import { type CompiledBoard, isWithin } from '../../rules/boards.ts';
import type { Programme } from '../../rules/programme.ts';
import { announceIn, SCORES_CHANGED, type ScoreChange, type ScoresChangedPayload } from './leaderboards.events.ts';
import { countActivities, refillIn } from './leaderboards.fill.ts';
import { SqlRanks } from './ranks.ts';
import { replaceScores } from './scores.rows.ts';
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

/** Whose scores something that is taken back may change. */
export interface Recounting {
  programme: Programme;
  memberId: string;
  /** True to tell places too: as dear as there are better scores, so only for those who asked what would happen. */
  ranked: boolean;
}

/** Counts scores anew in the running seasons that hold one of these times, once everything is taken back. */
export type FinishScores = (times: readonly number[]) => Promise<MovedStanding[]>;

/**
 * Looks at a member's scores before something is taken back. What it gives back counts them anew in the running seasons and
 * tells every node what changed. Closed seasons never change. The caller holds the member's lock.
 *
 * Where a board asks who the member is, activities were judged by who the member was then, and nobody knows that any more:
 * there the season is counted before and after, and only the difference is taken off the score.
 */
export async function beginScoresIn(tx: Tx, recounting: Recounting): Promise<FinishScores> {
  const { programme } = recounting;
  const boards = new Map(programme.boards.all.filter(({ broken }) => !broken).map((board) => [board.code, board]));
  if (boards.size === 0) return () => Promise.resolve([]);
  const seasons = (await readOpenSeasons(tx, [...boards.keys()])).flatMap((season): RunningSeason[] => {
    const board = boards.get(season.leaderboardCode);
    return board === undefined ? [] : [{ board, season, counted: null }];
  });
  for (const running of seasons) if (asksForMember(running)) running.counted = await countIn(tx, recounting, running);
  return (times) => finishIn(tx, recounting, seasons, times);
}

/** A board's running season. */
interface RunningSeason {
  board: CompiledBoard;
  season: SeasonRow;
  /** What the member's activities came to before, judged by who the member is now; null where that does not matter. */
  counted: number | null;
}

function asksForMember({ board: { condition, audience } }: RunningSeason): boolean {
  return condition?.readsMember === true || audience?.readsMember === true;
}

async function countIn(tx: Tx, { programme, memberId }: Recounting, { board, season }: RunningSeason): Promise<number> {
  const [counted] = await countActivities(tx, { board, season, program: programme.program, memberIds: [memberId] });
  return counted?.score ?? 0;
}

async function finishIn(
  tx: Tx,
  recounting: Recounting,
  seasons: readonly RunningSeason[],
  times: readonly number[],
): Promise<MovedStanding[]> {
  const { memberId, ranked } = recounting;
  const moved: MovedStanding[] = [];
  const changes: ScoreChange[] = [];
  for (const running of seasons.filter(({ season }) => times.some((at) => isWithin(season, at)))) {
    const { board, season } = running;
    const before = await readScoreIn(tx, season, memberId);
    const fromRank = ranked && before !== null ? await rankIn(tx, board, season, before.score) : null;
    await recountIn(tx, recounting, running, before);
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

async function recountIn(tx: Tx, recounting: Recounting, running: RunningSeason, before: Score | null): Promise<void> {
  const { programme, memberId } = recounting;
  const { board, season, counted } = running;
  if (counted === before?.score || counted === null) {
    return refillIn(tx, { board, season, program: programme.program, memberIds: [memberId] });
  }
  if (before === null) return;
  const score = Math.max(0, before.score - Math.max(0, counted - (await countIn(tx, recounting, running))));
  const { reachedAt } = before;
  await replaceScores(
    tx,
    season.id,
    [memberId],
    score === 0 ? [] : [{ seasonId: season.id, memberId, score, reachedAt }],
  );
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
