import type { BadgeInput } from '../features/badges/badges.definitions.ts';
import type { ChallengeInput } from '../features/challenges/challenges.definitions.ts';
import type { GoalFields } from '../features/progress/goals.definitions.ts';
import type { TierInput } from '../features/tiers/tiers.definitions.ts';
import { periodBounds } from '../rules/periods.ts';
import { program } from './program.ts';

/** The game of the demo, in the words of the API's inputs, so that a reader can save the same by hand. */

const ACTIVE = { status: 'ACTIVE' } as const;

/** Everybody is Bas; Silver and Guld look at what was earned within a year. */
export const tiers: readonly TierInput[] = [
  {
    ...{ code: 'bas', name: 'Bas', rank: 1, metric: 'POINTS_EARNED', threshold: '0', window: 'P365D', multiplier: '1' },
    description: 'Welcome to the club.',
    benefits: [
      { code: 'open-return', name: '30 days to return', description: 'Unused gear comes back within 30 days.' },
      { code: 'club-evenings', name: 'Club evenings', description: 'Talks, films and waxing evenings in every store.' },
    ],
    ...ACTIVE,
  },
  {
    ...{ code: 'silver', name: 'Silver', rank: 2, metric: 'POINTS_EARNED', threshold: '750', window: 'P365D' },
    ...{ grace: 'P60D', multiplier: '1.25' },
    description: '750 points within a year. Everything you do earns a quarter more.',
    benefits: [
      { code: 'free-delivery', name: 'Free delivery', description: 'To your nearest agent, whatever you order.' },
      { code: 'ski-service', name: 'Ski service', description: 'One glide waxing each season.' },
    ],
    ...ACTIVE,
  },
  {
    ...{ code: 'guld', name: 'Guld', rank: 3, metric: 'POINTS_EARNED', threshold: '3000', window: 'P365D' },
    ...{ grace: 'P90D', multiplier: '1.5', badge: 'fell-legend' },
    description: '3,000 points within a year. Everything you do earns half as much again.',
    benefits: [
      { code: 'first-in-line', name: 'First in line', description: 'New gear and sales a day before everybody else.' },
      { code: 'borrow-gear', name: 'Borrow gear', description: 'A tent, a packraft or a pulk for one weekend a year.' },
    ],
    ...ACTIVE,
  },
];

function badge(
  code: string,
  name: string,
  description: string,
  goal: GoalFields | null,
  more: Partial<BadgeInput> = {},
): BadgeInput {
  const usual = { repeatable: false, onReversal: 'KEEP', retroactive: true, ...ACTIVE } as const;
  return { code, name, description, goal, ...usual, ...more };
}

function count(activityTypes: readonly string[], target: number, condition: string | null = null): GoalFields {
  return { activityTypes, condition, measure: 'COUNT', expression: null, target: String(target) };
}

/** What members can be proud of. */
export const badges: readonly BadgeInput[] = [
  badge('first-review', 'First review', 'Wrote a first review of something they own.', count(['review'], 1)),
  badge('gear-judge', 'Gear judge', 'Ten reviews that help others choose.', count(['review'], 10)),
  badge('campfire', 'Campfire', 'Came to three club evenings, courses or tours.', count(['event-attended'], 3)),
  badge(
    'trail-guide',
    'Trail guide',
    'Solved a question of another member. Once more for each third answer.',
    {
      ...count(['answer-accepted'], 3),
    },
    { repeatable: true, onReversal: 'REVOKE' },
  ),
  badge('four-corners', 'Four corners', 'Club evenings in four different towns.', {
    ...{ activityTypes: ['event-attended'], condition: null, target: '4' },
    ...{ measure: 'DISTINCT', expression: 'activity.attributes.town' },
  }),
  badge('fully-geared', 'Fully geared', 'Equipment for 25,000 kronor since joining.', {
    ...{ activityTypes: ['purchase'], condition: null, measure: 'SUM_VALUE', expression: null, target: '25000' },
  }),
  badge(
    'first-snow',
    'First snow',
    'One of the first hundred to buy skis or skates.',
    count(['purchase'], 1, 'activity.items.exists(item, item.category == "skis" || item.category == "winter")'),
    { limit: 100 },
  ),
  badge('steady-steps', 'Steady steps', 'Something for the club eight weeks in a row.', null),
  badge('together', 'Together', 'Took part when the club reached a goal of the month together.', null),
  badge('fell-legend', 'Fell legend', 'Reached Guld.', null),
  badge('honorary', 'Honorary member', 'Given by hand, for something rules cannot see.', null),
];

/**
 * What members can take on just now.
 * @param now epoch milliseconds.
 */
export function challengesAround(now: number): readonly ChallengeInput[] {
  const month = periodBounds('MONTH', now, program.timeZone);
  const monthStarts = new Date(month.startsAt ?? now);
  const weeksAgo = new Date((periodBounds('WEEK', now, program.timeZone).startsAt ?? now) - 12 * 7 * 86_400_000);
  const individual = { mode: 'INDIVIDUAL', recurrence: 'NONE', ...ACTIVE } as const;
  const anything = ['purchase', 'review', 'share', 'recommend', 'event-attended', 'survey-answered', 'answer-accepted'];
  return [
    {
      ...individual,
      code: 'weekly-review',
      name: 'Review of the week',
      description: 'Review one thing you own. Starts anew every Monday.',
      goal: count(['review'], 1),
      recurrence: 'WEEK',
      points: 15,
      startsAt: weeksAgo,
    },
    {
      ...individual,
      code: 'out-every-week',
      name: 'Out every week',
      description: 'Do something for the club eight weeks in a row. One week off is forgiven.',
      goal: count(anything, 1),
      streak: { every: 'WEEK', length: 8, freezes: 1 },
      points: 100,
      badge: 'steady-steps',
      startsAt: weeksAgo,
    },
    {
      ...individual,
      code: 'meet-the-club',
      name: 'Meet the club',
      description: 'Come to two club evenings, courses or tours.',
      goal: count(['event-attended'], 2),
      points: 80,
      startsAt: weeksAgo,
    },
    {
      ...individual,
      code: 'bring-it-back',
      name: 'Tell them about it',
      description: 'You have met the club: now recommend it, or share what you took home, three times.',
      goal: count(['share', 'recommend'], 3),
      prerequisites: ['meet-the-club'],
      points: 60,
      startsAt: weeksAgo,
    },
    {
      ...individual,
      code: 'winter-ready',
      name: 'Ready for winter',
      description: 'Skiers: get your kit for the season, 3,000 kronor this month.',
      goal: { ...count(['purchase'], 3_000), measure: 'SUM_VALUE' },
      audience: '"längdskidor" in member.interests || "alpint" in member.interests || "vinterliv" in member.interests',
      recurrence: 'MONTH',
      points: 150,
      pendingFor: 'P14D',
      startsAt: monthStarts,
    },
    together(monthStarts),
  ];
}

/** What the whole club takes on each month. */
function together(startsAt: Date): ChallengeInput {
  return {
    code: 'hundred-reviews',
    name: 'A hundred reviews together',
    description:
      'The whole club writes a hundred reviews this month. Everybody who helped gets 40 points and the badge.',
    mode: 'COMMUNITY',
    goal: count(['review'], 100),
    recurrence: 'MONTH',
    points: 40,
    badge: 'together',
    startsAt,
    ...ACTIVE,
  };
}
