import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { Decimal, Duration } from '../../api/scalars.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as game from '../../rules/game.types.ts';
import type * as rules from '../../rules/types.ts';
import type * as definitions from './tiers.definitions.ts';
import { TierMetric } from './tiers.enums.ts';
import { Tier } from './tiers.types.ts';

@InputType({ description: 'Something the members of a tier have, such as free delivery.' })
export class BenefitInput implements definitions.BenefitInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters: what your own systems know it by. Once within a tier.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is about; at most 1,000 characters.' })
  description?: string | null;
}

@InputType({
  description:
    'The whole of a tier. Fields left out take their defaults, also when a tier of this code exists already.',
})
export class SaveTierInput implements definitions.TierInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the tier is; at most 1,000 characters.' })
  description?: string | null;

  @Field(() => Int, {
    description:
      'Where it stands among the tiers, 1 to 1,000: the higher, the better. No two active tiers share a rank.',
  })
  rank!: number;

  @Field(() => TierMetric, { defaultValue: 'POINTS_EARNED', description: 'What it looks at.' })
  metric!: game.TierMetric;

  @Field(() => Decimal, {
    description:
      'How much of it a member needs within `window`: whole points or activities, or money with at most two decimals. `"0"` is the tier everybody starts in.',
  })
  threshold!: string;

  @Field(() => Duration, {
    nullable: true,
    description:
      "How far back it looks, by when activities took place, in whole days of the programme's time zone: `P30D` is today and the 29 days before. Left out: a lifetime.",
  })
  window?: string | null;

  @Field(() => Duration, {
    nullable: true,
    description:
      'How long members keep the tier after falling short of it. They are warned at once, and keep it for good when they catch up. Left out: it is lost with the next daily review.',
  })
  grace?: string | null;

  @Field(() => Decimal, {
    defaultValue: '1',
    description:
      'What the points of earning rules are multiplied by for its members, `"1"` to `"100"`: `"1.5"` adds half.',
  })
  multiplier!: string;

  @Field(() => [BenefitInput], {
    nullable: true,
    description: 'What its members have, in the order to show; at most 50.',
  })
  benefits?: BenefitInput[] | null;

  @Field(() => String, { nullable: true, description: 'The code of a badge that reaching the tier gives.' })
  badge?: string | null;

  @Field(() => ConfigStatus, {
    defaultValue: ConfigStatus.ACTIVE,
    description:
      'Only ACTIVE tiers have members. Saving one places all members anew in the background, without notifications; one that is no longer ACTIVE hands its members to the best tier they meet.',
  })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveTier.', simpleResolvers: true })
export class SaveTierPayload extends Payload {
  @Field(() => Tier, { nullable: true, description: 'The tier as it is now; null when it was refused.' })
  tier: Tier | null = null;
}
