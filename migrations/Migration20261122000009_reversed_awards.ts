import { Migration } from '@mikro-orm/migrations';

/** An award that a reversal took back has no number any more: the next award of the member has it. */
export class Migration20261122000009_reversed_awards extends Migration {
  override up(): void {
    this.addSql(`alter table "badge_awards" alter column "number" drop not null;`);
  }
}
