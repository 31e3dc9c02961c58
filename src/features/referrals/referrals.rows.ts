import { instant, type Reader, timeOrNull } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { ReferralFlag } from '../../rules/referrals.ts';

export type ReferralStatus = 'PENDING' | 'QUALIFIED' | 'REWARDED' | 'FLAGGED' | 'REJECTED' | 'REVERSED';

/** A referral as the code passes it around. Times are epoch milliseconds. */
export interface ReferralRow {
  id: string;
  referrerId: string;
  refereeId: string;
  code: string;
  status: ReferralStatus;
  rejection: string | null;
  flags: ReferralFlag[];
  programVersion: number | null;
  createdAt: number;
  qualifiedAt: number | null;
  rewardedAt: number | null;
  reviewedAt: number | null;
  reviewedBy: string | null;
  qualifyingActivityId: string | null;
  /** What the referrer got. */
  points: number;
}

/** The columns of `referrals r`, for `toReferralRow`. */
export const REFERRAL_COLUMNS = `r.id, r.referrer_id as "referrerId", r.referee_id as "refereeId", r.code, r.status,
  r.rejection, to_json(r.flags) as flags, r.program_version as "programVersion", r.created_at as "createdAt",
  r.qualified_at as "qualifiedAt", r.rewarded_at as "rewardedAt", r.reviewed_at as "reviewedAt",
  r.reviewed_by as "reviewedBy", r.qualifying_activity_id as "qualifyingActivityId", r.points`;

type Times = 'createdAt' | 'qualifiedAt' | 'rewardedAt' | 'reviewedAt';

/** A referral as the driver gives it: times are text. */
export type StoredReferral = Omit<ReferralRow, Times> & {
  createdAt: string;
  qualifiedAt: string | null;
  rewardedAt: string | null;
  reviewedAt: string | null;
};

export function toReferralRow(row: StoredReferral): ReferralRow {
  return {
    ...row,
    createdAt: instant(row.createdAt).getTime(),
    qualifiedAt: timeOrNull(row.qualifiedAt),
    rewardedAt: timeOrNull(row.rewardedAt),
    reviewedAt: timeOrNull(row.reviewedAt),
  };
}

/** Stores a new referral. */
export async function insertReferral(tx: Tx, row: ReferralRow): Promise<void> {
  await tx.query(
    `insert into referrals (id, referrer_id, referee_id, code, status, flags, created_at)
     values ($1, $2, $3, $4, $5, $6::text[], $7)`,
    [row.id, row.referrerId, row.refereeId, row.code, row.status, row.flags, textOf(row.createdAt)],
  );
}

/**
 * Has somebody look at referrals of these members that nothing has come of yet. Their locks need not be held: whoever makes one
 * count at this moment does so before or after it, and what counts already is left alone.
 */
export async function flagWaitingIn(tx: Tx, refereeIds: readonly string[], flag: ReferralFlag): Promise<void> {
  await tx.query(
    // In the order in which recording holds them: whoever meets it half-way would have to be broken off.
    `update referrals set status = 'FLAGGED', flags = array_append(flags, $2)
     where status = 'PENDING' and id in (select id from referrals
       where referee_id = any ($1::uuid[]) and status = 'PENDING' order by id for no key update)`,
    [[...refereeIds], flag],
  );
}

/** Stores what became of a referral. The caller holds the referee's lock and has read the row under it. */
export async function updateReferral(tx: Tx, row: ReferralRow): Promise<void> {
  await tx.query(
    `update referrals set status = $2, rejection = $3, program_version = $4, qualified_at = $5, rewarded_at = $6,
       reviewed_at = $7, reviewed_by = $8, qualifying_activity_id = $9, points = $10
     where id = $1`,
    [
      ...[row.id, row.status, row.rejection, row.programVersion, textOf(row.qualifiedAt), textOf(row.rewardedAt)],
      ...[textOf(row.reviewedAt), row.reviewedBy, row.qualifyingActivityId, row.points],
    ],
  );
}

/** Referrals by id, in any order; unknown ids are missing. */
export function readReferrals(reader: Reader, ids: readonly string[]): Promise<ReferralRow[]> {
  return readBy(reader, 'r.id', ids);
}

/** The referrals by which these members came, in any order. */
export function readReferralsOf(reader: Reader, refereeIds: readonly string[]): Promise<ReferralRow[]> {
  return readBy(reader, 'r.referee_id', refereeIds);
}

/**
 * The referrals by which these members came and of which nothing has come yet, kept from `flagWaitingIn` until this
 * transaction ends: it does not hold these members' locks. The caller does.
 */
export async function holdOpenReferralsOf(tx: Tx, refereeIds: readonly string[]): Promise<ReferralRow[]> {
  if (refereeIds.length === 0) return [];
  const rows = await tx.query<StoredReferral>(
    `select ${REFERRAL_COLUMNS} from referrals r
     where r.referee_id = any ($1::uuid[]) and r.status in ('PENDING', 'FLAGGED') and r.qualified_at is null
     order by r.id for no key update`,
    [[...refereeIds]],
  );
  return rows.map(toReferralRow);
}

async function readBy(reader: Reader, column: string, ids: readonly string[]): Promise<ReferralRow[]> {
  if (ids.length === 0) return [];
  const rows = await reader.query<StoredReferral>(
    `select ${REFERRAL_COLUMNS} from referrals r where ${column} = any ($1::uuid[])`,
    [[...ids]],
  );
  return rows.map(toReferralRow);
}

/** What somebody got for a referral. */
export interface ReferralRewardRow {
  referralId: string;
  memberId: string;
  /** 0 is the referee. */
  depth: number;
  entryId: string;
  points: number;
}

const rewardRows = new RowSet<ReferralRewardRow>({
  referralId: 'uuid',
  memberId: 'uuid',
  depth: 'int4',
  entryId: 'uuid',
  points: 'int4',
});

/** Stores what was paid. A payment that is there already fails, and with it the transaction that would pay again. */
export function insertReferralRewards(tx: Tx, rows: readonly ReferralRewardRow[]): Promise<void> {
  return rewardRows.insert(tx, 'referral_rewards', rows);
}

function textOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
