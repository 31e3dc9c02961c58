import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';

/** One thing that does not add up. */
export interface LedgerDifference {
  /** Which check found it, for example `wallet` or `lot`; `FINDINGS_PER_CHECK` are listed for each. */
  check: string;
  /** A full sentence that names ids and figures. */
  message: string;
}

/** What `verifyLedger` looked at and found. */
export interface LedgerReport {
  members: number;
  entries: number;
  lots: number;
  /** The programme's points in circulation: the sum of all entries. */
  points: number;
  differences: LedgerDifference[];
  /** True when some check found more differences than it lists. */
  truncated: boolean;
}

/** More than this many findings of one check tell no more than these do. */
const FINDINGS_PER_CHECK = 100;

/** Every figure of a member as the ledger, the lots and the wallet have it. Null: that side knows nothing of the member. */
interface Figures {
  memberId: string;
  known: boolean;
  entryPoints: string | null;
  credited: string | null;
  spent: string | null;
  expired: string | null;
  reversed: string | null;
  chain: string | null;
  lotActive: string | null;
  lotPending: string | null;
  lotCredited: string | null;
  walletActive: number | null;
  walletPending: number | null;
  walletDeficit: number | null;
  lifetimeEarned: number | null;
  lifetimeSpent: number | null;
  lifetimeExpired: number | null;
  lifetimeReversed: number | null;
}

/**
 * The members whose figures disagree, in one pass over each table (1 M entries: about 3 s). `chain` proves the
 * running balances without sorting: the hashes of all balances after an entry, less those of all balances before one,
 * leave the hash of the final balance, less that of 0, exactly when the entries form one chain. Sorting by id would be
 * wrong, because two servers' clocks may differ by more than the time between two entries.
 */
const FIGURES = `
with entry as (
  select member_id, sum(points) as points, coalesce(sum(points) filter (where points > 0 and kind <> 'REFUND'), 0) as credited,
    coalesce(-sum(points) filter (where (points < 0 and kind not in ('EXPIRE', 'REVERSE')) or kind = 'REFUND'), 0) as spent,
    coalesce(-sum(points) filter (where points < 0 and kind = 'EXPIRE'), 0) as expired,
    coalesce(-sum(points) filter (where points < 0 and kind = 'REVERSE'), 0) as reversed,
    sum(hashint4(balance_after)::bigint - hashint4(balance_after - points)::bigint) as chain
  from ledger_entries group by member_id
), lot as (
  select member_id, coalesce(sum(remaining) filter (where not pending), 0) as active,
    coalesce(sum(remaining) filter (where pending), 0) as pending, sum(points) as credited
  from lots group by member_id
), figures as (
  select member_id, members.id is not null as known, entry.points as entry_points, entry.credited, entry.spent, entry.expired,
    entry.reversed,
    case when entry.chain <> hashint4(entry.points::int)::bigint - hashint4(0)::bigint then entry.chain end as chain,
    lot.active as lot_active, lot.pending as lot_pending, lot.credited as lot_credited,
    wallets.active as wallet_active, wallets.pending as wallet_pending, wallets.deficit as wallet_deficit,
    wallets.lifetime_earned, wallets.lifetime_spent, wallets.lifetime_expired, wallets.lifetime_reversed
  from entry full join lot using (member_id) full join wallets using (member_id)
    full join (select id, id as member_id from members) as members using (member_id)
)
select member_id as "memberId", known, entry_points as "entryPoints", credited, spent, expired, reversed, chain,
  lot_active as "lotActive", lot_pending as "lotPending", lot_credited as "lotCredited", wallet_active as "walletActive",
  wallet_pending as "walletPending", wallet_deficit as "walletDeficit", lifetime_earned as "lifetimeEarned",
  lifetime_spent as "lifetimeSpent", lifetime_expired as "lifetimeExpired", lifetime_reversed as "lifetimeReversed"
from figures
where not known or wallet_active is null or chain is not null
  or coalesce(entry_points, 0) <> wallet_active + wallet_pending - wallet_deficit
  or coalesce(lot_active, 0) <> wallet_active or coalesce(lot_pending, 0) <> wallet_pending
  or coalesce(lot_credited, 0) <> coalesce(credited, 0)
  or lifetime_earned <> coalesce(credited, 0) or lifetime_spent <> coalesce(spent, 0)
  or lifetime_expired <> coalesce(expired, 0) or lifetime_reversed <> coalesce(reversed, 0)
limit ${FINDINGS_PER_CHECK + 1}`;

