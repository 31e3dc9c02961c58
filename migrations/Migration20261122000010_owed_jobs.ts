import { Migration } from '@mikro-orm/migrations';

/** Work that is owed is remembered beside the queue, which no backup holds. */
export class Migration20261122000010_owed_jobs extends Migration {
  override up(): void {
    this.addSql(
      `create table "owed_jobs" ("id" uuid not null, "name" text not null, "key" text null, "data" json not null, primary key ("id"));`,
    );
  }
}
