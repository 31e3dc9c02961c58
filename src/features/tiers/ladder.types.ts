import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Decimal } from '../../api/scalars.ts';
import { LadderStepKind, LadderUnit } from './tiers.enums.ts';

@ObjectType({
  description: 'One step of the points ladder: a tier or a reward, and how far it is.',
  simpleResolvers: true,
})
export class LadderStep {
  @Field(() => LadderStepKind, { description: 'What it leads to.' })
  kind!: LadderStepKind;

  @Field(() => String, { description: 'The code of the tier or reward.' })
  code!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => LadderUnit, { description: 'What `at` and `remaining` count.' })
  unit!: LadderUnit;

  @Field(() => Decimal, { description: 'How much it takes.' })
  at!: string;

  @Field(() => Boolean, {
    description:
      'True when the member has it: as much as it takes, or a tier as high. A tier stays reached during its grace period.',
  })
  reached!: boolean;

  @Field(() => Boolean, { description: 'True for the tier the member is in now.' })
  current!: boolean;

  @Field(() => Decimal, { description: 'How much is still missing; `"0"` when reached.' })
  remaining!: string;

  @Field(() => Float, { description: 'How much of it the member has, 0 to 100, rounded down to one decimal.' })
  percent!: number;

  @Field(() => String, { description: 'How far it is, to read out: "12 points from Silver".' })
  sentence!: string;
}

@ObjectType({
  description:
    'Every tier and reward as a step, and where the member stands: for a picture at home and a glance at the counter.',
  simpleResolvers: true,
})
export class PointsLadder {
  @Field(() => Int, {
    description:
      'The points the member can spend now; 0 while it owes some, which the steps that take points add to `remaining`.',
  })
  balance!: number;

  @Field(() => [LadderStep], { description: 'The tiers, then the rewards, each from the lowest step to the highest.' })
  steps!: LadderStep[];

  @Field(() => LadderStep, {
    nullable: true,
    description:
      'The step to go for: the one with the fewest points missing, or, when none takes points, the nearest in percent. Null when all are reached.',
  })
  next!: LadderStep | null;
}
