import type { Tx } from '../../platform/tx.ts';
import { writeMillionths } from '../../rules/decimals.ts';
import { limitKey } from '../../rules/game-views.ts';
import { compileTarget } from '../../rules/goals.ts';
import type { Programme } from '../../rules/programme.ts';
import { type PastActivity, type Recount, recountGoal, recountUsage } from '../../rules/recount.ts';
import type { UsageKey } from '../../rules/types.ts';
import { readPast } from '../activities/activities.store.ts';
import { awardRow, writeAwardsIn } from '../badges/badges.awarding.ts';
import { completeIn, completionOf } from '../challenges/challenges.payment.ts';
import { loadRecords } from '../members/members.directory.ts';
import { MemberStatus } from '../members/members.words.ts';
import { type GoalsBook, loadGoals } from '../progress/progress.rows.ts';
import { loadUsages, type UsageBook } from '../progress/usages.ts';
import { storeSharesIn } from './filling.community.ts';
import type { PastGoal } from './filling.goals.ts';

/** A member whose goal was counted from scratch. */
export interface Counted {
  memberId: string;
  past: readonly PastActivity[];
  recount: Recount;
}

/** What a turn looks at. */
interface Turn {
  tx: Tx;
  goal: PastGoal;
  programme: Programme;
  goals: GoalsBook;
  usages: UsageBook;
  /** The usage keys of community periods whose contributions are final. */
  completedKeys: readonly string[];
}

/**
 * Counts a goal of these members from scratch, stores what they have and gives what is due. The caller holds their locks.
 * Those who are merged or erased are passed over.
 * @returns how many of them are done: the one after those is owed more badges than one turn gives, and begins the next turn.
 */
export async function countMembersIn(
  tx: Tx,
  { goal, programme, completedKeys }: Pick<Turn, 'goal' | 'programme' | 'completedKeys'>,
  memberIds: readonly string[],
): Promise<number> {
  const usages = await loadUsages(tx, recountUsage(programme, goal.key, tx.now));
  const goals = await loadGoals(tx, memberIds);
  const turn: Turn = { tx, goal, programme, goals, usages, completedKeys };
  const counted = await countIn(turn, memberIds);
  if (goal.challenge?.mode === 'COMMUNITY') await storeSharesIn(tx, turn, counted);
  for (const { memberId, recount } of counted) goals.set(memberId, goal.key, recount.state);
  await Promise.all([goals.write(tx), usages.write(tx)]);
  await giveIn(tx, goal, counted);
  const last = counted.at(-1);
  return last?.recount.more ? memberIds.indexOf(last.memberId) : memberIds.length;
}

/**
 * Members in the order of their ids, so that of a limited badge the same ones get the last, however often this runs. Nobody
 * comes before a member has all that is due.
 */
async function countIn(turn: Turn, memberIds: readonly string[]): Promise<Counted[]> {
  const { tx, goal, programme, goals, usages } = turn;
  const records = await loadRecords(tx, memberIds, []);
  const past = await readPast(tx, memberIds, goal.goal.activityTypes, goal.since);
  const facts = new Map(records.filter(isPresent).map((record) => [record.facts.id, record.facts]));
  const counted: Counted[] = [];
  for (const memberId of memberIds) {
    const member = facts.get(memberId);
    const activities = past.get(memberId) ?? [];
    if (member === undefined) continue;
    if (activities.length === 0 && goals.goalOf(memberId, goal.key) === undefined) continue;
    const recount = recountGoal(programme, goal.key, {
      ...{ member, activities, now: tx.now },
      timeZone: member.timeZone ?? programme.program.timeZone,
      goal: (key) => goals.goalOf(memberId, key),
      usage: (key) => usageOf(turn, key),
    });
    if (recount === null) continue;
    counted.push({ memberId, past: activities, recount });
    const count = recount.owed.length;
    if (goal.isLimited && count > 0) usages.add([{ memberId: null, key: limitKey(goal.rule.code), count, points: 0 }]);
    if (recount.more) break;
  }
  return counted;
}

/** A community that completes its challenge while it is being counted must not shut out those who come later in the turns. */
function usageOf({ usages, completedKeys }: Turn, key: UsageKey) {
  const usage = usages.usageOf(key);
  return key.key.includes('|COMMUNITY|') && !completedKeys.includes(key.key) ? { ...usage, count: 0 } : usage;
}

/** Gives badges and completions that are due. What members have is stored before. */
async function giveIn(tx: Tx, goal: PastGoal, counted: readonly Counted[]): Promise<void> {
  const owed = counted.flatMap(({ memberId, recount: { owed, state } }) =>
    owed.map((step, index) => ({ memberId, state, step, number: state.times - owed.length + index + 1 })),
  );
  if (owed.length === 0) return;
  const { challenge, rule } = goal;
  if (challenge !== null) {
    await completeIn(
      tx,
      challenge,
      owed.map(({ memberId, state, step }) => completionOf(challenge, memberId, state, step)),
    );
    return;
  }
  const reason = `Reached ${writeMillionths(compileTarget(goal.goal))}`;
  await writeAwardsIn(
    tx,
    owed.map(({ memberId, step: { activityId, occurredAt: awardedAt }, number }) => {
      const draft = { memberId, badge: rule.code, cause: rule, reason, activityId, awardedAt };
      return awardRow(draft, number, tx.now);
    }),
  );
}

function isPresent({ status }: { status: string }): boolean {
  return status === MemberStatus.ACTIVE || status === MemberStatus.SUSPENDED;
}
