import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime, JSONObject } from '../../api/scalars.ts';
import type { ActivityTypeInput, ActivityTypeRecord } from './activity-types.service.ts';

@ObjectType({
  description:
    'Something members do, such as a purchase or a review. Rules, challenges and badges listen to activities of a type.',
  simpleResolvers: true,
})
export class ActivityType implements ActivityTypeRecord {
  @Field(() => String, { description: 'How activities and rules name the type, for example `purchase`.' })
  code!: string;

  @Field(() => Int, { description: 'Starts at 1 and rises with every change of the type.' })
  version!: number;

  @Field(() => String, { description: 'The name people read.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the member did, in a sentence or two.' })
  description!: string | null;

  @Field(() => JSONObject, {
    nullable: true,
    description:
      'JSON Schema that the `attributes` of every activity of this type must satisfy; null lets any attributes pass.',
  })
  attributesSchema!: Record<string, unknown> | null;

  @Field(() => Boolean, {
    description: 'Whether members see the type in lists, and others may see that somebody was awarded for it.',
  })
  public!: boolean;

  @Field(() => Boolean, {
    description: "Whether a member's own token may record it. Staff, administrators and shops always may.",
  })
  recordableByMembers!: boolean;

  @Field(() => Boolean, { description: 'True for the types every programme starts with.' })
  builtIn!: boolean;

  @Field(() => DateTime, { description: 'When the type was first saved.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the type was last changed.' })
  updatedAt!: Date;
}

@InputType({
  description:
    'The whole of an activity type. Fields left out take their defaults, also when a type of this code exists already.',
})
export class SaveActivityTypeInput implements ActivityTypeInput {
  @Field(() => String, {
    description: 'Lower-kebab-case, at most 60 characters. An existing code is updated, a new one created.',
  })
  code!: string;

  @Field(() => String, { description: 'The name people read, at most 100 characters.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What the member did; at most 1,000 characters.' })
  description?: string | null;

  @Field(() => JSONObject, {
    nullable: true,
    description:
      'JSON Schema (draft 2020-12, or draft-07 when `$schema` says so) for the attributes of activities; at most 16 kB, references only to its own `$defs`, patterns in RE2 syntax.',
  })
  attributesSchema?: Record<string, unknown> | null;

  @Field(() => Boolean, {
    defaultValue: true,
    description: 'Whether members see the type in lists, and others may see that somebody was awarded for it.',
  })
  public!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: "Whether a member's own token may record it. Leave it false for whatever is worth money.",
  })
  recordableByMembers!: boolean;
}

@ObjectType({ description: 'The answer of saveActivityType.', simpleResolvers: true })
export class SaveActivityTypePayload extends Payload {
  @Field(() => ActivityType, { nullable: true, description: 'The type as it is now; null when it was refused.' })
  activityType: ActivityType | null = null;
}
