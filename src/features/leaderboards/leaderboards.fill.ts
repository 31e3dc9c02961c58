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
 * Points that recording an activity credited, without those that were taken back. What boards themselves pay as prizes has no
 * activity and never scores.
 */
const POINTS = `coalesce((select sum(e.points + coalesce((select sum(taken.points) from ledger_entries taken
    where taken.reverses_id = e.id and taken.kind = 'REVERSE'), 0))
  from ledger_entries e where e.member_id = a.member_id and e.activity_id = a.id and e.kind in ('EARN', 'BONUS')), 0)`;

const POINTS_OF_ALL = `left join (select e.activity_id, sum(e.points + coalesce(taken.points, 0)) as points
  from ledger_entries e left join (select reverses_id, sum(points) as points from ledger_entries
    where kind = 'REVERSE' and ($5::uuid[] is null or member_id = any ($5)) group by reverses_id) as taken
    on taken.reverses_id = e.id
  where e.kind in ('EARN', 'BONUS') and e.activity_id is not null and ($5::uuid[] is null or e.member_id = any ($5))
  group by e.activity_id) as e on e.activity_id = a.id`;

const AMOUNTS: Record<LeaderboardMetric, string> = {
  ACTIVITY_COUNT: '1',
  POINTS_EARNED: 'coalesce(e.points, 0)',
  ACTIVITY_VALUE:
    'case when a.value_currency = $6 then round(a.value_amount * (1 - a.reversed_fraction) * 100) else 0 end',
};

const COUNTED = `a.occurred_at >= $1::timestamptz and a.occurred_at < coalesce($2::timestamptz, 'infinity')
  and ($3::text[] is null or a.type_code = any ($3)) and a.reversed_at is null and ($5::uuid[] is null or a.member_id = any ($5))`;

/** Tells whether PostgreSQL can count a board by itself: nothing has to be evaluated. */
export function isPlain({ condition, audience }: CompiledBoard): boolean {
  return condition === null && audience === null;
}

/** The scores of a plain board as `member_id, score, reached_at`, with the parameters of `parametersOf`. */
export function plainScoresSql(metric: LeaderboardMetric): string {
  return `select member_id, least(sum(amount), ${MOST_SCORE})::bigint as score, max(occurred_at) as reached_at
    from (select a.member_id, a.occurred_at, least(${AMOUNTS[metric]}, ${MOST_PER_ACTIVITY}) as amount
      from activities a ${metric === 'POINTS_EARNED' ? POINTS_OF_ALL : ''}
      where ${COUNTED} and $4::uuid is not null and $6::text is not null) as counted
    where amount > 0 group by member_id`;
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
  points: string;
}

const activitiesSql = (
  points: string,
) => `select a.id, a.member_id as "memberId", a.type_code as type, a.occurred_at as "occurredAt",
    (extract(epoch from a.occurred_at) * 1000)::float8 as at, a.channel, a.value_amount as amount,
    a.value_amount * (1 - a.reversed_fraction) as remaining,
    a.value_currency as currency, a.items, a.attributes, a.source, ${points} as points
  from activities a where ${COUNTED} and $4::uuid is not null and $6::text is not null
    and ($7::uuid is null or (a.member_id, a.occurred_at, a.id) > ($7, $8::timestamptz, $9::uuid))
  order by a.member_id, a.occurred_at, a.id limit ${ACTIVITIES_PER_STATEMENT}`;

/** The scores of a board whose expressions have to be evaluated, in no particular order. */
export async function countActivities(reader: Reader, counting: Counting): Promise<ScoreDelta[]> {
  const { board, season, program } = counting;
  const scores = new Map<string, ScoreDelta>();
  const parameters = parametersOf(counting);
  const statement = activitiesSql(board.metric === 'POINTS_EARNED' ? POINTS : '0');
  for (let last: CountedActivity | undefined; ; ) {
    const place = [last?.memberId ?? null, last?.occurredAt ?? null, last?.id ?? null];
    const activities = await reader.query<CountedActivity>(statement, [...parameters, ...place]);
    const members = await factsOf(reader, activities);
    for (const activity of activities) {
      const member = members.get(activity.memberId);
      if (member === undefined) continue;
      const score = scoreOf(board, program, member, activity);
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

function scoreOf(board: CompiledBoard, program: ProgramFacts, member: MemberFacts, row: CountedActivity): number {
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
  return contributionTo(board, scored, Number(row.points), program.currencyCode, () =>
    createFacts(program, member, facts),
  );
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
