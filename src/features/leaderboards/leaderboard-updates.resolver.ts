import { Arg, Ctx, ID, Int, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../api/context.ts';
import { Duration } from '../../api/scalars.ts';
import { boundLater, type SharedStart, type Streaming } from '../../api/streams.ts';
import type { LeaderboardFeed } from './leaderboard-feed.ts';
import { asFirst, type BoardState } from './leaderboard-updates.ts';
import { LeaderboardUpdate } from './leaderboard-updates.types.ts';
import { requestOf, SAME_FOR_ALL, toUpdate } from './leaderboard-updates.views.ts';

@Resolver(() => LeaderboardUpdate)
export class LeaderboardUpdatesResolver implements Streaming {
  readonly #feed: LeaderboardFeed;

  constructor(feed: LeaderboardFeed) {
    this.#feed = feed;
  }

  streams(): Record<string, SharedStart> {
    return {
      leaderboardUpdated: {
        start: (args, { viewer }, selection) =>
          this.#feed.follow(String(args.code), requestOf(args, viewer, selection)),
        sharing: { kind: 'states', asFirst: (state) => asFirst(state as BoardState) },
        sameForAll: SAME_FOR_ALL,
      },
    };
  }

  @Subscription(() => LeaderboardUpdate, {
    subscribe: boundLater,
    description:
      'A board live: its first places at once, then again at most once in every `throttle` when something that is shown has changed. After a lost connection subscribe again: the first update is whole.',
  })
  leaderboardUpdated(
    @Root() state: BoardState,
    @Arg('code', () => String, { description: "The board's code." }) _code: string,
    @Arg('first', () => Int, { defaultValue: 10, description: 'How many places from the top, at most 100.' })
    _first: number,
    @Arg('around', () => ID, {
      nullable: true,
      description: 'The member whose surroundings `around` shows; your own when left out.',
    })
    _around: string | null,
    @Arg('throttle', () => Duration, {
      defaultValue: 'PT0.25S',
      description: 'The shortest time between two updates, from PT0.05S to PT1H.',
    })
    _throttle: string,
    @Ctx() { viewer }: Context,
  ): LeaderboardUpdate {
    return toUpdate(state, viewer);
  }
}
