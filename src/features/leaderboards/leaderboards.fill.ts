import type { Reader } from '../../platform/reader.ts';
import type { Tx } from '../../platform/tx.ts';
import { type CompiledBoard, contributionTo, MOST_PER_ACTIVITY, MOST_SCORE } from '../../rules/boards.ts';
import { createFacts } from '../../rules/expressions.ts';
import type { ActivityItemFacts, LeaderboardMetric, MemberFacts, ProgramFacts } from '../../rules/types.ts';
import { loadRecords } from '../members/members.directory.ts';
import { replaceScores, type ScoreDelta } from './scores.rows.ts';
import type { SeasonRow } from './seasons.rows.ts';

/** What is to be counted: the stored activities of a season, of some members or of all. */
export interface Counting {
  board: CompiledBoard;
  season: SeasonRow;
  program: ProgramFacts;
  memberIds: readonly string[] | null;
}

/** Scores written by one statement; a set of 10,000 is about 1 MB of parameters. */
const SCORES_PER_STATEMENT = 10_000;
/** Activities read at a time when conditions are evaluated here. */
const ACTIVITIES_PER_STATEMENT = 2_000;

/**
 * Points that recording activities credited and those of them that were taken back, as rows of `member_id, activity_id,
 * points` to be summed. What boards themselves pay as prizes has no activity and never scores.
 * @param isAsked a condition on a member's id
 */
const pointsSql = (isAsked: (memberId: string) => string) => `select e.member_id, e.activity_id, e.points
    from ledger_entries e
    where e.kind in ('EARN', 'BONUS') and e.activity_id is not null and ${isAsked('e.member_id')}
    union all
    select e.member_id, e.activity_id, taken.points
    from ledger_entries taken join ledger_entries e on e.id = taken.reverses_id
    where taken.kind = 'REVERSE' and ${isAsked('taken.member_id')}
      and e.kind in ('EARN', 'BONUS') and e.activity_id is not null`;

/** What is an activity worth on a board that does not ask for points. */
const AMOUNTS: Record<Exclude<LeaderboardMetric, 'POINTS_EARNED'>, string> = {
  ACTIVITY_COUNT: '1',
  ACTIVITY_VALUE:
    'case when a.value_currency = $6 then round(a.value_amount * (1 - a.reversed_fraction) * 100) else 0 end',
};

const COUNTED = `a.occurred_at >= $1::timestamptz and a.occurred_at < coalesce($2::timestamptz, 'infinity')
  and ($3::text[] is null or a.type_code = any ($3)) and a.reversed_at is null and ($5::uuid[] is null or a.member_id = any ($5))`;

/** Tells whether PostgreSQL can count a board by itself: nothing has to be evaluated. */
export function isPlain({ condition, audience }: CompiledBoard): boolean {
  return condition === null && audience === null;
}

/**
 * The points of all activities that count, by grouping alone. The planner takes every member for one with few activities:
 * joined in nested loops, 3,000 of one member took 4 s, during which that member waited. Grouped, they take 20 ms.
 */
const POINTS_OF_ALL = `select member_id, max(occurred_at) as occurred_at, least(sum(points), ${MOST_PER_ACTIVITY}) as amount
  from (select a.member_id, a.id, a.occurred_at, 0 as points from activities a where ${COUNTED}
    union all
    select member_id, activity_id, null, points
    from (${pointsSql((memberId) => `($5::uuid[] is null or ${memberId} = any ($5))`)}) as credited) as parts
  group by member_id, id having max(occurred_at) is not null`;

/** The points of some activities of some members: $1 the members, $2 the activities. */
const POINTS_OF_SOME = `select activity_id as id, sum(points) as points
  from (${pointsSql((memberId) => `${memberId} = any ($1::uuid[])`)}) as credited
  where activity_id = any ($2::uuid[]) group by activity_id`;

/** The scores of a plain board as `member_id, score, reached_at`, with the parameters of `parametersOf`. */
export function plainScoresSql(metric: LeaderboardMetric): string {
  const amounts =
    metric === 'POINTS_EARNED'
      ? POINTS_OF_ALL
      : `select a.member_id, a.occurred_at, least(${AMOUNTS[metric]}, ${MOST_PER_ACTIVITY}) as amount
        from activities a where ${COUNTED}`;
  return `select member_id, least(sum(amount), ${MOST_SCORE})::bigint as score, max(occurred_at) as reached_at
    from (${amounts}) as counted
    where amount > 0 and $4::uuid is not null and $6::text is not null group by member_id`;
}

/** $1 to $6 of `plainScoresSql`: the season's span, the types, the season's id, the members, the currency. */
export function parametersOf({ board, season, program, memberIds }: Counting): unknown[] {
  const { startsAt, endsAt, id } = season;
  const until = endsAt === null ? null : new Date(endsAt).toISOString();
  const { activityTypes } = board.definition;
  return [new Date(startsAt).toISOString(), until, activityTypes, id, memberIds, program.currencyCode];
}

/**
 * Counts a season anew from the stored activities, as if the board had been there when they were recorded. The caller
 * holds the locks of the members, or of everybody.
 */
