import type DataLoader from 'dataloader';
import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { StockMember, StockMemberConnection, StockWallet } from './members.types.ts';

/** What each request of the stock peer has: its page reader on a fresh EntityManager, and its loader. */
export interface StockContext {
  page(first: number): Promise<StockMemberConnection>;
  wallets: DataLoader<string, StockWallet>;
}

@Resolver(() => StockMember)
export class StockMembersResolver {
  @Query(() => StockMemberConnection, { description: 'Members, the newest first.' })
  async members(
    @Arg('first', () => Int, { description: 'How many.' }) first: number,
    @Ctx() context: StockContext,
  ): Promise<StockMemberConnection> {
    return context.page(first);
  }

  @FieldResolver(() => StockWallet, { description: 'Points in sum.' })
  async wallet(@Root() member: StockMember, @Ctx() context: StockContext): Promise<StockWallet> {
    return context.wallets.load(member.id);
  }
}
