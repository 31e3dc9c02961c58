import { newId } from '../../platform/ids.ts';
import type { Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import { type ChallengeDefinition, type GoalKey, type GoalState, ONE } from '../../rules/game.types.ts';
import { completeContribution } from '../../rules/game-views.ts';
import { compileTarget, EMPTY_GOAL } from '../../rules/goals.ts';
import type { OwedStep } from '../../rules/recount.ts';
import type { RuleReference } from '../../rules/types.ts';
import { awardIn } from '../badges/badges.awarding.ts';
import { creditBonusesIn } from '../points/points.bonuses.ts';
import { loadGoals } from '../progress/progress.rows.ts';
import { liftIn } from '../tiers/tiers.lifting.ts';
import { CHALLENGE, challengeOf, type StoredChallenge } from './challenges.definitions.ts';
import { CHALLENGE_COMPLETED } from './challenges.events.ts';
import { type ProgressSnapshot, packSnapshot } from './challenges.progress.ts';
import { completionKey, EVERYBODY, insertCompletionsIn, readCompletions, readUnpaid } from './challenges.rows.ts';

/** Pays everybody who contributed to a community challenge that was completed, as it was defined at that moment. */
export const PAY_COMMUNITY = 'challenges.pay-community';

/** The data of PAY_COMMUNITY. */
export interface PayCommunity {
  /** The version that was completed: its points and badge are paid, whatever it says by then. */
  rule: RuleReference;
  period: number;
  /** What everybody had together, and what was needed; millionths. */
  progress: number;
  target: number;
  completedAt: number;
  /** Who knows already, because their own activity completed it; null for nobody. */
  told: string | null;
  /** True when nobody is to be notified. */
  silent: boolean;
}

/**
 * Notes that everybody together has completed a challenge, and has all who contributed paid once this transaction has
 * committed. A second time for the same period fails, and with it the transaction that tries.
 * @param activityId the activity that reached the target, where it is known.
 */
export async function completeTogetherIn(tx: Tx, payment: PayCommunity, activityId: string | null): Promise<void> {
  const { rule, period, completedAt } = payment;
  const completion = { id: newId(), challengeCode: rule.code, memberId: EVERYBODY, period, activityId, completedAt };
  await insertCompletionsIn(tx, [{ ...completion, entryId: null }]);
  tx.enqueue(PAY_COMMUNITY, payment);
}

/** A challenge that a member has completed without an activity that says so at this moment. */
export interface Completion {
  memberId: string;
  period: number;
  /** The activity that reached the target, where it is known. */
  activityId: string | null;
  completedAt: number;
  /** How far the member is with it, for the event; null for a member who was told. */
  snapshot: ProgressSnapshot | null;
}

/** What counting anew found a member to be owed, as a completion. `state` is the member's after it. */
export function completionOf(
  { code, goal, streak }: ChallengeDefinition,
  memberId: string,
  state: GoalState,
  { period, activityId, occurredAt: completedAt }: OwedStep,
): Completion {
  const { times: timesCompleted, startedAt } = state;
  const target = streak === null ? compileTarget(goal) : streak.length * ONE;
  const reached = { progress: target, target, completed: true, timesCompleted, startedAt, completedAt };
  const snapshot = { code, ...reached, streak: null };
  return { memberId, period, activityId, completedAt, snapshot };
}

/**
 * Pays members for completions in a transaction that holds their locks: points (with the tier they lift into), badge and the
 * event, each once, whatever is repeated. A member's goals must be written before and must not be held in memory across the call. A badge that cannot be
 * awarded (not active, used up, held already) is left out; the rest is paid.
 * @returns how many were paid; those that had been before are left out.
 */
export async function completeIn(
  tx: Tx,
  challenge: ChallengeDefinition,
  completions: readonly Completion[],
): Promise<number> {
  const { code, version, name, points, badge, pendingForMs, expiresAfterMs } = challenge;
  const memberIds = [...new Set(completions.map(({ memberId }) => memberId))];
  const done = await readCompletions(tx, code, memberIds);
  const due = completions.filter((completion) => !done.has(completionKey(completion)));
  const rule = { kind: CHALLENGE, code, version, name };
  const reason = `Challenge “${name}” completed`;
  const terms = { rule, reason, pendingForMs, expiresAfterMs };
  const entries =
    points === null
      ? []
      : await creditBonusesIn(
          tx,
          due.map(({ memberId, completedAt }) => ({ ...terms, memberId, points, occurredAt: completedAt })),
        );
  await insertCompletionsIn(
    tx,
    due.map(({ memberId, period, activityId, completedAt }, index) => {
      const entryId = entries[index]?.id ?? null;
      return { id: newId(), challengeCode: code, memberId, period, activityId, completedAt, entryId };
    }),
  );
  for (const { memberId, snapshot } of due) {
    if (snapshot === null) continue;
    tx.emit({
      ...{ id: newId(), type: CHALLENGE_COMPLETED, memberId },
      ...{ occurredAt: tx.now, payload: { progress: packSnapshot(snapshot) } },
    });
  }
  const awards = due.flatMap(({ memberId, activityId, completedAt: awardedAt }) =>
    badge === null ? [] : [{ memberId, badge, cause: rule, reason, activityId, awardedAt }],
  );
  const paid = entries.filter((entry) => entry !== null);
  // Together with the badges of tiers, because limited ones are locked in one order.
  await liftIn(tx, paid, (_tx, ofTiers) => awardIn(tx, [...awards, ...ofTiers]));
  return due.length;
}

/** Members paid in one transaction: enough to share its cost, few enough to hold locks for milliseconds only. */
const MEMBERS_PER_TURN = 200;

/**
 * The handler of PAY_COMMUNITY: pays whoever has not been paid, in turns. May be killed and repeated at any point, because
 * each payment is written together with its completion, whose key exists once.
 * @returns how many members were paid.
 */
export async function payCommunity(
  work: UnitOfWork,
  reader: Reader,
  job: PayCommunity,
  signal?: AbortSignal,
): Promise<number> {
  const { rule, period, silent } = job;
  const challenge = await readVersion(reader, rule);
  let paid = 0;
  for (let last: string | null = null; ; ) {
    signal?.throwIfAborted();
    const wanted = { code: rule.code, period, after: last, limit: MEMBERS_PER_TURN };
    const memberIds: string[] = await readUnpaid(reader, wanted);
    last = memberIds.at(-1) ?? null;
    if (last === null) return paid;
    const scope = { name: PAY_COMMUNITY, locks: memberIds, notify: !silent };
    paid += await work.run(scope, (tx) => payIn(tx, challenge, job, memberIds));
  }
}

async function payIn(
  tx: Tx,
  challenge: ChallengeDefinition,
  { period, progress, target, completedAt, told }: PayCommunity,
  memberIds: readonly string[],
): Promise<number> {
  const { code } = challenge;
  const key: GoalKey = `${CHALLENGE}:${code}`;
  const goals = await loadGoals(tx, memberIds);
  const completions = memberIds.map((memberId): Completion => {
    const state = completeContribution(goals.goalOf(memberId, key) ?? EMPTY_GOAL, period, completedAt);
    goals.set(memberId, key, state);
    const { times: timesCompleted, startedAt } = state;
    const reached = { completed: true, progress, target, timesCompleted, startedAt, completedAt, streak: null };
    const snapshot = memberId === told ? null : { code, ...reached };
    return { memberId, period, activityId: null, completedAt, snapshot };
  });
  await goals.write(tx);
  return completeIn(tx, challenge, completions);
}

/** The challenge as that version said. */
async function readVersion(reader: Reader, { code, version }: RuleReference): Promise<ChallengeDefinition> {
  const [row] = await reader.query<{ definition: StoredChallenge; status: ChallengeDefinition['status'] }>(
    'select definition, status from configuration_versions where kind = $1 and code = $2 and version = $3',
    [CHALLENGE, code, version],
  );
  if (row === undefined) throw new Error(`There is no version ${version} of the challenge ${code}.`);
  const savedAt = new Date(0);
  return challengeOf({ kind: CHALLENGE, code, version, ...row, createdAt: savedAt, updatedAt: savedAt });
}
