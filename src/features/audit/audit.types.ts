import { Field, ObjectType } from 'type-graphql';
import { DateTime, JSONObject } from '../../api/scalars.ts';
import { connectionOf, Node } from '../../api/types.ts';
import type { AuditEntry } from './audit.entity.ts';

type Shown = 'id' | 'actor' | 'action' | 'targetKind' | 'targetId' | 'before' | 'after' | 'requestId' | 'occurredAt';

@ObjectType('AuditEntry', {
  implements: Node,
  description:
    'One administrative change: who did what to what, and how it was before and after. Never changed or removed.',
  simpleResolvers: true,
})
export class AuditEntryType extends Node implements Pick<AuditEntry, Shown> {
  @Field(() => String, {
    description: 'Who did it: `admin:<subject>`, `staff:<subject>`, `key:<API key id>` or `command:<name>`.',
  })
  actor!: string;

  @Field(() => String, { description: 'What was done, for example `earning-rule.saved` or `member.status-changed`.' })
  action!: string;

  @Field(() => String, { description: 'What kind of thing was changed: `member`, `earning-rule`, `api-key`, …' })
  targetKind!: string;

  @Field(() => String, { description: 'The id or code of what was changed.' })
  targetId!: string;

  @Field(() => JSONObject, { nullable: true, description: 'What it was before; null for something new.' })
  before!: Record<string, unknown> | null;

  @Field(() => JSONObject, { nullable: true, description: 'What it became; null for something that ended.' })
  after!: Record<string, unknown> | null;

  @Field(() => String, { nullable: true, description: 'The request that did it, as in `extensions.requestId`.' })
  requestId!: string | null;

  @Field(() => DateTime, { description: 'When it was done.' })
  occurredAt!: Date;
}

export const AuditEntryConnection = connectionOf('AuditEntry', () => AuditEntryType, 'administrative changes');
