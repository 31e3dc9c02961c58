import { Arg, Authorized, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { Grant } from '../../api/authorisation.ts';
import { type Context, Role } from '../../api/context.ts';
import { UserErrors } from '../../api/payload.types.ts';
import { authorOf } from '../audit/index.ts';
import type { AccessService } from './access.service.ts';
import {
  ApiKeyType,
  CreateApiKeyInput,
  CreateApiKeyPayload,
  RevokeApiKeyInput,
  RevokeApiKeyPayload,
} from './access.types.ts';

@Resolver()
export class AccessResolver {
  readonly #access: AccessService;

  constructor(access: AccessService) {
    this.#access = access;
  }

  @Authorized<Grant>(Role.ADMIN)
  @Query(() => [ApiKeyType], {
    description: 'Every API key of the programme, those in force first, then the newest first. For admins.',
  })
  apiKeys(): Promise<ApiKeyType[]> {
    return this.#access.list();
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => CreateApiKeyPayload, {
    description:
      "Makes an API key for a shop's system. The secret is shown in this answer and never again. For admins.",
  })
  @UserErrors(CreateApiKeyPayload)
  createApiKey(
    @Arg('input', () => CreateApiKeyInput, { description: 'The key to make.' }) input: CreateApiKeyInput,
    @Ctx() context: Context,
  ): Promise<Partial<CreateApiKeyPayload>> {
    return this.#access.create(input, authorOf(context));
  }

  @Authorized<Grant>(Role.ADMIN)
  @Mutation(() => RevokeApiKeyPayload, {
    description: 'Revokes an API key for good, at once. Doing it twice is harmless. For admins.',
  })
  @UserErrors(RevokeApiKeyPayload)
  async revokeApiKey(
    @Arg('input', () => RevokeApiKeyInput, { description: 'The key to revoke.' }) input: RevokeApiKeyInput,
    @Ctx() context: Context,
  ): Promise<Partial<RevokeApiKeyPayload>> {
    return { apiKey: await this.#access.revoke(input.id, authorOf(context)) };
  }
}
