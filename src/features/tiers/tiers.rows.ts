import { instant, type Reader, timeOrNull } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { StandingState, TierStep, TierTotals } from '../../rules/game.types.ts';

/** What a member's activities of one day brought. */
export interface DayRow {
  memberId: string;
  /** Local days of the programme since 1970-01-01. */
  day: number;
  points: number;
  /** Hundredths of the programme's currency. */
  value: number;
  activities: number;
}

export interface StandingRow extends StandingState {
  memberId: string;
}

/** One change of a member's tier. `occurredAt` is epoch milliseconds. */
export interface ChangeRow {
  id: string;
  memberId: string;
  fromTier: string | null;
  toTier: string | null;
  direction: TierStep['direction'];
  /** Null when a review or the placing of all members changed it. */
  activityId: string | null;
  reason: string;
  occurredAt: number;
}

/** Days go over the wire as numbers and become dates there; JavaScript has no type for a day. */
export const DAY_OF_NUMBER = `date '1970-01-01' +`;

/**
 * A day before every other, in 1696, whose row holds the sum of all days: a lifetime is read from one row, however long it is.
 */
export const LIFETIME = -100_000;
/** After every other day. */
const NEVER = 1_000_000;

const dayRows = new RowSet<DayRow>({
  memberId: 'uuid',
  day: 'int4',
  points: 'int8',
  value: 'int8',
  activities: 'int4',
});

const standingRows = new RowSet<StandingRow>({
  memberId: 'uuid',
  tier: 'text',
  since: 'timestamptz',
  keepUntil: 'timestamptz',
});

const changeRows = new RowSet<ChangeRow>({
  id: 'uuid',
  memberId: 'uuid',
  fromTier: 'text',
  toTier: 'text',
  direction: 'text',
  activityId: 'uuid',
  reason: 'text',
  occurredAt: 'timestamptz',
});

/** Adds to days, and to the sum of all, in one statement. The caller holds the members' locks. */
export async function addDays(tx: Tx, days: readonly DayRow[]): Promise<void> {
  if (days.length === 0) return;
  const added = [...days, ...lifetimesOf(days)];
  await tx.query(
    `insert into tier_days as d (member_id, day, points, value, activities)
     select member_id, ${DAY_OF_NUMBER} day, points, value, activities from ${dayRows.source} as r (${dayRows.names})
     on conflict (member_id, day) do update set points = d.points + excluded.points, value = d.value + excluded.value,
       activities = d.activities + excluded.activities`,
    dayRows.parameters(added),
  );
}

function lifetimesOf(days: readonly DayRow[]): DayRow[] {
  const sums = new Map<string, DayRow>();
  for (const { memberId, points, value, activities } of days) {
    const sum = sums.get(memberId) ?? { memberId, day: LIFETIME, points: 0, value: 0, activities: 0 };
    sum.points += points;
    sum.value += value;
    sum.activities += activities;
    sums.set(memberId, sum);
  }
  return [...sums.values()];
}

/**
 * What members have had since each of some days, one list of totals for each member in the order of the days; null is for
 * ever. Members without any activity are missing.
 */
export async function readTotals(
  reader: Reader,
  memberIds: readonly string[],
  days: readonly (number | null)[],
): Promise<Map<string, TierTotals[]>> {
  const rows = await reader.query<{ memberId: string; n: number; points: string; value: string; activities: string }>(
    `select d.member_id as "memberId", since.n::int, sum(d.points) as points, sum(d.value) as value,
       sum(d.activities) as activities
     from tier_days d join unnest($2::int4[], $3::int4[]) with ordinality as since (day, until, n)
       on d.day between ${DAY_OF_NUMBER} since.day and ${DAY_OF_NUMBER} since.until
     where d.member_id = any ($1::uuid[]) group by 1, 2`,
    [memberIds, days.map((day) => day ?? LIFETIME), days.map((day) => (day === null ? LIFETIME : NEVER))],
  );
  const totals = new Map<string, TierTotals[]>();
  for (const { memberId, n, points, value, activities } of rows) {
    const own = totals.get(memberId) ?? [];
    own[n - 1] = { POINTS_EARNED: Number(points), VALUE_SPENT: Number(value), ACTIVITY_COUNT: Number(activities) };
    totals.set(memberId, own);
  }
  return totals;
}

/** The standings of these members, by member id; who never left the tier everybody starts in may have none. */
export async function readStandings(reader: Reader, memberIds: readonly string[]): Promise<Map<string, StandingState>> {
  const rows = await reader.query<{
    memberId: string;
    tier: string | null;
    since: string | null;
    keepUntil: string | null;
  }>(
    `select member_id as "memberId", tier, since, keep_until as "keepUntil" from tier_standings
     where member_id = any ($1::uuid[])`,
    [memberIds],
  );
  return new Map(
    rows.map(({ memberId, tier, since, keepUntil }) => [
      memberId,
      { tier, since: timeOrNull(since), keepUntil: timeOrNull(keepUntil) },
    ]),
  );
}

/** Stores standings in one statement. The caller holds the members' locks. */
export async function writeStandings(tx: Tx, standings: readonly StandingRow[]): Promise<void> {
  await standingRows.insert(
    tx,
    'tier_standings',
    standings,
    `on conflict (member_id) do update set tier = excluded.tier, since = excluded.since, keep_until = excluded.keep_until`,
  );
}

/** Appends changes of tier in one statement. */
export function insertChanges(tx: Tx, changes: readonly ChangeRow[]): Promise<void> {
  return changeRows.insert(tx, 'tier_changes', changes);
}

/** The columns of a change of tier, for `toChangeRow`. */
export const CHANGE_COLUMNS = `id, member_id as "memberId", from_tier as "fromTier", to_tier as "toTier", direction,
  activity_id as "activityId", reason, occurred_at as "occurredAt"`;

/** A change of tier as the driver gives it: the time is text. */
export type StoredChange = Omit<ChangeRow, 'occurredAt'> & { occurredAt: string };

export function toChangeRow(row: StoredChange): ChangeRow {
  return { ...row, occurredAt: instant(row.occurredAt).getTime() };
}
