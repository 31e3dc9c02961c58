import { Migration } from '@mikro-orm/migrations';

/** Leaderboards: their seasons, the scores in them, and the prizes that were paid. */
export class Migration20261121000002_leaderboards extends Migration {
  override up(): void {
    this.addSql(LEADERBOARDS);
  }
}

const LEADERBOARDS = `
create table "seasons" ("id" uuid not null, "leaderboard_code" text not null, "starts_at" timestamptz not null,
  "ends_at" timestamptz null, "closed_at" timestamptz null, "filled_at" timestamptz null, primary key ("id"));
alter table "seasons" add constraint "seasons_start" unique ("leaderboard_code", "starts_at");
alter table "seasons" add constraint "seasons_span" check (ends_at > starts_at);
create index "seasons_open" on "seasons" ("leaderboard_code") where closed_at is null;

create table "scores" ("season_id" uuid not null, "member_id" uuid not null, "score" bigint not null,
  "reached_at" timestamptz not null, primary key ("season_id", "member_id"));
alter table "scores" add constraint "scores_positive" check (score > 0);
create index scores_order on scores using btree (season_id, (-score), reached_at, member_id);

create table "season_prizes" ("season_id" uuid not null, "member_id" uuid not null, "rank" int not null, "points" int not null,
  "badge" text null, "entry_id" uuid null, "paid_at" timestamptz not null, primary key ("season_id", "member_id"));
`;
