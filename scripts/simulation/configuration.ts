import type { Badge, Cap, Goal, Programme, Reward, Rule } from './programme.ts';

/** One thing to save: the kind in the mutation's name, and its input. */
export interface Saving {
  kind: string;
  input: Record<string, unknown>;
}

/** What everybody does together began long before anything that comes in late. */
const COMMUNITY_LEAD_MS = 200 * 86_400_000;

/** The money of all programmes. */
export const CURRENCY = 'SEK';

/** Everything that has to be saved for a programme, in an order in which nothing names what is not there yet. */
export function configurationOf(programme: Programme): Saving[] {
  const { rules, campaign, gold, challenge, community, badges, rewards, referrals } = programme;
  const types = ['visited', 'reviewed'].map((code) => ({ code, name: code }));
  return [
    ...types.map((input) => ({ kind: 'ActivityType', input })),
    ...rules.map((rule) => ({ kind: 'EarningRule', input: ruleInput(rule) })),
    {
      kind: 'Campaign',
      input: {
        ...{ code: 'double', name: 'Double', triggers: ['purchase'], bonus: campaign.bonus, budget: campaign.budget },
        ...(campaign.multiplier === null ? {} : { multiplier: String(campaign.multiplier) }),
        ...{ startsAt: instant(campaign.startsAt), endsAt: instant(campaign.endsAt) },
      },
    },
    ...badges.map((badge) => ({ kind: 'Badge', input: badgeInput(badge) })),
    { kind: 'Tier', input: { code: 'start', name: 'Start', rank: 1, threshold: '0' } },
    {
      kind: 'Tier',
      input: {
        ...{ code: 'gold', name: 'Gold', rank: 2, metric: gold.metric, badge: gold.badge },
        threshold: gold.metric === 'VALUE_SPENT' ? money(gold.threshold) : String(gold.threshold),
        ...{ window: days(gold.windowDays), grace: days(gold.graceDays), multiplier: String(gold.multiplier) },
      },
    },
    {
      kind: 'Challenge',
      input: {
        ...{ code: 'three', name: 'Three', goal: goalInput(challenge.goal), recurrence: challenge.recurrence },
        ...{ points: challenge.points, badge: challenge.badge, startsAt: instant(challenge.startsAt) },
        ...{ pendingFor: days(challenge.pendingDays), expiresAfter: days(challenge.validDays) },
      },
    },
    {
      kind: 'Challenge',
      input: {
        ...{ code: 'together', name: 'Together', mode: 'COMMUNITY', points: community.points },
        goal: goalInput({ type: community.type, measure: 'COUNT', target: community.target }),
        startsAt: instant(programme.startsAt - COMMUNITY_LEAD_MS),
      },
    },
    { kind: 'Leaderboard', input: { code: 'points', name: 'Points', metric: 'POINTS_EARNED', period: 'ALL_TIME' } },
    { kind: 'Leaderboard', input: { code: 'spent', name: 'Spent', metric: 'ACTIVITY_VALUE', period: 'MONTH' } },
    ...rewards.map((reward) => ({ kind: 'Reward', input: rewardInput(reward) })),
    {
      kind: 'ReferralProgram',
      input: {
        ...{ levels: referrals.levels, refereePoints: referrals.refereePoints, holdFor: days(referrals.holdDays) },
        ...(referrals.maxPerReferrer === null ? {} : { maxPerReferrer: capInput(referrals.maxPerReferrer) }),
        ...(referrals.minimumCents === null
          ? {}
          : { qualifyingCondition: `activity.value.amount >= ${referrals.minimumCents / 100}` }),
      },
    },
  ];
}

/** Hundredths as decimal text: "150.50". */
export function money(cents: number): string {
  return (cents / 100).toFixed(2);
}

function ruleInput({ code, type, onlineOnly, points, per, caps, pendingDays, validDays }: Rule) {
  const formula =
    per === null ? { fixed: points } : { perAmount: { points, per: money(per.cents), rounding: per.rounding } };
  return {
    ...{ code, name: code, trigger: type, points: formula, caps: caps.map(capInput) },
    ...{ pendingFor: days(pendingDays), expiresAfter: days(validDays) },
    ...(onlineOnly ? { condition: 'activity.channel == "online"' } : {}),
  };
}

function badgeInput({ code, goal, repeatable, limit, onReversal }: Badge) {
  return {
    ...{ code, name: code, description: code, repeatable, limit, onReversal },
    ...(goal === null ? {} : { goal: goalInput(goal) }),
  };
}

/** What is saved of a reward. */
export function rewardInput({
  code,
  cost,
  stock,
  perMember,
  goldOnly,
  validDays,
  manual,
  startsAt,
  endsAt,
}: Reward): Record<string, unknown> {
  return {
    ...{ code, name: code, kind: 'PRODUCT', cost, stock, perMember, fulfilment: manual ? 'MANUAL' : 'INSTANT' },
    ...{ minimumTier: goldOnly ? 'gold' : null, validFor: days(validDays) },
    ...{ startsAt: startsAt && instant(startsAt), endsAt: endsAt && instant(endsAt) },
  };
}

function goalInput({ type, measure, target }: Goal) {
  return { activityTypes: [type], measure, target: measure === 'COUNT' ? String(target) : money(target) };
}

function capInput({ per, scope, count, points }: Cap) {
  return { per, scope, count, points };
}

function days(count: number | null): string | null {
  return count === null || count === 0 ? null : `P${count}D`;
}

function instant(atMs: number): string {
  return new Date(atMs).toISOString();
}
