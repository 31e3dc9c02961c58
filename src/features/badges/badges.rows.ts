import { instant, type Reader, timeOrNull } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';

/** An award as the database holds it. Times are epoch milliseconds. */
export interface AwardRow {
  id: string;
  badgeCode: string;
  memberId: string;
  /** The how-manieth of this member, from 1; null once a reversal took it back. */
  number: number | null;
  awardedAt: number;
  activityId: string | null;
  /** What gave it: the badge's own goal, a challenge, a tier, a board's prize, or `hand`. */
  causeKind: string;
  causeCode: string;
  reason: string | null;
  /** Who gave it by hand; null for all others. */
  actor: string | null;
  revokedAt: number | null;
  revokedReason: string | null;
  revokedBy: string | null;
}

/** The columns of `badge_awards a`, for `toAwardRow`. */
export const AWARD_COLUMNS = `a.id, a.badge_code as "badgeCode", a.member_id as "memberId", a.number,
  a.awarded_at as "awardedAt", a.activity_id as "activityId", a.cause_kind as "causeKind", a.cause_code as "causeCode",
  a.reason, a.actor, a.revoked_at as "revokedAt", a.revoked_reason as "revokedReason", a.revoked_by as "revokedBy"`;

/** An award as the driver gives it. */
export type StoredAward = Omit<AwardRow, 'awardedAt' | 'revokedAt'> & { awardedAt: string; revokedAt: string | null };

export function toAwardRow(row: StoredAward): AwardRow {
  const revokedAt = timeOrNull(row.revokedAt);
  return { ...row, awardedAt: instant(row.awardedAt).getTime(), revokedAt };
}

const awardRows = new RowSet<AwardRow>({
  id: 'uuid',
  badgeCode: 'text',
  memberId: 'uuid',
  number: 'int4',
  awardedAt: 'timestamptz',
  activityId: 'uuid',
  causeKind: 'text',
  causeCode: 'text',
  reason: 'text',
  actor: 'text',
  revokedAt: 'timestamptz',
  revokedReason: 'text',
  revokedBy: 'text',
});

/** Stores awards in one statement. */
export function insertAwards(tx: Tx, rows: readonly AwardRow[]): Promise<void> {
  return awardRows.insert(tx, 'badge_awards', rows);
}

/** Awards by id, in any order; unknown ids are missing. */
export async function readAwards(reader: Reader, ids: readonly string[]): Promise<AwardRow[]> {
  if (ids.length === 0) return [];
  const rows = await reader.query<StoredAward>(
    `select ${AWARD_COLUMNS} from badge_awards a where a.id = any ($1::uuid[])`,
    [[...ids]],
  );
  return rows.map(toAwardRow);
}

/** Notes that an award is revoked. */
export async function revokeAwardIn(tx: Tx, { id, revokedAt, revokedReason, revokedBy }: AwardRow): Promise<void> {
  await tx.query('update badge_awards set revoked_at = $2, revoked_reason = $3, revoked_by = $4 where id = $1', [
    id,
    revokedAt === null ? null : new Date(revokedAt).toISOString(),
    revokedReason,
    revokedBy,
  ]);
}

/** The members who hold a badge at present, of those asked for. */
export async function readHolders(tx: Tx, badgeCode: string, memberIds: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ memberId: string }>(
    `select distinct member_id as "memberId" from badge_awards
     where badge_code = $1 and member_id = any ($2::uuid[]) and revoked_at is null`,
    [badgeCode, [...memberIds]],
  );
  return new Set(rows.map(({ memberId }) => memberId));
}

/** How many awards of a badge there ever were, those too that were revoked by hand; what a reversal took back never was. */
export async function countAwards(reader: Reader, badgeCode: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    'select count(*)::int as count from badge_awards where badge_code = $1 and number is not null',
    [badgeCode],
  );
  return row?.count ?? 0;
}