/**
 * Credits without their lot and lots without their credit, each named by the id they share. A refund makes no lot: it fills
 * those that had paid. The findings are materialised
 * because a limit directly on the join makes the planner bet on finding the first ones early: where there are none, its
 * index scans took 10 s for 1 M entries instead of 2 s of hash joins.
 */
const LOTS = `
with findings as materialized (
  select coalesce(entry.id, lot.id) as id, entry.points as "entryPoints", lot.points as "lotPoints",
    entry.member_id = lot.member_id as "sameMember"
  from (select id, member_id, points from ledger_entries where points > 0 and kind <> 'REFUND') as entry
    full join lots as lot on lot.id = entry.id
  where entry.id is null or lot.id is null or entry.points <> lot.points or entry.member_id <> lot.member_id
)
select * from findings limit ${FINDINGS_PER_CHECK + 1}`;

/**
 * Credits of which more is gone than they gave, or whose lot holds more than is left of them; and entries that took points
 * without naming the credit they were of.
 */
const CREDITS = `
with gone as (
  select reverses_id as id, coalesce(-sum(points) filter (where kind = 'REVERSE'), 0) as reversed,
    coalesce(-sum(points) filter (where kind = 'EXPIRE'), 0) as expired
  from ledger_entries where kind in ('REVERSE', 'EXPIRE') group by reverses_id
), findings as materialized (
  select gone.id, entry.points, lot.remaining, reversed, expired
  from gone left join ledger_entries as entry using (id) left join lots as lot using (id)
  where lot.id is null or reversed + expired > entry.points or lot.remaining > entry.points - reversed - expired
)
select * from findings limit ${FINDINGS_PER_CHECK + 1}`;

/** Entries that name an activity or an entry that does not exist or is another member's. */
const ORPHANS = `
with findings as materialized (
  select entry.id, 'activity' as what from ledger_entries as entry
  where activity_id is not null
    and not exists (select from activities as a where a.id = entry.activity_id and a.member_id = entry.member_id)
  union all
  select entry.id, 'entry' from ledger_entries as entry
  where reverses_id is not null
    and not exists (select from ledger_entries as e where e.id = entry.reverses_id and e.member_id = entry.member_id)
)
select * from findings limit ${FINDINGS_PER_CHECK + 1}`;

/** Bits of pg_trigger.tgtype: before (2), delete (8), update (16), truncate (32). */
const APPEND_ONLY_BITS = 2 + 8 + 16 + 32;

const GUARDS = `
select 'The table ' || name || ' can be changed: its append-only trigger is missing or switched off.' as message
from (values ('ledger_entries'), ('audit_entries')) as tables (name)
where not exists (
  select from pg_trigger where tgrelid = to_regclass(name) and not tgisinternal and tgenabled in ('O', 'A')
    and tgtype & ${APPEND_ONLY_BITS} = ${APPEND_ONLY_BITS})
union all
select 'The constraint ' || name || ' is missing or was never checked against the rows there are.'
from (values ('wallets_active'), ('wallets_pending'), ('wallets_deficit'), ('wallets_owing'),
  ('lots_remaining'), ('activities_source_key')) as constraints (name)
where not exists (select from pg_constraint where conname = name and convalidated
  and connamespace = current_schema()::regnamespace)`;

const TOTALS = `
select (select count(*) from members)::float8 as members, (select count(*) from lots)::float8 as lots,
  count(*)::float8 as entries, coalesce(sum(points), 0)::float8 as points
from ledger_entries`;

/**
 * Audits the ledger: entries = balances = lots for every member, every credit has its lot and loses no point twice, nothing
 * points into the void, and the database still guards all of it. Reads one snapshot, so a server may go on writing
 * meanwhile; changes nothing.
 */
