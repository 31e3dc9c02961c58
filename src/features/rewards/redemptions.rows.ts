import { instant, type Reader, timeOrNull } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { RewardKind } from '../../rules/rewards.ts';

/** As stored; whether an open one has expired also depends on the time: see `statusAt`. */
export type StoredStatus = 'PENDING' | 'ISSUED' | 'FULFILLED' | 'CANCELLED' | 'EXPIRED';

/** A redemption as the database holds it. Times are epoch milliseconds. */
export interface RedemptionRow {
  id: string;
  memberId: string;
  rewardCode: string;
  rewardVersion: number;
  /** Name and kind of the reward as they were. */
  name: string;
  kind: RewardKind;
  status: StoredStatus;
  cost: number;
  voucherCode: string;
  /** Which lots paid how many points. */
  uses: [lotId: string, points: number][];
  entryId: string;
  refundEntryId: string | null;
  actor: string;
  createdAt: number;
  expiresAt: number | null;
  fulfilledAt: number | null;
  fulfilledBy: string | null;
  cancelledAt: number | null;
  cancelledBy: string | null;
  cancelReason: string | null;
}

/** The columns of `redemptions r`, for `toRedemptionRow`. */
export const REDEMPTION_COLUMNS = `r.id, r.member_id as "memberId", r.reward_code as "rewardCode",
  r.reward_version as "rewardVersion", r.name, r.kind, r.status, r.cost, r.voucher_code as "voucherCode", r.uses,
  r.entry_id as "entryId", r.refund_entry_id as "refundEntryId", r.actor, r.created_at as "createdAt",
  r.expires_at as "expiresAt", r.fulfilled_at as "fulfilledAt", r.fulfilled_by as "fulfilledBy",
  r.cancelled_at as "cancelledAt", r.cancelled_by as "cancelledBy", r.cancel_reason as "cancelReason"`;

type Times = 'createdAt' | 'expiresAt' | 'fulfilledAt' | 'cancelledAt';

/** A redemption as the driver gives it. */
export type StoredRedemption = Omit<RedemptionRow, Times> & {
  createdAt: string;
  expiresAt: string | null;
  fulfilledAt: string | null;
  cancelledAt: string | null;
};

export function toRedemptionRow(row: StoredRedemption): RedemptionRow {
  return {
    ...row,
    createdAt: instant(row.createdAt).getTime(),
    expiresAt: timeOrNull(row.expiresAt),
    fulfilledAt: timeOrNull(row.fulfilledAt),
    cancelledAt: timeOrNull(row.cancelledAt),
  };
}

/** How far a redemption is at a time: an open one whose time is over has expired, also before the job has noted it. */
export function statusAt({ status, expiresAt }: RedemptionRow, now: number): StoredStatus {
  const isOpen = status === 'ISSUED' || status === 'PENDING';
  return isOpen && expiresAt !== null && expiresAt <= now ? 'EXPIRED' : status;
}

const redemptionRows = new RowSet<RedemptionRow>({
  id: 'uuid',
  memberId: 'uuid',
  rewardCode: 'text',
  rewardVersion: 'int4',
  name: 'text',
  kind: 'text',
  status: 'text',
  cost: 'int4',
  voucherCode: 'text',
  uses: 'json',
  entryId: 'uuid',
  refundEntryId: 'uuid',
  actor: 'text',
  createdAt: 'timestamptz',
  expiresAt: 'timestamptz',
  fulfilledAt: 'timestamptz',
  fulfilledBy: 'text',
  cancelledAt: 'timestamptz',
  cancelledBy: 'text',
  cancelReason: 'text',
});

/** Stores a new redemption. */
export function insertRedemption(tx: Tx, row: RedemptionRow): Promise<void> {
  return redemptionRows.insert(tx, 'redemptions', [row]);
}

/** Stores what became of a redemption. The caller holds the member's lock and has read the row under it. */
export async function updateRedemption(tx: Tx, row: RedemptionRow): Promise<void> {
  await tx.query(
    `update redemptions set status = $2, refund_entry_id = $3, fulfilled_at = $4, fulfilled_by = $5, cancelled_at = $6,
       cancelled_by = $7, cancel_reason = $8
     where id = $1`,
    [
      ...[row.id, row.status, row.refundEntryId, textOf(row.fulfilledAt), row.fulfilledBy, textOf(row.cancelledAt)],
      ...[row.cancelledBy, row.cancelReason],
    ],
  );
}

/** Redemptions by id, in any order; unknown ids are missing. */
export async function readRedemptions(reader: Reader, ids: readonly string[]): Promise<RedemptionRow[]> {
  if (ids.length === 0) return [];
  const rows = await reader.query<StoredRedemption>(
    `select ${REDEMPTION_COLUMNS} from redemptions r where r.id = any ($1::uuid[])`,
    [[...ids]],
  );
  return rows.map(toRedemptionRow);
}

/** The redemption with this voucher code, or null. */
export async function readRedemptionByCode(reader: Reader, voucherCode: string): Promise<RedemptionRow | null> {
  const [row] = await reader.query<StoredRedemption>(
    `select ${REDEMPTION_COLUMNS} from redemptions r where r.voucher_code = $1`,
    [voucherCode],
  );
  return row === undefined ? null : toRedemptionRow(row);
}

/** How many of a reward were issued, cancelled ones left out. */
export async function countIssued(reader: Reader, rewardCode: string): Promise<number> {
  const [row] = await reader.query<{ count: number }>(
    `select count(*)::int as count from redemptions where reward_code = $1 and status <> 'CANCELLED'`,
    [rewardCode],
  );
  return row?.count ?? 0;
}

function textOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
