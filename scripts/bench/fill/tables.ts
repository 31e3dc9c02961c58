import { statement } from '../support/stage.ts';
import { memberIdSql } from './identity.ts';

/** Activities of a member in a history, and entries of one activity: a rule each. */
const ENTRIES_PER_ACTIVITY = 3;
/** What an activity of the history earns by each of the three rules. */
const POINTS = [40, 5, 25] as const;
const POINTS_PER_ACTIVITY = POINTS[0] + POINTS[1] + POINTS[2];

/** A prime above every number of members, so that a walk in steps of it visits all of them in a scattered order. */
const STEP = 15_485_863;

/**
 * Puts members with empty wallets into an empty, migrated database, set-based. Their numbers carry no check digit, which
 * nothing here types in. The trigram index is built afterwards, as a bulk load would.
 */
export async function fillMembers(url: string, members: number): Promise<void> {
  await statement(url, 'drop index members_search_text');
  await statement(
    url,
    `insert into members (id, external_id, member_number, display_name, status, visibility, joined_at, interests, attributes,
       referral_code, search_text, created_at, updated_at)
     select ${memberIdSql('n')}, 'customer-' || n, lpad(n::text, 8, '0'), 'Member Number ' || n, 'ACTIVE', 'PUBLIC',
       timestamptz '2022-01-01' + n * interval '10 seconds', '{"vandring","skidor"}', '{}', 'R' || lpad(n::text, 9, '0'),
       'member number ' || n || chr(10) || lpad(n::text, 8, '0') || chr(10) || 'customer-' || n, now(), now()
     from generate_series(1, $1::int) n`,
    [members],
  );
  await statement(
    url,
    `insert into wallets select ${memberIdSql('n')}, 0, 0, 0, 0, 0 from generate_series(1, $1::int) n`,
    [members],
  );
  await statement(url, 'create index members_search_text on members using gin (search_text gin_trgm_ops)');
}

/**
 * Gives the members a past of about `entries` ledger entries: activities with receipts, entries, lots and wallets that
 * agree to the last point, in the order of their ids as if they had been recorded one after the other over two years.
 * Indexes are dropped and built again, which is what makes ten million rows a matter of minutes.
 * @returns the number of entries.
 */
export async function fillHistory(url: string, members: number, entries: number): Promise<number> {
  const activities = Math.round(entries / ENTRIES_PER_ACTIVITY);
  const indexes = await dropIndexes(url, ['activities', 'ledger_entries', 'lots']);
  await statement(url, ACTIVITIES, [activities, members]);
  await statement(url, ENTRIES, [activities, members]);
  await statement(
    url,
    `insert into lots (id, member_id, points, remaining, pending, active_at, expires_at)
     select id, member_id, points, points, false, active_at, expires_at from ledger_entries`,
  );
  await statement(
    url,
    `update wallets set active = made.points, lifetime_earned = made.points
     from (select member_id, count(*)::int * ${POINTS_PER_ACTIVITY} as points from activities group by member_id) as made
     where wallets.member_id = made.member_id`,
  );
  for (const definition of indexes) await statement(url, definition);
  return activities * ENTRIES_PER_ACTIVITY;
}

/** The n-th activity (from 0) of `$2` members: whose it is, how many that member had before, when it was. */
const WALK = `select n, 1 + (n * ${STEP}::bigint) % $2::int as member, n / $2::int as before,
    now() - interval '730 days' + n * (interval '720 days' / $1::int) as at,
    lpad(to_hex(n), 12, '0') as hex
  from generate_series(0, $1::bigint - 1) n`;

const PARTS = `(values (0, ${POINTS[0]}, 0, 'purchase', 'One point per 10 kronor'),
  (1, ${POINTS[1]}, ${POINTS[0]}, 'store-visit', 'Store visit'),
  (2, ${POINTS[2]}, ${POINTS[0] + POINTS[1]}, 'large-basket', 'Large basket'))
  as part (place, points, earlier, code, name)`;

function idSql(kind: string): string {
  return `('0191000${kind}-0000-7000-8000-' || hex)::uuid`;
}

function effectText(place: number): string {
  return `["PointsEarned","0191000${place + 4}-0000-7000-8000-%1$s","MTIzNDU2Ny0w",%2$s,{"entryId":"0191000${place}-0000-7000-8000-%1$s","points":${POINTS[place]},"balance":%3$s}]`;
}

const TRACE = `[[["earning-rule","purchase",1,"One point per 10 kronor"],1,"1 point for each whole 10 SEK of 402.50 SEK.",40,40],
[["earning-rule","store-visit",1,"Store visit"],1,"5 points.",5,5],[["earning-rule","large-basket",1,"Large basket"],1,"25 points.",25,25]]`;

const ACTIVITIES = `insert into activities (id, member_id, type_code, occurred_at, recorded_at, channel, value_amount,
    value_currency, source, idempotency_key, input_hash, effects, trace)
  select ${idSql('9')}, ${memberIdSql('member')}, 'purchase', at, at, 'store', 402.50, 'SEK', 'history', hex,
    'hash-of-43-characters-as-every-activity-has', format('[${effectText(0)},${effectText(1)},${effectText(2)}]', hex,
      (extract(epoch from at) * 1000)::bigint, before * ${POINTS_PER_ACTIVITY})::json, '${TRACE}'::json
  from (${WALK}) as activity`;

const ENTRIES = `insert into ledger_entries (id, member_id, kind, points, balance_after, reason, activity_id, rule_kind,
    rule_code, rule_version, rule_name, active_at, expires_at, occurred_at, recorded_at)
  select ('0191000' || part.place || '-0000-7000-8000-' || hex)::uuid, ${memberIdSql('member')}, 'EARN', part.points,
    before * ${POINTS_PER_ACTIVITY} + part.earlier + part.points, part.name, ${idSql('9')}, 'earning-rule', part.code, 1,
    part.name, at, at + interval '800 days', at, at
  from (${WALK}) as activity cross join ${PARTS}`;

/** Drops a table's indexes and constraints that have one; gives the statements that make them again. */
async function dropIndexes(url: string, tables: readonly string[]): Promise<string[]> {
  const found = await statement<{ table: string; name: string; index: string; constraint: string | null }>(
    url,
    `select i.indrelid::regclass::text as table, c.relname as name, pg_get_indexdef(i.indexrelid) as index,
       pg_get_constraintdef(k.oid) as constraint
     from pg_index i join pg_class c on c.oid = i.indexrelid
       left join pg_constraint k on k.conindid = i.indexrelid and k.conrelid = i.indrelid
     where i.indrelid = any ($1::regclass[])`,
    [tables],
  );
  for (const { table, name, constraint } of found) {
    await statement(url, constraint === null ? `drop index ${name}` : `alter table ${table} drop constraint ${name}`);
  }
  return found.map(({ table, name, index, constraint }) =>
    constraint === null ? index : `alter table ${table} add constraint ${name} ${constraint}`,
  );
}
