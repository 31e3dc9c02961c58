import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { BADGE_REVOKED, emitAwardIn } from './badges.events.ts';
import { AWARD_COLUMNS, type AwardRow, revokeAwardIn, type StoredAward, toAwardRow } from './badges.rows.ts';

/** What was awarded for something that no longer holds. */
export interface AwardCause {
  badgeCode: string;
  causeKind: string;
  causeCode: string;
  /** The activity that had completed it; null for any. */
  activityId: string | null;
  /** At most so many, the latest first. */
  most: number;
}

/** The awards that a member holds for a cause, the latest first; those revoked already are not held. */
export async function findAwardsIn(tx: Tx, memberId: string, cause: AwardCause): Promise<AwardRow[]> {
  const rows = await tx.query<StoredAward>(
    `select ${AWARD_COLUMNS} from badge_awards a
     where a.badge_code = $1 and a.member_id = $2 and a.cause_kind = $3 and a.cause_code = $4
       and ($5::uuid is null or a.activity_id = $5) and a.revoked_at is null and a.number is not null
     order by a.number desc limit $6`,
    [cause.badgeCode, memberId, cause.causeKind, cause.causeCode, cause.activityId, cause.most],
  );
  return rows.map(toAwardRow);
}

/**
 * Takes awards back because what had earned them was reversed. They stay in the history as revoked, but unlike those that
 * somebody revokes by hand they can be earned again: they give back their numbers, and those of the same badge that came
 * after them move up. The caller counts down the member's goal and the edition.
 */
export async function takeAwardsBackIn(
  tx: Tx,
  awards: readonly AwardRow[],
  { reason, actor }: { reason: string; actor: string },
): Promise<Effect[]> {
  const effects: Effect[] = [];
  for (const award of awards) {
    const revoked = { ...award, number: null, revokedAt: tx.now, revokedReason: reason, revokedBy: actor };
    await revokeAwardIn(tx, revoked);
    await tx.query('update badge_awards set number = null where id = $1', [award.id]);
    effects.push(await emitAwardIn(tx, BADGE_REVOKED, revoked));
  }
  for (const { memberId, badgeCode } of firstOfEach(awards)) await moveUpIn(tx, memberId, badgeCode);
  return effects;
}

/** Lets an award hang on something else that gives it, because what had given it no longer holds. */
export async function handOnIn(
  tx: Tx,
  { id }: AwardRow,
  to: { kind: string; code: string; reason: string },
): Promise<void> {
  await tx.query(
    'update badge_awards set cause_kind = $2, cause_code = $3, reason = $4, activity_id = null where id = $1',
    [id, to.kind, to.code, to.reason],
  );
}

/** When a member got the first and the last of a badge that still count, in epoch milliseconds; null without any. */
export async function awardTimesIn(tx: Tx, memberId: string, badgeCode: string) {
  const [row] = await tx.query<{ first: number | null; last: number | null }>(
    `select (extract(epoch from min(awarded_at)) * 1000)::float8 as first,
       (extract(epoch from max(awarded_at)) * 1000)::float8 as last
     from badge_awards where badge_code = $1 and member_id = $2 and number is not null`,
    [badgeCode, memberId],
  );
  return { first: row?.first ?? null, last: row?.last ?? null };
}

/** One by one and from the lowest, because each number exists once at any moment. There are rarely any. */
async function moveUpIn(tx: Tx, memberId: string, badgeCode: string): Promise<void> {
  const rows = await tx.query<{ id: string; number: number }>(
    `select id, number from badge_awards where badge_code = $1 and member_id = $2 and number is not null order by number`,
    [badgeCode, memberId],
  );
  for (const [index, { id, number }] of rows.entries()) {
    if (number !== index + 1) await tx.query('update badge_awards set number = $2 where id = $1', [id, index + 1]);
  }
}

function firstOfEach(awards: readonly AwardRow[]): AwardRow[] {
  return [...new Map(awards.map((award) => [`${award.badgeCode} ${award.memberId}`, award])).values()];
}
