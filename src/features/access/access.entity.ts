import { defineEntity, p } from '@mikro-orm/core';

const ApiKeySchema = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    /** SHA-256 of the secret, hexadecimal; the secret itself is shown once and kept nowhere. */
    hash: p.text().unique('api_keys_hash'),
    /** The first characters of the secret, so that people can tell keys apart. */
    prefix: p.text(),
    scopes: p.array(),
    createdAt: p.datetime(),
    createdBy: p.text(),
    revokedAt: p.datetime().nullable(),
  },
});

/** A key that lets a shop's server speak for itself, with scopes. */
export class ApiKey extends ApiKeySchema.class {}
ApiKeySchema.setClass(ApiKey);
