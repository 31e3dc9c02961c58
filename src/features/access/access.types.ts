import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime } from '../../api/scalars.ts';
import type { ApiKey } from './access.entity.ts';
import { ApiKeyScope, SCOPE_DESCRIPTIONS } from './access.scopes.ts';

registerEnumType(ApiKeyScope, {
  name: 'ApiKeyScope',
  description: 'One thing an API key may do. A SERVICE token carries the same scopes in its `scope` claim.',
  valuesConfig: Object.fromEntries(
    Object.entries(SCOPE_DESCRIPTIONS).map(([name, description]) => [name, { description }]),
  ),
});

@ObjectType('ApiKey', {
  description: "A key with which a shop's system speaks for itself, sent in the header `x-api-key`.",
  simpleResolvers: true,
})
export class ApiKeyType implements Pick<ApiKey, 'id' | 'name' | 'prefix' | 'createdAt' | 'createdBy' | 'revokedAt'> {
  @Field(() => ID, { description: 'The id, for `revokeApiKey`. It is not the secret.' })
  id!: string;

  @Field(() => String, { description: 'What the key is for, as its maker called it.' })
  name!: string;

  @Field(() => String, { description: 'The first characters of the secret, to tell keys apart.' })
  prefix!: string;

  @Field(() => [ApiKeyScope], { description: 'What the key may do.' })
  scopes!: ApiKeyScope[];

  @Field(() => DateTime, { description: 'When the key was made.' })
  createdAt!: Date;

  @Field(() => String, { description: 'Who made it, written as in the audit log.' })
  createdBy!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it is in force.' })
  revokedAt!: Date | null;
}

@InputType({ description: 'The key to make.' })
export class CreateApiKeyInput {
  @Field(() => String, { description: 'What the key is for, 1 to 60 characters: "Web shop, production".' })
  name!: string;

  @Field(() => [ApiKeyScope], { description: 'What it may do; at least one. Give as little as the system needs.' })
  scopes!: ApiKeyScope[];
}

@InputType({ description: 'The key to revoke.' })
export class RevokeApiKeyInput {
  @Field(() => ID, { description: "The key's id, as the query `apiKeys` gives it." })
  id!: string;
}

@ObjectType({ description: 'The answer to `createApiKey`.', simpleResolvers: true })
export class CreateApiKeyPayload extends Payload {
  @Field(() => ApiKeyType, { nullable: true, description: 'The new key; null when it was refused.' })
  apiKey: ApiKeyType | null = null;

  @Field(() => String, {
    nullable: true,
    description: 'The secret itself, shown this once: only its hash is kept. Null when the key was refused.',
  })
  secret: string | null = null;
}

@ObjectType({ description: 'The answer to `revokeApiKey`.', simpleResolvers: true })
export class RevokeApiKeyPayload extends Payload {
  @Field(() => ApiKeyType, { nullable: true, description: 'The revoked key; null when there is no such key.' })
  apiKey: ApiKeyType | null = null;
}
