import type { MikroORM } from '@mikro-orm/postgresql';

/** One thing that does not add up. */
export interface Difference {
  /** Which check found it. */
  check: string;
  /** A full sentence that names ids and figures. */
  message: string;
}

/** What checks found, beside the totals of what they looked at. */
export interface CheckReport {
  differences: Difference[];
  /** True when some check found more differences than it lists. */
  truncated: boolean;
}

/** More than this many findings of one check tell no more than these do. */
const FINDINGS_PER_CHECK = 100;

/**
 * Runs audits written in SQL over one snapshot, so that a server may go on writing meanwhile; changes nothing.
 * @param checks by name, each a query that gives its findings as `message`.
 * @param totals a query of one row: how much there was to look at.
 */
export async function runChecks<Totals extends object>(
  orm: MikroORM,
  checks: Readonly<Record<string, string>>,
  totals: string,
): Promise<Totals & CheckReport> {
  return orm.em.fork().transactional(
    async (em) => {
      const run = <Row extends object>(sql: string) =>
        em.getConnection().execute<Row[]>(sql, [], 'all', em.getTransactionContext());
      // The audit of a large programme may take longer than a request is allowed to.
      await run('set local statement_timeout = 0');
      const report: CheckReport = { differences: [], truncated: false };
      for (const [check, sql] of Object.entries(checks)) {
        // Materialised, because a limit directly on the join makes the planner bet on finding differences early.
        const found = await run<{ message: string }>(
          `with findings as materialized (${sql}) select message from findings limit ${FINDINGS_PER_CHECK + 1}`,
        );
        report.truncated ||= found.length > FINDINGS_PER_CHECK;
        report.differences.push(...found.slice(0, FINDINGS_PER_CHECK).map(({ message }) => ({ check, message })));
      }
      const [counted] = await run<Totals>(totals);
      if (counted === undefined) throw new Error('An aggregate gave no row.');
      return { ...report, ...counted };
    },
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}
