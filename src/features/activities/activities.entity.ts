import { defineEntity, p } from '@mikro-orm/core';
import type { ActivityItemFacts } from '../../rules/types.ts';
import type { StoredEffect, StoredLine } from './receipt.codec.ts';

const ActivitySchema = defineEntity({
  name: 'Activity',
  tableName: 'activities',
  properties: {
    id: p.uuid().primary(),
    memberId: p.uuid(),
    typeCode: p.text(),
    occurredAt: p.datetime(),
    recordedAt: p.datetime(),
    channel: p.text().nullable(),
    valueAmount: p.decimal('string').columnType('numeric').nullable(),
    valueCurrency: p.text().nullable(),
    items: p.json<ActivityItemFacts[]>().nullable(),
    attributes: p.json<Record<string, unknown>>().nullable(),
    source: p.text(),
    idempotencyKey: p.text(),
    /** SHA-256 of the canonical input, base64url: the same key with another input is refused. */
    inputHash: p.text(),
    reversedAt: p.datetime().nullable(),
    /** How much of it was taken back so far, 0 to 1; `reversedAt` is set once it is all. */
    reversedFraction: p.decimal('string').columnType('numeric').default('0'),
    /** `json`, not `jsonb`: they are only ever read whole, and text is cheaper to write. */
    effects: p.json<StoredEffect[]>().columnType('json'),
    trace: p.json<StoredLine[]>().columnType('json'),
    /** What it used of caps and budgets: given back when it is reversed. */
    usage: p.json<object>().columnType('json').nullable(),
  },
  // Keys are remembered for ever: this is what makes a repeated delivery a replay.
  uniques: [{ name: 'activities_source_key', properties: ['source', 'idempotencyKey'] }],
  indexes: [{ name: 'activities_member', properties: ['memberId', 'occurredAt', 'id'] }],
});

/** Something a member did, with the receipt of what it gave. */
export class Activity extends ActivitySchema.class {}
ActivitySchema.setClass(Activity);
