import type { MikroORM } from '@mikro-orm/postgresql';
import { type CheckReport, runChecks } from '../../platform/database/checks.ts';

/** What `verifyRedemptions` looked at and found. */
export interface RedemptionsReport extends CheckReport {
  redemptions: number;
}

/** Each gives its findings as `message`. */
const CHECKS: Readonly<Record<string, string>> = {
  debit: `select format('The redemption %s cost %s points; its debit is %s.', r.id, r.cost, coalesce(e.points::text, 'missing')) as message
    from redemptions r
      left join ledger_entries e on e.id = r.entry_id and e.member_id = r.member_id and e.kind = 'REDEEM'
    where e.points is distinct from -r.cost
      or r.cost <> (select coalesce(sum((part.value ->> 1)::int), 0) from json_array_elements(r.uses) as part)`,
  voucher: `select format('The entry %s paid for a reward, but there is no redemption.', e.id) as message
    from ledger_entries e where e.kind = 'REDEEM' and e.rule_kind = 'reward'
      and not exists (select from redemptions r where r.entry_id = e.id)`,
  refund: `select format('The redemption %s is %s; its refund is %s.', r.id, r.status, coalesce(e.points::text, 'missing')) as message
    from redemptions r
      left join ledger_entries e on e.id = r.refund_entry_id and e.reverses_id = r.entry_id and e.kind = 'REFUND'
    where (r.status = 'CANCELLED') <> (e.id is not null) or e.points <> r.cost`,
  stock: `select format('Of the reward %s, %s were issued; %s are counted, and there are %s.', code, issued, counted, stock) as message
    from (select c.code, (c.definition ->> 'stock')::int as stock,
        (select count(*) from redemptions r where r.reward_code = c.code and r.status <> 'CANCELLED') as issued,
        coalesce((select u.count from rule_usages u where u.key = 'reward:' || c.code || '|STOCK'), 0) as counted
      from configurations c where c.kind = 'reward' and c.definition ->> 'stock' is not null) as limited
    where issued <> counted`,
  turn: `select format('Member %s has had %s of the reward %s; %s are counted.', member_id, coalesce(had, 0), code, coalesce(counted, 0)) as message
    from (select member_id, reward_code as code, count(*) as had from redemptions where status <> 'CANCELLED' group by 1, 2) as mine
      full join (select member_id, split_part(substr(key, 8), '|', 1) as code, count as counted
        from rule_usages where key like 'reward:%|MEMBER') as turns using (member_id, code)
    where coalesce(had, 0) <> coalesce(counted, 0)`,
};

/**
 * Audits redemptions: no voucher without its debit and no debit without its voucher, points returned exactly for what was
 * cancelled, and as many pieces and turns gone as were issued. Reads one snapshot, so a server may go on writing meanwhile;
 * changes nothing.
 */
export function verifyRedemptions(orm: MikroORM): Promise<RedemptionsReport> {
  return runChecks<{ redemptions: number }>(orm, CHECKS, 'select count(*)::int as redemptions from redemptions');
}
