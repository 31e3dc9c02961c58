import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { type Grant, isGranted } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import type { ActivityTypesService } from './activity-types.service.ts';
import { ActivityType, SaveActivityTypeInput, SaveActivityTypePayload } from './activity-types.types.ts';

/** What members can do: reading and saving activity types. */
@Resolver(() => ActivityType)
export class ActivityTypesResolver {
  readonly #service: ActivityTypesService;

  constructor(service: ActivityTypesService) {
    this.#service = service;
  }

  @Query(() => [ActivityType], {
    description:
      'Everything members can do here, in order of the codes. Members see the public types; staff, administrators and API keys see all.',
  })
  activityTypes(@Ctx() { viewer }: Context): Promise<ActivityType[]> {
    return this.#service.list(isGranted(viewer, [Role.STAFF, Role.SERVICE]));
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveActivityTypePayload, {
    description:
      'Creates an activity type, or updates the one of this code. Saving the same again changes nothing; a change makes a new version.',
  })
  @UserErrors(SaveActivityTypePayload)
  async saveActivityType(
    @Arg('input', () => SaveActivityTypeInput, { description: 'The whole of the type.' }) input: SaveActivityTypeInput,
    @Ctx() { viewer, requestId }: Context,
  ): Promise<Partial<SaveActivityTypePayload>> {
    return { activityType: await this.#service.save(input, { actor: viewer.actor, requestId }) };
  }
}
