import type { Tx } from '../../platform/tx.ts';
import { periodAt } from '../../rules/game-run.ts';
import { bucketOf, compileTarget, EMPTY_GOAL, sharedKey } from '../../rules/goals.ts';
import type { Programme } from '../../rules/programme.ts';
import { completeTogetherIn, PAY_COMMUNITY, type PayCommunity } from '../challenges/challenges.payment.ts';
import {
  type ContributionRow,
  clearContributionsIn,
  readGathered,
  writeContributionsIn,
} from '../challenges/challenges.rows.ts';
import type { GoalsBook } from '../progress/progress.rows.ts';
import { loadUsages, type UsageBook } from '../progress/usages.ts';
import type { PastGoal } from './filling.goals.ts';
import type { Counted } from './filling.turns.ts';

/** What the shares of a turn are stored by. */
interface Sharing {
  goal: PastGoal;
  programme: Programme;
  /** As they were before the recount. */
  goals: GoalsBook;
  usages: UsageBook;
  completedKeys: readonly string[];
}

/**
 * Replaces what these members gave to a community challenge, and moves what everybody has together by the difference, so
 * that it stays the sum of all contributions whoever records meanwhile.
 */
export async function storeSharesIn(tx: Tx, sharing: Sharing, counted: readonly Counted[]): Promise<void> {
  const { goal, programme, goals, usages, completedKeys } = sharing;
  const { code } = goal.rule;
  const rows: ContributionRow[] = [];
  for (const { memberId, past, recount } of counted) {
    const before = goals.goalOf(memberId, goal.key) ?? EMPTY_GOAL;
    const periods = new Set([...before.buckets, ...recount.state.buckets].map(({ period }) => period));
    for (const period of periods) {
      const key = sharedKey(code, period);
      if (completedKeys.includes(key)) continue;
      const { amount } = bucketOf(recount.state, period);
      usages.add([{ memberId: null, key, count: 0, points: amount - bucketOf(before, period).amount }]);
      const every = { every: goal.challenge?.recurrence ?? 'NONE', ofMember: false };
      const last = past.findLast(
        ({ activity }) => periodAt(every, activity.occurredAt, programme.program.timeZone) === period,
      );
      if (amount === 0 || last === undefined) continue;
      rows.push({ challengeCode: code, period, memberId, amount, lastAt: last.activity.occurredAt });
    }
  }
  await clearContributionsIn(
    tx,
    code,
    counted.map(({ memberId }) => memberId),
  );
  await writeContributionsIn(tx, rows);
}

/**
 * Completes the periods in which everybody together has reached the target, once all are counted, and has contributors paid.
 * A period that was completed by recording in the meantime is paid once more: members who were counted after that have
 * contributed too, and nobody is paid twice. The caller is alone.
 */
export async function completeSharedIn(tx: Tx, goal: PastGoal, completedKeys: readonly string[]): Promise<void> {
  const { code } = goal.rule;
  const target = compileTarget(goal.goal);
  const shared = (await readSharedIn(tx, code)).filter(({ key }) => !completedKeys.includes(key));
  const usages = await loadUsages(tx, shared);
  for (const { period, lastAt, ...key } of shared) {
    const { count, points: progress } = usages.usageOf(key);
    if (count === 0 && progress < target) continue;
    const [gathered] = await readGathered(tx, [{ code, period }]);
    const completedAt = gathered?.completedAt ?? lastAt;
    const payment: PayCommunity = {
      ...{ rule: goal.rule, period, progress, target, completedAt },
      ...{ told: null, silent: true },
    };
    if (count > 0) {
      tx.enqueue(PAY_COMMUNITY, payment);
      continue;
    }
    usages.add([{ ...key, count: 1, points: 0 }]);
    await completeTogetherIn(tx, payment, null);
  }
  await usages.write(tx);
}

/** The periods to which somebody has contributed, when the last one did, and the keys of what they have together. */
async function readSharedIn(tx: Tx, code: string) {
  const rows = await tx.query<{ period: number; lastAt: number }>(
    `select period, (extract(epoch from max(last_at)) * 1000)::float8 as "lastAt" from challenge_contributions
     where challenge_code = $1 group by period order by period`,
    [code],
  );
  return rows.map(({ period, lastAt }) => ({ period, lastAt, memberId: null, key: sharedKey(code, period) }));
}
