import type { Tx } from '../../platform/tx.ts';
import type { Effect } from '../../recording/commands.ts';
import { compileGame } from '../../rules/game.ts';
import type { BadgeDefinition, ChallengeDefinition, GoalDefinition, GoalKey } from '../../rules/game.types.ts';
import { periodAt } from '../../rules/game-run.ts';
import { bucketOf, EMPTY_GOAL, sharedKey } from '../../rules/goals.ts';
import type { Programme } from '../../rules/programme.ts';
import { type PastActivity, recountUsage } from '../../rules/recount.ts';
import { type GoalReversal, reverseGoal } from '../../rules/reversal.ts';
import type { ActivityFacts, MemberFacts, UsageKey } from '../../rules/types.ts';
import { BADGE, badgeOf, type StoredBadge } from '../badges/badges.definitions.ts';
import { CHALLENGE, challengeOf, type StoredChallenge } from '../challenges/challenges.definitions.ts';
import { lessenContributionIn, reopenIn, tellFallenIn } from '../challenges/challenges.reversal.ts';
import type { ConfigurationStore } from '../program/index.ts';
import type { GoalsBook } from '../progress/progress.rows.ts';
import type { UsageBook } from '../progress/usages.ts';
import type { AwardReturns } from './reversal.awards.ts';

/** The challenges and badges that an activity may have brought further, whatever has become of them since. */
export interface ReversibleGame {
  /** Counts those too that are paused or archived: what they gave can be taken back as well. */
  programme: Programme;
  challenges: readonly ChallengeDefinition[];
  badges: ReadonlyMap<string, BadgeDefinition>;
  /** The goals that listen to the activity's type. */
  keys: readonly GoalKey[];
  /** The types that these goals listen to. */
  activityTypes: readonly string[];
}

const STATUSES = ['ACTIVE', 'PAUSED', 'ARCHIVED'] as const;

/** Reads what an activity of this type may have counted for. */
export async function readGameIn(
  tx: Tx,
  store: ConfigurationStore,
  programme: Programme,
  type: string,
): Promise<ReversibleGame> {
  const status = 'ACTIVE' as const;
  const challenges = (await store.listIn<StoredChallenge>(tx, CHALLENGE, STATUSES)).map(challengeOf);
  const badges = (await store.listIn<StoredBadge>(tx, BADGE, STATUSES)).map(badgeOf);
  const game = compileGame({
    program: programme.program,
    challenges: challenges.map((challenge) => ({ ...challenge, status })),
    badges: badges.map((badge) => ({ ...badge, status })),
    tiers: [],
  });
  const listens = (goal: GoalDefinition | null) => goal?.activityTypes.includes(type) ?? false;
  const counting = [
    ...challenges.map(({ code, goal }) => ({ key: `${CHALLENGE}:${code}` as GoalKey, goal })),
    ...badges.map(({ code, goal }) => ({ key: `${BADGE}:${code}` as GoalKey, goal })),
  ].filter(({ goal }) => listens(goal));
  return {
    programme: { ...programme, game },
    challenges,
    badges: new Map(badges.map((badge) => [badge.code, badge])),
    keys: counting.map(({ key }) => key),
    activityTypes: [...new Set(counting.flatMap(({ goal }) => goal?.activityTypes ?? []))],
  };
}

/** The programme-wide usage that goals look at: lock it with everything else. */
export function usageOfGoals({ programme, keys }: ReversibleGame, now: number): UsageKey[] {
  return keys.flatMap((key) => recountUsage(programme, key, now));
}

/** What taking goals back looks at and moves on. */
export interface GoalsReversing {
  tx: Tx;
  game: ReversibleGame;
  goals: GoalsBook;
  usages: UsageBook;
  awards: AwardReturns;
  member: MemberFacts;
  activity: ActivityFacts;
  before: readonly PastActivity[];
  after: readonly PastActivity[];
}

/** What goals took back; `tell` emits their events once points are taken back. */
export interface ReversedGoals {
  /** The ledger entries of completions that no longer hold. */
  entryIds: string[];
  tell(): Promise<Effect[]>;
}

