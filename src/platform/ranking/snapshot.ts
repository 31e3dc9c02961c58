/**
 * What one statement saw, as `pg_current_snapshot()::text` gives it: `xmin:xmax:xip,xip…`. Tells of any committed
 * transaction whether the statement saw it.
 */
export class Snapshot {
  /** Every transaction from this id on was invisible. */
  readonly end: bigint;
  readonly #running: ReadonlySet<string>;

  constructor(text: string) {
    const [, end = '', running = ''] = /^\d+:(\d+):([\d,]*)$/.exec(text) ?? [];
    if (end === '') throw new Error(`${text} is no snapshot.`);
    this.end = BigInt(end);
    this.#running = new Set(running.split(','));
  }

  /** Whether the statement saw what this transaction, committed by now, had written. The id is decimal text. */
  saw(xid: string): boolean {
    return BigInt(xid) < this.end && !this.#running.has(xid);
  }
}
