import { Arg, Args, Authorized, Ctx, FieldResolver, Float, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { type Grant, ownMemberOr } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import type { FindNode } from '../../api/node.resolver.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { ConfigStatus, type Connection, PageArgs } from '../../api/types.ts';
import { mapPage } from '../../platform/pages.ts';
import type * as rules from '../../rules/types.ts';
import { authorOf } from '../audit/index.ts';
import { Member } from '../members/members.types.ts';
import { Goal, GoalFilling } from '../progress/goals.types.ts';
import { mayReadBadge, mayReadBadgesOf, seesAll, toAward, toBadge } from './badges.access.ts';
import { SaveBadgeInput, SaveBadgePayload } from './badges.inputs.ts';
import { type BadgesServices, editionOf, fillingOf, progressOf, spreadOf } from './badges.loaders.ts';
import { Badge, type BadgeAward, BadgeAwardConnection, BadgeProgress } from './badges.types.ts';
import { badgesOfMember, pictureOf, remainingOf, shownBadge, shownGoal } from './badges.views.ts';

@Resolver(() => Badge)
export class BadgesResolver {
  readonly #services: BadgesServices;
  readonly #publicUrl: string;

  constructor(services: BadgesServices, publicUrl: string) {
    this.#services = services;
    this.#publicUrl = publicUrl;
  }

  @Query(() => [Badge], {
    description:
      'The badges in order of their codes. Staff and administrators see all; everyone else sees the active ones.',
  })
  async badges(
    @Arg('status', () => [ConfigStatus], {
      nullable: true,
      description: 'Only badges in one of these states. Left out: all the viewer may see.',
    })
    status: rules.ConfigStatus[] | null,
    @Ctx() { viewer }: Context,
  ): Promise<Badge[]> {
    const badges = await this.#services.badges.list(status);
    return badges.filter((badge) => mayReadBadge(viewer, badge)).map(toBadge);
  }

  @Query(() => Badge, {
    nullable: true,
    description: 'The badge of this code; null when there is none, or when it is not yours to see.',
  })
  badge(
    @Arg('code', () => String, { description: "The badge's code." }) code: string,
    @Ctx() context: Context,
  ): Promise<Badge | null> {
    return shownBadge(this.#services, context, code);
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveBadgePayload, {
    description:
      'Creates a badge, or updates the one of this code. Saving the same again changes nothing; a change makes a new version and takes effect with the next activity. Nobody loses an award by it.',
  })
  @UserErrors(SaveBadgePayload)
  async saveBadge(
    @Arg('input', () => SaveBadgeInput, { description: 'The whole of the badge.' }) input: SaveBadgeInput,
    @Ctx() context: Context,
  ): Promise<Partial<SaveBadgePayload>> {
    return { badge: toBadge(await this.#services.badges.save(input, authorOf(context))) };
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Where its picture is: an https:// address, or a picture that this server draws.',
  })
  imageUrl(@Root() badge: Badge): string {
    return pictureOf(badge, this.#publicUrl);
  }

  @FieldResolver(() => Goal, {
    nullable: true,
    description:
      'What earns it. Null when only a challenge, a tier, a prize or a person gives it; and, except for staff, when it counts activities that are not public.',
  })
  goal(@Root() badge: Badge, @Ctx() context: Context): Promise<Goal | null> {
    return shownGoal(this.#services, context, badge);
  }

  @FieldResolver(() => Int, {
    description:
      'How often it was awarded, revoked awards left out. Up to a minute old when there are more than 10,000.',
  })
  async awardedCount(@Root() { code }: Badge, @Ctx() context: Context): Promise<number> {
    return (await spreadOf(this.#services, context, code)).awardedCount;
  }

  @FieldResolver(() => Float, {
    description: 'The share of active members who hold it, from 0 (nobody) to 1 (everybody). As old as `awardedCount`.',
  })
  async rarity(@Root() { code }: Badge, @Ctx() context: Context): Promise<number> {
    return (await spreadOf(this.#services, context, code)).rarity;
  }

  @FieldResolver(() => Int, {
    nullable: true,
    description: 'How many may still be awarded; null for a badge without a limit.',
  })
  async remaining(@Root() badge: Badge, @Ctx() context: Context): Promise<number | null> {
    return remainingOf(badge, () => editionOf(this.#services, context, badge.code));
  }

  @FieldResolver(() => GoalFilling, {
    nullable: true,
    description:
      'How far counting what members did before is; null when there was nothing to count. For staff and administrators, null for everybody else.',
  })
  async filling(@Root() { code }: Badge, @Ctx() context: Context): Promise<GoalFilling | null> {
    return seesAll(context.viewer) ? fillingOf(this.#services, context, code) : null;
  }

  @FieldResolver(() => BadgeAwardConnection, {
    description:
      'Who was awarded it, the latest first. Members who do not want to be known are there without a name; revoked awards are for staff only.',
  })
  async awards(
    @Root() { code }: Badge,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<BadgeAward>> {
    const awards = await this.#services.badgeAwards.page(page, { badge: code, revoked: seesAll(viewer) });
    return mapPage(awards, (row) => toAward(row, viewer));
  }
}

@Resolver(() => Member)
export class MemberBadgesResolver {
  readonly #services: BadgesServices;

  constructor(services: BadgesServices) {
    this.#services = services;
  }

  @FieldResolver(() => BadgeAwardConnection, {
    description:
      'The badges the member was awarded, the latest first. Everybody may see those of a PUBLIC member; revoked ones are for the member and staff only.',
  })
  badges(
    @Root() member: Member,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() { viewer }: Context,
  ): Promise<Connection<BadgeAward>> {
    return badgesOfMember(this.#services, viewer, member, page);
  }

  @FieldResolver(() => [BadgeProgress], {
    description:
      'How far the member is towards each active badge with a goal, in order of their codes. For the member, staff and administrators.',
  })
  badgeProgress(@Root() { id }: Member, @Ctx() context: Context): Promise<BadgeProgress[]> {
    ownMemberOr(context.viewer, id, Role.STAFF, 'members:read');
    return progressOf(this.#services, context, id);
  }
}

/** Finds a badge by its id for `node(id:)`, for whoever may see it. */
export function findBadgeNode({ badges }: BadgesServices): FindNode {
  return async (id, { viewer }) => {
    const badge = await badges.findById(id);
    return badge !== null && mayReadBadge(viewer, badge) ? toBadge(badge) : null;
  };
}

/** Finds an award by its id for `node(id:)`: for everybody while it holds, afterwards for its member and staff. */
export function findAwardNode({ badgeAwards }: BadgesServices): FindNode {
  return async (id, { viewer }) => {
    const award = await badgeAwards.find(id);
    if (award === null || (award.revokedAt !== null && !mayReadBadgesOf(viewer, award.memberId))) return null;
    return toAward(award, viewer);
  };
}
