import { instant, type Reader, timeOrNull } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import { emptyWallet, type WalletFigures } from '../../rules/lots.ts';
import type { RuleReference } from '../../rules/types.ts';

export type LedgerEntryKind = 'EARN' | 'BONUS' | 'ADJUST' | 'REDEEM' | 'REFUND' | 'EXPIRE' | 'REVERSE';

/** A ledger entry as the code passes it around. Times are epoch milliseconds, points are signed. */
export interface LedgerRow {
  id: string;
  memberId: string;
  kind: LedgerEntryKind;
  points: number;
  balanceAfter: number;
  reason: string;
  activityId: string | null;
  rule: RuleReference | null;
  reversesId: string | null;
  actor: string | null;
  activeAt: number;
  expiresAt: number | null;
  occurredAt: number;
  recordedAt: number;
}

/** A lot as it is stored. `id` is the id of the entry that credited it. */
export interface LotRow {
  id: string;
  memberId: string;
  points: number;
  remaining: number;
  pending: boolean;
  activeAt: number;
  expiresAt: number | null;
}

export interface WalletRow extends WalletFigures {
  memberId: string;
}

const entryRows = new RowSet<FlatEntry>({
  id: 'uuid',
  memberId: 'uuid',
  kind: 'text',
  points: 'int4',
  balanceAfter: 'int4',
  reason: 'text',
  activityId: 'uuid',
  ruleKind: 'text',
  ruleCode: 'text',
  ruleVersion: 'int4',
  ruleName: 'text',
  reversesId: 'uuid',
  actor: 'text',
  activeAt: 'timestamptz',
  expiresAt: 'timestamptz',
  occurredAt: 'timestamptz',
  recordedAt: 'timestamptz',
});

const lotRows = new RowSet<LotRow>({
  id: 'uuid',
  memberId: 'uuid',
  points: 'int4',
  remaining: 'int4',
  pending: 'bool',
  activeAt: 'timestamptz',
  expiresAt: 'timestamptz',
});

const lotChanges = new RowSet<Pick<LotRow, 'id' | 'remaining' | 'pending'>>({
  id: 'uuid',
  remaining: 'int4',
  pending: 'bool',
});

const walletRows = new RowSet<WalletRow>({
  memberId: 'uuid',
  active: 'int4',
  pending: 'int4',
  deficit: 'int4',
  lifetimeEarned: 'int4',
  lifetimeSpent: 'int4',
  lifetimeExpired: 'int4',
  lifetimeReversed: 'int4',
});

type FlatEntry = Omit<LedgerRow, 'rule'> & {
  ruleKind: string | null;
  ruleCode: string | null;
  ruleVersion: number | null;
  ruleName: string | null;
};

/** Appends ledger entries in one statement. */
export function insertEntries(tx: Tx, entries: readonly LedgerRow[]): Promise<void> {
  const flat = entries.map(({ rule, ...entry }) => ({
    ...entry,
    ruleKind: rule?.kind ?? null,
    ruleCode: rule?.code ?? null,
    ruleVersion: rule?.version ?? null,
    ruleName: rule?.name ?? null,
  }));
  return entryRows.insert(tx, 'ledger_entries', flat);
}

/** Adds lots in one statement. */
export function insertLots(tx: Tx, lots: readonly LotRow[]): Promise<void> {
  return lotRows.insert(tx, 'lots', lots);
}

/** Stores what is left of lots, and whether they are still pending, in one statement. */
export async function updateLots(tx: Tx, lots: readonly LotRow[]): Promise<void> {
  if (lots.length === 0) return;
  const changes = lots.map(({ id, remaining, pending }) => ({ id, remaining, pending }));
  await tx.query(
    `update lots set remaining = r.remaining, pending = r.pending
     from ${lotChanges.source} as r (${lotChanges.names}) where lots.id = r.id`,
    lotChanges.parameters(changes),
  );
}

/** Stores wallets in one statement. The caller holds the members' locks and has read the wallets under them. */
export async function updateWallets(tx: Tx, wallets: readonly WalletRow[]): Promise<void> {
  if (wallets.length === 0) return;
  await tx.query(
    `update wallets set active = r.active, pending = r.pending, deficit = r.deficit, lifetime_earned = r.lifetime_earned,
       lifetime_spent = r.lifetime_spent, lifetime_expired = r.lifetime_expired, lifetime_reversed = r.lifetime_reversed
     from ${walletRows.source} as r (${walletRows.names}) where wallets.member_id = r.member_id`,
    walletRows.parameters(wallets),
  );
}

/** Gives new members their empty wallets: the hook that enrolling members runs. */
export function openWallets(tx: Tx, memberIds: readonly string[]): Promise<void> {
  return walletRows.insert(
    tx,
    'wallets',
    memberIds.map((memberId) => ({ memberId, ...emptyWallet })),
  );
}

/** The wallets of these members, by member id. */
export async function readWallets(reader: Reader, memberIds: readonly string[]): Promise<Map<string, WalletRow>> {
  const rows = await reader.query<WalletRow>(
    `select member_id as "memberId", active, pending, deficit, lifetime_earned as "lifetimeEarned",
       lifetime_spent as "lifetimeSpent", lifetime_expired as "lifetimeExpired", lifetime_reversed as "lifetimeReversed"
     from wallets where member_id = any ($1::uuid[])`,
    [memberIds],
  );
  return new Map(rows.map((row) => [row.memberId, row]));
}

