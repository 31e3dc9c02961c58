import type { Reader } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Usage, UsageChange, UsageKey } from '../../rules/types.ts';

/** Stands for "no member" in `rule_usages`: programme-wide caps, budgets, community goals and limited badges. */
const NO_MEMBER = '00000000-0000-0000-0000-000000000000';
const UNUSED: Usage = Object.freeze({ count: 0, points: 0 });

interface UsageRow {
  memberId: string;
  key: string;
  count: number;
  points: number;
}

const keyRows = new RowSet<Pick<UsageRow, 'memberId' | 'key'>>({ memberId: 'uuid', key: 'text' });
const usageRows = new RowSet<UsageRow>({ memberId: 'uuid', key: 'text', count: 'int4', points: 'int8' });

/** The usage key under which a campaign's budget is counted. */
export function budgetKey(campaignCode: string): string {
  return `campaign:${campaignCode}|PROGRAM|LIFETIME`;
}

/** The usages of one batch: as they were loaded, moved on by every change that is added. */
export class UsageBook {
  readonly #usages: Map<string, Usage>;
  readonly #changes = new Map<string, UsageRow>();

  constructor(usages: Map<string, Usage>) {
    this.#usages = usages;
  }

  /** What is used now; zero for a key that was never used. */
  readonly usageOf = (key: UsageKey): Usage => this.#usages.get(rowKey(key)) ?? UNUSED;

  /** Takes changes in, so that the batch's later activities see them. */
  add(changes: readonly UsageChange[]): void {
    for (const change of changes) {
      const key = rowKey(change);
      const before = this.#usages.get(key) ?? UNUSED;
      this.#usages.set(key, { count: before.count + change.count, points: before.points + change.points });
      const sum = this.#changes.get(key);
      if (sum) {
        sum.count += change.count;
        sum.points += change.points;
      } else {
        this.#changes.set(key, { ...change, memberId: change.memberId ?? NO_MEMBER });
      }
    }
  }

