import type { Recurrence } from '../../../src/rules/game.types.ts';
import { type ActivityType, TYPES } from './activities.ts';

/** An activity as it was read back for counting by other means than Pokal's. */
export interface StoredActivity {
  memberId: string;
  type: ActivityType;
  occurredAt: number;
  channel: string | null;
  /** Hundredths of the currency; 0 without a value. */
  value: number;
  attributes: Record<string, string | number>;
}

/** What a challenge or badge counts, twice: as an administrator says it, and as a function that counts independently. */
export interface BenchGoal {
  types: readonly ActivityType[];
  target: number;
  condition?: { cel: string; holds(activity: StoredActivity): boolean };
  measure: 'COUNT' | 'SUM_VALUE' | 'SUM' | 'DISTINCT';
  expression?: string;
  /** What one activity brings: a number, or for DISTINCT the value. */
  bring(activity: StoredActivity): number | string;
}

export interface BenchChallenge {
  code: string;
  goal: BenchGoal;
  recurrence: Recurrence;
  isCommunity: boolean;
  streak: { every: 'DAY' | 'WEEK'; length: number; freezes: number } | null;
  prerequisites: readonly string[];
  points: number;
  badge: string | null;
}

export interface BenchBadge {
  code: string;
  goal: BenchGoal | null;
  repeatable: boolean;
  limit: number | null;
}

const PURCHASE = ['purchase'] as const;
const REVIEW = ['review'] as const;
const SHARE = ['share'] as const;

function count(types: readonly ActivityType[], target: number, condition?: BenchGoal['condition']): BenchGoal {
  return { types, target, ...(condition === undefined ? {} : { condition }), measure: 'COUNT', bring: () => 1 };
}

function spend(target: number): BenchGoal {
  return { types: PURCHASE, target, measure: 'SUM_VALUE', bring: ({ value }) => value / 100 };
}

function distinct(type: ActivityType, attribute: string, target: number, condition?: BenchGoal['condition']) {
  const bring = ({ attributes }: StoredActivity) => String(attributes[attribute]);
  const goal = count([type], target, condition);
  return { ...goal, measure: 'DISTINCT', expression: `activity.attributes.${attribute}`, bring } as const;
}

const IN_STORE = {
  cel: 'activity.channel == "store"',
  holds: ({ channel }: StoredActivity) => channel === 'store',
};
const ONLINE = {
  cel: 'activity.channel == "online"',
  holds: ({ channel }: StoredActivity) => channel === 'online',
};
const LARGE = {
  cel: 'activity.value.amount >= 900',
  holds: ({ value }: StoredActivity) => value >= 90_000,
};
const LONG = {
  cel: 'activity.attributes.words >= 150',
  holds: ({ attributes }: StoredActivity) => Number(attributes.words) >= 150,
};

function challenge(code: string, goal: BenchGoal, more: Partial<BenchChallenge> = {}): BenchChallenge {
  const usual = {
    recurrence: 'NONE',
    isCommunity: false,
    streak: null,
    prerequisites: [],
    points: 0,
    badge: null,
  } as const;
  return { code, goal, ...usual, points: 20, ...more };
}

/** Twenty: for oneself, again and again, in streaks, after others, and two that everybody has together. */
export const CHALLENGES: readonly BenchChallenge[] = [
  challenge('first-steps', count(TYPES, 5)),
  challenge('regular', count(['purchase', 'review', 'event-attended'], 25), { points: 50 }),
  challenge('three-a-day', count(TYPES, 3), { recurrence: 'DAY', points: 5 }),
  challenge('ten-a-week', count(['purchase', 'review', 'share', 'survey-answered', 'event-attended'], 10), {
    recurrence: 'WEEK',
  }),
  challenge('month-of-shopping', spend(3_000), { recurrence: 'MONTH', points: 50 }),
  challenge('reviews-of-the-week', count(REVIEW, 2), { recurrence: 'WEEK' }),
  challenge('likes-of-the-day', count(['like'], 3), { recurrence: 'DAY', points: 2 }),
  challenge('day-after-day', count(TYPES, 1), { streak: { every: 'DAY', length: 5, freezes: 1 }, badge: 'steady' }),
  challenge('week-after-week', count(['purchase', 'event-attended'], 1), {
    streak: { every: 'WEEK', length: 3, freezes: 0 },
  }),
  challenge('reviewer-in-a-row', count(REVIEW, 1), { streak: { every: 'DAY', length: 3, freezes: 1 } }),
  challenge('shop-together', count(PURCHASE, 100_000_000), { isCommunity: true }),
  challenge('speak-together', count(['review', 'share'], 100_000_000), { isCommunity: true }),
  challenge('big-spender', spend(20_000), { points: 200 }),
  challenge('store-friend', count(PURCHASE, 5, IN_STORE)),
  challenge('reviewer', count(REVIEW, 5)),
  challenge('expert', count(REVIEW, 10), { prerequisites: ['reviewer'], badge: 'expert' }),
  challenge('all-round', distinct('purchase', 'category', 4)),
  challenge('ambassador', count(SHARE, 3)),
  challenge('great-ambassador', count(SHARE, 5), { prerequisites: ['ambassador'] }),
  challenge('listener', count(['survey-answered', 'event-attended'], 4)),
];

function badge(code: string, goal: BenchGoal | null, more: Partial<BenchBadge> = {}): BenchBadge {
  return { code, goal, repeatable: false, limit: null, ...more };
}

/** Thirty: twenty-five with goals, the others given by challenges, a tier and by hand; two in limited editions. */
export const BADGES: readonly BenchBadge[] = [
  badge('first-purchase', count(PURCHASE, 1)),
  badge('ten-purchases', count(PURCHASE, 10)),
  badge('fifty-purchases', count(PURCHASE, 50)),
  badge('thousand', spend(1_000)),
  badge('ten-thousand', spend(10_000)),
  badge('fifty-thousand', spend(50_000)),
  badge('another-five-thousand', spend(5_000), { repeatable: true }),
  badge('four-stores', distinct('purchase', 'store', 4, IN_STORE)),
  badge('everything', distinct('purchase', 'category', 6)),
  badge('full-basket', count(PURCHASE, 1, LARGE)),
  badge('online-shopper', count(PURCHASE, 5, ONLINE)),
  badge('founder', count(PURCHASE, 2), { limit: 1_000 }),
  badge('first-review', count(REVIEW, 1)),
  badge('ten-reviews', count(REVIEW, 10)),
  badge('novelist', count(REVIEW, 3, LONG)),
  badge('thousand-words', {
    ...{ types: REVIEW, target: 1_000, measure: 'SUM', expression: 'activity.attributes.words' },
    bring: ({ attributes }) => Number(attributes.words),
  }),
  badge('first-share', count(SHARE, 1)),
  badge('ten-shares', count(SHARE, 10)),
  badge('every-network', distinct('share', 'network', 4)),
  badge('ten-likes', count(['like'], 10)),
  badge('hundred-likes', count(['like'], 100)),
  badge('first-event', count(['event-attended'], 1)),
  badge('first-guests', count(['event-attended'], 2), { limit: 200 }),
  badge('five-surveys', count(['survey-answered'], 5)),
  badge('half-a-hundred', count(TYPES, 50), { repeatable: true }),
  badge('steady', null),
  badge('expert', null),
  badge('gold', null),
  badge('honorary', null),
  badge('anniversary', null),
];
