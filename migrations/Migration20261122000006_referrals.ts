import { Migration } from '@mikro-orm/migrations';

/** Who came because of whom, what there was for it, and what is known of how somebody enrolled. */
export class Migration20261122000006_referrals extends Migration {
  override up(): void {
    for (const statements of [REFERRALS, MARKS]) this.addSql(statements);
  }
}

const REFERRALS = `
create table "referrals" ("id" uuid not null, "referrer_id" uuid not null, "referee_id" uuid not null, "code" text not null,
  "status" text not null, "rejection" text null, "flags" text[] not null, "program_version" int null,
  "created_at" timestamptz not null, "qualified_at" timestamptz null, "rewarded_at" timestamptz null,
  "reversed_at" timestamptz null, "reviewed_at" timestamptz null, "reviewed_by" text null,
  "qualifying_activity_id" uuid null, "points" int not null default 0, primary key ("id"));
alter table "referrals" add constraint "referrals_referee" unique ("referee_id");
create index "referrals_referrer" on "referrals" ("referrer_id", "id");
create index "referrals_flagged" on "referrals" ("id") where status = 'FLAGGED';
alter table "referrals" add constraint "referrals_status"
  check (status in ('PENDING', 'QUALIFIED', 'REWARDED', 'FLAGGED', 'REJECTED', 'REVERSED'));
alter table "referrals" add constraint "referrals_others" check (referrer_id <> referee_id);
create table "referral_rewards" ("referral_id" uuid not null, "member_id" uuid not null, "depth" int not null,
  "entry_id" uuid not null, "points" int not null, primary key ("referral_id", "member_id"));
create index "referral_rewards_member" on "referral_rewards" ("member_id", "referral_id");
`;

const MARKS = `
create table "enrolment_marks" ("member_id" uuid not null, "kind" text not null, "hash" text not null,
  "created_at" timestamptz not null, primary key ("member_id", "kind"));
create index "enrolment_marks_hash" on "enrolment_marks" ("kind", "hash", "created_at");
alter table "enrolment_marks" add constraint "enrolment_marks_kind" check (kind in ('DEVICE', 'ADDRESS'));
create table "enrolment_salts" ("id" int not null, "salt" text not null, primary key ("id"));
alter table "enrolment_salts" add constraint "enrolment_salts_one" check (id = 1);
create index members_mailbox on members using btree ((case when split_part(email, '@', 2) in ('gmail.com', 'googlemail.com')
  then replace(split_part(split_part(email, '@', 1), '+', 1), '.', '') || '@gmail.com'
  else split_part(split_part(email, '@', 1), '+', 1) || '@' || split_part(email, '@', 2) end));
`;
