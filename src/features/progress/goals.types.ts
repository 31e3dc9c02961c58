import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Decimal } from '../../api/scalars.ts';
import type * as rules from '../../rules/game.types.ts';
import type { StoredGoal } from './goals.definitions.ts';
import { Measure } from './goals.enums.ts';
import type { Fill } from './progress.fills.ts';

@ObjectType({
  description: 'What counts towards a challenge or badge, and how much of it is needed.',
  simpleResolvers: true,
})
export class Goal implements StoredGoal {
  @Field(() => [String], { description: 'The codes of the activity types that count.' })
  activityTypes!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression that activities must satisfy to count; null is always. Shown to staff and administrators only.',
  })
  condition!: string | null;

  @Field(() => Measure, { description: 'What each activity brings towards the target.' })
  measure!: rules.Measure;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression: the number that SUM adds, or the value that DISTINCT tells apart. Shown to staff and administrators only.',
  })
  expression!: string | null;

  @Field(() => Decimal, {
    description: "How much is needed: activities, money in the programme's currency, or whatever the measure adds up.",
  })
  target!: string;
}

/** A goal as a viewer sees it: what has to be done is for everybody, how it is computed for those who run the programme. */
export function toGoal(stored: StoredGoal, seesExpressions: boolean): Goal {
  const hidden = seesExpressions ? {} : { condition: null, expression: null };
  return Object.assign(new Goal(), stored, hidden);
}

@ObjectType({
  description:
    'How far the counting of what members did before is. It runs in the background, members in turns, and tells nobody.',
  simpleResolvers: true,
})
export class GoalFilling implements Pick<Fill, 'done' | 'total' | 'startedAt' | 'finishedAt'> {
  @Field(() => Int, { description: 'How many members have been counted.' })
  done!: number;

  @Field(() => Int, { description: 'How many members there are to count.' })
  total!: number;

  @Field(() => DateTime, { description: 'When it began: with the save that asked for it.' })
  startedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it ended; null while it runs.' })
  finishedAt!: Date | null;
}
