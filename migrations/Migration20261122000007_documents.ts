import { Migration } from '@mikro-orm/migrations';

/** Receipts and progress are stored as they are written. */
export class Migration20261122000007_documents extends Migration {
  override up(): void {
    this.addSql(DOCUMENTS);
  }
}

// PostgreSQL compresses what makes a row longer than 2,000 bytes. Receipts of a large programme and the goals of an eager
// member are a little above that, and compressing them took as much processor time as writing them.
const DOCUMENTS = `
alter table "activities" set (toast_tuple_target = 8160);
alter table "member_progress" set (toast_tuple_target = 8160);
`;
