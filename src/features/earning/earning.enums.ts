import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/types.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
export const CapPeriod = {
  ACTIVITY: 'ACTIVITY',
  DAY: 'DAY',
  WEEK: 'WEEK',
  MONTH: 'MONTH',
  YEAR: 'YEAR',
  LIFETIME: 'LIFETIME',
} as const satisfies { [Period in rules.CapPeriod]: Period };

registerEnumType(CapPeriod, {
  name: 'CapPeriod',
  description: "The stretch of time a cap counts over. Days and longer are those of the programme's time zone.",
  valuesConfig: {
    ACTIVITY: { description: 'Each activity for itself: limits what a single one can give.' },
    DAY: { description: 'From midnight to midnight.' },
    WEEK: { description: 'From Monday to Sunday.' },
    MONTH: { description: 'A calendar month.' },
    YEAR: { description: 'A calendar year.' },
    LIFETIME: { description: 'All time: it never starts again.' },
  },
});

export const CapScope = {
  MEMBER: 'MEMBER',
  PROGRAM: 'PROGRAM',
} as const satisfies { [Scope in rules.CapScope]: Scope };

registerEnumType(CapScope, {
  name: 'CapScope',
  description: 'Whose awards a cap counts together.',
  valuesConfig: {
    MEMBER: { description: 'Each member has their own count.' },
    PROGRAM: { description: 'All members share one count: first come, first served.' },
  },
});

export const Rounding = {
  FLOOR: 'FLOOR',
  ROUND: 'ROUND',
  CEIL: 'CEIL',
} as const satisfies { [Way in rules.Rounding]: Way };

registerEnumType(Rounding, {
  name: 'Rounding',
  description: 'How a fraction of a point becomes a whole number.',
  valuesConfig: {
    FLOOR: { description: 'Down: 19.90 at 1 point per 10 is 1 point.' },
    ROUND: { description: 'To the nearest, half a point up: 15.00 at 1 point per 10 is 2 points.' },
    CEIL: { description: 'Up: 10.10 at 1 point per 10 is 2 points.' },
  },
});

export const Stacking = {
  MULTIPLY: 'MULTIPLY',
  HIGHEST: 'HIGHEST',
} as const satisfies { [Way in rules.Stacking]: Way };

registerEnumType(Stacking, {
  name: 'Stacking',
  description: 'What happens when several campaigns multiply the same points.',
  valuesConfig: {
    MULTIPLY: { description: 'Its multiplier is applied together with the others.' },
    HIGHEST: {
      description: 'It competes with the other campaigns of this kind; only the highest multiplier is applied.',
    },
  },
});
