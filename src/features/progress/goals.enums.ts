import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/game.types.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
export const Measure = {
  COUNT: 'COUNT',
  SUM_VALUE: 'SUM_VALUE',
  SUM: 'SUM',
  DISTINCT: 'DISTINCT',
} as const satisfies { [Way in rules.Measure]: Way };

registerEnumType(Measure, {
  name: 'Measure',
  description: 'What each activity that counts brings towards the target of a goal.',
  valuesConfig: {
    COUNT: { description: 'One: the target is a number of activities.' },
    SUM_VALUE: { description: "Its value: the target is an amount of money in the programme's currency." },
    SUM: { description: 'What the expression gives, for example the kilometres of a tour. Never less than nothing.' },
    DISTINCT: {
      description:
        'One when the expression gives something new: the target is a number of different things, for example shops visited.',
    },
  },
});
