import { newId } from '../../platform/ids.ts';
import { instant, type Reader, timeOrNull } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { SeasonBounds } from '../../rules/boards.ts';

/** A season as the code passes it around. Times are epoch milliseconds. */
export interface SeasonRow extends SeasonBounds {
  id: string;
  leaderboardCode: string;
  closedAt: number | null;
  /** Null while the activities from before the board are still being counted. */
  filledAt: number | null;
}

/** The columns of `seasons s`, for `toSeasonRow`. */
export const SEASON_COLUMNS = `s.id, s.leaderboard_code as "leaderboardCode", s.starts_at as "startsAt", s.ends_at as "endsAt",
  s.closed_at as "closedAt", s.filled_at as "filledAt"`;

/** A season as the driver gives it: times are text. */
export interface StoredSeason {
  id: string;
  leaderboardCode: string;
  startsAt: string;
  endsAt: string | null;
  closedAt: string | null;
  filledAt: string | null;
}

export function toSeasonRow(row: StoredSeason): SeasonRow {
  return {
    id: row.id,
    leaderboardCode: row.leaderboardCode,
    startsAt: instant(row.startsAt).getTime(),
    endsAt: timeOrNull(row.endsAt),
    closedAt: timeOrNull(row.closedAt),
    filledAt: timeOrNull(row.filledAt),
  };
}

/** The seasons that are not closed yet, of these boards or of all. */
export async function readOpenSeasons(reader: Reader, codes: readonly string[] | null = null): Promise<SeasonRow[]> {
  const rows = await reader.query<StoredSeason>(
    `select ${SEASON_COLUMNS} from seasons s
     where s.closed_at is null and ($1::text[] is null or s.leaderboard_code = any ($1)) order by s.starts_at`,
    [codes],
  );
  return rows.map(toSeasonRow);
}

/** The season with this id, or null. */
export async function readSeason(reader: Reader, id: string): Promise<SeasonRow | null> {
  const [row] = await reader.query<StoredSeason>(`select ${SEASON_COLUMNS} from seasons s where s.id = $1`, [id]);
  return row === undefined ? null : toSeasonRow(row);
}

/**
 * For each board: the season that runs at an instant; without one its latest, because a board of its own dates has
 * none before and after.
 */
export async function readCurrentSeasons(
  reader: Reader,
  codes: readonly string[],
  atMs: number,
): Promise<Map<string, SeasonRow>> {
  const rows = await reader.query<StoredSeason>(
    `select s.* from unnest($1::text[]) as board (code) cross join lateral (
       (select 1 as place, ${SEASON_COLUMNS} from seasons s where s.leaderboard_code = board.code and s.closed_at is null
          and s.starts_at <= $2 and (s.ends_at is null or s.ends_at > $2) limit 1)
       union all
       (select 2 as place, ${SEASON_COLUMNS} from seasons s where s.leaderboard_code = board.code
        order by s.starts_at desc limit 1)
       order by place limit 1) as s`,
    [codes, new Date(atMs).toISOString()],
  );
  return new Map(rows.map((row) => [row.leaderboardCode, toSeasonRow(row)]));
}

/** First key of the advisory lock under which seasons are opened: a few times a day. Taken after all members' locks. */
const LOCK_CLASS = 0x706c;

/** A season that shall be open. */
export interface WantedSeason extends SeasonBounds {
  leaderboardCode: string;
}

interface InsertedSeason extends WantedSeason {
  id: string;
}

const seasonRows = new RowSet<InsertedSeason>({
  id: 'uuid',
  leaderboardCode: 'text',
  startsAt: 'timestamptz',
  endsAt: 'timestamptz',
});

/**
 * Opens seasons that are not open yet, each behind the end of the board's latest one: a season that was closed early, or
 * cut in another time zone, shortens the next. Whoever opens seasons does so alone, so that two nodes make one of the same,
 * and none that overlap.
 */
export async function openSeasonsIn(tx: Tx, wanted: readonly WantedSeason[]): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${LOCK_CLASS}, 0)`);
  // One statement each: the second season of a board must see the first. There are rarely two.
  for (const season of wanted.toSorted((left, right) => left.startsAt - right.startsAt)) {
    await tx.query(
      `insert into seasons (id, leaderboard_code, starts_at, ends_at, filled_at)
       select id, leaderboard_code, begins_at, ends_at, $5
       from (select w.*, greatest(w.starts_at, (select max(coalesce(s.ends_at, 'infinity')) from seasons s
           where s.leaderboard_code = w.leaderboard_code and s.starts_at < coalesce(w.ends_at, 'infinity'))) as begins_at
         from ${seasonRows.source} as w (${seasonRows.names})) as w
       where ends_at is null and begins_at < 'infinity' or begins_at < ends_at
       on conflict do nothing`,
      [...seasonRows.parameters([{ ...season, id: newId() }]), new Date(tx.now).toISOString()],
    );
  }
}
