import { Arg, Mutation, Query, Resolver } from 'type-graphql';
import { Award, AwardInput } from './award.types.ts';

/** How an award is written: the one thing in which the peers differ. */
export type GiveAward = (input: AwardInput) => Promise<Award>;

@Resolver(() => Award)
export class AwardResolver {
  constructor(private readonly give: GiveAward) {}

  @Query(() => String, { description: 'A schema needs a query.' })
  hello(): string {
    return 'hello';
  }

  @Mutation(() => Award, { description: 'Gives an award.' })
  award(@Arg('input', () => AwardInput, { description: 'The award.' }) input: AwardInput): Promise<Award> {
    return this.give(input);
  }
}
