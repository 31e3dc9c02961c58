import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { StockLeaderboard, StockPlaceConnection } from './board-page.types.ts';

/** What each request of the stock peer has: its readers on a fresh EntityManager. */
export interface StockBoardContext {
  board(code: string): Promise<StockLeaderboard | null>;
  places(code: string, first: number): Promise<StockPlaceConnection>;
}

@Resolver(() => StockLeaderboard)
export class StockBoardResolver {
  @Query(() => StockLeaderboard, { nullable: true, description: 'The public board of this code.' })
  async leaderboard(
    @Arg('code', () => String, { description: 'Its code.' }) code: string,
    @Ctx() context: StockBoardContext,
  ): Promise<StockLeaderboard | null> {
    return context.board(code);
  }

  @FieldResolver(() => StockPlaceConnection, { description: 'Its places, best first.' })
  async entries(
    @Root() { code }: StockLeaderboard,
    @Arg('first', () => Int, { description: 'How many.' }) first: number,
    @Ctx() context: StockBoardContext,
  ): Promise<StockPlaceConnection> {
    return context.places(code, first);
  }
}
