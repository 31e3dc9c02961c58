import type { Core } from '../../../src/core.ts';
import type { EarningRuleInput } from '../../../src/features/earning/earning.inputs.ts';
import type { LeaderboardInput } from '../../../src/features/leaderboards/leaderboards.definitions.ts';
import type { TierInput } from '../../../src/features/tiers/tiers.definitions.ts';
import { type ActivityType, MIX, TYPES } from './activities.ts';
import { BADGES, type BenchGoal, CHALLENGES } from './goals.ts';

const AUTHOR = { actor: 'command:bench', requestId: null };
const ACTIVE = { status: 'ACTIVE' } as const;
const DAY_MS = 86_400_000;

/** Days before now from which challenges count; what the club did before is spread over fewer. */
const CHALLENGE_DAYS = 35;

type Rule = Pick<EarningRuleInput, 'points'> & Partial<EarningRuleInput> & { trigger: ActivityType };

function fixed(trigger: ActivityType, points: number, condition?: string): Rule {
  return { trigger, points: { fixed: points }, ...(condition === undefined ? {} : { condition }) };
}

const ONCE_A_DAY = [{ per: 'DAY', scope: 'MEMBER', count: 1 }] as const;

/** Twenty, by code: most of a shop's rules are about purchases. */
const RULES: Readonly<Record<string, Rule>> = {
  purchase: { trigger: 'purchase', points: { perAmount: { points: 1, per: '10', rounding: 'FLOOR' } } },
  'store-visit': { ...fixed('purchase', 5, 'activity.channel == "store"'), caps: ONCE_A_DAY },
  'large-basket': fixed('purchase', 25, 'activity.value.amount >= 500'),
  'huge-basket': fixed('purchase', 50, 'activity.value.amount >= 950'),
  'order-online': { ...fixed('purchase', 2, 'activity.channel == "online"'), caps: ONCE_A_DAY },
  skis: fixed('purchase', 10, 'activity.attributes.category == "skis"'),
  climbing: fixed('purchase', 10, 'activity.attributes.category == "climbing"'),
  'food-in-kiruna': fixed(
    'purchase',
    15,
    'activity.attributes.category == "food" && activity.channel == "store" && activity.attributes.store == "kiruna"',
  ),
  climbers: fixed('purchase', 5, '"climbing" in member.interests'),
  'first-year': fixed('purchase', 5, 'activity.occurredAt < member.joinedAt + duration("8760h")'),
  'small-change': {
    ...{ trigger: 'purchase', points: { expression: 'activity.value.amount * 0.02' } },
    condition: 'activity.value.amount < 100',
  },
  review: { ...fixed('review', 10), caps: [{ per: 'WEEK', scope: 'MEMBER', count: 5 }] },
  'long-review': fixed('review', 10, 'activity.attributes.words >= 150'),
  'short-review': fixed('review', 1, 'activity.attributes.words < 20'),
  'first-products': fixed('review', 5, 'activity.attributes.product in ["p-1", "p-2", "p-3", "p-4", "p-5"]'),
  share: { ...fixed('share', 3), caps: ONCE_A_DAY },
  'share-photos': fixed('share', 2, 'activity.attributes.network == "photos"'),
  like: { ...fixed('like', 1), caps: [{ per: 'DAY', scope: 'MEMBER', count: 5 }] },
  event: { ...fixed('event-attended', 40), pendingFor: 'P7D' },
  survey: fixed('survey-answered', 8),
};

const TIERS: readonly TierInput[] = [
  { code: 'bas', name: 'Bas', rank: 1, metric: 'POINTS_EARNED', threshold: '0', multiplier: '1', ...ACTIVE },
  {
    ...{ code: 'silver', name: 'Silver', rank: 2, metric: 'POINTS_EARNED', threshold: '250', window: 'P365D' },
    ...{ grace: 'P60D', multiplier: '1.25' },
    ...ACTIVE,
  },
  {
    ...{ code: 'gold', name: 'Gold', rank: 3, metric: 'POINTS_EARNED', threshold: '600', window: 'P365D' },
    ...{ grace: 'P90D', multiplier: '1.5', badge: 'gold' },
    ...ACTIVE,
  },
];

/** What a member has earned when the first tier is above the lowest, by code, for counting independently. */
export const THRESHOLDS = TIERS.map(({ code, threshold }) => ({ code, threshold: Number(threshold) }));

type Board = Pick<LeaderboardInput, 'code' | 'name' | 'metric' | 'period'> & { activityTypes?: ActivityType[] };

