import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime, Decimal, Duration } from '../../api/scalars.ts';
import { ConfigStatus, connectionOf, Node } from '../../api/types.ts';
import type * as game from '../../rules/game.types.ts';
import type * as rules from '../../rules/types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import type { TierBenefit, TierRecord } from './tiers.definitions.ts';
import { TierDirection, TierMetric } from './tiers.enums.ts';

@ObjectType({ description: 'Something the members of a tier have, such as free delivery.', simpleResolvers: true })
export class Benefit implements TierBenefit {
  @Field(() => String, { description: "What the shop's own systems know it by; unique within a tier." })
  code!: string;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is about, in a sentence or two.' })
  description!: string | null;
}

@ObjectType({
  description:
    'A level of the programme, such as Silver. Each member is in the highest one whose threshold it meets; falling short takes effect only after a warning, and after the grace period.',
})
export class Tier implements TierRecord {
  @Field(() => String, { description: 'What the tier is known by.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the tier is, in a sentence or two.' })
  description!: string | null;

  @Field(() => Int, { description: 'Where it stands among the tiers: the higher, the better.' })
  rank!: number;

  @Field(() => TierMetric, { description: 'What it looks at, and so the unit of `threshold`.' })
  metric!: game.TierMetric;

  @Field(() => Decimal, {
    description: 'How much of it a member needs within `window`; `"0"` for the tier everybody starts in.',
  })
  threshold!: string;

  @Field(() => Duration, {
    nullable: true,
    description: "How far back it looks, in whole days of the programme's time zone; null is a lifetime.",
  })
  window!: string | null;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long members keep the tier after falling short of it; null: until the next daily review.',
  })
  grace!: string | null;

  @Field(() => Decimal, { description: 'What the points of earning rules are multiplied by for its members.' })
  multiplier!: string;

  @Field(() => [Benefit], { description: 'What its members have, in the order to show.' })
  benefits!: Benefit[];

  @Field(() => String, { nullable: true, description: 'The code of the badge that reaching it gives; null for none.' })
  badge!: string | null;

  @Field(() => ConfigStatus, { description: 'Only ACTIVE tiers have members.' })
  status!: rules.ConfigStatus;

  @Field(() => DateTime, { description: 'When the tier was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the tier was last changed.' })
  updatedAt!: Date;
}

/** The tier as GraphQL shows it. */
export function toTier(record: TierRecord): Tier {
  return Object.assign(new Tier(), record);
}

@ObjectType({
  description:
    'Where a member stands among the tiers now. Numbers are in the unit of the tier they belong to: see its `metric`.',
  simpleResolvers: true,
})
export class TierStanding {
  @Field(() => Tier, { nullable: true, description: 'The tier the member is in; null when in none.' })
  tier!: Tier | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when; null when in no tier.' })
  since!: number | null;

  @Field(() => Tier, { nullable: true, description: 'The next better tier; null when there is none.' })
  next!: Tier | null;

  @Field(() => Decimal, {
    nullable: true,
    description: "How much is still missing for `next`, in that tier's unit; null when there is no better tier.",
  })
  toNext!: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description:
      'How much is missing to keep the present tier: `"0"` while its threshold is met, more once what counted has left the window; null when in no tier.',
  })
  toKeep!: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the tier will be lost unless the member catches up by then; null while the threshold is met. The warning `TierAtRisk` has announced it.',
  })
  keepUntil!: number | null;

  @Field(() => [Benefit], { description: 'What the member has in the present tier; empty when in none.' })
  benefits!: Benefit[];
}

@ObjectType('TierChange', {
  implements: Node,
  description: "One change of a member's tier.",
})
export class TierHistoryEntry extends Node {
  @Field(() => TierDirection, { description: 'Up or down.' })
  direction!: game.TierStep['direction'];

  @Field(() => String, { description: 'Why, in a sentence for people.' })
  reason!: string;

  @Field(() => DateTime, { description: 'When it took effect.' })
  occurredAt!: number;

  memberId!: string;
  fromTier!: string | null;
  toTier!: string | null;
  activityId!: string | null;
}

export const TierChangeConnection = connectionOf('TierChange', () => TierHistoryEntry, 'changes of tier');

@ObjectType({
  implements: MemberEvent,
  description:
    "The member's tier changed: up at once when an activity met a better one, down when the daily review found that the time to catch up is over.",
})
export class TierChanged extends MemberEvent {
  @Field(() => TierDirection, { description: 'Up or down.' })
  direction!: game.TierStep['direction'];

  /** Codes; the resolver shows the tiers. */
  from!: string | null;
  to!: string | null;
}

@ObjectType({
  implements: MemberEvent,
  description:
    'A warning: what counted for the tier has left its window, and the member falls short of it. The tier stays until `keepUntil`, and for good when the member catches up.',
})
export class TierAtRisk extends MemberEvent {
  @Field(() => DateTime, { description: 'When the tier will be lost unless the member catches up by then.' })
  keepUntil!: string;

  @Field(() => Decimal, { description: "How much was missing when the warning was given, in the tier's unit." })
  toKeep!: string;

  /** A code; the resolver shows the tier. */
  tier!: string;
}
