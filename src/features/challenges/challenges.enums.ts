import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/game.types.ts';
import type * as views from '../../rules/game-views.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
export const ChallengeMode = {
  INDIVIDUAL: 'INDIVIDUAL',
  COMMUNITY: 'COMMUNITY',
} as const satisfies { [Mode in rules.ChallengeMode]: Mode };

registerEnumType(ChallengeMode, {
  name: 'ChallengeMode',
  description: 'Whether everybody has a goal of their own or all have one together.',
  valuesConfig: {
    INDIVIDUAL: { description: 'Each member reaches the target alone.' },
    COMMUNITY: {
      description:
        'What everybody does is added up. When the target is reached, all who contributed are paid, each the same.',
    },
  },
});

export const Recurrence = {
  NONE: 'NONE',
  DAY: 'DAY',
  WEEK: 'WEEK',
  MONTH: 'MONTH',
} as const satisfies { [Every in rules.Recurrence]: Every };

registerEnumType(Recurrence, {
  name: 'Recurrence',
  description: 'How often something begins anew, by when activities took place.',
  valuesConfig: {
    NONE: { description: 'Never: it is completed once.' },
    DAY: { description: 'Every midnight.' },
    WEEK: { description: 'Every Monday at midnight.' },
    MONTH: { description: 'On the first of every month at midnight.' },
  },
});

export const ChallengeStatus = {
  NOT_STARTED: 'NOT_STARTED',
  IN_PROGRESS: 'IN_PROGRESS',
  COMPLETED: 'COMPLETED',
  EXPIRED: 'EXPIRED',
} as const satisfies { [Status in views.ChallengeStatus]: Status };

registerEnumType(ChallengeStatus, {
  name: 'ChallengeStatus',
  description: 'How far a member is in a challenge.',
  valuesConfig: {
    NOT_STARTED: { description: 'Nothing has counted yet, in this period if the challenge recurs.' },
    IN_PROGRESS: { description: 'Something has counted, and the target is ahead.' },
    COMPLETED: { description: 'The target is reached, in this period if the challenge recurs.' },
    EXPIRED: { description: 'The challenge ended before the target was reached.' },
  },
});
