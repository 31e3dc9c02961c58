import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'One award, as the benchmark peers give it.' })
export class Award {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;

  @Field(() => String, { description: 'Why.' })
  reason!: string;

  @Field(() => Int, { description: "The member's points afterwards." })
  balance!: number;

  @Field(() => String, { description: 'When, as ISO 8601 text.' })
  occurredAt!: string;
}

@InputType({ description: 'The award to give.' })
export class AwardInput {
  @Field(() => ID, { description: 'To whom.' })
  memberId!: string;

  @Field(() => Int, { description: 'How many points.' })
  points!: number;

  @Field(() => String, { description: 'Why.' })
  reason!: string;
}
