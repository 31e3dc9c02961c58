import { Migration } from '@mikro-orm/migrations';

/** The core: outbox, idempotency, audit, access, programme and configuration, members, activities, ledger. */
export class Migration20261121000001_core extends Migration {
  override up(): void {
    this.addSql('create extension if not exists pg_trgm;');
    for (const statements of [PLATFORM, ADMINISTRATION, PROGRAM, MEMBERS, ACTIVITIES, POINTS]) this.addSql(statements);
  }
}

const PLATFORM = `
create table "outbox" ("xid" xid8 not null default pg_current_xact_id(), "seq" int not null, "id" uuid not null,
  "type" text not null, "member_id" uuid null, "occurred_at" timestamptz not null, "notify" boolean not null default true,
  "payload" json not null, "recorded_at" timestamptz not null default clock_timestamp(), primary key ("xid", "seq"));
create index "outbox_member" on "outbox" ("member_id", "xid", "seq") where member_id is not null;
-- Rows come and go by retention, so vacuum must follow more closely than the default fifth of the table.
alter table "outbox" set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

create table "idempotency_keys" ("scope" text not null, "key" text not null, "input_hash" text not null,
  "response" json not null, "created_at" timestamptz not null, primary key ("scope", "key"));
create index "idempotency_keys_created_at" on "idempotency_keys" ("created_at");
`;

const ADMINISTRATION = `
create table "audit_entries" ("id" uuid not null, "actor" text not null, "action" text not null, "target_kind" text not null,
  "target_id" text not null, "before" jsonb null, "after" jsonb null, "request_id" text null, "occurred_at" timestamptz not null,
  primary key ("id"));
create index "audit_entries_actor" on "audit_entries" ("actor", "id");
create index "audit_entries_action" on "audit_entries" ("action", "id");
create or replace function "audit_entries_audit_entries_append_only_fn"() returns trigger as $$ begin raise exception 'audit entries are append-only' using errcode = 'restrict_violation'; end; $$ language plpgsql;
create trigger "audit_entries_append_only" before update or delete or truncate on "audit_entries"
  for each statement execute function "audit_entries_audit_entries_append_only_fn"();

create table "api_keys" ("id" uuid not null, "name" text not null, "hash" text not null, "prefix" text not null,
  "scopes" text[] not null, "created_at" timestamptz not null, "created_by" text not null, "revoked_at" timestamptz null,
  primary key ("id"));
alter table "api_keys" add constraint "api_keys_hash" unique ("hash");
`;

const PROGRAM = `
create table "program" ("id" int not null, "name" text not null, "time_zone" text not null, "currency_code" text not null,
  "locale" text not null, "generation" int not null, "updated_at" timestamptz not null, primary key ("id"));
alter table "program" add constraint "program_is_one" check (id = 1);
alter table "program" add constraint "program_currency_code" check (currency_code ~ '^[A-Z]{3}$');
insert into "program" values (1, 'Pokal', 'Europe/Stockholm', 'SEK', 'sv-SE', 1, now());

create table "configurations" ("kind" text not null, "code" text not null, "version" int not null, "status" text not null,
  "definition" jsonb not null, "created_at" timestamptz not null, "updated_at" timestamptz not null,
  primary key ("kind", "code"));
alter table "configurations" add constraint "configurations_code" check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
alter table "configurations" add constraint "configurations_status" check (status in ('DRAFT', 'ACTIVE', 'PAUSED', 'ARCHIVED'));
create table "configuration_versions" ("kind" text not null, "code" text not null, "version" int not null,
  "status" text not null, "definition" jsonb not null, "saved_at" timestamptz not null, "saved_by" text not null,
  primary key ("kind", "code", "version"));
`;

