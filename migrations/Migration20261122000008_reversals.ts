import { Migration } from '@mikro-orm/migrations';

/** What reversing asks of the ledger, and what must hold of a wallet that owes points. */
export class Migration20261122000008_reversals extends Migration {
  override up(): void {
    this.addSql(REVERSALS);
  }
}

// Only entries that undo others are in the index, so recording an activity never writes to it.
const REVERSALS = `
create index ledger_entries_reverses on ledger_entries using btree (reverses_id) where reverses_id is not null;
alter table "wallets" add constraint "wallets_owing" check (active = 0 or deficit = 0);
`;