const BOARDS: readonly Board[] = [
  { code: 'all-time', name: 'All time', metric: 'POINTS_EARNED', period: 'ALL_TIME' },
  { code: 'week', name: 'This week', metric: 'POINTS_EARNED', period: 'WEEK' },
  { code: 'spenders', name: 'Spenders', metric: 'ACTIVITY_VALUE', period: 'MONTH', activityTypes: ['purchase'] },
  { code: 'reviewers', name: 'Reviewers', metric: 'ACTIVITY_COUNT', period: 'WEEK', activityTypes: ['review'] },
  { code: 'voices', name: 'Voices', metric: 'ACTIVITY_COUNT', period: 'DAY', activityTypes: ['share', 'like'] },
];

/** Saves all of it as an administrator would: badges before what gives them. */
export async function saveGame(core: Core): Promise<void> {
  const startsAt = new Date(Date.now() - CHALLENGE_DAYS * DAY_MS);
  await core.program.update({ name: 'Benchmark', currencyCode: 'SEK' }, AUTHOR);
  for (const [code, rule] of Object.entries(RULES)) {
    await core.earningRules.save({ code, name: nameOf(code), expiresAfter: 'P735D', ...rule, ...ACTIVE }, AUTHOR);
  }
  for (const { goal, ...badge } of BADGES) {
    const words = { name: nameOf(badge.code), description: `For ${nameOf(badge.code).toLowerCase()}.` };
    const usual = { onReversal: 'KEEP', retroactive: true, ...ACTIVE } as const;
    await core.badges.save({ ...badge, ...words, ...usual, goal: goal === null ? null : inputOf(goal) }, AUTHOR);
  }
  for (const tier of TIERS) await core.tiers.save(tier, AUTHOR);
  for (const { goal, isCommunity, ...challenge } of CHALLENGES) {
    const mode = isCommunity ? 'COMMUNITY' : 'INDIVIDUAL';
    const rest = { name: nameOf(challenge.code), mode, goal: inputOf(goal), startsAt, ...ACTIVE } as const;
    await core.challenges.save({ ...challenge, ...rest }, AUTHOR);
  }
  for (const board of BOARDS) {
    await core.leaderboards.save({ ...board, ranking: 'COMPETITION', public: true, ...ACTIVE }, AUTHOR);
  }
}

/** How many lines a receipt has by the type of its activity: rules, challenges and badges that listen, and the tiers' one. */
export function linesByType(): Record<string, number> {
  return Object.fromEntries(
    TYPES.map((type) => [type, rulesOn(type) + goalsOn(CHALLENGES, type) + goalsOn(BADGES, type) + 1]),
  );
}

/** What of the programme listens to the average activity of the mix, in a sentence. */
export function describeListening(): string {
  const average = (listening: (type: ActivityType) => number) =>
    TYPES.reduce((sum, type) => sum + (MIX[type] / 100) * listening(type), 0);
  const rules = average(rulesOn);
  const challenges = average((type) => goalsOn(CHALLENGES, type));
  const badges = average((type) => goalsOn(BADGES, type));
  const boards = average((type) => BOARDS.filter(({ activityTypes }) => activityTypes?.includes(type) ?? true).length);
  const all = Object.keys(RULES).length + CHALLENGES.length + BADGES.length + BOARDS.length + TIERS.length;
  const sum = rules + challenges + badges + boards + TIERS.length;
  const parts = [
    `${rules.toFixed(1)} of ${Object.keys(RULES).length} rules`,
    `${challenges.toFixed(1)} of ${CHALLENGES.length} challenges`,
    `${badges.toFixed(1)} of ${BADGES.length} badges`,
    `${boards.toFixed(1)} of ${BOARDS.length} boards`,
    `all ${TIERS.length} tiers`,
  ];
  return `To an average activity listen ${parts.join(', ')}: ${sum.toFixed(0)} of ${all}.`;
}

function rulesOn(type: ActivityType): number {
  return Object.values(RULES).filter(({ trigger }) => trigger === type).length;
}

function goalsOn(goals: readonly { goal: BenchGoal | null }[], type: ActivityType): number {
  return goals.filter(({ goal }) => goal?.types.includes(type) ?? false).length;
}

function inputOf({ types, condition, measure, expression, target }: BenchGoal) {
  const asked = { condition: condition?.cel ?? null, expression: expression ?? null };
  return { activityTypes: types, measure, target: String(target), ...asked };
}

function nameOf(code: string): string {
  return code.charAt(0).toUpperCase() + code.slice(1).replaceAll('-', ' ');
}