const MEMBERS = `
create table "members" ("id" uuid not null, "external_id" text null, "member_number" text not null, "display_name" text not null,
  "alias" text null, "email" text null, "status" text not null, "visibility" text not null, "joined_at" timestamptz not null,
  "time_zone" text null, "locale" text null, "interests" text[] not null, "attributes" jsonb not null,
  "referral_code" text not null, "search_text" text not null, "created_at" timestamptz not null,
  "updated_at" timestamptz not null, primary key ("id"));
alter table "members" add constraint "members_external_id" unique ("external_id");
alter table "members" add constraint "members_member_number" unique ("member_number");
alter table "members" add constraint "members_email" unique ("email");
alter table "members" add constraint "members_referral_code" unique ("referral_code");
create index "members_joined_at" on "members" ("joined_at", "id");
create index members_search_text on members using gin (search_text gin_trgm_ops);
alter table "members" add constraint "members_status" check (status in ('ACTIVE', 'SUSPENDED', 'MERGED', 'ERASED'));
alter table "members" add constraint "members_visibility" check (visibility in ('PUBLIC', 'ALIAS', 'HIDDEN'));
alter table "members" add constraint "members_email_lower" check (email = lower(email));
`;

const ACTIVITIES = `
create table "activities" ("id" uuid not null, "member_id" uuid not null, "type_code" text not null,
  "occurred_at" timestamptz not null, "recorded_at" timestamptz not null, "channel" text null, "value_amount" numeric null,
  "value_currency" text null, "items" jsonb null, "attributes" jsonb null, "source" text not null,
  "idempotency_key" text not null, "input_hash" text not null, "reversed_at" timestamptz null, "effects" json not null,
  "trace" json not null, primary key ("id"));
create index "activities_member" on "activities" ("member_id", "occurred_at", "id");
alter table "activities" add constraint "activities_source_key" unique ("source", "idempotency_key");

create table "rule_usages" ("member_id" uuid not null, "key" text not null, "count" int not null, "points" bigint not null,
  primary key ("member_id", "key"));
alter table "rule_usages" add constraint "rule_usages_not_negative" check (count >= 0 and points >= 0);
`;

const POINTS = `
create table "ledger_entries" ("id" uuid not null, "member_id" uuid not null, "kind" text not null, "points" int not null,
  "balance_after" int not null, "reason" text not null, "activity_id" uuid null, "rule_kind" text null, "rule_code" text null,
  "rule_version" int null, "rule_name" text null, "reverses_id" uuid null, "actor" text null, "active_at" timestamptz not null,
  "expires_at" timestamptz null, "occurred_at" timestamptz not null, "recorded_at" timestamptz not null, primary key ("id"));
create index "ledger_entries_member" on "ledger_entries" ("member_id", "id");
alter table "ledger_entries" add constraint "ledger_entries_kind"
  check (kind in ('EARN', 'BONUS', 'ADJUST', 'REDEEM', 'REFUND', 'EXPIRE', 'REVERSE'));
alter table "ledger_entries" add constraint "ledger_entries_points" check (points <> 0);
create or replace function "ledger_entries_ledger_entries_append_only_fn"() returns trigger as $$ begin raise exception 'ledger entries are append-only' using errcode = 'restrict_violation'; end; $$ language plpgsql;
create trigger "ledger_entries_append_only" before update or delete or truncate on "ledger_entries"
  for each statement execute function "ledger_entries_ledger_entries_append_only_fn"();

create table "lots" ("id" uuid not null, "member_id" uuid not null, "points" int not null, "remaining" int not null,
  "pending" boolean not null, "active_at" timestamptz not null, "expires_at" timestamptz null, primary key ("id"));
create index "lots_member" on "lots" ("member_id") where remaining > 0;
create index "lots_pending" on "lots" ("active_at") where pending;
create index "lots_expiring" on "lots" ("expires_at") where remaining > 0 and not pending and expires_at is not null;
alter table "lots" add constraint "lots_remaining" check (remaining >= 0 and remaining <= points);

create table "wallets" ("member_id" uuid not null, "active" int not null, "pending" int not null,
  "lifetime_earned" int not null, "lifetime_spent" int not null, "lifetime_expired" int not null, primary key ("member_id"));
alter table "wallets" add constraint "wallets_active" check (active >= 0);
alter table "wallets" add constraint "wallets_pending" check (pending >= 0);
-- Wallets change with every award; room on the page lets the new version stay there without touching the index.
alter table "wallets" set (fillfactor = 70);
`;
