import { defineEntity, p } from '@mikro-orm/core';

const AuditEntrySchema = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entries',
  properties: {
    id: p.uuid().primary(),
    /** Who did it: `admin:<subject>`, `service:<key id>`, `command:<name>`. */
    actor: p.text(),
    /** Dotted, past tense: `earning-rule.saved`. */
    action: p.text(),
    targetKind: p.text(),
    targetId: p.text(),
    before: p.json<Record<string, unknown>>().nullable(),
    after: p.json<Record<string, unknown>>().nullable(),
    requestId: p.text().nullable(),
    occurredAt: p.datetime(),
  },
  indexes: [
    { name: 'audit_entries_actor', properties: ['actor', 'id'] },
    { name: 'audit_entries_action', properties: ['action', 'id'] },
  ],
  triggers: [
    {
      name: 'audit_entries_append_only',
      timing: 'before',
      events: ['update', 'delete', 'truncate'],
      forEach: 'statement',
      body: "raise exception 'audit entries are append-only' using errcode = 'restrict_violation';",
    },
  ],
});

/** One administrative change: who, what, before and after. Append-only. */
export class AuditEntry extends AuditEntrySchema.class {}
AuditEntrySchema.setClass(AuditEntry);
