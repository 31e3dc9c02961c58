import { instant, type Reader, timeOrNull } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import type { RecordedActivity } from '../../recording/commands.ts';
import type { ActivityStore } from '../../recording/slice.ts';
import { ONE } from '../../rules/game.types.ts';
import type { PastActivity } from '../../rules/recount.ts';
import type { ActivityFacts, ActivityItemFacts } from '../../rules/types.ts';
import {
  type StoredEffect,
  type StoredLine,
  unpackEffect,
  unpackLine,
  writeEffects,
  writeTrace,
  writeUsage,
} from './receipt.codec.ts';

interface FlatActivity {
  id: string;
  memberId: string;
  typeCode: string;
  occurredAt: number;
  recordedAt: number;
  channel: string | null;
  valueAmount: string | null;
  valueCurrency: string | null;
  items: readonly ActivityItemFacts[] | null;
  attributes: Record<string, unknown> | null;
  source: string;
  idempotencyKey: string;
  inputHash: string;
  /** JSON text. */
  effects: string;
  trace: string;
  usage: string | null;
}

const activityRows = new RowSet<FlatActivity>({
  id: 'uuid',
  memberId: 'uuid',
  typeCode: 'text',
  occurredAt: 'timestamptz',
  recordedAt: 'timestamptz',
  channel: 'text',
  valueAmount: 'numeric',
  valueCurrency: 'text',
  items: 'jsonb',
  attributes: 'jsonb',
  source: 'text',
  idempotencyKey: 'text',
  inputHash: 'text',
  effects: 'json text',
  trace: 'json text',
  usage: 'json text',
});

/** The columns of `StoredFacts`. The table's alias is `a`. */
export const FACT_COLUMNS = `a.id, a.member_id as "memberId", a.type_code as "typeCode", a.occurred_at as "occurredAt",
  a.recorded_at as "recordedAt", a.channel, a.value_amount as "valueAmount", a.value_currency as "valueCurrency", a.items,
  a.attributes, a.source`;

/** The columns of an activity, for `toRecordedActivity`. The table's alias is `a`. */
export const ACTIVITY_COLUMNS = `${FACT_COLUMNS}, a.idempotency_key as "idempotencyKey", a.input_hash as "inputHash",
  a.reversed_at as "reversedAt", a.reversed_fraction as "reversedFraction", a.effects, a.trace`;

/** An activity as the driver gives it: times are text. */
export type StoredActivity = Omit<FlatActivity, 'occurredAt' | 'recordedAt' | 'effects' | 'trace' | 'usage'> & {
  occurredAt: string;
  recordedAt: string;
  reversedAt: string | null;
  reversedFraction: string;
  effects: readonly StoredEffect[];
  trace: readonly StoredLine[];
};

/** What rules see of a stored activity. */
export type StoredFacts = Omit<
  StoredActivity,
  'idempotencyKey' | 'inputHash' | 'reversedAt' | 'reversedFraction' | 'effects' | 'trace'
>;

export function toRecordedActivity(row: StoredActivity): RecordedActivity {
  const facts = toFacts(row);
  return {
    facts,
    memberId: row.memberId,
    recordedAt: instant(row.recordedAt).getTime(),
    idempotencyKey: row.idempotencyKey,
    inputHash: row.inputHash,
    reversedAt: timeOrNull(row.reversedAt),
    reversedFraction: plainFraction(row.reversedFraction),
    effects: row.effects.map((effect) => unpackEffect(effect, row.memberId, facts.occurredAt)),
    trace: row.trace.map(unpackLine),
  };
}

export function toFacts(row: StoredFacts): ActivityFacts {
  const { id, typeCode: type, channel, source, valueAmount: amount, valueCurrency: currencyCode } = row;
  const value = amount === null || currencyCode === null ? null : { amount, currencyCode };
  const occurredAt = instant(row.occurredAt).getTime();
  const { items, attributes } = row;
  return { id, type, occurredAt, channel, source, value, items: items ?? [], attributes: attributes ?? {} };
}

