import { defineEntity, p } from '@mikro-orm/core';

const IdempotencyKeySchema = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_keys',
  properties: {
    /** Who sent it and for what, for example `members.enrol:service:3f…`. */
    scope: p.text().primary(),
    key: p.text().primary(),
    /** SHA-256 of the canonical input, hexadecimal. */
    inputHash: p.text(),
    /** What the mutation answered, enough to answer it again. */
    response: p.json<Record<string, unknown>>().columnType('json'),
    createdAt: p.datetime().index('idempotency_keys_created_at'),
  },
});

/** Remembers what a mutation answered under a key, for at least 24 hours. Activities keep their keys themselves, for ever. */
export class IdempotencyKey extends IdempotencyKeySchema.class {}
IdempotencyKeySchema.setClass(IdempotencyKey);
