import { Field, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
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

@ObjectType({ description: 'How much a rule gives at most in a period.', simpleResolvers: true })
export class Cap {
  @Field(() => CapPeriod, { description: 'The period it counts over.' })
  per!: rules.CapPeriod;

  @Field(() => CapScope, { description: 'Whose awards it counts together.' })
  scope!: rules.CapScope;

  @Field(() => Int, { nullable: true, description: 'The most awards; null when they are not limited.' })
  count!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The most points, with what campaigns add; null when they are not limited.',
  })
  points!: number | null;
}

@InputType({ description: 'How much a rule gives at most in a period. Set `count`, `points`, or both.' })
export class CapInput {
  @Field(() => CapPeriod, { description: "The period it counts over, cut in the programme's time zone." })
  per!: rules.CapPeriod;

  @Field(() => CapScope, { defaultValue: 'MEMBER', description: 'Whose awards it counts together.' })
  scope!: rules.CapScope;

  @Field(() => Int, { nullable: true, description: 'The most awards, at least 1.' })
  count?: number | null;

  @Field(() => Int, { nullable: true, description: 'The most points, at least 1.' })
  points?: number | null;
}
