import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../api/scalars.ts';
import type { MemberRow } from '../members/index.ts';

@ObjectType({
  description:
    'Points that somebody in the programme was just given for an activity. It tells no more of the member than the member shows in public.',
  simpleResolvers: true,
})
export class PointAward {
  @Field(() => String, { description: 'Its place in the stream of events: hand it to `after` to resume behind it.' })
  cursor!: string;

  @Field(() => String, {
    description:
      'The name under which the member appears in public: the display name, the alias, or a word that names nobody.',
  })
  displayName!: string;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;

  @Field(() => String, { description: 'What for: the name of the rule or campaign. Never an amount of money.' })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: "The code of the activity's type; null for points that no activity earned, such as a prize.",
  })
  activityType!: string | null;

  @Field(() => DateTime, { description: 'When the activity that earned them took place.' })
  occurredAt!: number;

  /** The member as stored; what of it is shown depends on who looks. */
  row!: MemberRow;
}
