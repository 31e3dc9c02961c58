import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime, Decimal, SafeInt } from '../../api/scalars.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import type { CampaignRecord } from './campaigns.service.ts';
import { Stacking } from './earning.enums.ts';
import type * as inputs from './earning.inputs.ts';

@ObjectType({
  description: 'Extra points for a while: a multiplier on what rules give, a bonus, or both.',
  simpleResolvers: true,
})
export class Campaign implements CampaignRecord {
  @Field(() => String, { description: 'What the campaign is known by.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change. Receipts name the version they used.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do, in a sentence or two.' })
  description!: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The codes of the activity types it listens to; null is every type.',
  })
  triggers!: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A CEL expression over activity, member and program that must be true; null is always. Shown to staff and administrators only.',
  })
  condition!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'What the points of matching rules are multiplied by; null when it does not multiply.',
  })
  multiplier!: string | null;

  @Field(() => Int, { nullable: true, description: 'Points it adds once per activity; null when it adds none.' })
  bonus!: number | null;

  @Field(() => Stacking, { description: 'What happens when several campaigns multiply the same points.' })
  stacking!: rules.Stacking;

  @Field(() => Int, { nullable: true, description: 'The extra points it may give in all; null is unlimited.' })
  budget!: number | null;

  @Field(() => SafeInt, {
    nullable: true,
    description: 'The extra points it has given; null without a budget, because then they are not counted.',
  })
  budgetSpent!: number | null;

  @Field(() => SafeInt, { nullable: true, description: 'The extra points it may still give; null without a budget.' })
  budgetRemaining!: number | null;

  @Field(() => DateTime, { description: 'From when activities count, by when they took place.' })
  startsAt!: string;

  @Field(() => DateTime, { description: 'The first moment at which activities no longer count.' })
  endsAt!: string;

  @Field(() => ConfigStatus, { description: 'Only ACTIVE campaigns give points.' })
  status!: rules.ConfigStatus;

  @Field(() => DateTime, { description: 'When the campaign was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the campaign was last changed.' })
  updatedAt!: Date;
}

@InputType({
  description:
    'The whole of a campaign. Fields left out take their defaults, also when a campaign of this code exists already.',
})
export class SaveCampaignInput implements inputs.CampaignInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What one has to do; at most 1,000 characters.' })
  description?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: 'The codes of the activity types it listens to. Left out: every type.',
  })
  triggers?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'A CEL expression over activity, member and program; checked when saved. Left out: always.',
  })
  condition?: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description: 'What the points of matching rules are multiplied by: above 1, at most 100. `"2"` doubles them.',
  })
  multiplier?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Points to add once per activity, also when no rule matches; at least 1.',
  })
  bonus?: number | null;

  @Field(() => Stacking, {
    defaultValue: 'MULTIPLY',
    description: 'What happens when several campaigns multiply the same points.',
  })
  stacking!: rules.Stacking;

  @Field(() => Int, {
    nullable: true,
    description: 'The extra points it may give in all, never exceeded; 0 is none. Left out: unlimited.',
  })
  budget?: number | null;

  @Field(() => DateTime, { description: 'From when activities count, by when they took place.' })
  startsAt!: Date;

  @Field(() => DateTime, { description: 'The first moment at which activities no longer count.' })
  endsAt!: Date;

  @Field(() => ConfigStatus, { defaultValue: ConfigStatus.ACTIVE, description: 'Only ACTIVE campaigns give points.' })
  status!: rules.ConfigStatus;
}

@ObjectType({ description: 'The answer of saveCampaign.', simpleResolvers: true })
export class SaveCampaignPayload extends Payload {
  @Field(() => Campaign, { nullable: true, description: 'The campaign as it is now; null when it was refused.' })
  campaign: Campaign | null = null;
}
