import { instant, type Reader } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx } from '../../platform/tx.ts';
import { announceContributionsIn } from './challenges.events.ts';

/**
 * Stands in `challenge_completions` for everybody together: its row says when a community challenge was completed, before
 * the first contributor is paid, and its key is what makes that happen once.
 */
export const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** A completion as it is stored. */
export interface CompletionRow {
  id: string;
  challengeCode: string;
  memberId: string;
  /** The day, week or month counted from 1970; 0 without recurrence. */
  period: number;
  activityId: string | null;
  completedAt: number;
  /** The ledger entry that paid the points. */
  entryId: string | null;
}

/** What a member gave to a community challenge in one period. */
export interface ContributionRow {
  challengeCode: string;
  period: number;
  memberId: string;
  /** Millionths. */
  amount: number;
  /** When the latest activity that counts took place. */
  lastAt: number;
}

const completionRows = new RowSet<CompletionRow>({
  id: 'uuid',
  challengeCode: 'text',
  memberId: 'uuid',
  period: 'int4',
  activityId: 'uuid',
  completedAt: 'timestamptz',
  entryId: 'uuid',
});

const contributionRows = new RowSet<ContributionRow>({
  challengeCode: 'text',
  period: 'int4',
  memberId: 'uuid',
  amount: 'int8',
  lastAt: 'timestamptz',
});

/** Stores completions in one statement. One that is there already fails, and with it everything that would pay again. */
export function insertCompletionsIn(tx: Tx, rows: readonly CompletionRow[]): Promise<void> {
  return completionRows.insert(tx, 'challenge_completions', rows);
}

/** Stores what members have given so far, in one statement: the whole amount, not what it grew by. Those who watch hear of it. */
export async function writeContributionsIn(tx: Tx, rows: readonly ContributionRow[]): Promise<void> {
  if (rows.length === 0) return;
  announceContributionsIn(tx, [...new Set(rows.map(({ challengeCode }) => challengeCode))]);
  await contributionRows.insert(
    tx,
    'challenge_contributions as known',
    rows,
    `on conflict (challenge_code, period, member_id) do update set amount = excluded.amount,
       last_at = greatest(known.last_at, excluded.last_at)`,
  );
}

/** Forgets what these members gave to a challenge, all of them without `memberIds`; what was paid for stays. Those who watch hear of it. */
export async function clearContributionsIn(
  tx: Tx,
  challengeCode: string,
  memberIds: readonly string[] | null,
): Promise<void> {
  announceContributionsIn(tx, [challengeCode]);
  await tx.query(
    `delete from challenge_contributions as c where challenge_code = $1 and ($2::uuid[] is null or member_id = any ($2))
       and not exists (select from challenge_completions d
         where d.challenge_code = $1 and d.period = c.period and d.member_id = '${EVERYBODY}')`,
    [challengeCode, memberIds],
  );
}

/** A member's completion of one period, as text to compare by. */
export function completionKey({ memberId, period }: Pick<CompletionRow, 'memberId' | 'period'>): string {
  return `${memberId} ${period}`;
}

/** Which of these members have completed a challenge in which periods, as `completionKey`. */
export async function readCompletions(
  reader: Reader,
  challengeCode: string,
  memberIds: readonly string[],
): Promise<Set<string>> {
  const rows = await reader.query<Pick<CompletionRow, 'memberId' | 'period'>>(
    `select member_id as "memberId", period from challenge_completions
     where challenge_code = $1 and member_id = any ($2::uuid[])`,
    [challengeCode, [...memberIds]],
  );
  return new Set(rows.map(completionKey));
}

/** Contributors to a completed challenge who are not paid yet, in the order of their ids from one on. */
export async function readUnpaid(
  reader: Reader,
  { code, period, after, limit }: { code: string; period: number; after: string | null; limit: number },
): Promise<string[]> {
  const rows = await reader.query<{ memberId: string }>(
    `select c.member_id as "memberId" from challenge_contributions c
     join members m on m.id = c.member_id and m.status = 'ACTIVE'
     where c.challenge_code = $1 and c.period = $2 and ($3::uuid is null or c.member_id > $3)
       and not exists (select from challenge_completions d
         where d.challenge_code = $1 and d.period = $2 and d.member_id = c.member_id)
     order by c.member_id limit $4`,
    [code, period, after, limit],
  );
  return rows.map(({ memberId }) => memberId);
}

/** How many members contributed in one period of a challenge, and when it was completed. */
export interface Gathered {
  contributorCount: number;
  /** Epoch milliseconds. */
  completedAt: number | null;
}

/** The same for many at once, in the order of what is asked for. */
export async function readGathered(
  reader: Reader,
  wanted: readonly { code: string; period: number }[],
): Promise<Gathered[]> {
  const rows = await reader.query<{ contributorCount: number; completedAt: string | null }>(
    `select (select count(*)::int from challenge_contributions c
         where c.challenge_code = w.code and c.period = w.period) as "contributorCount",
       (select d.completed_at from challenge_completions d
         where d.challenge_code = w.code and d.period = w.period and d.member_id = '${EVERYBODY}') as "completedAt"
     from unnest($1::text[], $2::int[]) with ordinality as w (code, period, place) order by w.place`,
    [wanted.map(({ code }) => code), wanted.map(({ period }) => period)],
  );
  return rows.map(({ contributorCount, completedAt }) => ({
    contributorCount,
    completedAt: completedAt === null ? null : instant(completedAt).getTime(),
  }));
}
