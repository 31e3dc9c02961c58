import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { type Grant, isGranted } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { ConfigStatus } from '../../api/types.ts';
import type * as rules from '../../rules/types.ts';
import type { EarningRulesService } from './earning-rules.service.ts';
import { EarningRule, SaveEarningRuleInput, SaveEarningRulePayload } from './earning-rules.types.ts';

/** What activities are worth: reading and saving earning rules. */
@Resolver(() => EarningRule)
export class EarningRulesResolver {
  readonly #service: EarningRulesService;

  constructor(service: EarningRulesService) {
    this.#service = service;
  }

  @Query(() => [EarningRule], {
    description:
      'The earning rules in order of their codes. Staff and administrators see all; everyone else sees how points can be earned now: active rules on public activity types.',
  })
  earningRules(
    @Arg('status', () => [ConfigStatus], {
      nullable: true,
      description: 'Only rules in one of these states. Left out: all the viewer may see.',
    })
    status: rules.ConfigStatus[] | null,
    @Ctx() { viewer }: Context,
  ): Promise<EarningRule[]> {
    return this.#service.list(status, isGranted(viewer, [Role.STAFF]));
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => SaveEarningRulePayload, {
    description:
      'Creates an earning rule, or updates the one of this code. Saving the same again changes nothing; a change makes a new version and takes effect with the next activity.',
  })
  @UserErrors(SaveEarningRulePayload)
  async saveEarningRule(
    @Arg('input', () => SaveEarningRuleInput, { description: 'The whole of the rule.' }) input: SaveEarningRuleInput,
    @Ctx() { viewer, requestId }: Context,
  ): Promise<Partial<SaveEarningRulePayload>> {
    return { earningRule: await this.#service.save(input, { actor: viewer.actor, requestId }) };
  }
}
