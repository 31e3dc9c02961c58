import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import type { ProgrammeSource } from '../../recording/slice.ts';
import { tiersOf } from '../../rules/game.ts';
import { ONE } from '../../rules/game.types.ts';
import { partOf } from '../../rules/parts.ts';
import type { PastActivity } from '../../rules/recount.ts';
import type { MemberFacts, UsageChange } from '../../rules/types.ts';
import { noteReversedIn, type ReversibleActivity } from '../activities/activities.reversing.ts';
import { readPast } from '../activities/activities.store.ts';
import { CHALLENGE } from '../challenges/challenges.definitions.ts';
import { beginScoresIn, type MovedStanding } from '../leaderboards/leaderboards.reversal.ts';
import { readEntriesOfActivity } from '../points/points.credits.ts';
import { takeBackIn } from '../points/points.reversals.ts';
import { type LedgerRow, readEntries, readWallet, type WalletRow } from '../points/points.rows.ts';
import type { ConfigurationStore } from '../program/index.ts';
import { loadGoals } from '../progress/progress.rows.ts';
import { loadUsages } from '../progress/usages.ts';
import {
  planReferralIn,
  type QualifiedReferral,
  type ReferralReversal,
  reverseReferralIn,
} from '../referrals/referrals.reversal.ts';
import { TIER } from '../tiers/tiers.definitions.ts';
import { beginTiersIn } from '../tiers/tiers.reversal.ts';
import { AwardReturns, usageOfAwards } from './reversal.awards.ts';
import { readGameIn, reverseGoalsIn, usageOfGoals } from './reversal.goals.ts';
import { atMost, returnedUsage } from './reversal.usage.ts';

/** Why points of somebody else are taken back: names nobody, and does not tell what the other one did. */
const RECOMMENDATION_REVERSED = 'What had made a recommendation count was reversed';

/** What reversing reads from. */
export interface ReversalSources {
  store: ConfigurationStore;
  programmes: Pick<ProgrammeSource, 'current'>;
}

/** An activity of which a part is to be taken back; everything was checked, and the locks are held. */
export interface ReversalRequest {
  activity: ReversibleActivity;
  member: MemberFacts;
  /** Millionths of the whole, at most what is left of it. */
  part: number;
  /** A sentence for the member. */
  reason: string;
  actor: string;
  /** The referral that the activity made count; null without one, and while a part of the activity is left. */
  referral: QualifiedReferral | null;
  /** True to tell places on boards too. */
  ranked: boolean;
}

/** Everything that a reversal did, or would do. */
export interface ReversalResult {
  effects: Effect[];
  wallet: WalletRow;
  returned: UsageChange[];
  standings: MovedStanding[];
}

/**
 * Takes a part of an activity back, with all that followed from it: points and campaigns' bonuses, what it used of caps and
 * budgets, what it counted in goals with their completions and awards, the tier, the referral with its rewards up the chain,
 * and scores of running seasons. Preview and reversal are this one function; a preview is rolled back.
 */
