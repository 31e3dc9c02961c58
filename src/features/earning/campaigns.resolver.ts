import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { type Grant, isGranted } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import type { CampaignsService } from './campaigns.service.ts';
import { Campaign, SaveCampaignInput, SaveCampaignPayload } from './campaigns.types.ts';

/** Extra points for a while: reading and saving campaigns. */
@Resolver(() => Campaign)
export class CampaignsResolver {
  readonly #service: CampaignsService;

  constructor(service: CampaignsService) {
    this.#service = service;
  }

  @Query(() => [Campaign], {
    description:
      'The campaigns in order of their codes. Staff and administrators see all; everyone else sees the active ones that run now.',
  })
  campaigns(
    @Arg('status', () => [ConfigStatus], {
      nullable: true,
      description: 'Only campaigns in one of these states. Left out: all the viewer may see.',
    })
    status: rules.ConfigStatus[] | null,
    @Ctx() { viewer }: Context,
  ): Promise<Campaign[]> {
    return this.#service.list(status, isGranted(viewer, [Role.STAFF]));
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveCampaignPayload, {
    description:
      'Creates a campaign, or updates the one of this code. Saving the same again changes nothing; a change makes a new version and takes effect with the next activity.',
  })
  @UserErrors(SaveCampaignPayload)
  async saveCampaign(
    @Arg('input', () => SaveCampaignInput, { description: 'The whole of the campaign.' }) input: SaveCampaignInput,
    @Ctx() { viewer, requestId }: Context,
  ): Promise<Partial<SaveCampaignPayload>> {
    return { campaign: await this.#service.save(input, { actor: viewer.actor, requestId }) };
  }
}
