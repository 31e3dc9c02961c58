import { Arg, Authorized, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { Activity } from '../activities/activities.types.ts';
import { authorOf } from '../audit/index.ts';
import { toEvent } from '../members/member-events.types.ts';
import { memberLoader } from '../members/members.loader.ts';
import { Member } from '../members/members.types.ts';
import { toAward } from './badges.access.ts';
import { AwardBadgeInput, AwardBadgePayload, RevokeBadgeInput, RevokeBadgePayload } from './badges.inputs.ts';
import { type BadgesServices, holderOf } from './badges.loaders.ts';
import { Badge, BadgeAward, BadgeEvent } from './badges.types.ts';
import {
  activityOfAward,
  awardOfEvent,
  badgeOfAward,
  credentialOf,
  shareUrlOf,
  verificationUrlOf,
} from './badges.views.ts';

@Resolver(() => BadgeAward)
export class BadgeAwardsResolver {
  readonly #services: BadgesServices;

  constructor(services: BadgesServices) {
    this.#services = services;
  }

  @Authorized<Grant>(Role.STAFF)
  @Mutation(() => AwardBadgePayload, {
    description:
      'Awards a badge by hand. The reason is shown to the member; the award is written to the audit log. A badge that is not repeatable is awarded to one member once.',
  })
  @UserErrors(AwardBadgePayload)
  async awardBadge(
    @Arg('input', () => AwardBadgeInput, { description: 'Which badge, to whom, and why.' }) input: AwardBadgeInput,
    @Ctx() context: Context,
  ): Promise<Partial<AwardBadgePayload>> {
    const { award, effects, replayed } = await this.#services.badgeAwards.award(input, authorOf(context));
    return { award: toAward(award, context.viewer), effects: effects.map(toEvent), replayed };
  }

  @Authorized<Grant>(Role.STAFF)
  @Mutation(() => RevokeBadgePayload, {
    description:
      'Revokes an award by hand. It stays in the history with the reason, its credential says so from now on, and no rule gives the badge to the member again; a person may.',
  })
  @UserErrors(RevokeBadgePayload)
  async revokeBadge(
    @Arg('input', () => RevokeBadgeInput, { description: 'Which award, and why.' }) input: RevokeBadgeInput,
    @Ctx() context: Context,
  ): Promise<Partial<RevokeBadgePayload>> {
    const { award, effects } = await this.#services.badgeAwards.revoke(input, authorOf(context));
    return { award: toAward(award, context.viewer), effects: effects.map(toEvent) };
  }

  @FieldResolver(() => Badge, { description: 'The badge, as it is now.' })
  badge(@Root() { row }: BadgeAward, @Ctx() context: Context): Promise<Badge> {
    return badgeOfAward(this.#services, context, row);
  }

  @FieldResolver(() => Member, {
    description:
      'Who was awarded it. A member who does not want to be known has the alias or no name here, and an id that belongs to nobody.',
  })
  member(@Root() { row }: BadgeAward, @Ctx() context: Context): Promise<Member> {
    return holderOf(this.#services, context, row);
  }

  @FieldResolver(() => Activity, {
    nullable: true,
    description:
      'The activity that earned it; null when none did. Shown to the member and to staff only, null for everybody else.',
  })
  activity(@Root() { row }: BadgeAward, @Ctx() context: Context): Promise<Activity | null> {
    return activityOfAward(this.#services, context, row);
  }

  @FieldResolver(() => String, {
    nullable: true,
    // Each is read together from several places and signed.
    complexity: 10,
    description:
      'The award as an Open Badges 3.0 credential, a signed JWT that wallets and verifiers take. Made anew each time. For the member and staff; null for everybody else, when it was revoked, and where no issuer is configured.',
  })
  credential(@Root() { row }: BadgeAward, @Ctx() context: Context): Promise<string | null> {
    return credentialOf(this.#services, context, row);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The page on which everybody can see whether the award holds; it names the member as the visibility allows. Null where no issuer is configured.',
  })
  verificationUrl(@Root() { row }: BadgeAward): string | null {
    return verificationUrlOf(this.#services, row);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      "The same page with the member's name on it, whatever the visibility. Only for the member, to give it to others; it cannot be taken back.",
  })
  shareUrl(@Root() { row }: BadgeAward, @Ctx() { viewer }: Context): string | null {
    return shareUrlOf(this.#services, viewer, row);
  }
}

@Resolver(() => BadgeEvent)
export class BadgeEventResolver {
  readonly #services: BadgesServices;

  constructor(services: BadgesServices) {
    this.#services = services;
  }

  @FieldResolver(() => BadgeAward, { description: 'The award.' })
  award(@Root() event: BadgeEvent, @Ctx() context: Context): Promise<BadgeAward> {
    return awardOfEvent(this.#services, context, event);
  }
}

@Resolver(() => AwardBadgePayload)
export class AwardBadgePayloadResolver {
  readonly #services: BadgesServices;

  constructor(services: BadgesServices) {
    this.#services = services;
  }

  @FieldResolver(() => Member, { nullable: true, description: 'The member as it is now; null when refused.' })
  member(@Root() { award }: AwardBadgePayload, @Ctx() context: Context): Promise<Member> | null {
    return award && memberLoader(context, this.#services.members).load(award.row.memberId);
  }
}
