import { Field, GraphQLISODateTime, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: "A member's points, as the stock peer shows them." })
export class StockWallet {
  @Field(() => Int, { description: 'Spendable.' })
  active!: number;

  @Field(() => Int, { description: 'Not yet spendable.' })
  pending!: number;

  @Field(() => Int, { description: 'Ever earned.' })
  lifetimeEarned!: number;
}

@ObjectType({ description: 'A member, as the stock peer shows one.' })
export class StockMember {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;

  @Field(() => String, { nullable: true, description: "The shop's id." })
  externalId?: string | null | undefined;

  @Field(() => String, { description: 'Its number.' })
  memberNumber!: string;

  @Field(() => String, { description: 'Its name.' })
  displayName!: string;

  @Field(() => String, { description: 'Its status.' })
  status!: string;

  @Field(() => String, { description: 'Who sees it.' })
  visibility!: string;

  @Field(() => GraphQLISODateTime, { description: 'When it joined.' })
  joinedAt!: Date;

  @Field(() => String, { description: 'Its code.' })
  referralCode!: string;
}

@ObjectType({ description: 'An edge.' })
export class StockMemberEdge {
  @Field(() => String, { description: 'Where it is.' })
  cursor!: string;

  @Field(() => StockMember, { description: 'The member.' })
  node!: StockMember;
}

@ObjectType({ description: 'A page.' })
export class StockPageInfo {
  @Field(() => Boolean, { description: 'Whether there are more.' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The last cursor.' })
  endCursor!: string | null;
}

@ObjectType({ description: 'A page of members.' })
export class StockMemberConnection {
  @Field(() => [StockMemberEdge], { description: 'The edges.' })
  edges!: StockMemberEdge[];

  @Field(() => StockPageInfo, { description: 'Where the page lies.' })
  pageInfo!: StockPageInfo;
}
