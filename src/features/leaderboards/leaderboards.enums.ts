import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/types.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
export const LeaderboardMetric = {
  POINTS_EARNED: 'POINTS_EARNED',
  ACTIVITY_COUNT: 'ACTIVITY_COUNT',
  ACTIVITY_VALUE: 'ACTIVITY_VALUE',
} as const satisfies { [Metric in rules.LeaderboardMetric]: Metric };

registerEnumType(LeaderboardMetric, {
  name: 'LeaderboardMetric',
  description: 'What a leaderboard adds up for each activity that counts.',
  valuesConfig: {
    POINTS_EARNED: {
      description:
        'The points the activity earned by rules and campaigns, pending ones included. Prizes and adjustments by hand do not score.',
    },
    ACTIVITY_COUNT: { description: 'One for each activity.' },
    ACTIVITY_VALUE: {
      description:
        "The activity's value in hundredths of the currency unit: 119.50 kronor score 11950. Finer amounts are rounded half up.",
    },
  },
});

export const LeaderboardPeriod = {
  ALL_TIME: 'ALL_TIME',
  DAY: 'DAY',
  WEEK: 'WEEK',
  MONTH: 'MONTH',
  CUSTOM: 'CUSTOM',
} as const satisfies { [Period in rules.LeaderboardPeriod]: Period };

registerEnumType(LeaderboardPeriod, {
  name: 'LeaderboardPeriod',
  description: "How a leaderboard is cut into seasons, by when activities took place, in the programme's time zone.",
  valuesConfig: {
    ALL_TIME: { description: 'One season without an end.' },
    DAY: { description: 'A season from midnight to midnight.' },
    WEEK: { description: 'A season from Monday to Sunday.' },
    MONTH: { description: 'A season for each calendar month.' },
    CUSTOM: { description: "One season, with the board's own `startsAt` and `endsAt`." },
  },
});

export const Ranking = {
  COMPETITION: 'COMPETITION',
  DENSE: 'DENSE',
} as const satisfies { [Way in rules.Ranking]: Way };

registerEnumType(Ranking, {
  name: 'Ranking',
  description:
    'How places are counted when scores are equal. Equal scores always share a rank, and are listed by who reached the score first.',
  valuesConfig: {
    COMPETITION: { description: 'Whoever shares a rank takes the next one away: 1, 2, 2, 4.' },
    DENSE: { description: 'No rank is left out: 1, 2, 2, 3.' },
  },
});
