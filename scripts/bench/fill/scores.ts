import type { Core } from '../../../src/core.ts';
import { prepareDatabase } from '../support/pokal.ts';
import { type Stage, statement } from '../support/stage.ts';
import { memberIdSql } from './identity.ts';

/**
 * The score of the n-th member: from 1 to 414,000, most of them low as on any board, and scattered over the members. Whole
 * numbers only, so that SQL makes the same. A million members have 162,209 different scores.
 */
export function scoreOf(member: number): number {
  return 1 + ((member * 7_919) % 4_099) * ((member * 104_729) % 101);
}

const SCORE = '1 + ((n * 7919) % 4099) * ((n * 104729) % 101)';

/** Puts the scores of this many members into a season, its order built afterwards. */
async function fillScores(url: string, seasonId: string, members: number): Promise<void> {
  const [index] = await statement<{ definition: string }>(
    url,
    `select pg_get_indexdef('scores_order'::regclass) as definition`,
  );
  await statement(url, 'drop index scores_order');
  await statement(
    url,
    `insert into scores (season_id, member_id, score, reached_at)
     select $1, ${memberIdSql('n')}, ${SCORE}, timestamptz '2026-01-01' + n * interval '1 second'
     from generate_series(1, $2::bigint) n`,
    [seasonId, members],
  );
  await statement(url, index?.definition ?? '');
}

/** A database with one board whose running season has this many members' scores. */
export async function openBoard(stage: Stage, name: string, members: number) {
  const url = await stage.create(name);
  await prepareDatabase(url, saveBoard);
  const [season] = await statement<{ id: string }>(url, 'select id from seasons');
  if (season === undefined) throw new Error('The board has no season.');
  await fillScores(url, season.id, members);
  await stage.administer(name, 'vacuum analyze', 'checkpoint');
  return { url, seasonId: season.id };
}

async function saveBoard(core: Core): Promise<void> {
  const board = { code: 'board', name: 'Board', metric: 'POINTS_EARNED', period: 'ALL_TIME' } as const;
  const more = { ranking: 'COMPETITION', public: true, status: 'ACTIVE' } as const;
  await core.leaderboards.save({ ...board, ...more }, { actor: 'command:bench', requestId: null });
}
