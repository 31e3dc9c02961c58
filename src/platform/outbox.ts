import { encodeCursor, type Position } from './cursor.ts';
import { ErrorCode, Refusal } from './refusal.ts';
import { RowSet } from './rows.ts';
import type { OutboxEvent, Query } from './tx.ts';

/** An event as it was read back. */
export interface StoredEvent extends OutboxEvent {
  position: Position;
  /** The position as clients see it. */
  cursor: string;
  /** False for imports and retroactive work: kept and replayable, never pushed. */
  notify: boolean;
}

/** What one read of the outbox found. */
export interface OutboxPage {
  events: StoredEvent[];
  /** Every transaction below this id had ended when the page was read; later reads find nothing new below it. */
  safeXid: string;
}

interface OutboxRow {
  safe: string;
  expired?: boolean;
  xid: string | null;
  seq: number;
  id: string;
  type: string;
  member_id: string | null;
  occurred_ms: number;
  notify: boolean;
  payload: Record<string, unknown>;
}

/**
 * Up to this many events travel inside the text of one statement that also commits, larger sets as arrays of their own.
 * Measured per transaction against PostgreSQL 18 (events: this form / arrays and a separate COMMIT):
 * 1: 0.50 / 0.72 ms, 20: 0.80 / 0.99 ms, 500: 8.3 / 7.1 ms, 2,000: 38 / 27 ms. In CPU of this process 114 / 191 µs for 1.
 * A VALUES list was level for one event and half as fast for 500.
 */
const JOINED_EVENTS = 100;

const COLUMNS = 'outbox (xid, seq, id, type, member_id, occurred_at, notify, payload)';

const eventRows = new RowSet<Omit<OutboxEvent, 'payload' | 'payloadText'> & { seq: number; payload: string }>({
  seq: 'int4',
  id: 'uuid',
  type: 'text',
  memberId: 'uuid',
  occurredAt: 'timestamptz',
  payload: 'json text',
});

function textOf({ payload, payloadText }: Pick<OutboxEvent, 'payload' | 'payloadText'>): string {
  return payloadText ?? JSON.stringify(payload);
}

