import type { MikroORM } from '@mikro-orm/postgresql';
import type pg from 'pg';
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

interface Check {
  name: string;
  /** Gives the findings as `message`. */
  sql: string;
}

/** How often each member was paid for each goal, as the members' documents have it. A state's second place is that number. */
const COUNTED = `select p.member_id, g.key, (g.value ->> 1)::int as times
  from member_progress p cross join lateral json_each(p.goals -> 'goals') as g`;

const CHECKS: readonly Check[] = [
  {
    name: 'badge',
    sql: `select format('Member %s has %s awards of the badge %s up to number %s; %s are counted.',
        member_id, coalesce(awards, 0), code, coalesce(highest, 0), coalesce(times, 0)) as message
      from (select member_id, badge_code as code, count(*) as awards, max(number) as highest
          from badge_awards group by 1, 2) as awarded
        full join (select member_id, split_part(key, ':', 2) as code, times from (${COUNTED}) as counted
          where key like 'badge:%' and times > 0) as counted using (member_id, code)
      where awards is distinct from times or highest is distinct from times`,
  },
  {
    name: 'challenge',
    sql: `select format('Member %s has completed the challenge %s %s times; %s are counted.',
        member_id, code, coalesce(completions, 0), coalesce(times, 0)) as message
      from (select member_id, challenge_code as code, count(*) as completions from challenge_completions
          where member_id <> '${EVERYBODY}' group by 1, 2) as completed
        full join (select member_id, split_part(key, ':', 2) as code, times from (${COUNTED}) as counted
          where key like 'challenge:%' and times > 0) as counted using (member_id, code)
      where completions is distinct from times`,
  },
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
          (select count(*) from badge_awards a where a.badge_code = code) as awards,
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
    for (const { name, sql } of CHECKS) {
      // Materialised, because a limit directly on the join makes the planner bet on finding differences early.
      const { rows } = await client.query<{ message: string }>(
        `with findings as materialized (${sql}) select message from findings limit ${FINDINGS_PER_CHECK + 1}`,
      );
      const found = rows.slice(0, FINDINGS_PER_CHECK);
      report.differences.push(...found.map(({ message }) => ({ check: name, message })));
      report.truncated ||= rows.length > FINDINGS_PER_CHECK;
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
