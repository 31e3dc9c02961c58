import type { MikroORM } from '@mikro-orm/postgresql';
import { type CheckReport, runChecks } from '../../platform/database/checks.ts';

/** What `verifyReferrals` looked at and found. */
export interface ReferralsReport extends CheckReport {
  referrals: number;
}

/** A referral that was paid keeps its rewards for ever, also when it is REVERSED: what was taken back has entries of its own. */
const PAID = "(r.status = 'REWARDED' or (r.status = 'REVERSED' and r.rewarded_at is not null))";

/** Each gives its findings as `message`. */
const CHECKS: Readonly<Record<string, string>> = {
  reward: `select format('Member %s got %s points for the referral %s; the entry is %s.', w.member_id, w.points, w.referral_id,
      coalesce(e.points::text, 'missing')) as message
    from referral_rewards w
      left join ledger_entries e on e.id = w.entry_id and e.member_id = w.member_id and e.kind = 'BONUS'
        and e.rule_kind = 'referral-program'
    where e.points is distinct from w.points`,
  entry: `select format('The entry %s paid for a referral; %s rewards name it.', e.id, count(w.referral_id)) as message
    from ledger_entries e left join referral_rewards w on w.entry_id = e.id
    where e.kind = 'BONUS' and e.rule_kind = 'referral-program'
    group by e.id having count(w.referral_id) <> 1`,
  state: `select format('The referral %s is %s, was paid %s and has %s rewards.', r.id, r.status,
      coalesce('at ' || r.rewarded_at, 'never'), count(w.member_id)) as message
    from referrals r left join referral_rewards w on w.referral_id = r.id
    group by r.id
    having (${PAID} and (r.rewarded_at is null or r.qualified_at is null or r.program_version is null))
      or (not ${PAID} and (r.rewarded_at is not null or r.points <> 0 or count(w.member_id) > 0))`,
  chain: `select format('For the referral %s, level %s was paid %s times.', referral_id, depth, count(*)) as message
    from referral_rewards group by referral_id, depth having count(*) > 1
    union all
    select format('For the referral %s, member %s was paid as level %s, which is somebody else.', w.referral_id, w.member_id, w.depth)
    from referral_rewards w left join referrals r on r.id = w.referral_id
    where r.id is null or (w.depth = 0) <> (w.member_id = r.referee_id) or (w.depth = 1) <> (w.member_id = r.referrer_id)`,
  points: `select format('The referral %s says that %s points were paid to whoever recommended; it was %s.', r.id, r.points,
      coalesce(w.points, 0)) as message
    from referrals r left join referral_rewards w on w.referral_id = r.id and w.depth = 1
    where ${PAID} and r.points <> coalesce(w.points, 0)`,
  level: `select format('Member %s got %s points for the referral %s; level %s is worth %s.', w.member_id, w.points, w.referral_id,
      w.depth, coalesce(terms.due, 0)) as message
    from referral_rewards w join referrals r on r.id = w.referral_id
      left join (${termsOf('0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10')}) as terms
        on terms.version = r.program_version and terms.depth = w.depth
    where w.points > coalesce(terms.due, 0)`,
  // Only of those whose reward nothing can have stood in the way of: neither a cap, nor a suspension, nor a full wallet.
  unpaid: `select format('The referral %s is paid; the %s points of level %s for member %s are missing.', r.id, terms.due, terms.depth,
      m.id) as message
    from referrals r
      join (${termsOf('0, 1')}) as terms on terms.version = r.program_version and terms.due > 0
      join members m on m.id = case terms.depth when 0 then r.referee_id else r.referrer_id end and m.status = 'ACTIVE'
      join wallets on wallets.member_id = m.id and wallets.lifetime_earned + terms.due::bigint <= 2147483647
    where ${PAID} and (terms.depth = 0 or not terms.capped)
      and not exists (select from referral_rewards w where w.referral_id = r.id and w.depth = terms.depth)
      and not exists (select from audit_entries a where a.target_id = m.id::text and a.action = 'member.status-changed')`,
  reversal: `select format('Of the %s points that member %s got for the referral %s, %s were taken back.', w.points, w.member_id,
      w.referral_id, -sum(e.points)) as message
    from referral_rewards w join ledger_entries e on e.reverses_id = w.entry_id and e.kind = 'REVERSE'
    group by w.referral_id, w.member_id, w.points having -sum(e.points) > w.points`,
};

/** What each version of the programme promised for these depths, 0 being the new member, and whether a cap stands over it. */
function termsOf(depths: string): string {
  return `select version, depth, coalesce(definition ->> 'maxPerReferrer', '') <> '' as capped,
      coalesce(case depth when 0 then definition ->> 'refereePoints' else definition -> 'levels' ->> (depth - 1) end, '0')::int as due
    from configuration_versions cross join unnest(array[${depths}]) as depth
    where kind = 'referral-program' and code = 'referral-program'`;
}

/**
 * Audits referrals: every reward has its ledger entry and every entry its reward, what is paid is paid to whom it is due and
 * once, and nothing was paid for what does not count. Reads one snapshot, so a server may go on writing meanwhile; changes
 * nothing.
 */
export function verifyReferrals(orm: MikroORM): Promise<ReferralsReport> {
  return runChecks<{ referrals: number }>(orm, CHECKS, 'select count(*)::int as referrals from referrals');
}
