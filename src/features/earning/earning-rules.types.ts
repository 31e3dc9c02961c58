import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime, Decimal, Duration } from '../../api/scalars.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import { Cap, CapInput } from '../progress/caps.types.ts';
import { Rounding } from './earning.enums.ts';
import type * as inputs from './earning.inputs.ts';
import type { EarningRuleRecord } from './earning-rules.service.ts';

@ObjectType({ description: 'So many points per so much money.', simpleResolvers: true })
export class PerAmount {
  @Field(() => Int, { description: 'How many points each `per` gives.' })
  points!: number;

  @Field(() => Decimal, { description: "The amount that gives them, in the programme's currency." })
  per!: string;

  @Field(() => Rounding, { description: 'What becomes of a fraction of a point. Rounded once, at the end.' })
  rounding!: rules.Rounding;
}

@ObjectType({ description: 'How many points a rule gives: one of three ways.', simpleResolvers: true })
export class PointsFormula {
  @Field(() => Int, { nullable: true, description: 'The same number each time.' })
  fixed!: number | null;

  @Field(() => PerAmount, { nullable: true, description: "Points for each part of the activity's value." })
  perAmount!: PerAmount | null;

  @Field(() => String, {
    nullable: true,
    description: 'A CEL expression that computes them. Shown to staff and administrators only.',
  })
  expression!: string | null;
}

@ObjectType({ description: 'A rule that turns activities of one type into points.', simpleResolvers: true })
export class EarningRule implements EarningRuleRecord {
  @Field(() => String, { description: 'What the rule is known by.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change. Receipts name the version they used.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do, in a sentence or two.' })
  description!: string | null;

  @Field(() => String, { description: 'The code of the activity type it listens to.' })
  trigger!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over activity, member and program that must be true; null is always. Shown to staff and administrators only.',
  })
  condition!: string | null;

  @Field(() => PointsFormula, { description: 'How many points it gives.' })
  points!: PointsFormula;

  @Field(() => [Cap], { description: 'How much it gives at most; empty when it is not limited.' })
  caps!: Cap[];

  @Field(() => Duration, {
    nullable: true,
    description: 'How long after the activity the points become spendable; null is at once.',
  })
  pendingFor!: string | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long the points can be spent, counted from when they become spendable; null is for ever.',
  })
  expiresAfter!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'From when activities count; null is since ever.' })
  startsAt!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'The first moment at which activities no longer count; null is never.',
  })
  endsAt!: string | null;

  @Field(() => ConfigStatus, { description: 'Only ACTIVE rules give points.' })
  status!: rules.ConfigStatus;

  @Field(() => DateTime, { description: 'When the rule was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the rule was last changed.' })
  updatedAt!: Date;
}

@InputType({ description: 'So many points per so much money.' })
export class PerAmountInput implements inputs.PerAmountInput {
  @Field(() => Int, { description: 'How many points each `per` gives, at least 1.' })
  points!: number;

  @Field(() => Decimal, { description: "The amount that gives them, above 0, in the programme's currency." })
  per!: string;

  @Field(() => Rounding, { defaultValue: 'FLOOR', description: 'What becomes of a fraction of a point.' })
  rounding!: rules.Rounding;
}

@InputType({ description: 'How many points a rule gives. Set exactly one of the three.' })
export class PointsFormulaInput implements inputs.PointsFormulaInput {
  @Field(() => Int, { nullable: true, description: 'The same number each time, at least 1.' })
  fixed?: number | null;

  @Field(() => PerAmountInput, { nullable: true, description: "Points for each part of the activity's value." })
  perAmount?: PerAmountInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'A CEL expression over activity, member and program that computes them; fractions are rounded down.',
  })
  expression?: string | null;
}

@InputType({
  description:
    'The whole of an earning rule. Fields left out take their defaults, also when a rule of this code exists already.',
})
export class SaveEarningRuleInput implements inputs.EarningRuleInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do; at most 1,000 characters.' })
  description?: string | null;

  @Field(() => String, { description: 'The code of the activity type it listens to.' })
  trigger!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over activity, member and program, for example `activity.channel == "store"`; checked when saved. Left out: always.',
  })
  condition?: string | null;

  @Field(() => PointsFormulaInput, { description: 'How many points it gives.' })
  points!: PointsFormulaInput;

  @Field(() => [CapInput], { nullable: true, description: 'How much it gives at most; one cap per period and scope.' })
  caps?: CapInput[] | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long after the activity the points become spendable. Left out: at once.',
  })
  pendingFor?: string | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long the points can be spent, counted from when they become spendable. Left out: for ever.',
  })
  expiresAfter?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'From when activities count, by when they took place.' })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'The first moment at which activities no longer count.' })
  endsAt?: Date | null;

  @Field(() => ConfigStatus, { defaultValue: ConfigStatus.ACTIVE, description: 'Only ACTIVE rules give points.' })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveEarningRule.', simpleResolvers: true })
export class SaveEarningRulePayload extends Payload {
  @Field(() => EarningRule, { nullable: true, description: 'The rule as it is now; null when it was refused.' })
  earningRule: EarningRule | null = null;
}
