import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime, Duration } from '../../api/scalars.ts';
import { ConfigStatus, MoneyInput, PageArgs } from '../../api/types.ts';
import type * as pure from '../../rules/rewards.ts';
import type * as rules from '../../rules/types.ts';
import type { RewardInput } from './rewards.definitions.ts';
import { Fulfilment, RewardKind } from './rewards.enums.ts';
import { Reward } from './rewards.types.ts';

@InputType({
  description:
    'The whole of a reward. Fields left out take their defaults, also when a reward of this code exists already.',
})
export class SaveRewardInput implements RewardInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is; at most 1,000 characters.' })
  description?: string | null;

  @Field(() => RewardKind, { description: 'What kind of thing it is.' })
  kind!: pure.RewardKind;

  @Field(() => Int, { description: 'How many points it costs, from 1 to 1,000,000,000.' })
  cost!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'How many may be issued in all, those issued before included; 0 is none, left out is unlimited. Cancelled ones come back, unused ones that expired do not.',
  })
  stock?: number | null;

  @Field(() => Int, { nullable: true, description: 'How many one member may have, at least 1. Left out: unlimited.' })
  perMember?: number | null;

  @Field(() => String, { nullable: true, description: 'The code of the lowest tier whose members may have it.' })
  minimumTier?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Whom it is for: a CEL condition on `member` and `program`. Left out: for all.',
  })
  audience?: string | null;

  @Field(() => String, { nullable: true, description: 'Which company gives it, at most 100 characters.' })
  partner?: string | null;

  @Field(() => String, { nullable: true, description: 'Where its picture is, an https:// address.' })
  imageUrl?: string | null;

  @Field(() => String, { nullable: true, description: 'The small print, at most 5,000 characters.' })
  terms?: string | null;

  @Field(() => MoneyInput, { nullable: true, description: 'What it is worth in money; not below 0.' })
  value?: MoneyInput | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long after redeeming it can be used: `P90D`. Left out: for ever.',
  })
  validFor?: string | null;

  @Field(() => Fulfilment, { defaultValue: 'INSTANT', description: 'How it comes to the member.' })
  fulfilment!: pure.Fulfilment;

  @Field(() => DateTime, { nullable: true, description: 'From when on it can be redeemed. Left out: at once.' })
  startsAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when it can be redeemed, not included. Left out: no end.',
  })
  endsAt?: Date | null;

  @Field(() => ConfigStatus, { defaultValue: ConfigStatus.ACTIVE, description: 'Only ACTIVE rewards can be redeemed.' })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveReward.', simpleResolvers: true })
export class SaveRewardPayload extends Payload {
  @Field(() => Reward, { nullable: true, description: 'The reward as it is now; null when it was refused.' })
  reward: Reward | null = null;
}

/** The arguments of `rewards`. */
@ArgsType()
export class RewardsArgs extends PageArgs {
  @Field(() => [RewardKind], { nullable: true, description: 'Only rewards of one of these kinds.' })
  kind?: pure.RewardKind[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'True: only rewards for which the member has the points. False: only those for which not.',
  })
  affordable?: boolean | null;

  @Field(() => ID, {
    nullable: true,
    description: "Whose points `affordable` looks at; a member's own token may leave it out.",
  })
  memberId?: string | null;

  @Field(() => [ConfigStatus], {
    nullable: true,
    description: 'Only rewards in one of these states. Left out: all the viewer may see.',
  })
  status?: rules.ConfigStatus[] | null;
}
