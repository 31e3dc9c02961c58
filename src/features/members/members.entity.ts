import { defineEntity, p } from '@mikro-orm/core';
import { MAILBOX } from './mailbox.ts';

const MemberSchema = defineEntity({
  name: 'Member',
  tableName: 'members',
  properties: {
    id: p.uuid().primary(),
    externalId: p.text().nullable().unique('members_external_id'),
    /** Eight digits, the last one a check digit. */
    memberNumber: p.text().unique('members_member_number'),
    displayName: p.text(),
    alias: p.text().nullable(),
    /** Lower-case. */
    email: p.text().nullable().unique('members_email'),
    status: p.text(),
    visibility: p.text(),
    joinedAt: p.datetime(),
    timeZone: p.text().nullable(),
    locale: p.text().nullable(),
    interests: p.array(),
    attributes: p.json<Record<string, unknown>>(),
    referralCode: p.text().unique('members_referral_code'),
    /** What `search` looks through: display name, alias, e-mail, numbers; lower-case. */
    searchText: p.text(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
  checks: [
    { name: 'members_status', expression: "status in ('ACTIVE', 'SUSPENDED', 'MERGED', 'ERASED')" },
    { name: 'members_visibility', expression: "visibility in ('PUBLIC', 'ALIAS', 'HIDDEN')" },
    { name: 'members_email_lower', expression: 'email = lower(email)' },
  ],
  indexes: [
    { name: 'members_joined_at', properties: ['joinedAt', 'id'] },
    // Who has the same mailbox, however the address is written.
    {
      name: 'members_mailbox',
      expression: `create index members_mailbox on members using btree (${MAILBOX})`,
    },
    // Trigrams answer `search` for any part of a name; pg_trgm is a trusted extension of every PostgreSQL distribution.
    {
      name: 'members_search_text',
      expression: 'create index members_search_text on members using gin (search_text gin_trgm_ops)',
    },
  ],
});

/** One person of the club. Never deleted; an erased member keeps an id and nothing personal. */
export class Member extends MemberSchema.class {}
MemberSchema.setClass(Member);
