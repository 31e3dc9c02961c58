import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/types.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
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