export async function verifyLedger(orm: MikroORM): Promise<LedgerReport> {
  return orm.em.fork().transactional(
    async (em) => {
      // The audit of a large programme may take longer than a request is allowed to.
      await run(em, 'set local statement_timeout = 0');
      await run(em, "set local work_mem = '128MB'");
      const findings = [
        (await run<Figures>(em, FIGURES)).flatMap(explainFigures),
        (await run<LotFinding>(em, LOTS)).map(explainLot),
        (await run<CreditFinding>(em, CREDITS)).map(explainCredit),
        (await run<{ id: string; what: string }>(em, ORPHANS)).map(explainOrphan),
        (await run<{ message: string }>(em, GUARDS)).map(({ message }) => ({ check: 'guard', message })),
      ];
      const [totals] = await run<Omit<LedgerReport, 'differences' | 'truncated'>>(em, TOTALS);
      const differences = findings.flatMap((found) => found.slice(0, FINDINGS_PER_CHECK));
      const truncated = findings.some((found) => found.length > FINDINGS_PER_CHECK);
      return { members: 0, entries: 0, lots: 0, points: 0, ...totals, differences, truncated };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}

function run<Row extends object>(em: EntityManager, sql: string): Promise<Row[]> {
  return em.getConnection().execute<Row[]>(sql, [], 'all', em.getTransactionContext());
}

interface LotFinding {
  id: string;
  entryPoints: number | null;
  lotPoints: number | null;
  sameMember: boolean | null;
}

function explainLot({ id, entryPoints, lotPoints, sameMember }: LotFinding): LedgerDifference {
  const check = 'lot';
  if (lotPoints === null) return { check, message: `Entry ${id} credits ${entryPoints} points, but there is no lot.` };
  if (entryPoints === null) return { check, message: `Lot ${id} holds points that no entry credited.` };
  if (!sameMember) return { check, message: `Lot ${id} belongs to another member than the entry that credited it.` };
  return { check, message: `Lot ${id} was made with ${lotPoints} points, its entry credits ${entryPoints}.` };
}

interface CreditFinding {
  id: string | null;
  points: number | null;
  remaining: number | null;
  reversed: string;
  expired: string;
}

function explainCredit({ id, points, remaining, reversed, expired }: CreditFinding): LedgerDifference {
  const check = 'credit';
  const gone = `${reversed} points were taken back and ${expired} have expired`;
  if (id === null) return { check, message: `${gone} by entries that do not say of which credit.` };
  if (remaining === null) return { check, message: `${gone} of entry ${id}, which is no credit.` };
  return { check, message: `Entry ${id} credits ${points} points; ${gone}, and its lot holds ${remaining}.` };
}

function explainOrphan({ id, what }: { id: string; what: string }): LedgerDifference {
  return { check: 'orphan', message: `Entry ${id} names an ${what} that its member does not have.` };
}

function balanceOf({ walletActive, walletPending, walletDeficit }: Figures): number {
  return (walletActive ?? 0) + (walletPending ?? 0) - (walletDeficit ?? 0);
}

/** Says in words which of a member's figures disagree. */
function explainFigures(row: Figures): LedgerDifference[] {
  const who = `Member ${row.memberId}`;
  if (!row.known) return [{ check: 'member', message: `${who} has points but does not exist.` }];
  if (row.walletActive === null) return [{ check: 'wallet', message: `${who} has no wallet.` }];
  const compared: [string, string, number | string | null, string, number | string | null][] = [
    ['balance', 'entries', row.entryPoints, 'wallet', balanceOf(row)],
    ['wallet', 'active lots', row.lotActive, 'wallet', row.walletActive],
    ['wallet', 'pending lots', row.lotPending, 'wallet', row.walletPending],
    ['lot', 'lots were made with', row.lotCredited, 'entries credit', row.credited],
    ['lifetime', 'credits', row.credited, 'lifetime earned', row.lifetimeEarned],
    ['lifetime', 'debits', row.spent, 'lifetime spent', row.lifetimeSpent],
    ['lifetime', 'expiries', row.expired, 'lifetime expired', row.lifetimeExpired],
    ['lifetime', 'reversals', row.reversed, 'lifetime reversed', row.lifetimeReversed],
  ];
  const found = compared
    .filter(([, , left, , right]) => Number(left ?? 0) !== Number(right ?? 0))
    .map(([check, leftName, left, rightName, right]) => ({
      check,
      message: `${who}: ${leftName} ${left ?? 0}, ${rightName} ${right ?? 0}.`,
    }));
  if (row.chain !== null) {
    found.push({ check: 'balance', message: `${who}: the balances after each entry do not follow from one another.` });
  }
  return found;
}
