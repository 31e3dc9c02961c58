import type { Reader } from '../../platform/reader.ts';
import type { Tx } from '../../platform/tx.ts';
import { dayOf } from '../../rules/game-views.ts';
import type { ProgramFacts } from '../../rules/types.ts';
import { startOfLocalDay } from '../../rules/zones.ts';
import { DAY_OF_NUMBER, LIFETIME } from './tiers.rows.ts';

/** The most one activity brings, 10 billion in hundredths: as everywhere, a typing mistake must not rule for ever. */
const MOST_VALUE = 1_000_000_000_000;

/** Points that challenges paid outside an activity. Nothing else without one (prizes, adjustments) lifts anybody into a tier. */
const PAID = `e.kind = 'BONUS' and e.activity_id is null and e.rule_kind = 'challenge'`;

/*
 * Which day an activity belongs to is looked up among the beginnings of days, so that SQL cuts them exactly as recording does.
 *
 * Credits meet what was taken back of them, and activities what they earned, by grouping instead of joining: of a table that
 * has just grown the planner expects a handful of rows and joins them in nested loops, which took 320 ms for 1,000 activities
 * of one member instead of 15.
 */
const COUNT_DAYS = `
  with credits as (
    select e.member_id, coalesce(e.reverses_id, e.id) as id, sum(e.points) as points, bool_or(${PAID}) as paid,
      (array_agg(e.activity_id) filter (where e.kind <> 'REVERSE'))[1] as activity_id,
      min(e.occurred_at) filter (where e.kind <> 'REVERSE') as occurred_at
    from ledger_entries e where e.member_id = any ($1::uuid[]) and e.kind in ('EARN', 'BONUS', 'REVERSE') group by 1, 2
  ), counted as (
    select member_id, min(occurred_at) as occurred_at, sum(points) as points, sum(value) as value, sum(activities) as activities
    from (
      select a.member_id, a.id as activity_id, a.occurred_at, 0 as points,
        case when a.value_currency = $4 and a.value_amount > 0
          then least(round(a.value_amount * (1 - a.reversed_fraction) * 100), ${MOST_VALUE})::bigint else 0 end as value,
        1 as activities
      from activities a where a.member_id = any ($1::uuid[]) and a.reversed_at is null
      union all select member_id, activity_id, null, points, 0, 0 from credits where activity_id is not null
    ) as parts group by member_id, activity_id having sum(activities) = 1
    union all select member_id, occurred_at, points, 0, 0 from credits where paid
  )
  insert into tier_days (member_id, day, points, value, activities)
  select member_id, ${DAY_OF_NUMBER} coalesce($3::int4 + bucket - 1, ${LIFETIME}), sum(points), sum(value), sum(activities)
  from (select *, width_bucket(occurred_at, $2::timestamptz[]) as bucket from counted) as cut
  group by grouping sets ((member_id, bucket), (member_id))`;

/**
 * Counts the days of these members, and the sum of all, anew from the stored activities and the ledger, exactly as recording
 * and paying would have counted them. The caller holds the members' locks.
 */
export async function recountDaysIn(
  tx: Tx,
  memberIds: readonly string[],
  { timeZone, currencyCode }: Pick<ProgramFacts, 'timeZone' | 'currencyCode'>,
): Promise<void> {
  await tx.query('delete from tier_days where member_id = any ($1::uuid[])', [memberIds]);
  const span = await spanOf(tx, memberIds);
  if (span === null) return;
  const first = dayOf(span.first, timeZone);
  const days = Array.from({ length: dayOf(span.last, timeZone) - first + 1 }, (_, index) => first + index);
  const begin = days.map((day) => new Date(startOfLocalDay(timeZone, day)).toISOString());
  await tx.query(COUNT_DAYS, [memberIds, begin, first, currencyCode]);
}

/** The times of the first and the last of what counts for these members; null when there is nothing. */
async function spanOf(reader: Reader, memberIds: readonly string[]): Promise<{ first: number; last: number } | null> {
  const [span] = await reader.query<{ first: number | null; last: number | null }>(
    `select (extract(epoch from min(occurred_at)) * 1000)::float8 as first,
       (extract(epoch from max(occurred_at)) * 1000)::float8 as last
     from (select occurred_at from activities where member_id = any ($1::uuid[])
       union all select e.occurred_at from ledger_entries e where e.member_id = any ($1::uuid[]) and ${PAID}) as counted`,
    [memberIds],
  );
  return span?.first == null || span.last === null ? null : { first: span.first, last: span.last };
}
