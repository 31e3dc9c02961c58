import { Field, InputType } from 'type-graphql';
import { Decimal } from '../../api/scalars.ts';
import type * as rules from '../../rules/game.types.ts';
import type { GoalFields } from './goals.definitions.ts';
import { Measure } from './goals.enums.ts';

@InputType({
  description: 'What counts towards a challenge or badge, and how much of it is needed.',
})
export class GoalInput implements GoalFields {
  @Field(() => [String], { description: 'The codes of the activity types that count; 1 to 100.' })
  activityTypes!: string[];

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over activity, member and program that an activity must satisfy to count; checked when saved. Left out: always.',
  })
  condition?: string | null;

  @Field(() => Measure, { defaultValue: 'COUNT', description: 'What each activity brings towards the target.' })
  measure!: rules.Measure;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over activity, member and program: the number that SUM adds, or the value that DISTINCT tells apart. Required for these two, left out for the others.',
  })
  expression?: string | null;

  @Field(() => Decimal, {
    description:
      'How much is needed: above 0, at most six digits behind the point. A whole number for COUNT and DISTINCT.',
  })
  target!: string;
}