/** Quotes a text for SQL. Native replacements: the driver's own loop over characters takes 20 ns for each of them. */
function literal(text: string): string {
  return `E'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/**
 * The statement that stores events and tells the transaction's id, to be joined with COMMIT in one round trip;
 * null when there are too many for that, see `storeEvents`.
 */
export function storingSql(events: readonly OutboxEvent[], notify: boolean): string | null {
  if (events.length > JOINED_EVENTS) return null;
  const rows = events.map((event, seq) => {
    const { id, type, memberId, occurredAt } = event;
    const member = memberId === null ? 'null' : `"${memberId}"`;
    return `{"s":${seq},"i":"${id}","t":"${type}","m":${member},"a":${occurredAt},"p":${textOf(event)}}`;
  });
  return `with stored as (insert into ${COLUMNS}
    select pg_current_xact_id(), s, i, t, m, to_timestamp(a / 1000), ${notify}, p
    from json_to_recordset(${literal(`[${rows.join()}]`)}) event (s int, i uuid, t text, m uuid, a float8, p json))
    select pg_current_xact_id()::text as xid`;
}

/** Stores any number of events with one statement and gives the transaction's id. */
export async function storeEvents(query: Query, events: readonly OutboxEvent[], notify: boolean): Promise<string> {
  const [row] = await query<{ xid: string }>(
    `with stored as (insert into ${COLUMNS}
      select pg_current_xact_id(), seq, id, type, member_id, occurred_at, $7, payload
      from ${eventRows.source} as event (${eventRows.names}))
      select pg_current_xact_id()::text as xid`,
    [
      ...eventRows.parameters(
        events.map((event, seq) => {
          const { id, type, memberId, occurredAt } = event;
          return { seq, id, type, memberId, occurredAt, payload: textOf(event) };
        }),
      ),
      notify,
    ],
  );
  return row?.xid ?? '0';
}

/** The place from which reading misses nothing that commits after this call: everything below it has ended. */
export async function safePosition(query: Query): Promise<Position> {
  const [row] = await query<{ safe: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as safe');
  return { xid: row?.safe ?? '0', seq: -1 };
}

/** The id below which every transaction that has committed so far lies. */
export async function committedSoFar(query: Query): Promise<string> {
  const [row] = await query<{ bound: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as bound');
  return row?.bound ?? '0';
}

const FIELDS = `xid::text as xid, seq, id, type, member_id, extract(epoch from occurred_at)::float8 * 1000 as occurred_ms,
  notify, payload`;

/** The row that retention leaves in the place of the last event it removed; always the outbox's first, never delivered. */
const TRIMMED = 'OutboxTrimmed';

// The safe bound and the rows come from one snapshot because they come from one statement. It yields one row of nulls
// when there is nothing to read, so that the bound is always known. In (xid, seq) order a row never appears before one
// that is already delivered: every transaction below the bound has ended, and later ones get higher ids.
function readingSql(condition: string, extra: string): string {
  return `with safe as materialized (select pg_snapshot_xmin(pg_current_snapshot()) as bound)
  select safe.bound::text as safe, ${extra} event.* from safe left join lateral (
    select ${FIELDS} from outbox where ${condition} (xid, seq) > ($1::text::xid8, $2::int) and xid < safe.bound
    order by outbox.xid, outbox.seq limit $3) event on true`;
}

// Part of the same statement, so that nothing can be removed between the check and the reading. A cursor above the bound
// comes from another life of the database (a restored backup) and says nothing about this one.
const EXPIRED = `(safe.bound <= $1::text::xid8 or coalesce((select type = '${TRIMMED}' and (xid, seq) > ($1::text::xid8, $2::int)
  from outbox order by outbox.xid, outbox.seq limit 1), false)) as expired,`;

const READ_ON = readingSql('', '');
const REPLAY_ALL = readingSql('', EXPIRED);
const REPLAY_MEMBER = readingSql('member_id = $4 and', EXPIRED);

/** Reads everybody's events after a position, in order, at most `limit` of them. */
export async function readEvents(query: Query, after: Position, limit: number): Promise<OutboxPage> {
  return pageOf(await query<OutboxRow>(READ_ON, [after.xid, after.seq, limit]));
}

/**
 * Reads what a stream missed: one member's events after a cursor, or everybody's when `memberId` is null; in order, at
 * most `limit` of them. Fewer than `limit` means that there are no more below `safeXid`.
 * @throws Refusal CURSOR_EXPIRED when retention has removed events that came after the cursor.
 */
export async function replay(
  query: Query,
  memberId: string | null,
  after: Position,
  limit: number,
): Promise<OutboxPage> {
  const common = [after.xid, after.seq, limit];
  const rows =
    memberId === null
      ? await query<OutboxRow>(REPLAY_ALL, common)
      : await query<OutboxRow>(REPLAY_MEMBER, [...common, memberId]);
  if (rows[0]?.expired === true) {
    throw new Refusal(
      ErrorCode.CURSOR_EXPIRED,
      'Events after this cursor are no longer kept. Read the current state and subscribe again without a cursor.',
      { path: ['after'] },
    );
  }
  return pageOf(rows);
}

const TRIM = `with head as materialized (
    select xid, seq, recorded_at from outbox order by outbox.xid, outbox.seq limit $2),
  kept as (select xid, seq from head where recorded_at >= to_timestamp($1::float8 / 1000) order by xid, seq limit 1),
  doomed as (select xid, seq from head where not exists (select from kept where (kept.xid, kept.seq) <= (head.xid, head.seq))),
  mark as (select xid, seq from doomed order by xid desc, seq desc limit 1),
  marked as (update outbox set type = '${TRIMMED}', member_id = null, notify = false, payload = '{}' from mark
    where (outbox.xid, outbox.seq) = (mark.xid, mark.seq)),
  removed as (delete from outbox using doomed where (outbox.xid, outbox.seq) = (doomed.xid, doomed.seq)
    and not exists (select from mark where (mark.xid, mark.seq) = (doomed.xid, doomed.seq)) returning 1)
  select count(*)::int as removed from removed`;

/**
 * Retention: removes events written before a time (epoch milliseconds of the database's clock), from the old end, 5,000 a
 * statement so that no transaction is long enough to hold up delivery. Returns how many went.
 */
export async function trimOutbox(query: Query, before: number, batch = 5_000): Promise<number> {
  let total = 0;
  for (;;) {
    const [row] = await query<{ removed: number }>(TRIM, [before, batch]);
    total += row?.removed ?? 0;
    if ((row?.removed ?? 0) === 0) return total;
  }
}

function pageOf(rows: readonly OutboxRow[]): OutboxPage {
  return {
    safeXid: rows[0]?.safe ?? '0',
    events: rows.flatMap((row) => (row.xid === null ? [] : [eventOf(row, row.xid)])),
  };
}

function eventOf(row: OutboxRow, xid: string): StoredEvent {
  const position = { xid, seq: row.seq };
  return {
    id: row.id,
    type: row.type,
    memberId: row.member_id,
    // Microseconds of the database are rounded away: events carry milliseconds.
    occurredAt: Math.round(row.occurred_ms),
    payload: row.payload,
    notify: row.notify,
    position,
    cursor: encodeCursor(position),
  };
}
