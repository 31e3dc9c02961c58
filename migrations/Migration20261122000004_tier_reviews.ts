import { Migration } from '@mikro-orm/migrations';

/** How far the daily review of tiers is, so that a killed one goes on and none is done twice. */
export class Migration20261122000004_tier_reviews extends Migration {
  override up(): void {
    this.addSql(`
create table "tier_reviews" ("day" date not null, "members" int not null, "last_member_id" uuid null,
  "started_at" timestamptz not null, "finished_at" timestamptz null, primary key ("day"));
`);
  }
}
