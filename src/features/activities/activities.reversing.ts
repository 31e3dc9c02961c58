import { instant } from '../../platform/reader.ts';
import type { Tx } from '../../platform/tx.ts';
import { ONE } from '../../rules/game.types.ts';
import type { ActivityFacts, UsageChange } from '../../rules/types.ts';
import { FACT_COLUMNS, type StoredFacts, toFacts } from './activities.store.ts';
import { type StoredUsage, unpackUsage } from './receipt.codec.ts';

/** An activity as somebody sees it who is about to reverse it. Times are epoch milliseconds. */
export interface ReversibleActivity {
  facts: ActivityFacts;
  memberId: string;
  recordedAt: number;
  /** How much of it was reversed before, in millionths. */
  reversed: number;
  /** What it used of caps and budgets. */
  usage: UsageChange[];
}

/** The activity with this id, and nobody else reverses it until this transaction ends; null when there is none. */
export async function holdActivityIn(tx: Tx, id: string): Promise<ReversibleActivity | null> {
  const [row] = await tx.query<StoredFacts & { reversed: number; usage: StoredUsage[] | null }>(
    `select ${FACT_COLUMNS}, (a.reversed_fraction * ${ONE})::int as reversed, a.usage from activities a
     where a.id = $1 for update`,
    [id],
  );
  if (row === undefined) return null;
  const { reversed, usage, ...stored } = row;
  const { memberId } = stored;
  return {
    facts: toFacts(stored),
    memberId,
    recordedAt: instant(stored.recordedAt).getTime(),
    reversed,
    usage: (usage ?? []).map((used) => unpackUsage(used, memberId)),
  };
}

/** Notes how much of an activity is reversed now, in millionths, and that it is as a whole. */
export async function noteReversedIn(tx: Tx, id: string, reversed: number): Promise<void> {
  await tx.query(
    `update activities set reversed_fraction = round($2::numeric / ${ONE}, 6), reversed_at = case when $2 = ${ONE} then $3::timestamptz end
     where id = $1`,
    [id, reversed, new Date(tx.now).toISOString()],
  );
}
