import type { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
import type { Reader } from '../../platform/reader.ts';
import type { GoalKey } from '../../rules/game.types.ts';
import { type PackedGoals, unpackGoals } from '../../rules/goal-codec.ts';
import { EVERYBODY } from '../challenges/challenges.rows.ts';
import type { LedgerDifference } from '../points/verify-ledger.ts';

/** What `verifyGoals` looked at and found. */
export interface GoalsReport {
  awards: number;
  completions: number;
  differences: LedgerDifference[];
  /** True when some check found more differences than it lists. */
  truncated: boolean;
}

/** More than this many findings of one check tell no more than these do. */
const FINDINGS_PER_CHECK = 100;
/** Members whose goals are read at a time: a few megabytes. */
const MEMBERS_PER_TURN = 5_000;

interface Check {
  name: string;
  /** Gives the findings as `message`. */
  sql: string;
}

const CHECKS: readonly Check[] = [
  {
    name: 'completion',
    sql: `select format('The completion %s names the entry %s, which member %s does not have.',
        c.id, c.entry_id, c.member_id) as message
      from challenge_completions c where entry_id is not null
        and not exists (select from ledger_entries e where e.id = c.entry_id and e.member_id = c.member_id)`,
  },
  {
    name: 'community',
    sql: `select format('Contributions to %s add up to %s millionths; %s are counted together.',
        key, coalesce(given, 0), coalesce(points, 0)) as message
      from (select 'challenge:' || challenge_code || '|COMMUNITY|' || period as key, sum(amount) as given
          from challenge_contributions group by 1) as contributed
        full join (select key, points from rule_usages where key like 'challenge:%|COMMUNITY|%') as used using (key)
      where coalesce(given, 0) <> coalesce(points, 0)`,
  },
  {
    name: 'edition',
    sql: `select format('The badge %s was awarded %s times; %s are counted, and its limit is %s.',
        code, awards, counted, most) as message
      from (select code, (definition ->> 'limit')::int as most,
          (select count(*) from badge_awards a where a.badge_code = code and a.number is not null) as awards,
          coalesce((select u.count from rule_usages u where u.key = 'badge:' || code || '|LIMIT'), 0) as counted
        from configurations where kind = 'badge' and definition ->> 'limit' is not null) as limited
      where awards <> counted`,
  },
];

/**
 * Audits badges and challenges: awards and completions are as many as members' goals say, a community has exactly what its
 * members gave, and of a limited badge as many are gone as were awarded. Reads one snapshot, so a server may go on writing
 * meanwhile; changes nothing.
 */
export async function verifyGoals(orm: MikroORM): Promise<GoalsReport> {
  const pool: pg.Pool = await orm.em.getConnection().getNativeClient();
  const client = await pool.connect();
  const report: GoalsReport = { awards: 0, completions: 0, differences: [], truncated: false };
  try {
    await client.query('begin isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0');
    const reader: Reader = { query: async (sql, parameters = []) => (await client.query(sql, [...parameters])).rows };
    const found = [...(await findInGoals(reader)), ...(await findInTables(reader))];
    for (const differences of Map.groupBy(found, ({ check }) => check).values()) {
      report.differences.push(...differences.slice(0, FINDINGS_PER_CHECK));
      report.truncated ||= differences.length > FINDINGS_PER_CHECK;
    }
    const { rows } = await client.query<{ awards: number; completions: number }>(
      `select (select count(*)::int from badge_awards) as awards, (select count(*)::int from challenge_completions) as completions`,
    );
    return { ...report, ...rows[0] };
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** What tables say among themselves. */
async function findInTables(reader: Reader): Promise<LedgerDifference[]> {
  const found: LedgerDifference[] = [];
  for (const { name, sql } of CHECKS) {
    // Materialised, because a limit directly on the join makes the planner bet on finding differences early.
    const rows = await reader.query<{ message: string }>(
      `with findings as materialized (${sql}) select message from findings limit ${FINDINGS_PER_CHECK + 1}`,
    );
    found.push(...rows.map(({ message }) => ({ check: name, message })));
  }
  return found;
}

/** How often a member was given something, by the rows that say so. */
interface Given {
  memberId: string;
  key: GoalKey;
  times: number;
  /** The highest number among awards; null for completions. */
  highest: number | null;
}

const GIVEN = `
  select member_id as "memberId", 'badge:' || badge_code as key, count(*)::int as times, max(number) as highest
  from badge_awards where number is not null and ($1::uuid is null or member_id > $1) and ($2::uuid is null or member_id <= $2) group by 1, 2
  union all
  select member_id, 'challenge:' || challenge_code, count(*)::int, null from challenge_completions
  where member_id <> '${EVERYBODY}' and ($1::uuid is null or member_id > $1) and ($2::uuid is null or member_id <= $2)
  group by 1, 2`;

/** Compares what members' goals count as given with the rows of awards and completions, members in turns. */
async function findInGoals(reader: Reader): Promise<LedgerDifference[]> {
  const found: LedgerDifference[] = [];
  for (let after: string | null = null; ; ) {
    const documents: { memberId: string; goals: { goals: PackedGoals } }[] = await reader.query(
      `select member_id as "memberId", goals from member_progress where $1::uuid is null or member_id > $1
       order by member_id limit ${MEMBERS_PER_TURN}`,
      [after],
    );
    const isLast = documents.length < MEMBERS_PER_TURN;
    const until: string | null = isLast ? null : (documents.at(-1)?.memberId ?? null);
    found.push(...compare(countedIn(documents), await reader.query<Given>(GIVEN, [after, until])));
    if (isLast || found.length > FINDINGS_PER_CHECK) return found;
    after = until;
  }
}

function countedIn(documents: readonly { memberId: string; goals: { goals: PackedGoals } }[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const { memberId, goals } of documents) {
    for (const [key, { times }] of unpackGoals(goals.goals)) if (times > 0) counted.set(`${memberId} ${key}`, times);
  }
  return counted;
}

function compare(counted: Map<string, number>, given: readonly Given[]): LedgerDifference[] {
  const found: LedgerDifference[] = [];
  for (const { memberId, key, times, highest } of given) {
    const expected = counted.get(`${memberId} ${key}`) ?? 0;
    counted.delete(`${memberId} ${key}`);
    if (times !== expected || (highest !== null && highest !== times)) {
      found.push(difference(memberId, key, times, highest, expected));
    }
  }
  for (const [place, times] of counted) {
    const [memberId = '', key = ''] = place.split(' ');
    found.push(difference(memberId, key, 0, null, times));
  }
  return found;
}

function difference(memberId: string, key: string, times: number, highest: number | null, counted: number) {
  const [check = '', code] = key.split(':');
  const numbers = highest === null ? '' : ` up to number ${highest}`;
  const message = `Member ${memberId} was given the ${check} ${code} ${times} times${numbers}; ${counted} are counted.`;
  return { check, message };
}
