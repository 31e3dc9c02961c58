import type { Jobs } from '../../platform/jobs.ts';
import type { Reader } from '../../platform/reader.ts';
import type { Tx, UnitOfWork } from '../../platform/tx.ts';
import { emitRedemptionIn, REDEMPTION_CHANGED } from './redemptions.events.ts';
import { REDEMPTION_COLUMNS, type StoredRedemption, toRedemptionRow } from './redemptions.rows.ts';

const EXPIRE_REDEMPTIONS = 'rewards.expire';
/** Members handled in one transaction: enough to share its cost, few enough to hold locks for milliseconds only. */
const MEMBERS_PER_TURN = 200;
const DUE = `status in ('ISSUED', 'PENDING') and expires_at <= $1::timestamptz`;

/**
 * Notes which vouchers were not used in time. Nothing depends on it but events and lists: whoever wants to use one is
 * refused by the clock. May be killed at any point, because what is due is found from the rows alone.
 */
export class RedemptionExpiry {
  readonly #work: UnitOfWork;
  readonly #reader: Reader;
  readonly #now: () => number;

  constructor({ work, reader, now }: { work: UnitOfWork; reader: Reader; now: () => number }) {
    this.#work = work;
    this.#reader = reader;
    this.#now = now;
  }

  /** Expires everything that is due, members in turns. @returns how many expired. */
  async run(): Promise<number> {
    for (let total = 0; ; ) {
      const members = await this.#reader.query<{ id: string }>(
        `select distinct member_id as id from (select member_id from redemptions where ${DUE} limit 2000) as due
         limit ${MEMBERS_PER_TURN}`,
        [new Date(this.#now()).toISOString()],
      );
      if (members.length === 0) return total;
      const locks = members.map(({ id }) => id);
      const expired = await this.#work.run({ name: EXPIRE_REDEMPTIONS, locks }, (tx) => expireIn(tx, locks));
      // Another worker may have been faster; without this the loop could spin while clocks disagree by milliseconds.
      if (expired === 0) return total;
      total += expired;
    }
  }
}

async function expireIn(tx: Tx, memberIds: readonly string[]): Promise<number> {
  const rows = await tx.query<StoredRedemption>(
    `update redemptions as r set status = 'EXPIRED' where ${DUE} and member_id = any ($2::uuid[])
     returning ${REDEMPTION_COLUMNS}`,
    [new Date(tx.now).toISOString(), [...memberIds]],
  );
  for (const row of rows) await emitRedemptionIn(tx, REDEMPTION_CHANGED, toRedemptionRow(row));
  return rows.length;
}

/** Makes the job of redemptions known: expiring what was not used, every minute. */
export function defineRewardJobs(jobs: Jobs, expiry: RedemptionExpiry): void {
  jobs.define(EXPIRE_REDEMPTIONS, async () => void (await expiry.run()));
  jobs.schedule(EXPIRE_REDEMPTIONS, '* * * * *', 'UTC');
}
