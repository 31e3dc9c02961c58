import type { Applied } from './applied.ts';
import { REWARDS, type RewardCode } from './club.ts';
import type { Findings } from './findings.ts';
import { statement } from './own-postgres.ts';
import type { Ending, Redemption } from './writes.ts';

interface Stored {
  id: string;
  memberId: string;
  reward: string;
  status: string;
  voucherCode: string;
  /** What its entry took, what undid that, and how often. */
  taken: number | null;
  returned: number;
  refunds: number;
}

const REDEMPTIONS = `
with refunds as (
  select reverses_id as id, count(*)::int as count, sum(points)::int as points
  from ledger_entries where kind = 'REFUND' group by 1
)
select r.id, r.member_id as "memberId", reward_code as reward, status, voucher_code as "voucherCode", -e.points as taken,
  coalesce(refunds.points, 0) as returned, coalesce(refunds.count, 0) as refunds
from redemptions r left join ledger_entries e on e.id = r.entry_id and e.member_id = r.member_id and e.kind = 'REDEEM'
  left join refunds on refunds.id = r.entry_id`;

/** What a redemption is before anything becomes of it. */
const BEGINNING: Readonly<Record<RewardCode, string>> = { drink: 'ISSUED', mug: 'PENDING' };

/**
 * Everything redeemed has its voucher and its debit once, with what became of it; there is nothing else; and of those who
 * wanted to use a voucher and to cancel it at the same moment, exactly one did.
 */
export async function auditRedemptions(databaseUrl: string, applied: Applied, findings: Findings): Promise<void> {
  const stored = await statement<Stored>(databaseUrl, REDEMPTIONS);
  const byId = new Map(stored.map((redemption) => [redemption.id, redemption]));
  const endings = Map.groupBy([...applied.of('use'), ...applied.of('cancellation')], ({ of }) => of);
  const redemptions = applied.of('redemption');
  if (stored.length !== redemptions.length) {
    findings.violate(`${redemptions.length} redemptions became ${stored.length}.`);
  }
  for (const redemption of redemptions) {
    const { key, acknowledged } = redemption;
    if (acknowledged === null) continue;
    const found = byId.get(acknowledged.id);
    if (found === undefined) findings.violate(`The redemption ${key} was lost.`);
    else compare(redemption, endings.get(redemption) ?? [], found, findings);
  }
}

function compare(redemption: Redemption, endings: readonly Ending[], found: Stored, findings: Findings): void {
  const { key, memberId, reward, acknowledged } = redemption;
  if (endings.length > 1) findings.violate(`The voucher of ${key} was used and cancelled.`);
  const [ending] = endings;
  const isCancelled = ending?.kind === 'cancellation';
  const ended = isCancelled ? 'CANCELLED' : 'FULFILLED';
  const cost = REWARDS[reward];
  const expected: Omit<Stored, 'id'> = {
    ...{ memberId, reward, voucherCode: acknowledged?.voucherCode ?? '', taken: cost },
    status: ending === undefined ? BEGINNING[reward] : ended,
    ...(isCancelled ? { returned: cost, refunds: 1 } : { returned: 0, refunds: 0 }),
  };
  for (const [name, value] of Object.entries(expected)) {
    const actual = found[name as keyof typeof expected];
    if (actual !== value) findings.violate(`The redemption ${key}: ${name} is ${actual}, not ${value}.`);
  }
}
