import { defineEntity, p } from '@mikro-orm/core';

const OutboxEntrySchema = defineEntity({
  name: 'OutboxEntry',
  tableName: 'outbox',
  properties: {
    /** PostgreSQL's 64-bit transaction id, as decimal text: JavaScript numbers would lose its last digits. */
    xid: p.string().columnType('xid8').primary().defaultRaw('pg_current_xact_id()'),
    /** The event's index inside its transaction, from 0. */
    seq: p.integer().primary().autoincrement(false),
    id: p.uuid(),
    type: p.text(),
    memberId: p.uuid().nullable(),
    occurredAt: p.datetime(),
    /** False for imports and retroactive work: stored and replayable, never pushed. */
    notify: p.boolean().default(true),
    payload: p.json<Record<string, unknown>>().columnType('json'),
    /** When the row was written, for retention only; never compared with an event's own time. */
    recordedAt: p.datetime().defaultRaw('clock_timestamp()'),
  },
  indexes: [{ name: 'outbox_member', properties: ['memberId', 'xid', 'seq'], where: 'member_id is not null' }],
});

/** One event as it is stored in the change's own transaction. Written and read by set statements, see outbox.ts. */
export class OutboxEntry extends OutboxEntrySchema.class {}
OutboxEntrySchema.setClass(OutboxEntry);