  /** Stores the sum of everything that was added. */
  async write(tx: Tx): Promise<void> {
    await writeRows(tx, [...this.#changes.values()]);
  }
}

/**
 * Loads usages in one statement, and in two more when there are programme-wide keys: those rows are locked until the
 * transaction ends, in sorted order, so that caps and budgets are exact whatever other transactions and nodes do. Usage
 * of a member needs no row lock, because whoever records for a member holds the member's advisory lock.
 */
export async function loadUsages(tx: Tx, keys: readonly UsageKey[]): Promise<UsageBook> {
  const own = new Map<string, UsageRow>();
  const shared = new Set<string>();
  for (const { memberId, key } of keys) {
    if (memberId === null) shared.add(key);
    else own.set(rowKey({ memberId, key }), { memberId, key, ...UNUSED });
  }
  const usages = new Map<string, Usage>();
  for (const row of await lockShared(tx, [...shared].sort())) take(usages, row);
  if (own.size > 0) {
    const rows = await tx.query<UsageRow>(
      `select member_id as "memberId", key, count, points from rule_usages
       join ${keyRows.source} as wanted (member_id, key) using (member_id, key)`,
      keyRows.parameters([...own.values()]),
    );
    for (const row of rows) take(usages, row);
  }
  return new UsageBook(usages);
}

/** Stores changes; several of one key are added up first. */
export async function writeUsages(tx: Tx, changes: readonly UsageChange[]): Promise<void> {
  const book = new UsageBook(new Map());
  book.add(changes);
  await book.write(tx);
}

/**
 * Takes the amounts of all programme-wide keys with this beginning back to nothing, but for those that have a count: they
 * are complete and stay as they are.
 * @returns the keys that stay.
 */
export async function restartSharedIn(tx: Tx, beginning: string): Promise<string[]> {
  const rows = await tx.query<{ key: string; count: number }>(
    `update rule_usages set points = case when count = 0 then 0 else points end
     where member_id = $1 and starts_with(key, $2) returning key, count`,
    [NO_MEMBER, beginning],
  );
  return rows.flatMap(({ key, count }) => (count > 0 ? [key] : []));
}

/** Programme-wide usages by key, read without locks; keys never used are missing. */
export async function readProgrammeUsages(reader: Reader, keys: readonly string[]): Promise<Map<string, Usage>> {
  if (keys.length === 0) return new Map();
  const rows = await reader.query<UsageRow>(
    'select key, count, points from rule_usages where member_id = $1 and key = any ($2::text[])',
    [NO_MEMBER, [...keys]],
  );
  return new Map(rows.map((row) => [row.key, { count: Number(row.count), points: Number(row.points) }]));
}

/** What these members have used of these keys, read without locks: by member, then by key. Keys never used are missing. */
export async function readMemberUsages(
  reader: Reader,
  memberIds: readonly string[],
  keys: readonly string[],
): Promise<Map<string, Map<string, Usage>>> {
  if (memberIds.length === 0 || keys.length === 0) return new Map();
  const rows = await reader.query<UsageRow>(
    `select member_id as "memberId", key, count, points from rule_usages
     where member_id = any ($1::uuid[]) and key = any ($2::text[])`,
    [[...memberIds], [...keys]],
  );
  const used = new Map<string, Map<string, Usage>>();
  for (const { memberId, key, count, points } of rows) {
    const mine = used.get(memberId) ?? new Map<string, Usage>();
    used.set(memberId, mine.set(key, { count: Number(count), points: Number(points) }));
  }
  return used;
}

/**
 * Rows that do not exist cannot be locked, so missing ones are inserted first. Both statements go through the keys in one
 * order, and every transaction inserts before it locks, so no two can wait for each other in a circle.
 */
async function lockShared(tx: Tx, keys: readonly string[]): Promise<UsageRow[]> {
  if (keys.length === 0) return [];
  await tx.query(
    `insert into rule_usages (member_id, key, count, points)
     select $1, key, 0, 0 from unnest($2::text[]) as wanted (key) order by key collate "C"
     on conflict do nothing`,
    [NO_MEMBER, keys],
  );
  return tx.query<UsageRow>(
    `select member_id as "memberId", key, count, points from rule_usages
     where member_id = $1 and key = any ($2::text[]) order by key collate "C" for update`,
    [NO_MEMBER, keys],
  );
}

async function writeRows(tx: Tx, rows: readonly UsageRow[]): Promise<void> {
  const sorted = rows.filter((row) => row.count !== 0 || row.points !== 0).sort(byMemberAndKey);
  // PostgreSQL checks `count >= 0` on the row it proposes to insert, even when it then updates; so what goes down, after a
  // reversal, takes an update of the row that must be there.
  const rising = sorted.filter((row) => row.count >= 0 && row.points >= 0);
  const falling = sorted.filter((row) => row.count < 0 || row.points < 0);
  await usageRows.insert(
    tx,
    'rule_usages as used',
    rising,
    `on conflict (member_id, key) do update set count = used.count + excluded.count, points = used.points + excluded.points`,
  );
  if (falling.length > 0) {
    await tx.query(
      `update rule_usages as used set count = used.count + change.count, points = used.points + change.points
       from ${usageRows.source} as change (${usageRows.names})
       where used.member_id = change.member_id and used.key = change.key`,
      usageRows.parameters(falling),
    );
  }
}

function take(usages: Map<string, Usage>, row: UsageRow): void {
  // int8 may arrive as text; sums of points stay far below 2^53.
  usages.set(rowKey(row), { count: Number(row.count), points: Number(row.points) });
}

function rowKey({ memberId, key }: UsageKey): string {
  return `${memberId ?? NO_MEMBER} ${key}`;
}

function byMemberAndKey(left: UsageRow, right: UsageRow): number {
  return compare(left.memberId, right.memberId) || compare(left.key, right.key);
}

function compare(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
