import { Migration } from '@mikro-orm/migrations';

/** What members redeemed, and what taking back needs to know: debts of wallets, and how much of an activity is left. */
export class Migration20261122000005_rewards extends Migration {
  override up(): void {
    for (const statements of [REDEMPTIONS, REVERSALS]) this.addSql(statements);
  }
}

const REDEMPTIONS = `
create table "redemptions" ("id" uuid not null, "member_id" uuid not null, "reward_code" text not null,
  "reward_version" int not null, "name" text not null, "kind" text not null, "status" text not null, "cost" int not null,
  "voucher_code" text not null, "uses" json not null, "entry_id" uuid not null, "refund_entry_id" uuid null,
  "actor" text not null, "created_at" timestamptz not null, "expires_at" timestamptz null,
  "fulfilled_at" timestamptz null, "fulfilled_by" text null, "cancelled_at" timestamptz null, "cancelled_by" text null,
  "cancel_reason" text null, primary key ("id"));
alter table "redemptions" add constraint "redemptions_voucher_code" unique ("voucher_code");
create index "redemptions_member" on "redemptions" ("member_id", "id");
create index "redemptions_pending" on "redemptions" ("id") where status = 'PENDING';
create index redemptions_expiring on redemptions using btree (expires_at) where status in ('ISSUED', 'PENDING') and expires_at is not null;
alter table "redemptions" add constraint "redemptions_status"
  check (status in ('PENDING', 'ISSUED', 'FULFILLED', 'CANCELLED', 'EXPIRED'));
alter table "redemptions" add constraint "redemptions_cost" check (cost > 0);
`;

const REVERSALS = `
alter table "wallets" add column "deficit" int not null default 0, add column "lifetime_reversed" int not null default 0;
alter table "wallets" add constraint "wallets_deficit" check (deficit >= 0);
alter table "activities" add column "reversed_fraction" numeric not null default 0, add column "usage" json null;
`;
