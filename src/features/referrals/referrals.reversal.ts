import type { Reader } from '../../platform/reader.ts';
import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { counterKey } from '../../rules/caps.ts';
import type { Programme } from '../../rules/programme.ts';
import type { PastActivity } from '../../rules/recount.ts';
import { type CompiledReferrals, qualifies } from '../../rules/referrals.ts';
import type { MemberFacts, UsageChange } from '../../rules/types.ts';
import { announceChainIn, emitReferralIn, REFERRAL_REVERSED } from './referrals.events.ts';
import { readVersionIn } from './referrals.payment.ts';
import {
  REFERRAL_COLUMNS,
  type ReferralRewardRow,
  type ReferralRow,
  type StoredReferral,
  toReferralRow,
  updateReferral,
} from './referrals.rows.ts';

/** A referral that counts because of an activity, and what was paid for it. */
export interface QualifiedReferral {
  referral: ReferralRow;
  rewards: ReferralRewardRow[];
}

/** What reversing an activity means for the referral that it had made count. */
export type ReferralReversal =
  | { kind: 'none' }
  /** Another activity of the member makes it count just as well. */
  | { kind: 'handed on'; referral: ReferralRow }
  /** It still waits for its review, and now for another activity too. */
  | { kind: 'waiting'; referral: ReferralRow }
  | { kind: 'reversed'; referral: ReferralRow; rewards: ReferralRewardRow[]; usage: UsageChange[] };

const NONE: ReferralReversal = Object.freeze({ kind: 'none' });

/** The referral of this member that this activity made count; null when there is none. */
export async function readQualifiedBy(
  reader: Reader,
  memberId: string,
  activityId: string,
): Promise<QualifiedReferral | null> {
  const [row] = await reader.query<StoredReferral>(
    `select ${REFERRAL_COLUMNS} from referrals r where r.referee_id = $1 and r.qualifying_activity_id = $2`,
    [memberId, activityId],
  );
  if (row === undefined) return null;
  const rewards = await reader.query<ReferralRewardRow>(
    `select referral_id as "referralId", member_id as "memberId", depth, entry_id as "entryId", points
     from referral_rewards where referral_id = $1 order by depth, member_id`,
    [row.id],
  );
  return { referral: toReferralRow(row), rewards };
}

/** Whose activity is reversed as a whole, and what else the member did that was not. */
export interface Reversing {
  programme: Programme;
  member: MemberFacts;
  /** In the order in which it occurred. */
  after: readonly PastActivity[];
}

/** Finds out what becomes of a referral; writes nothing. The caller holds the locks of the referee and of all who were paid. */
export async function planReferralIn(
  tx: Tx,
  found: QualifiedReferral | null,
  { programme, member, after }: Reversing,
): Promise<ReferralReversal> {
  if (found === null) return NONE;
  const { referral, rewards } = found;
  if (!['FLAGGED', 'QUALIFIED', 'REWARDED'].includes(referral.status)) return NONE;
  const referrals = await readVersionIn(tx, referral.programVersion);
  const next = after.find(({ activity }) => qualifies(referrals, programme.view, member, activity));
  if (next !== undefined) {
    return { kind: 'handed on', referral: { ...referral, qualifyingActivityId: next.activity.id } };
  }
  if (referral.status === 'FLAGGED') {
    const waiting = { ...referral, programVersion: null, qualifiedAt: null, qualifyingActivityId: null };
    return { kind: 'waiting', referral: waiting };
  }
  const { timeZone } = programme.program;
  const usage = usageOf(referrals, rewards, referral.qualifiedAt ?? tx.now, timeZone);
  return { kind: 'reversed', referral: { ...referral, status: 'REVERSED' }, rewards, usage };
}

/** Stores what was planned, and tells those who got something. The caller takes the points back, and notes the usage. */
export async function reverseReferralIn(tx: Tx, plan: ReferralReversal): Promise<Effect[]> {
  if (plan.kind === 'none') return [];
  await updateReferral(tx, plan.referral);
  if (plan.kind !== 'reversed') return [];
  const { id, referrerId } = plan.referral;
  await announceChainIn(tx, 'REVERSED', [plan.referral]);
  const told = new Set([referrerId, ...plan.rewards.map(({ memberId }) => memberId)]);
  const effects: Effect[] = [];
  for (const memberId of told) {
    const effect = await emitReferralIn(tx, REFERRAL_REVERSED, memberId, { referralId: id });
    effects.push({ ...effect, live: plan.referral });
  }
  return effects;
}

/** What paying took of the caps of those above, to be given back. */
function usageOf(
  { caps }: CompiledReferrals,
  rewards: readonly ReferralRewardRow[],
  at: number,
  zone: string,
): UsageChange[] {
  return rewards
    .filter(({ depth }) => depth > 0)
    .flatMap(({ memberId, points }) =>
      caps.counters.map((counter) => ({
        ...counterKey(counter, memberId, at, zone),
        ...{ count: -1, points: -points },
      })),
    );
}
