import { instant, instantOrNull, type Reader } from '../../platform/reader.ts';
import type { Tx } from '../../platform/tx.ts';
import type { GoalKey } from '../../rules/game.types.ts';
import { restartSharedIn } from './usages.ts';

/** The job that counts what happened before a challenge or badge, members in turns; see src/features/filling. */
export const FILL_GOAL = 'goals.fill';

/** The data of FILL_GOAL. */
export interface FillGoal {
  key: GoalKey;
}

/** How far the counting of what happened before is. */
export interface Fill {
  key: GoalKey;
  /** The version of the challenge or badge in which what it counts last changed. */
  version: number;
  /** Members that were looked at, and how many there are. */
  done: number;
  total: number;
  /** Members are taken in the order of their ids; null before the first turn. */
  lastMemberId: string | null;
  /** The usage keys of community periods that were completed when it began. */
  completedKeys: string[];
  startedAt: Date;
  finishedAt: Date | null;
}

/** A fill as the driver gives it. */
type StoredFill = Omit<Fill, 'startedAt' | 'finishedAt'> & { startedAt: string; finishedAt: string | null };

const COLUMNS = `key, version, done, total, last_member_id as "lastMemberId",
  completed_keys as "completedKeys", started_at as "startedAt", finished_at as "finishedAt"`;

/**
 * Has everything counted anew for a challenge or badge, in the transaction that saves it: from its commit on, what members
 * have under the key counts as nothing until the job, or their next activity, has counted it by the new definition. What
 * was paid stays paid. To be called when a goal is to look back, and whenever what it counts has changed.
 *
 * The transaction must hold every lock partition (EVERY_PARTITION): then nobody is recording by the old definition.
 */
export async function startFillIn(tx: Tx, key: GoalKey, version: number): Promise<void> {
  // What a community has together begins at nothing too, and grows with every member that is counted.
  const completed = await restartSharedIn(tx, `${key}|COMMUNITY|`);
  await tx.query(
    `insert into goal_fills (key, version, done, total, completed_keys, started_at)
     select $1, $2, 0, count(*), $3::text[], $4::timestamptz from members
     on conflict (key) do update set version = excluded.version, done = 0, total = excluded.total, last_member_id = null,
       completed_keys = excluded.completed_keys, started_at = excluded.started_at, finished_at = null`,
    [key, version, completed, new Date(tx.now).toISOString()],
  );
  tx.enqueue(FILL_GOAL, { key } satisfies FillGoal, { key });
}

/** Fills by key; a goal that never looked back has none. */
export async function readFills(reader: Reader, keys: readonly GoalKey[]): Promise<Map<GoalKey, Fill>> {
  if (keys.length === 0) return new Map();
  const rows = await reader.query<StoredFill>(`select ${COLUMNS} from goal_fills where key = any ($1::text[])`, [
    [...keys],
  ]);
  return new Map(rows.map((row) => [row.key, toFill(row)]));
}

/** A fill under a lock that only others who fill the same goal wait for; null when there is none. */
export async function lockFillIn(tx: Tx, key: GoalKey): Promise<Fill | null> {
  const [row] = await tx.query<StoredFill>(`select ${COLUMNS} from goal_fills where key = $1 for update`, [key]);
  return row === undefined ? null : toFill(row);
}

/** Notes that members up to this one, so many more, are done. */
export async function advanceFillIn(tx: Tx, key: GoalKey, lastMemberId: string, members: number): Promise<void> {
  await tx.query(
    `update goal_fills set last_member_id = $2, done = done + $3, total = greatest(total, done + $3) where key = $1`,
    [key, lastMemberId, members],
  );
}

/** Notes that all members are done. */
export async function finishFillIn(tx: Tx, key: GoalKey): Promise<void> {
  await tx.query('update goal_fills set total = done, finished_at = $2 where key = $1', [
    key,
    new Date(tx.now).toISOString(),
  ]);
}

function toFill(row: StoredFill): Fill {
  return { ...row, startedAt: instant(row.startedAt), finishedAt: instantOrNull(row.finishedAt) };
}
