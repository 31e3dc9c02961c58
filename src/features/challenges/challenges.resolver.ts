import { Arg, Args, Authorized, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { DateTime } from '../../api/scalars.ts';
import { ConfigStatus, type Connection, PageArgs } from '../../api/types.ts';
import type * as views from '../../rules/game-views.ts';
import type * as rules from '../../rules/types.ts';
import { authorOf } from '../audit/index.ts';
import { Badge } from '../badges/badges.types.ts';
import { Member } from '../members/members.types.ts';
import { Goal, GoalFilling } from '../progress/goals.types.ts';
import { ChallengeEvent } from './challenge-events.types.ts';
import { toChallenge } from './challenges.access.ts';
import { ChallengeStatus } from './challenges.enums.ts';
import { SaveChallengeInput, SaveChallengePayload } from './challenges.inputs.ts';
import type { ChallengesServices } from './challenges.loaders.ts';
import { progressThen } from './challenges.progress.ts';
import {
  Challenge,
  type ChallengeContribution,
  ChallengeContributionConnection,
  ChallengeProgress,
  CommunityProgress,
  StreakState,
} from './challenges.types.ts';
import {
  badgeOf,
  challengeOfProgress,
  challengesOfMember,
  contributionsOf,
  goalOf,
  periodEndOf,
  prerequisitesOf,
  shownChallenge,
  shownChallenges,
  shownCommunity,
  shownFilling,
  streakOf,
} from './challenges.views.ts';

@Resolver(() => Challenge)
export class ChallengesResolver {
  readonly #services: ChallengesServices;

  constructor(services: ChallengesServices) {
    this.#services = services;
  }

  @Query(() => [Challenge], {
    description:
      'The challenges in order of their codes. Staff and administrators see all; everyone else sees the active ones, also those that lie ahead or are over.',
  })
  challenges(
    @Arg('status', () => [ConfigStatus], {
      nullable: true,
      description: 'Only challenges in one of these states. Left out: all the viewer may see.',
    })
    status: rules.ConfigStatus[] | null,
    @Ctx() context: Context,
  ): Promise<Challenge[]> {
    return shownChallenges(this.#services, context, status);
  }

  @Query(() => Challenge, {
    nullable: true,
    description: 'The challenge of this code; null when there is none, or when it is not yours to see.',
  })
  challenge(
    @Arg('code', () => String, { description: "The challenge's code." }) code: string,
    @Ctx() context: Context,
  ): Promise<Challenge | null> {
    return shownChallenge(this.#services, context, code);
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveChallengePayload, {
    description:
      'Creates a challenge, or updates the one of this code. Saving the same again changes nothing; a change makes a new version and takes effect with the next activity. What was completed and paid stays.',
  })
  @UserErrors(SaveChallengePayload)
  async saveChallenge(
    @Arg('input', () => SaveChallengeInput, { description: 'The whole of the challenge.' }) input: SaveChallengeInput,
    @Ctx() context: Context,
  ): Promise<Partial<SaveChallengePayload>> {
    const record = await this.#services.challenges.save(input, authorOf(context));
    return { challenge: toChallenge(record, context.viewer) };
  }

  @FieldResolver(() => Goal, {
    description:
      'What counts and how much is needed; in each period, if it recurs or is a streak. Activity types that are not public are named to staff only.',
  })
  goal(@Root() challenge: Challenge, @Ctx() context: Context): Promise<Goal> {
    return goalOf(this.#services, context, challenge);
  }

  @FieldResolver(() => [Challenge], {
    description: 'What a member must have completed before anything counts here, as far as it is yours to see.',
  })
  prerequisites(@Root() challenge: Challenge, @Ctx() context: Context): Promise<Challenge[]> {
    return prerequisitesOf(this.#services, context, challenge);
  }

  @FieldResolver(() => Badge, { nullable: true, description: 'A badge for completing it; null when there is none.' })
  badge(@Root() challenge: Challenge, @Ctx() context: Context): Promise<Badge | null> {
    return badgeOf(this.#services, context, challenge);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description: 'When the running period ends and counting begins anew; null unless it recurs and runs now.',
  })
  periodEndsAt(@Root() challenge: Challenge, @Ctx() context: Context): Promise<number | null> {
    return periodEndOf(this.#services, context, challenge);
  }

  @FieldResolver(() => GoalFilling, {
    nullable: true,
    description:
      'How far counting what members did before is; null when there was nothing to count. For staff and administrators, null for everybody else.',
  })
  filling(@Root() challenge: Challenge, @Ctx() context: Context): Promise<GoalFilling | null> {
    return shownFilling(this.#services, context, challenge);
  }

  @FieldResolver(() => CommunityProgress, {
    nullable: true,
    description: 'How far everybody together is; null for an INDIVIDUAL challenge.',
  })
  community(@Root() challenge: Challenge, @Ctx() context: Context): Promise<CommunityProgress | null> {
    return shownCommunity(this.#services, context, challenge);
  }
}

@Resolver(() => CommunityProgress)
export class CommunityProgressResolver {
  readonly #services: ChallengesServices;

  constructor(services: ChallengesServices) {
    this.#services = services;
  }

  @FieldResolver(() => ChallengeContributionConnection, {
    description: 'What each member gave, the largest first. Together they are exactly `progress`.',
  })
  contributions(
    @Root() progress: CommunityProgress,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<ChallengeContribution>> {
    return contributionsOf(this.#services, context, progress, page);
  }
}

@Resolver(() => ChallengeProgress)
export class ChallengeProgressResolver {
  readonly #services: ChallengesServices;

  constructor(services: ChallengesServices) {
    this.#services = services;
  }

  @FieldResolver(() => Challenge, { description: 'The challenge, as it is now.' })
  challenge(@Root() progress: ChallengeProgress, @Ctx() context: Context): Promise<Challenge> {
    return challengeOfProgress(this.#services, context, progress);
  }

  @FieldResolver(() => StreakState, {
    nullable: true,
    description: 'How the streak stands; null when the challenge asks for none.',
  })
  streak(@Root() progress: ChallengeProgress, @Ctx() context: Context): Promise<StreakState | null> {
    return streakOf(this.#services, context, progress);
  }
}

@Resolver(() => ChallengeEvent)
export class ChallengeEventResolver {
  @FieldResolver(() => ChallengeProgress, {
    description: 'How far the member was right after it: it stays as it was, whatever happens later.',
  })
  progress(@Root() event: ChallengeEvent): ChallengeProgress {
    return progressThen(event.progress);
  }
}

@Resolver(() => Member)
export class MemberChallengesResolver {
  readonly #services: ChallengesServices;

  constructor(services: ChallengesServices) {
    this.#services = services;
  }

  @FieldResolver(() => [ChallengeProgress], {
    description:
      'How far the member is in the challenges that are for it now, and in those it has begun, in the order of their codes. For the member, staff and administrators.',
  })
  challenges(
    @Root() { id }: Member,
    @Arg('status', () => [ChallengeStatus], {
      nullable: true,
      description: 'Only challenges in which the member is this far. Left out: all.',
    })
    status: views.ChallengeStatus[] | null,
    @Ctx() context: Context,
  ): Promise<ChallengeProgress[]> {
    return challengesOfMember(this.#services, context, id, status);
  }
}