export async function reverseIn(tx: Tx, sources: ReversalSources, request: ReversalRequest): Promise<ReversalResult> {
  const { activity, member, part, reason, actor, ranked } = request;
  const { facts } = activity;
  const reversed = activity.reversed + part;
  const programme = await sources.programmes.current(tx);
  const game = await readGameIn(tx, sources.store, programme, facts.type);
  const finishTiers = await beginTiersIn(tx, { programme, member, activityId: facts.id });
  const finishScores = await beginScoresIn(tx, { programme, memberId: member.id, ranked });
  // Another activity of its type may take its place for the referral.
  const before = await pastOf(tx, member.id, [
    ...game.activityTypes,
    ...(request.referral === null ? [] : [facts.type]),
  ]);
  const after = before.flatMap((past) => (past.activity.id === facts.id ? remainderOf(past, reversed) : [past]));
  const referral = await planReferralIn(tx, request.referral, { programme, member, after });
  const { recordedAt, memberId } = activity;
  const entries = await readEntriesOfActivity(tx, { activityId: facts.id, memberId, recordedAt });
  const due = [...returnedUsage(activity, reversed, entries), ...(referral.kind === 'reversed' ? referral.usage : [])];
  const usages = await loadUsages(tx, [...due, ...usageOfGoals(game, tx.now), ...usageOfAwards(game.badges)]);
  const returned = atMost(due, usages.usageOf);
  const goals = await loadGoals(tx, [member.id]);
  const { badges, challenges } = game;
  const holdings = { badges, challenges, tiers: tiersOf(programme), goals, usages };
  const awards = new AwardReturns({ tx, memberId: member.id, ...holdings, reason, actor });

  await noteReversedIn(tx, facts.id, reversed);
  usages.add(returned);
  const counted = { tx, game, goals, usages, awards, member, activity: facts, before, after };
  const fallen = await reverseGoalsIn(counted);
  const taken = await takePointsIn(tx, request, entries, reversed, fallen.entryIds);
  const chain = await takeRewardsIn(tx, request, referral);
  const { tier, lost } = await finishTiers();
  for (const { code, badge } of lost?.lost ?? []) {
    if (badge !== null) awards.lose({ badgeCode: badge, causeKind: TIER, causeCode: code, activityId: null, most: 1 });
  }
  const revoked = await awards.settle(tier);
  await Promise.all([goals.write(tx), usages.write(tx)]);
  const standings = await finishScores([facts.occurredAt, ...taken.times]);
  return {
    effects: [
      ...[...taken.effects, ...(await fallen.tell()), ...revoked],
      ...[...(lost === null ? [] : [lost.effect]), ...chain],
    ],
    wallet: await readWallet(tx, member.id),
    returned,
    standings,
  };
}

async function pastOf(tx: Tx, memberId: string, types: readonly string[]): Promise<PastActivity[]> {
  if (types.length === 0) return [];
  return (await readPast(tx, [memberId], [...new Set(types)], null)).get(memberId) ?? [];
}

function remainderOf(past: PastActivity, reversed: number): PastActivity[] {
  return reversed === ONE ? [] : [{ ...past, left: ONE - reversed }];
}

/** What the activity itself earned goes by its part; what completions paid that no longer hold goes as a whole. */
async function takePointsIn(
  tx: Tx,
  { activity: { facts }, member, reason, actor }: ReversalRequest,
  entries: readonly LedgerRow[],
  reversed: number,
  completionIds: readonly string[],
) {
  // Points of a challenge that the activity completed stay for as long as the completion holds.
  const earned = entries.filter(({ rule }) => rule?.kind !== CHALLENGE);
  const completions = await readEntries(tx, completionIds);
  const takes = [
    ...earned.map(({ id, points }) => ({ entryId: id, target: partOf(points, reversed), reason })),
    ...completions.map(({ id, points }) => ({ entryId: id, target: points, reason })),
  ];
  const taken = await takeBackIn(tx, { memberId: member.id, activityId: facts.id, actor, takes });
  return { effects: taken.map(({ effect }) => effect), times: completions.map(({ occurredAt }) => occurredAt) };
}

/** Takes back what was paid up the chain, members in the order of their ids. */
async function takeRewardsIn(tx: Tx, { actor }: ReversalRequest, plan: ReferralReversal): Promise<Effect[]> {
  const effects: Effect[] = [];
  if (plan.kind === 'reversed') {
    const byMember = Map.groupBy(plan.rewards, ({ memberId }) => memberId);
    for (const memberId of [...byMember.keys()].sort()) {
      const takes = (byMember.get(memberId) ?? []).map(({ entryId, points }) => {
        return { entryId, target: points, reason: RECOMMENDATION_REVERSED };
      });
      const taken = await takeBackIn(tx, { memberId, activityId: null, actor, takes });
      effects.push(...taken.map(({ effect }) => effect));
    }
  }
  return [...effects, ...(await reverseReferralIn(tx, plan))];
}
