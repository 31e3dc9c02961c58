import type { CampaignInput, EarningRuleInput } from '../features/earning/earning.inputs.ts';
import type { LeaderboardInput } from '../features/leaderboards/leaderboards.definitions.ts';
import { periodBounds } from '../rules/periods.ts';

/** The programme of the demo, in the words of the API's inputs, so that a reader can save the same by hand. */

const TIME_ZONE = 'Europe/Stockholm';
const DAY_MS = 86_400_000;

export const program = {
  name: 'Fjällklubben',
  timeZone: TIME_ZONE,
  currencyCode: 'SEK',
  locale: 'sv-SE',
} as const;

/** How long points last once they are active: 24 months of 30 days and a fortnight, so never less than two years. */
const EXPIRES_AFTER = 'P735D';

function fixed(trigger: string, points: number, name: string, description: string): EarningRuleInput {
  const formula = { fixed: points };
  return { code: trigger, name, description, trigger, points: formula, expiresAfter: EXPIRES_AFTER, status: 'ACTIVE' };
}

/** What members earn for. */
export const rules: readonly EarningRuleInput[] = [
  {
    code: 'purchase',
    name: 'One point per 10 kronor',
    description:
      'Every purchase earns one point for each whole 10 kronor, spendable once the 14 days of return are over.',
    trigger: 'purchase',
    points: { perAmount: { points: 1, per: '10', rounding: 'FLOOR' } },
    pendingFor: 'P14D',
    expiresAfter: EXPIRES_AFTER,
    status: 'ACTIVE',
  },
  {
    ...fixed('review', 25, 'Review', 'A review of something you own earns 25 points, three times a week.'),
    caps: [{ per: 'WEEK', scope: 'MEMBER', count: 3 }],
  },
  {
    ...fixed('share', 5, 'Share', 'Showing a product to friends earns 5 points, twice a day.'),
    caps: [{ per: 'DAY', scope: 'MEMBER', count: 2 }],
  },
  fixed('event-attended', 100, 'Club evening', 'Coming to a club evening, a course or a tour earns 100 points.'),
  {
    ...fixed('survey-answered', 30, 'Survey', 'Answering a survey earns 30 points, once a day.'),
    caps: [{ per: 'DAY', scope: 'MEMBER', count: 1 }],
  },
  fixed('recommend', 10, 'Recommendation', 'Recommending a product to a friend earns 10 points.'),
  fixed('answer-accepted', 20, 'Accepted answer', 'An answer that solved another member’s question earns 20 points.'),
  {
    ...fixed('profile-completed', 50, 'Welcome', 'Completing the profile earns 50 points to start with, once.'),
    caps: [{ per: 'LIFETIME', scope: 'MEMBER', count: 1 }],
  },
];

const OPEN = { public: true, status: 'ACTIVE' } as const;

/** Where members stand: this month by points, with prizes; this week by how much they did; and since the club began. */
export const leaderboards: readonly LeaderboardInput[] = [
  {
    code: 'month',
    name: 'This month',
    description: 'Points earned this month. The first three win points when it ends.',
    metric: 'POINTS_EARNED',
    period: 'MONTH',
    ranking: 'COMPETITION',
    prizes: [
      { fromRank: 1, toRank: 1, points: 500 },
      { fromRank: 2, toRank: 3, points: 200 },
    ],
    ...OPEN,
  },
  {
    code: 'week-active',
    name: 'Most active this week',
    description: 'Reviews, shares, answers and club evenings of this week; buying does not count here.',
    metric: 'ACTIVITY_COUNT',
    condition: 'activity.type != "purchase"',
    period: 'WEEK',
    ranking: 'DENSE',
    ...OPEN,
  },
  {
    code: 'all-time',
    name: 'Of all time',
    description: 'All points ever earned.',
    metric: 'POINTS_EARNED',
    period: 'ALL_TIME',
    ranking: 'COMPETITION',
    ...OPEN,
  },
];

/**
 * Campaigns around the club's present: one that runs this week, one that ended with last month, one for the season.
 * @param now epoch milliseconds.
 */
export function campaignsAround(now: number): readonly CampaignInput[] {
  const week = periodBounds('WEEK', now, TIME_ZONE);
  const monday = week.startsAt ?? now;
  const lastMonth = periodBounds('MONTH', (periodBounds('MONTH', now, TIME_ZONE).startsAt ?? now) - 1, TIME_ZONE);
  return [
    {
      code: 'double-points-week',
      name: 'Double points this week',
      description:
        'Buy from three categories at once this week and the purchase earns twice. 200,000 extra points in all.',
      triggers: ['purchase'],
      condition: 'activity.items.map(item, item.category).distinct().size() >= 3',
      multiplier: '2',
      stacking: 'MULTIPLY',
      budget: 200_000,
      startsAt: new Date(monday),
      endsAt: new Date(week.endsAt ?? monday + 7 * DAY_MS),
      status: 'ACTIVE',
    },
    {
      code: 'store-month',
      name: 'Visit your store',
      description: 'Half as many points again for everything bought in a store last month.',
      triggers: ['purchase'],
      condition: 'activity.channel == "store"',
      multiplier: '1.5',
      stacking: 'HIGHEST',
      startsAt: new Date(lastMonth.startsAt ?? now - 60 * DAY_MS),
      endsAt: new Date(lastMonth.endsAt ?? now - 30 * DAY_MS),
      status: 'ACTIVE',
    },
    {
      code: 'skier-bonus',
      name: 'Skiers’ season',
      description:
        'Members who ski get 40 points on top when they spend 1,000 kronor or more at once. 100,000 points in all.',
      triggers: ['purchase'],
      condition: 'activity.value.amount >= 1000 && ("längdskidor" in member.interests || "alpint" in member.interests)',
      bonus: 40,
      stacking: 'MULTIPLY',
      budget: 100_000,
      startsAt: new Date(monday - 28 * DAY_MS),
      endsAt: new Date(monday + 84 * DAY_MS),
      status: 'ACTIVE',
    },
  ];
}