/** "0.500000" is what PostgreSQL makes of sums; people write "0.5". */
function plainFraction(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/**
 * What members did, for counting it anew: activities that were not reversed as a whole, of these types, from an instant on (null is
 * from the first), by member and in the order in which they occurred.
 */
export async function readPast(
  reader: Reader,
  memberIds: readonly string[],
  types: readonly string[],
  since: number | null,
): Promise<Map<string, PastActivity[]>> {
  const rows = await reader.query<StoredFacts & { left: number }>(
    `select ${FACT_COLUMNS}, ((1 - a.reversed_fraction) * ${ONE})::int as left from activities a where a.member_id = any ($1::uuid[]) and a.type_code = any ($2::text[])
       and a.occurred_at >= coalesce($3::timestamptz, '-infinity') and a.reversed_at is null
     order by a.member_id, a.occurred_at, a.id`,
    [memberIds, types, since === null ? null : new Date(since).toISOString()],
  );
  const past = Map.groupBy(rows, ({ memberId }) => memberId);
  return new Map([...past].map(([memberId, own]) => [memberId, own.map(toPast)]));
}

function toPast({ left, ...row }: StoredFacts & { left: number }): PastActivity {
  return { activity: toFacts(row), recordedAt: instant(row.recordedAt).getTime(), left };
}

/** Activities by id, in no particular order; unknown ids are missing. */
export async function readActivities(reader: Reader, ids: readonly string[]): Promise<RecordedActivity[]> {
  const rows = await reader.query<StoredActivity>(
    `select ${ACTIVITY_COLUMNS} from activities a where a.id = any ($1::uuid[])`,
    [ids],
  );
  return rows.map(toRecordedActivity);
}

/** The activity that was recorded under this key of this source; null when there is none. */
export async function readActivityByKey(reader: Reader, source: string, key: string): Promise<RecordedActivity | null> {
  const [row] = await reader.query<StoredActivity>(
    `select ${ACTIVITY_COLUMNS} from activities a where a.source = $1 and a.idempotency_key = $2`,
    [source, key],
  );
  return row === undefined ? null : toRecordedActivity(row);
}

/** Stored activities, as the recorder asks for them. */
export const activityStore: ActivityStore = {
  async find(tx, commands) {
    // LATERAL with LIMIT makes it one index look-up per key whatever the planner believes about a table that was empty a
    // moment ago; a plain join read the whole table until the first ANALYZE.
    const rows = await tx.query<StoredActivity>(
      `select a.* from unnest($1::text[], $2::text[]) as k (source, key)
       cross join lateral (select ${ACTIVITY_COLUMNS} from activities a
         where a.source = k.source and a.idempotency_key = k.key limit 1) as a`,
      [commands.map((command) => command.source), commands.map((command) => command.key)],
    );
    return rows.map(toRecordedActivity);
  },

  async write(tx: Tx, activities: readonly RecordedActivity[]) {
    await activityRows.insert(tx, 'activities', activities.map(flat));
  },
};

function flat(activity: RecordedActivity): FlatActivity {
  const { facts, memberId, recordedAt, idempotencyKey, inputHash, effects, trace, usage } = activity;
  return {
    id: facts.id,
    memberId,
    typeCode: facts.type,
    occurredAt: facts.occurredAt,
    recordedAt,
    channel: facts.channel,
    valueAmount: facts.value?.amount ?? null,
    valueCurrency: facts.value?.currencyCode ?? null,
    items: facts.items.length === 0 ? null : facts.items,
    attributes: isEmpty(facts.attributes) ? null : facts.attributes,
    source: facts.source,
    idempotencyKey,
    inputHash,
    effects: writeEffects(effects, facts.occurredAt),
    trace: writeTrace(trace),
    usage: writeUsage(usage),
  };
}

function isEmpty(object: Record<string, unknown>): boolean {
  for (const _key in object) return false;
  return true;
}
