import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../api/scalars.ts';

@ObjectType({
  description: 'The exact version of the rule, campaign or other piece of configuration that caused something.',
  simpleResolvers: true,
})
export class RuleReference {
  @Field(() => String, { description: 'What kind of configuration it is: `earning-rule`, `campaign`, …' })
  kind!: string;

  @Field(() => String, { description: 'Its code, unique within the kind.' })
  code!: string;

  @Field(() => Int, { description: 'The version that was in force.' })
  version!: number;

  @Field(() => String, { description: 'Its name at the time.' })
  name!: string;
}

@ObjectType({
  description: 'One line of the receipt: why one rule or campaign did, or did not, give points for an activity.',
  simpleResolvers: true,
})
export class RuleEvaluation {
  @Field(() => RuleReference, { description: 'The rule or campaign this line is about.' })
  rule!: RuleReference;

  @Field(() => Boolean, { description: 'Whether it applied to the activity.' })
  matched!: boolean;

  @Field(() => String, { description: 'A sentence that says why, for people.' })
  reason!: string;

  @Field(() => Int, { description: 'What it would have given if no cap or budget had stood in the way.' })
  pointsBeforeCaps!: number;

  @Field(() => Int, { description: 'What it gave, campaign multipliers included for a rule.' })
  points!: number;

  @Field(() => [RuleReference], { description: 'The campaigns that multiplied these points.' })
  multipliers!: RuleReference[];

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a cap that stood in the way opens again; null when none did, or when it never will.',
  })
  nextPossibleAt!: number | null;
}

@ObjectType({
  description: 'Why points were, or were not, given: one line per rule that listens to the type of the activity.',
  simpleResolvers: true,
})
export class EvaluationTrace {
  @Field(() => [RuleEvaluation], { description: 'Rules first, then campaigns, each in the order of their codes.' })
  rules!: RuleEvaluation[];
}
