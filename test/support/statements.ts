import type { TestApp } from './app.ts';

/**
 * How many statements the server sends while `work` runs, every one through the driver's `query`: the fewest of five runs,
 * because a poll of the tail or a look for due jobs may fall into one of them.
 */
export async function fewestStatements(app: Pick<TestApp, 'core'>, work: () => Promise<unknown>): Promise<number> {
  const pool = await app.core.orm.em.getConnection().getNativeClient();
  const client = await pool.connect();
  client.release();
  const prototype = Object.getPrototypeOf(client) as { query: (...args: unknown[]) => unknown };
  const original = prototype.query;
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn += 1) {
    let count = 0;
    prototype.query = function (...args: unknown[]) {
      count += 1;
      return Reflect.apply(original, this, args);
    };
    try {
      await work();
    } finally {
      prototype.query = original;
    }
    least = Math.min(least, count);
  }
  return least;
}
