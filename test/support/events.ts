import { newId } from '../../src/platform/ids.ts';
import type { UnitOfWork } from '../../src/platform/tx.ts';

/** Members that all writers of a test share, so that they compete for the same locks. */
export const MEMBERS = Array.from(
  { length: 12 },
  (_, index) => `019aaaaa-0000-7000-8000-${String(index).padStart(12, '0')}`,
);

interface Writing {
  writer: string;
  /** Transactions in all. */
  count: number;
  /** Transactions at once. */
  writers: number;
}

/**
 * Writes transactions of one to three events each. Every event carries its member's own count, read and raised under the
 * member's lock in the table `tally`, so that the order in which things took effect can be compared with delivery.
 */
export async function writeEvents(work: UnitOfWork, { writer, count, writers }: Writing): Promise<void> {
  let begun = 0;
  const write = async () => {
    while (begun < count) {
      begun += 1;
      const turn = begun;
      const members = [turn % 12, (turn * 5) % 12].slice(0, 1 + (turn % 2)).map((index) => MEMBERS[index] ?? '');
      await work.run({ name: 'test.write', locks: members }, async (tx) => {
        for (const memberId of new Set(members)) {
          const [row] = await tx.query<{ total: number }>(
            'update tally set total = total + 1 where member_id = $1 returning total',
            [memberId],
          );
          tx.emit({
            id: newId(),
            type: 'Counted',
            memberId,
            occurredAt: tx.now,
            payload: { writer, total: row?.total ?? -1 },
          });
        }
        // Some transactions stay open a little, so that ids and commits come in different orders.
        if (turn % 7 === 0) await tx.query('select pg_sleep(0.02)');
      });
    }
  };
  await Promise.all(Array.from({ length: writers }, write));
}
