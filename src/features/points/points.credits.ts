import type { Reader } from '../../platform/reader.ts';
import type { RefillableLot } from '../../rules/refunds.ts';
import {
  ENTRY_COLUMNS,
  type LedgerRow,
  LOT_COLUMNS,
  type LotRow,
  type StoredEntry,
  type StoredLot,
  toLedgerRow,
  toLotRow,
} from './points.rows.ts';

/** What has become of a credit's points, apart from spending them. */
export interface CreditFate {
  /** How many were taken back. */
  taken: number;
  /** How many have expired. */
  expired: number;
}

/** How many points of these entries were taken back and have expired, by entry; entries without either are missing. */
export async function readFates(reader: Reader, entryIds: readonly string[]): Promise<Map<string, CreditFate>> {
  const rows = await reader.query<CreditFate & { id: string }>(
    `select reverses_id as id, coalesce(-sum(points) filter (where kind = 'REVERSE'), 0)::int as taken,
       coalesce(-sum(points) filter (where kind = 'EXPIRE'), 0)::int as expired
     from ledger_entries where reverses_id = any ($1::uuid[]) and kind in ('REVERSE', 'EXPIRE') group by reverses_id`,
    [entryIds],
  );
  return new Map(rows.map(({ id, ...fate }) => [id, fate]));
}

/** A stored lot that points can come back to. */
export type RefillableLotRow = LotRow & RefillableLot;

/**
 * The member's lots that may hold more than they do, the longest-lived first, as many as take so many points back. Reads the whole
 * ledger of the member, so it is for the rare refund whose own lots have too little room. The caller holds the lock.
 */
export async function readLotsWithRoom(reader: Reader, memberId: string, points: number): Promise<RefillableLotRow[]> {
  const rows = await reader.query<StoredLot & { room: number }>(
    `with gone as (
       select reverses_id as id, -sum(points) as points from ledger_entries
       where member_id = $1 and kind in ('REVERSE', 'EXPIRE') and reverses_id is not null group by reverses_id
     ), roomy as (
       select lots.*, (lots.points - coalesce(gone.points, 0) - lots.remaining)::int as room
       from ledger_entries as entry join lots on lots.id = entry.id left join gone on gone.id = entry.id
       where entry.member_id = $1 and entry.points > 0
     )
     select ${LOT_COLUMNS}, room from (
       select *, sum(room) over (order by expires_at desc nulls first, active_at desc, id desc) - room as before
       from roomy where room > 0) as ordered
     where before < $2`,
    [memberId, points],
  );
  return rows.map((row) => ({ ...toLotRow(row), room: row.room }));
}

/** The activity whose entries are wanted. */
export interface EntriesOfActivity {
  activityId: string;
  memberId: string;
  /** When it was recorded, epoch milliseconds. */
  recordedAt: number;
}

/**
 * What recording an activity wrote into the ledger, in order. Those entries were made in the activity's own transaction, and the id
 * of an entry begins with the millisecond of its transaction, which the activity's `recordedAt` is too: so this reads the
 * entries of one member and one millisecond, and no index over activities is needed, which every award would pay for.
 */
export async function readEntriesOfActivity(
  reader: Reader,
  { activityId, memberId, recordedAt }: EntriesOfActivity,
): Promise<LedgerRow[]> {
  const rows = await reader.query<StoredEntry>(
    `select ${ENTRY_COLUMNS} from ledger_entries
     where member_id = $1 and id >= $2 and id < $3 and activity_id = $4 order by id`,
    [memberId, leastIdOf(recordedAt), leastIdOf(recordedAt + 1), activityId],
  );
  return rows.map(toLedgerRow);
}

/** The least UUID that begins with this millisecond. */
function leastIdOf(ms: number): string {
  const digits = Math.floor(ms).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`;
}
