import { Field, GraphQLISODateTime, ID, Int, ObjectType } from 'type-graphql';
import { StockPageInfo } from './members.types.ts';

@ObjectType({ description: 'What everybody may know of a member, as the stock peer shows it.' })
export class StockPlayer {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { description: 'Its status.' })
  status!: string;

  @Field(() => GraphQLISODateTime, { description: 'When it joined.' })
  joinedAt!: Date;
}

@ObjectType({ description: 'A place, as the stock peer shows one.' })
export class StockPlace {
  @Field(() => Int, { description: 'From 1; equal scores share it.' })
  rank!: number;

  @Field(() => Int, { description: 'What was reached.' })
  score!: number;

  @Field(() => String, { description: 'What the member is called.' })
  displayName!: string;

  @Field(() => GraphQLISODateTime, { description: 'When it was reached.' })
  reachedAt!: Date;

  @Field(() => StockPlayer, { nullable: true, description: 'Whose place it is, where that is public.' })
  member!: StockPlayer | null;
}

@ObjectType({ description: 'An edge.' })
export class StockPlaceEdge {
  @Field(() => StockPlace, { description: 'The place.' })
  node!: StockPlace;
}

@ObjectType({ description: 'A page of places.' })
export class StockPlaceConnection {
  @Field(() => [StockPlaceEdge], { description: 'The edges.' })
  edges!: StockPlaceEdge[];

  @Field(() => StockPageInfo, { description: 'Where the page lies.' })
  pageInfo!: StockPageInfo;
}

@ObjectType({ description: 'A board, as the stock peer shows one.' })
export class StockLeaderboard {
  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => String, { description: 'Its name.' })
  name!: string;
}
