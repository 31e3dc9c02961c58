import type { Query, UnitOfWork } from './tx.ts';

/** Jobs taken up in one transaction. */
const JOBS_PER_TURN = 1_000;

/** Notes which of these jobs the queue has taken, in the transaction that enqueues them. */
export async function oweIn(query: Query, name: string, ids: readonly string[]): Promise<void> {
  await query(
    `insert into owed_jobs (id, name, key, data)
     select id, name, singleton_key, data from pgboss.job where name = $1 and id = any ($2::uuid[])`,
    [name, [...ids]],
  );
}

/**
 * Enqueues again whatever is owed and in no queue: after a restore there is no queue, and a job whose attempts are used up is
 * tried anew. Several nodes may do so at once; and what was done already, though nobody noted it, is done again without harm.
 * @param names of the jobs that have a handler; those of a newer version stay as they are.
 * @returns how many there were.
 */
export async function takeUpOwedJobs(work: UnitOfWork, names: readonly string[]): Promise<number> {
  for (let total = 0; ; ) {
    const taken = await work.run({ name: 'jobs.take-up' }, async (tx) => {
      const owed = await tx.query<{ id: string; name: string; key: string | null; data: object }>(
        `select id, name, key, data from owed_jobs as o
         where name = any ($1) and not exists (select from pgboss.job j where j.name = o.name and j.id = o.id and j.state < 'completed')
         order by id limit ${JOBS_PER_TURN} for update skip locked`,
        [[...names]],
      );
      await tx.query('delete from owed_jobs where id = any ($1::uuid[])', [owed.map(({ id }) => id)]);
      for (const { name, key, data } of owed) tx.enqueue(name, data, key === null ? {} : { key });
      return owed.length;
    });
    total += taken;
    if (taken < JOBS_PER_TURN) return total;
  }
}