/** The wallet of a member who must have one. */
export async function readWallet(reader: Reader, memberId: string): Promise<WalletRow> {
  const wallet = (await readWallets(reader, [memberId])).get(memberId);
  if (wallet === undefined) throw new Error(`Member ${memberId} has no wallet; enrolling must have made one.`);
  return wallet;
}

/** The columns of a ledger entry, for `toLedgerRow`. */
export const ENTRY_COLUMNS = `id, member_id as "memberId", kind, points, balance_after as "balanceAfter", reason,
  activity_id as "activityId", rule_kind as "ruleKind", rule_code as "ruleCode", rule_version as "ruleVersion",
  rule_name as "ruleName", reverses_id as "reversesId", actor, active_at as "activeAt", expires_at as "expiresAt",
  occurred_at as "occurredAt", recorded_at as "recordedAt"`;

/** A ledger entry as the driver gives it: times are text. */
export type StoredEntry = Omit<FlatEntry, 'activeAt' | 'expiresAt' | 'occurredAt' | 'recordedAt'> & {
  activeAt: string;
  expiresAt: string | null;
  occurredAt: string;
  recordedAt: string;
};

export function toLedgerRow(row: StoredEntry): LedgerRow {
  const { ruleKind: kind, ruleCode: code, ruleVersion: version, ruleName: name, ...entry } = row;
  const rule = kind === null || code === null ? null : { kind, code, version: version ?? 1, name: name ?? code };
  return {
    ...entry,
    rule,
    activeAt: instant(row.activeAt).getTime(),
    expiresAt: timeOrNull(row.expiresAt),
    occurredAt: instant(row.occurredAt).getTime(),
    recordedAt: instant(row.recordedAt).getTime(),
  };
}

/** A lot as the driver gives it: times are text. */
export interface StoredLot extends Omit<LotRow, 'activeAt' | 'expiresAt'> {
  activeAt: string;
  expiresAt: string | null;
}

/** The columns of a lot, for `toLotRow`. */
export const LOT_COLUMNS = `id, member_id as "memberId", points, remaining, pending, active_at as "activeAt", expires_at as "expiresAt"`;

export function toLotRow(row: StoredLot): LotRow {
  return {
    ...row,
    activeAt: instant(row.activeAt).getTime(),
    expiresAt: timeOrNull(row.expiresAt),
  };
}

/** What is due by the instant `$2`. */
const DUE = Object.freeze({
  activation: 'pending and active_at <= $2::timestamptz',
  expiry: 'not pending and expires_at <= $2::timestamptz',
});

/** The lots of these members that are to become spendable, or to expire, by that instant. The caller holds the locks. */
export async function readDueLots(
  reader: Reader,
  memberIds: readonly string[],
  due: keyof typeof DUE,
  atMs: number,
): Promise<LotRow[]> {
  const rows = await reader.query<StoredLot>(
    `select ${LOT_COLUMNS} from lots where member_id = any ($1::uuid[]) and remaining > 0 and ${DUE[due]}`,
    [memberIds, new Date(atMs).toISOString()],
  );
  return rows.map(toLotRow);
}

/**
 * The lots from which a deduction takes its points, in the order of `compareLots`, as many as it needs; all when they do not
 * suffice. Somebody who has earned for years has thousands, and a deduction takes from one or two. The caller holds the lock.
 */
export async function readLotsToSpend(reader: Reader, memberId: string, points: number): Promise<LotRow[]> {
  const rows = await reader.query<StoredLot>(
    `select ${LOT_COLUMNS} from (
       select *, sum(remaining) over (order by expires_at nulls last, active_at, id) - remaining as before
       from lots where member_id = $1 and remaining > 0 and not pending) as spendable
     where before < $2`,
    [memberId, points],
  );
  return rows.map(toLotRow);
}

/** Lots by id, emptied ones too. The caller holds their members' locks. */
export async function readLotsById(tx: Tx, ids: readonly string[]): Promise<LotRow[]> {
  const rows = await tx.query<StoredLot>(`select ${LOT_COLUMNS} from lots where id = any ($1::uuid[])`, [ids]);
  return rows.map(toLotRow);
}

/** The lots of these members that still hold points, all of them: for showing. */
export async function readLots(reader: Reader, memberIds: readonly string[]): Promise<LotRow[]> {
  const rows = await reader.query<StoredLot>(
    `select ${LOT_COLUMNS} from lots where member_id = any ($1::uuid[]) and remaining > 0`,
    [memberIds],
  );
  return rows.map(toLotRow);
}

/** Ledger entries by id, in no particular order; unknown ids are missing. */
export async function readEntries(reader: Reader, ids: readonly string[]): Promise<LedgerRow[]> {
  if (ids.length === 0) return [];
  const rows = await reader.query<StoredEntry>(
    `select ${ENTRY_COLUMNS} from ledger_entries where id = any ($1::uuid[])`,
    [ids],
  );
  return rows.map(toLedgerRow);
}
