import { Arg, Ctx, Resolver, Root, Subscription } from 'type-graphql';
import type { Context } from '../../api/context.ts';
import { boundLater, type SharedStart, type Streaming } from '../../api/streams.ts';
import type { ChallengeFeed } from './challenge-feed.ts';
import type { ChallengeState } from './challenge-watch.ts';
import { toChallenge } from './challenges.access.ts';
import { Challenge } from './challenges.types.ts';

function fields(type: string, names: string): string[] {
  return names.split(' ').map((name) => `${type}.${name}`);
}

/** What is the same for all viewers of one role: everything but the members behind contributions. */
const SAME_FOR_ALL: readonly string[] = [
  'Subscription.challengeUpdated',
  ...fields(
    'Challenge',
    'code version name description mode goal streak recurrence prerequisites audience points badge',
  ),
  ...fields(
    'Challenge',
    'pendingFor expiresAfter startsAt endsAt periodEndsAt status createdAt updatedAt community filling',
  ),
  ...fields('Goal', 'activityTypes condition measure expression target'),
  ...fields('Streak', 'every length freezes'),
  ...fields('Badge', 'id code version name description imageUrl repeatable limit'),
  ...fields('GoalFilling', 'done total startedAt finishedAt'),
  ...fields('CommunityProgress', 'progress target percent contributorCount completedAt contributions'),
  ...fields('ChallengeContributionConnection', 'edges pageInfo totalCount'),
  ...fields('ChallengeContributionEdge', 'cursor node'),
  ...fields('ChallengeContribution', 'displayName amount percent lastAt'),
  ...fields('PageInfo', 'hasNextPage hasPreviousPage startCursor endCursor'),
];

@Resolver(() => Challenge)
export class ChallengeUpdatesResolver implements Streaming {
  readonly #feed: ChallengeFeed;

  constructor(feed: ChallengeFeed) {
    this.#feed = feed;
  }

  streams(): Record<string, SharedStart> {
    return {
      challengeUpdated: {
        start: ({ code }, { viewer }, selection) => this.#feed.follow(String(code), viewer, selection),
        sharing: { kind: 'states', asFirst: (state) => state },
        sameForAll: SAME_FOR_ALL,
      },
    };
  }

  @Subscription(() => Challenge, {
    subscribe: boundLater,
    description:
      'A community challenge live: how it stands at once, then again at most four times a second when something was contributed, a period began, or the challenge changed. After a lost connection subscribe again: the first update is whole.',
  })
  challengeUpdated(
    @Root() { record, community }: ChallengeState,
    @Arg('code', () => String, { description: "The challenge's code." }) _code: string,
    @Ctx() { viewer }: Context,
  ): Challenge {
    return Object.assign(toChallenge(record, viewer), { known: community });
  }
}
