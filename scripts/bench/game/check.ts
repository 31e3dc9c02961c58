import { statement } from '../support/stage.ts';
import type { ActivityType } from './activities.ts';
import type { StoredActivity } from './goals.ts';
import { THRESHOLDS } from './programme.ts';
import { countExpected } from './recount.ts';

const MEMBERS_AT_A_TIME = 2_000;
const MILLION = 1_000_000;

/** Proves that challenges, badges and tiers gave what the stored activities say. @throws Error naming the first difference. */
export async function checkGame(url: string): Promise<string> {
  const [program] = await statement<{ zone: string }>(url, 'select time_zone as zone from program');
  const expected = countExpected(await readMembers(url), program?.zone ?? 'UTC');
  const [top] = THRESHOLDS.slice(-1);
  const gold = await membersAbove(url, top?.threshold ?? 0);
  if (gold > 0) expected.awards.set(top?.code ?? '', gold);
  const shared = new Map([...expected.shared].map(([code, amount]) => [code, amount * MILLION]));
  const found = await Promise.all([
    compare(url, 'completions', expected.completions, COMPLETIONS),
    compare(url, 'awards', expected.awards, AWARDS),
    compare(url, 'shared amounts', shared, SHARED),
    compare(url, 'contributions', shared, CONTRIBUTIONS),
    compare(url, 'standings', new Map(gold > 0 ? [[top?.code ?? '', gold]] : []), STANDINGS, [top?.code]),
  ]);
  const [completions, awards] = found;
  return `${completions} completions and ${awards} awards = counted from the activities; ${gold} members above ${top?.threshold} points are ${top?.code}`;
}

const COMPLETIONS = `select challenge_code as code, count(*)::float8 as count from challenge_completions group by 1`;
const AWARDS = `select badge_code as code, count(*)::float8 as count from badge_awards group by 1`;
const SHARED = `select split_part(split_part(key, '|', 1), ':', 2) as code, points::float8 as count from rule_usages
  where key like 'challenge:%|COMMUNITY|%'`;
const CONTRIBUTIONS = `select challenge_code as code, sum(amount)::float8 as count from challenge_contributions group by 1`;
const STANDINGS = `select tier as code, count(*)::float8 as count from tier_standings where tier = $1 group by 1`;

async function compare(
  url: string,
  what: string,
  expected: ReadonlyMap<string, number>,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<number> {
  const rows = await statement<{ code: string; count: number }>(url, sql, parameters);
  const found = new Map(rows.map(({ code, count }) => [code, count]));
  for (const code of new Set([...expected.keys(), ...found.keys()])) {
    const [wanted, stored] = [expected.get(code) ?? 0, found.get(code) ?? 0];
    if (wanted !== stored) throw new Error(`Of ${code} there are ${stored} ${what}; the activities say ${wanted}.`);
  }
  return rows.reduce((sum, { count }) => sum + count, 0);
}

/** The members who earned at least so many points by what they did. */
async function membersAbove(url: string, threshold: number): Promise<number> {
  const [row] = await statement<{ count: number }>(
    url,
    `select count(*)::int as count from (select from ledger_entries where kind in ('EARN', 'BONUS')
       and activity_id is not null group by member_id having sum(points) >= $1) as above`,
    [threshold],
  );
  return row?.count ?? 0;
}

interface ActivityRow extends Omit<StoredActivity, 'type'> {
  type: string;
}

/** Every member's activities in the order of recording, which is that of their ids. */
async function readMembers(url: string): Promise<StoredActivity[][]> {
  const ids = await statement<{ id: string }>(url, 'select distinct member_id as id from activities order by 1');
  const members: StoredActivity[][] = [];
  for (let at = 0; at < ids.length; at += MEMBERS_AT_A_TIME) {
    const some = ids.slice(at, at + MEMBERS_AT_A_TIME).map(({ id }) => id);
    const rows = await statement<ActivityRow>(
      url,
      `select member_id as "memberId", type_code as type, extract(epoch from occurred_at)::float8 * 1000 as "occurredAt",
         channel, coalesce(value_amount * 100, 0)::float8 as value, coalesce(attributes, '{}') as attributes
       from activities where member_id = any ($1::uuid[]) order by id`,
      [some],
    );
    const typed = rows.map((row) => ({ ...row, type: row.type as ActivityType, value: Math.round(row.value) }));
    members.push(...Map.groupBy(typed, ({ memberId }) => memberId).values());
  }
  return members;
}
