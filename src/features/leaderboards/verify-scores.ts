import type { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { Reader } from '../../platform/reader.ts';
import { type CompiledBoard, compileBoard } from '../../rules/boards.ts';
import type { ProgramFacts } from '../../rules/types.ts';
import type { LedgerDifference } from '../points/verify-ledger.ts';
import type { StoredConfiguration } from '../program/index.ts';
import { LEADERBOARD, leaderboardOf, type StoredLeaderboard } from './leaderboards.definitions.ts';
import { type Counting, countActivities, isPlain, parametersOf, plainScoresSql } from './leaderboards.fill.ts';
import { readOpenSeasons } from './seasons.rows.ts';

/** What `verifyScores` looked at and found. */
export interface ScoresReport {
  /** Running seasons of active boards. */
  seasons: number;
  scores: number;
  differences: LedgerDifference[];
  /** True when some season has more differences than are listed. */
  truncated: boolean;
}

/** More than this many findings of one season tell no more than these do. */
const FINDINGS_PER_SEASON = 100;

/**
 * Audits the boards: counts every running season anew from the stored activities and ledger entries, and compares it with the
 * scores that recording has kept. Reads one snapshot, so a server may go on writing meanwhile; changes nothing.
 */
export async function verifyScores(orm: MikroORM): Promise<ScoresReport> {
  const pool: pg.Pool = await orm.em.getConnection().getNativeClient();
  const client = await pool.connect();
  const reader: Reader = { query: async (sql, parameters = []) => (await client.query(sql, [...parameters])).rows };
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0');
    await client.query("set local work_mem = '128MB'");
    return await verify(reader);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function verify(reader: Reader): Promise<ScoresReport> {
  const [program] = await reader.query<ProgramFacts>(
    'select name, time_zone as "timeZone", currency_code as "currencyCode", locale from program where id = 1',
  );
  const rows = await reader.query<StoredConfiguration<StoredLeaderboard>>(
    `select code, version, status, definition, created_at as "createdAt", updated_at as "updatedAt" from configurations
     where kind = $1 and status = 'ACTIVE'`,
    [LEADERBOARD],
  );
  const boards = new Map(rows.map((row) => [row.code, compileBoard(leaderboardOf(row))]));
  const report: ScoresReport = { seasons: 0, scores: 0, differences: [], truncated: false };
  for (const season of await readOpenSeasons(reader)) {
    const board = boards.get(season.leaderboardCode);
    if (program === undefined || board === undefined || board.broken || season.filledAt === null) continue;
    const counting = { board, season, program, memberIds: null };
    const found = await (isPlain(board) ? comparePlain(reader, counting) : compareCounted(reader, counting));
    report.differences.push(...found.slice(0, FINDINGS_PER_SEASON).map((finding) => explain(board, finding)));
    report.truncated ||= found.length > FINDINGS_PER_SEASON;
    report.seasons += 1;
    report.scores += await sizeOf(reader, season.id);
  }
  return report;
}

async function sizeOf(reader: Reader, seasonId: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'select count(*)::int as count from scores where season_id = $1',
    [seasonId],
  );
  return row?.count ?? 0;
}

/** A member whose score is not what the activities say; null: that side knows nothing of the member. Times are epoch milliseconds. */
interface Finding {
  memberId: string;
  counted: string | null;
  countedAt: number | null;
  score: string | null;
  reachedAt: number | null;
}

function comparePlain(reader: Reader, counting: Counting): Promise<Finding[]> {
  // Materialised, because a limit directly on the join makes the planner bet on finding differences early.
  return reader.query<Finding>(
    `with counted as (${plainScoresSql(counting.board.metric)}),
     findings as materialized (
       select member_id as "memberId", counted.score as counted, s.score,
         (extract(epoch from counted.reached_at) * 1000)::float8 as "countedAt",
         (extract(epoch from s.reached_at) * 1000)::float8 as "reachedAt"
       from counted full join (select * from scores where season_id = $4) as s using (member_id)
       where (counted.score, counted.reached_at) is distinct from (s.score, s.reached_at))
     select * from findings limit ${FINDINGS_PER_SEASON + 1}`,
    parametersOf(counting),
  );
}

async function compareCounted(reader: Reader, counting: Counting): Promise<Finding[]> {
  const changed = await changedMembers(reader, counting.board);
  const counted = new Map((await countActivities(reader, counting)).map((score) => [score.memberId, score]));
  const scores = await reader.query<{ memberId: string; score: string; reachedAt: number }>(
    `select member_id as "memberId", score, (extract(epoch from reached_at) * 1000)::float8 as "reachedAt"
     from scores where season_id = $1`,
    [counting.season.id],
  );
  const kept = new Map(scores.map((score) => [score.memberId, score]));
  return [...new Set([...counted.keys(), ...kept.keys()])].flatMap((memberId) => {
    const [there, here] = [counted.get(memberId), kept.get(memberId)];
    const agrees = there?.score === Number(here?.score) && there.reachedAt === here?.reachedAt;
    if (agrees || changed.has(memberId)) return [];
    const sums = { counted: there === undefined ? null : String(there.score), score: here?.score ?? null };
    return [{ memberId, ...sums, countedAt: there?.reachedAt ?? null, reachedAt: here?.reachedAt ?? null }];
  });
}

/**
 * Members of whom expressions may judge differently today: an activity was judged by what the member was then. Only
 * boards that look at members ask.
 */
async function changedMembers(reader: Reader, { condition, audience }: CompiledBoard): Promise<Set<string>> {
  if (condition?.readsMember !== true && audience?.readsMember !== true) return new Set();
  const rows = await reader.query<{ id: string }>('select id from members where updated_at > created_at');
  return new Set(rows.map(({ id }) => id));
}

function explain({ code }: CompiledBoard, finding: Finding): LedgerDifference {
  const { memberId, counted, countedAt, score, reachedAt } = finding;
  const who = `Member ${memberId} on the board ${code}`;
  const message =
    counted === score
      ? `${who}: reached at ${time(reachedAt)}, by the activities at ${time(countedAt)}.`
      : `${who}: scored ${score ?? 0}, the activities give ${counted ?? 0}.`;
  return { check: 'score', message };
}

function time(atMs: number | null): string {
  return atMs === null ? 'no time' : new Date(atMs).toISOString();
}
