import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/game.types.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
export const TierMetric = {
  POINTS_EARNED: 'POINTS_EARNED',
  VALUE_SPENT: 'VALUE_SPENT',
  ACTIVITY_COUNT: 'ACTIVITY_COUNT',
} as const satisfies { [Metric in rules.TierMetric]: Metric };

registerEnumType(TierMetric, {
  name: 'TierMetric',
  description: 'What a tier looks at. Spending points never lowers any of it.',
  valuesConfig: {
    POINTS_EARNED: {
      description:
        'The points that activities earned, by rules, campaigns, challenges and the tier itself, pending ones included. Adjustments by hand and prizes do not count.',
    },
    VALUE_SPENT: { description: "The value of activities, in the programme's currency." },
    ACTIVITY_COUNT: { description: 'One for each activity, of whatever type.' },
  },
});

export const TierDirection = {
  UP: 'UP',
  DOWN: 'DOWN',
} as const satisfies { [Direction in rules.TierStep['direction']]: Direction };

registerEnumType(TierDirection, {
  name: 'TierDirection',
  description: 'Whether a change of tier is something to celebrate.',
  valuesConfig: {
    UP: { description: 'To a tier of higher rank.' },
    DOWN: { description: 'To a tier of lower rank, or to none.' },
  },
});

/** What a step of the points ladder leads to. */
export enum LadderStepKind {
  TIER = 'TIER',
  REWARD = 'REWARD',
}

registerEnumType(LadderStepKind, {
  name: 'LadderStepKind',
  description: 'What a step of the points ladder leads to.',
  valuesConfig: {
    TIER: { description: 'A tier; what counts is what the tier looks at.' },
    REWARD: { description: 'A reward; what counts is the points that can be spent now.' },
  },
});

/** What the numbers of a step count. */
export enum LadderUnit {
  POINTS = 'POINTS',
  MONEY = 'MONEY',
  ACTIVITIES = 'ACTIVITIES',
}

registerEnumType(LadderUnit, {
  name: 'LadderUnit',
  description: 'What the numbers of a step of the points ladder count.',
  valuesConfig: {
    POINTS: { description: 'Points.' },
    MONEY: { description: "Units of the programme's currency." },
    ACTIVITIES: { description: 'Activities.' },
  },
});