export async function refillIn(tx: Tx, counting: Counting): Promise<void> {
  const { board, season, memberIds } = counting;
  await replaceScores(tx, season.id, memberIds, []);
  if (board.broken) return;
  if (isPlain(board)) {
    await tx.query(
      `insert into scores (season_id, member_id, score, reached_at)
       select $4, member_id, score, reached_at from (${plainScoresSql(board.metric)}) as scores`,
      parametersOf(counting),
    );
    return;
  }
  const scores = await countActivities(tx, counting);
  for (let at = 0; at < scores.length; at += SCORES_PER_STATEMENT) {
    await insertScores(tx, scores.slice(at, at + SCORES_PER_STATEMENT));
  }
}

function insertScores(tx: Tx, scores: readonly ScoreDelta[]): Promise<void> {
  return replaceScores(tx, scores[0]?.seasonId ?? '', [], scores);
}

interface CountedActivity {
  id: string;
  memberId: string;
  type: string;
  /** Epoch milliseconds. */
  at: number;
  /** As text, for the keyset. */
  occurredAt: string;
  channel: string | null;
  amount: string | null;
  /** What is left of the amount when a part of the activity was reversed. */
  remaining: string | null;
  currency: string | null;
  items: ActivityItemFacts[] | null;
  attributes: Record<string, unknown> | null;
  source: string;
}

const ACTIVITIES = `select a.id, a.member_id as "memberId", a.type_code as type, a.occurred_at as "occurredAt",
    (extract(epoch from a.occurred_at) * 1000)::float8 as at, a.channel, a.value_amount as amount,
    a.value_amount * (1 - a.reversed_fraction) as remaining,
    a.value_currency as currency, a.items, a.attributes, a.source
  from activities a where ${COUNTED} and $4::uuid is not null and $6::text is not null
    and ($7::uuid is null or (a.member_id, a.occurred_at, a.id) > ($7, $8::timestamptz, $9::uuid))
  order by a.member_id, a.occurred_at, a.id limit ${ACTIVITIES_PER_STATEMENT}`;

/** The scores of a board whose expressions have to be evaluated, in no particular order. */
export async function countActivities(reader: Reader, counting: Counting): Promise<ScoreDelta[]> {
  const { board, season, program } = counting;
  const scores = new Map<string, ScoreDelta>();
  const parameters = parametersOf(counting);
  for (let last: CountedActivity | undefined; ; ) {
    const place = [last?.memberId ?? null, last?.occurredAt ?? null, last?.id ?? null];
    const activities = await reader.query<CountedActivity>(ACTIVITIES, [...parameters, ...place]);
    const members = await factsOf(reader, activities);
    const points = board.metric === 'POINTS_EARNED' ? await pointsOf(reader, activities) : null;
    for (const activity of activities) {
      const member = members.get(activity.memberId);
      if (member === undefined) continue;
      const score = scoreOf(board, program, member, activity, points?.get(activity.id) ?? 0);
      if (score > 0) add(scores, { seasonId: season.id, memberId: member.id, score, reachedAt: activity.at });
    }
    last = activities.at(-1);
    if (activities.length < ACTIVITIES_PER_STATEMENT) return [...scores.values()];
  }
}

async function factsOf(reader: Reader, activities: readonly CountedActivity[]): Promise<Map<string, MemberFacts>> {
  const records = await loadRecords(reader, [...new Set(activities.map(({ memberId }) => memberId))], []);
  return new Map(records.map(({ facts }) => [facts.id, facts]));
}

/** The points of activities by id; those without any are missing. */
async function pointsOf(reader: Reader, activities: readonly CountedActivity[]): Promise<Map<string, number>> {
  if (activities.length === 0) return new Map();
  const memberIds = [...new Set(activities.map(({ memberId }) => memberId))];
  const ids = activities.map(({ id }) => id);
  const rows = await reader.query<{ id: string; points: string }>(POINTS_OF_SOME, [memberIds, ids]);
  return new Map(rows.map(({ id, points }) => [id, Number(points)]));
}

function scoreOf(
  board: CompiledBoard,
  program: ProgramFacts,
  member: MemberFacts,
  row: CountedActivity,
  points: number,
): number {
  const { id, type, at, channel, amount, remaining, currency, items, attributes, source } = row;
  const moneyOf = (text: string | null) =>
    text === null || currency === null ? null : { amount: text, currencyCode: currency };
  const value = moneyOf(amount);
  const facts = {
    ...{ id, type, occurredAt: at, channel, source, value },
    ...{ items: items ?? [], attributes: attributes ?? {} },
  };
  // Conditions judge what it was; only what is left of it scores.
  const scored = { ...facts, value: moneyOf(remaining) };
  return contributionTo(board, scored, points, program.currencyCode, () => createFacts(program, member, facts));
}

function add(scores: Map<string, ScoreDelta>, delta: ScoreDelta): void {
  const known = scores.get(delta.memberId);
  if (known === undefined) {
    scores.set(delta.memberId, delta);
    return;
  }
  known.score = Math.min(known.score + delta.score, MOST_SCORE);
  known.reachedAt = Math.max(known.reachedAt, delta.reachedAt);
}
