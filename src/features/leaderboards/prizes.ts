import type { Reader } from '../../platform/reader.ts';
import { RowSet } from '../../platform/rows.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import type { Prize, Ranking, RuleReference } from '../../rules/types.ts';
import { awardIn } from '../badges/index.ts';
import { payBonusesIn } from '../points/points.bonuses.ts';
import { LEADERBOARD, type LeaderboardRecord } from './leaderboards.definitions.ts';

/** Pays the prizes of a closed season. What is paid was fixed when it closed, whatever becomes of the board meanwhile. */
export const PAY_PRIZES = 'leaderboards.pay-prizes';

/** The data of PAY_PRIZES. */
export interface PayPrizes {
  seasonId: string;
  rule: RuleReference;
  ranking: Ranking;
  prizes: readonly Prize[];
}

/** Members paid in one transaction: enough to share its cost, few enough to hold locks for milliseconds only. */
const MEMBERS_PER_TURN = 200;

/** Enqueues the payment of a season's prizes, in the transaction that closes it. */
export function enqueuePrizesIn(tx: Tx, seasonId: string, board: LeaderboardRecord): void {
  if (board.status !== 'ACTIVE' || board.prizes.length === 0) return;
  const { code, version, name, ranking, prizes } = board;
  const rule = { kind: LEADERBOARD, code, version, name };
  tx.enqueue(PAY_PRIZES, { seasonId, rule, ranking, prizes } satisfies PayPrizes);
}

/**
 * Pays whoever has not been paid, in turns. May be killed and repeated at any point: each payment is written together with
 * its ledger entry, under a key that exists once.
 * @returns how many members were paid.
 */
export async function payPrizes(work: UnitOfWork, reader: Reader, job: PayPrizes): Promise<number> {
  for (let paid = 0; ; ) {
    const winners = await unpaidWinners(reader, job);
    if (winners.length === 0) return paid;
    const locks = winners.map(({ memberId }) => memberId);
    paid += await work.run({ name: 'leaderboards.pay-prizes', locks }, (tx) => payIn(tx, job, winners));
  }
}

interface Winner {
  memberId: string;
  rank: number;
}

/** Equal scores share a rank and so its prize. Members who are not active win nothing, and nobody moves up for them. */
async function unpaidWinners(reader: Reader, { seasonId, ranking, prizes }: PayPrizes): Promise<Winner[]> {
  return reader.query<Winner>(
    `select placed.member_id as "memberId", placed.rank::int as rank
     from (select member_id, ${ranking === 'DENSE' ? 'dense_rank' : 'rank'}() over (order by -score) as rank
       from scores where season_id = $1) as placed
     join members m on m.id = placed.member_id and m.status = 'ACTIVE'
     where exists (select from unnest($2::int[], $3::int[]) as prize (first, last) where rank between first and last)
       and not exists (select from season_prizes p where p.season_id = $1 and p.member_id = placed.member_id)
     order by rank, placed.member_id limit ${MEMBERS_PER_TURN}`,
    [seasonId, prizes.map(({ fromRank }) => fromRank), prizes.map(({ toRank }) => toRank)],
  );
}

interface PaidPrize {
  seasonId: string;
  memberId: string;
  rank: number;
  points: number;
  badge: string | null;
  entryId: string | null;
  paidAt: number;
}

const paidRows = new RowSet<PaidPrize>({
  seasonId: 'uuid',
  memberId: 'uuid',
  rank: 'int4',
  points: 'int4',
  badge: 'text',
  entryId: 'uuid',
  paidAt: 'timestamptz',
});

async function payIn(tx: Tx, { seasonId, rule, prizes }: PayPrizes, winners: readonly Winner[]): Promise<number> {
  // Read again under the members' locks: another worker may have paid them since.
  const rows = await tx.query<{ memberId: string }>(
    `select member_id as "memberId" from season_prizes where season_id = $1 and member_id = any ($2::uuid[])`,
    [seasonId, winners.map(({ memberId }) => memberId)],
  );
  const paid = new Set(rows.map(({ memberId }) => memberId));
  const due = winners.flatMap((winner) => {
    const prize = prizes.find(({ fromRank, toRank }) => winner.rank >= fromRank && winner.rank <= toRank);
    return prize === undefined || paid.has(winner.memberId) ? [] : [{ ...winner, prize }];
  });
  const bonuses = due.flatMap(({ memberId, rank, prize: { points } }) => {
    return points === null ? [] : [{ memberId, points, rule, reason: reasonOf(rank, rule) }];
  });
  const entries = await payBonusesIn(tx, bonuses);
  const badges = await awardBadgesIn(tx, rule, due);
  await paidRows.insert(
    tx,
    'season_prizes',
    due.map(({ memberId, rank }) => {
      const entry = entries.get(memberId);
      const paid = { points: entry?.points ?? 0, entryId: entry?.id ?? null, badge: badges.get(memberId) ?? null };
      return { seasonId, memberId, rank, ...paid, paidAt: tx.now };
    }),
  );
  return due.length;
}

/**
 * Hands out the badges of prizes. Who has a badge that is awarded once, or comes after the last of a limited edition, wins
 * the points alone.
 * @returns the badges that were awarded, by member.
 */
async function awardBadgesIn(
  tx: Tx,
  rule: RuleReference,
  due: readonly (Winner & { prize: Prize })[],
): Promise<Map<string, string>> {
  const drafts = due.flatMap(({ memberId, rank, prize: { badge } }) => {
    return badge === null ? [] : [{ memberId, badge, cause: rule, reason: reasonOf(rank, rule) }];
  });
  const outcomes = await awardIn(tx, drafts);
  const awards = outcomes.flatMap((outcome) => ('award' in outcome ? [outcome.award] : []));
  return new Map(awards.map(({ memberId, badgeCode }) => [memberId, badgeCode]));
}

function reasonOf(rank: number, { name }: RuleReference): string {
  return `Place ${rank} on “${name}”`;
}
