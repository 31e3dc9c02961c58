import { Arg, ID, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Award, BoardUpdate } from './board.types.ts';

export const BOARD_TOPIC = 'BOARD';
export const AWARD_TOPIC = 'AWARD';

/** Subscriptions as the documentation of TypeGraphQL writes them: a topic for the board, and one for each member. */
@Resolver()
export class BoardResolver {
  @Query(() => String)
  hello(): string {
    return 'hello';
  }

  @Subscription(() => BoardUpdate, { topics: BOARD_TOPIC })
  boardUpdated(@Root() update: BoardUpdate): BoardUpdate {
    return update;
  }

  @Subscription(() => Award, { topics: AWARD_TOPIC, topicId: ({ args }) => args.memberId })
  awarded(@Root() award: Award, @Arg('memberId', () => ID) _memberId: string): Award {
    return award;
  }
}
