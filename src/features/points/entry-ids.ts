import { v7 } from 'uuid';
import { randomForId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';

/** Entries one transaction can write: 20 bits of an id count them. */
const MOST_ENTRIES = 2 ** 20;
/** 12 bits of an id hold the part of a millisecond, in steps of a quarter of a microsecond. */
const PARTS_OF_MILLISECOND = 2 ** 12;

const counts = new WeakMap<Tx, number>();

/**
 * Makes the id of a ledger entry: a UUIDv7 of the database's time, read under the member's lock, with a count of the
 * transaction's entries below it. So a member's entries sort by id in the order in which they took effect, whichever
 * nodes wrote them and whatever the clocks of those machines say.
 */
export function newEntryId(tx: Tx): string {
  const count = counts.get(tx) ?? 0;
  if (count >= MOST_ENTRIES) throw new RangeError(`One transaction writes at most ${MOST_ENTRIES} ledger entries.`);
  counts.set(tx, count + 1);
  const msecs = Math.floor(tx.now);
  const part = Math.floor((tx.now - msecs) * PARTS_OF_MILLISECOND);
  return v7({ random: randomForId(), msecs, seq: part * MOST_ENTRIES + count });
}
