import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { type Connection, PageArgs } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import { authorOf } from '../audit/index.ts';
import { Member } from '../members/members.types.ts';
import { mayReadBoard, seesAll, toLeaderboard, toSeason } from './leaderboards.access.ts';
import {
  CloseSeasonInput,
  CloseSeasonPayload,
  SaveLeaderboardInput,
  SaveLeaderboardPayload,
} from './leaderboards.inputs.ts';
import { boardOf, currentSeason, type LeaderboardsServices } from './leaderboards.loaders.ts';
import {
  Leaderboard,
  LeaderboardEntry,
  LeaderboardEntryConnection,
  Season,
  SeasonConnection,
} from './leaderboards.types.ts';
import { entriesAround, entryOf, pageOfEntries, shownBoard } from './leaderboards.views.ts';

@Resolver(() => Leaderboard)
export class LeaderboardsResolver {
  readonly #services: LeaderboardsServices;

  constructor(services: LeaderboardsServices) {
    this.#services = services;
  }

  @Query(() => [Leaderboard], {
    description:
      'The active boards in order of their codes: the public ones for everybody, all for whoever has a credential. Staff and administrators see those that are not active too.',
  })
  async leaderboards(@Ctx() { viewer }: Context): Promise<Leaderboard[]> {
    const boards = await this.#services.leaderboards.list(seesAll(viewer));
    return boards.filter((board) => mayReadBoard(viewer, board)).map((board) => toLeaderboard(board, viewer));
  }

  @Query(() => Leaderboard, {
    nullable: true,
    description: 'The board of this code; null when there is none, or when it is not yours to see.',
  })
  leaderboard(
    @Arg('code', () => String, { description: "The board's code." }) code: string,
    @Ctx() context: Context,
  ): Promise<Leaderboard | null> {
    return shownBoard(this.#services, context, code);
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveLeaderboardPayload, {
    description:
      'Creates a leaderboard, or updates the one of this code. A new board counts the running season from everything recorded so far. Saving the same again changes nothing.',
  })
  @UserErrors(SaveLeaderboardPayload)
  async saveLeaderboard(
    @Arg('input', () => SaveLeaderboardInput, { description: 'The whole of the board.' }) input: SaveLeaderboardInput,
    @Ctx() context: Context,
  ): Promise<Partial<SaveLeaderboardPayload>> {
    const record = await this.#services.leaderboards.save(input, authorOf(context));
    return { leaderboard: toLeaderboard(record, context.viewer) };
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => CloseSeasonPayload, {
    description:
      'Closes the running season of a board before its time: standings become final, prizes are paid, and the next season runs from now to the end of the period. Seasons whose time is over close by themselves.',
  })
  @UserErrors(CloseSeasonPayload)
  async closeSeason(
    @Arg('input', () => CloseSeasonInput, { description: 'Which season.' }) input: CloseSeasonInput,
    @Ctx() context: Context,
  ): Promise<Partial<CloseSeasonPayload>> {
    const { season, replayed } = await this.#services.seasons.close(input, authorOf(context));
    return { season: toSeason(season), replayed };
  }

  @FieldResolver(() => Season, {
    description: 'The season that runs now. A board of its own dates has only one, which may lie ahead or be over.',
  })
  async season(@Root() board: Leaderboard, @Ctx() context: Context): Promise<Season> {
    return toSeason(await currentSeason(this.#services, context, board));
  }

  @FieldResolver(() => SeasonConnection, {
    description: 'All seasons, the latest first; closed ones keep their standings.',
  })
  async seasons(@Root() { code }: Leaderboard, @Args(() => PageArgs) page: PageArgs): Promise<Connection<Season>> {
    return mapPage(await this.#services.standings.seasons(code, page), toSeason);
  }

  @FieldResolver(() => Int, { description: 'How many members are on the board in the running season.' })
  async size(@Root() board: Leaderboard, @Ctx() context: Context): Promise<number> {
    return this.#services.standings.size(await currentSeason(this.#services, context, board));
  }

  @FieldResolver(() => LeaderboardEntryConnection, { description: 'The places of the running season, best first.' })
  async entries(
    @Root() board: Leaderboard,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<LeaderboardEntry>> {
    return pageOfEntries(this.#services, context, await currentSeason(this.#services, context, board), page);
  }

  @FieldResolver(() => LeaderboardEntry, {
    nullable: true,
    description:
      "One member's place in the running season; null when the member is not on the board, or does not want to be found there.",
  })
  async entry(
    @Root() board: Leaderboard,
    @Arg('memberId', () => ID, { description: "The member's id." }) memberId: string,
    @Ctx() context: Context,
  ): Promise<LeaderboardEntry | null> {
    return entryOf(this.#services, context, await currentSeason(this.#services, context, board), memberId);
  }

  @FieldResolver(() => [LeaderboardEntry], {
    description: "The places next to one member's own, which is among them; empty where `entry` is null.",
  })
  async around(
    @Root() board: Leaderboard,
    @Arg('memberId', () => ID, { description: "The member's id." }) memberId: string,
    @Arg('radius', () => Int, { defaultValue: 3, description: 'How many above and how many below, at most 50.' })
    radius: number,
    @Ctx() context: Context,
  ): Promise<LeaderboardEntry[]> {
    const season = await currentSeason(this.#services, context, board);
    return entriesAround(this.#services, context, season, memberId, radius);
  }
}

@Resolver(() => Season)
export class SeasonsResolver {
  readonly #services: LeaderboardsServices;

  constructor(services: LeaderboardsServices) {
    this.#services = services;
  }

  @FieldResolver(() => LeaderboardEntryConnection, {
    description: 'The places, best first; final once the season is closed.',
  })
  async entries(
    @Root() season: Season,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Connection<LeaderboardEntry>> {
    const board = await boardOf(this.#services, context, season.leaderboardCode);
    const ranking = board?.ranking ?? 'COMPETITION';
    return pageOfEntries(this.#services, context, { ...season, ranking }, page);
  }
}

@Resolver(() => Member)
export class MemberStandingResolver {
  readonly #services: LeaderboardsServices;

  constructor(services: LeaderboardsServices) {
    this.#services = services;
  }

  @FieldResolver(() => LeaderboardEntry, {
    nullable: true,
    description:
      "The member's place in the running season of a board; null when the member is not on it, or it is not yours to see.",
  })
  async standing(
    @Root() { id }: Member,
    @Arg('leaderboard', () => String, { description: "The board's code." }) code: string,
    @Ctx() context: Context,
  ): Promise<LeaderboardEntry | null> {
    const board = await shownBoard(this.#services, context, code);
    return board && entryOf(this.#services, context, await currentSeason(this.#services, context, board), id);
  }
}

/** Finds a season by its id for `node(id:)`, for whoever may see its board. */
export function findSeasonNode(services: LeaderboardsServices): FindNode {
  return async (id, context) => {
    const season = await services.seasons.find(id);
    const board = season && (await shownBoard(services, context, season.leaderboardCode));
    return season && board && toSeason(season);
  };
}