/** Takes what the activity had added out of every goal of the member, with the completions and awards that no longer hold. */
export async function reverseGoalsIn(reversing: GoalsReversing): Promise<ReversedGoals> {
  const { tx, game, goals, usages, member, before, after } = reversing;
  const timeZone = member.timeZone ?? game.programme.program.timeZone;
  const found: { key: GoalKey; reversal: GoalReversal }[] = [];
  // All are looked at before any is changed: a challenge may ask for another that is taken back in the same breath.
  for (const key of game.keys) {
    if (!goals.isCurrent(member.id, key)) continue;
    const facts = { member, timeZone, before, after, now: tx.now, usage: usages.usageOf };
    const reversal = reverseGoal(game.programme, key, { ...facts, goal: (one) => goals.goalOf(member.id, one) });
    if (reversal !== null) found.push({ key, reversal });
  }
  const entryIds: string[] = [];
  const tells: (() => Promise<Effect>)[] = [];
  for (const { key, reversal } of found) {
    const challenge = game.challenges.find(({ code }) => key === `${CHALLENGE}:${code}`);
    if (challenge === undefined) reverseBadge(reversing, key, reversal);
    else tells.push(await reverseChallenge(reversing, challenge, reversal, entryIds));
  }
  const tell = async () => {
    const effects: Effect[] = [];
    for (const one of tells) effects.push(await one());
    return effects;
  };
  return { entryIds, tell };
}

function reverseBadge({ goals, member, awards }: GoalsReversing, key: GoalKey, { state, surplus }: GoalReversal): void {
  goals.set(member.id, key, state);
  const code = key.slice(BADGE.length + 1);
  if (surplus > 0) awards.lose({ badgeCode: code, causeKind: BADGE, causeCode: code, activityId: null, most: surplus });
}

async function reverseChallenge(
  reversing: GoalsReversing,
  challenge: ChallengeDefinition,
  { state, reopened }: GoalReversal,
  entryIds: string[],
): Promise<() => Promise<Effect>> {
  const { tx, game, goals, member, awards, activity } = reversing;
  const { code, badge, mode } = challenge;
  const key: GoalKey = `${CHALLENGE}:${code}`;
  const { program } = game.programme;
  let kept = state;
  if (mode === 'COMMUNITY') await reverseShare(reversing, challenge, state);
  if (reopened.length > 0) {
    const back = await reopenIn(tx, member.id, code, reopened);
    // A streak that was a recurring challenge before may have been completed more than once.
    const times = state.times + reopened.length - back.reopened.length;
    kept = { ...state, times, firstCompletedAt: back.firstCompletedAt, completedAt: back.completedAt };
    for (const { entryId, activityId } of back.reopened) {
      if (entryId !== null) entryIds.push(entryId);
      if (badge === null) continue;
      awards.lose({ badgeCode: badge, causeKind: CHALLENGE, causeCode: code, activityId, most: 1 });
    }
  }
  goals.set(member.id, key, kept);
  const ofMember = challenge.streak !== null;
  const zone = ofMember ? (member.timeZone ?? program.timeZone) : program.timeZone;
  const period = periodAt({ every: challenge.recurrence, ofMember: false }, activity.occurredAt, zone);
  const together = () => reversing.usages.usageOf({ memberId: null, key: sharedKey(code, period) }).points;
  return () =>
    tellFallenIn(tx, {
      ...{ memberId: member.id, challenge, state: kept, zone, occurredAt: activity.occurredAt },
      ...{ isReopened: reopened.length > 0, together: mode === 'COMMUNITY' ? together() : null },
    });
}

/** What everybody has together falls by what the member gave, unless they have completed it: then contributions are final. */
async function reverseShare(
  { tx, game, goals, usages, member, after }: GoalsReversing,
  { code, recurrence, goal }: ChallengeDefinition,
  state: GoalReversal['state'],
): Promise<void> {
  const { buckets } = goals.goalOf(member.id, `${CHALLENGE}:${code}`) ?? EMPTY_GOAL;
  const periodOf = ({ activity }: PastActivity) =>
    periodAt({ every: recurrence, ofMember: false }, activity.occurredAt, game.programme.program.timeZone);
  for (const { period, amount: given } of buckets) {
    const { amount } = bucketOf(state, period);
    if (amount === given) continue;
    usages.add([{ memberId: null, key: sharedKey(code, period), count: 0, points: amount - given }]);
    const last = after.findLast((past) => goal.activityTypes.includes(past.activity.type) && periodOf(past) === period);
    const lastAt = last?.activity.occurredAt ?? null;
    await lessenContributionIn(tx, { challengeCode: code, period, memberId: member.id, amount, lastAt });
  }
}
