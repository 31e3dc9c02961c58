import { timeOrNull } from '../../platform/reader.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { emitEffectIn } from '../../recording/effects.ts';
import { readMillionths } from '../../rules/decimals.ts';
import { type ChallengeDefinition, type GoalState, ONE } from '../../rules/game.types.ts';
import { periodAt } from '../../rules/game-run.ts';
import { bucketOf } from '../../rules/goals.ts';
import { streakState } from '../../rules/streaks.ts';
import { announceContributionsIn, CHALLENGE_PROGRESSED, CHALLENGE_REOPENED } from './challenges.events.ts';
import { packSnapshot } from './challenges.progress.ts';
import type { ContributionRow } from './challenges.rows.ts';

/** A completion that was taken back. */
export interface Reopened {
  /** The ledger entry that had paid its points; null when it paid none. */
  entryId: string | null;
  /** The activity that had completed it, where it is known. */
  activityId: string | null;
}

/** What is left of a member's completions of a challenge. Times are epoch milliseconds. */
export interface ReopenedChallenge {
  reopened: Reopened[];
  firstCompletedAt: number | null;
  completedAt: number | null;
}

/**
 * Forgets that a member completed a challenge in these periods (null is the one completion of a streak), so that it can be
 * completed again. The caller takes back what it gave, and stores the member's state.
 */
export async function reopenIn(
  tx: Tx,
  memberId: string,
  code: string,
  periods: readonly (number | null)[],
): Promise<ReopenedChallenge> {
  const isAny = periods.includes(null);
  const reopened = await tx.query<Reopened>(
    `delete from challenge_completions where challenge_code = $1 and member_id = $2 and ($3 or period = any ($4::int[]))
     returning entry_id as "entryId", activity_id as "activityId"`,
    [code, memberId, isAny, periods.filter((period) => period !== null)],
  );
  const [left] = await tx.query<{ first: string | null; last: string | null }>(
    `select min(completed_at) as first, max(completed_at) as last from challenge_completions
     where challenge_code = $1 and member_id = $2`,
    [code, memberId],
  );
  return {
    reopened,
    firstCompletedAt: timeOrNull(left?.first ?? null),
    completedAt: timeOrNull(left?.last ?? null),
  };
}

/** What is left of what a member gave to a community challenge in one period. */
export interface LessenedContribution extends Omit<ContributionRow, 'lastAt'> {
  /** Null when nothing that counts today is left. */
  lastAt: number | null;
}

/** Stores what is left of what a member gave; nothing is left as nothing. Those who watch hear of it. */
export async function lessenContributionIn(tx: Tx, contribution: LessenedContribution): Promise<void> {
  const { challengeCode, period, memberId, amount, lastAt } = contribution;
  const own = [challengeCode, period, memberId];
  announceContributionsIn(tx, [challengeCode]);
  if (amount === 0) {
    await tx.query(
      'delete from challenge_contributions where challenge_code = $1 and period = $2 and member_id = $3',
      own,
    );
    return;
  }
  await tx.query(
    `update challenge_contributions set amount = $4, last_at = coalesce($5::timestamptz, last_at)
     where challenge_code = $1 and period = $2 and member_id = $3`,
    [...own, amount, lastAt === null ? null : new Date(lastAt).toISOString()],
  );
}

/** Whose progress fell, and of which activity the time decides the period that is told. */
export interface Fallen {
  memberId: string;
  challenge: ChallengeDefinition;
  state: GoalState;
  /** What everybody has together; null for the member's own. Millionths. */
  together: number | null;
  isReopened: boolean;
  occurredAt: number;
  /** The zone that cuts the challenge's periods. */
  zone: string;
}

/** Tells a member that less counts towards a challenge than before. */
export function tellFallenIn(tx: Tx, fallen: Fallen): Promise<Effect> {
  const { memberId, challenge, state, isReopened, occurredAt, zone, together } = fallen;
  const { code, goal, streak, recurrence } = challenge;
  const every = { every: streak?.every ?? recurrence, ofMember: streak !== null };
  const bucket = bucketOf(state, periodAt(every, occurredAt, zone));
  const stands = streak === null ? null : streakState(state.runs, streak, tx.now, zone);
  const target = streak === null ? (readMillionths(goal.target) ?? 0) : streak.length * ONE;
  const amount = stands === null ? (together ?? bucket.amount) : Math.min(stands.current * ONE, target);
  const snapshot = {
    ...{ code, progress: Math.min(amount, target), target, streak: stands },
    completed: stands === null ? bucket.done > 0 : state.times > 0,
    ...{ timesCompleted: state.times, startedAt: state.startedAt, completedAt: state.completedAt },
  };
  const type = isReopened ? CHALLENGE_REOPENED : CHALLENGE_PROGRESSED;
  return emitEffectIn(tx, type, memberId, { progress: packSnapshot(snapshot) });
}
