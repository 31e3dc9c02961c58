import type { Reader } from '../../platform/reader.ts';
import { REFERRAL_COLUMNS, type ReferralRow, type StoredReferral, toReferralRow } from './referrals.rows.ts';

/** How many steps a chain is followed, up and down. */
export const DEEPEST_CHAIN = 10;

/** More places of a chain than anybody can look at; those nearest come first. */
const MOST_PLACES = 1_000;

export type ChainDirection = 'UP' | 'DOWN';

/** One place in a chain. */
export interface ChainPlace {
  memberId: string;
  referral: ReferralRow;
  /** The referral of the place one step nearer, through which this one hangs in the chain; null for the nearest. */
  viaReferralId: string | null;
  /** Steps from the member whose chain it is, from 1. */
  depth: number;
  /** How many members came through this one, directly or through others. */
  size: number;
  /** What all those have bought, decimal text; the member's own purchases are between the member and the shop. */
  value: string;
}

/** Somebody above a member, with the member's status. */
export interface AncestorRow {
  memberId: string;
  depth: number;
  status: string;
}

/** What was reviewed and rejected never belonged to a chain, and what still waits for a review pays nobody. */
const PAYING = "status in ('PENDING', 'QUALIFIED', 'REWARDED')";

/**
 * Who is above a member, the nearest first.
 * @param paying true leaves out everybody above a referral that waits for its review.
 */
export function readAncestors(reader: Reader, memberId: string, paying: boolean): Promise<AncestorRow[]> {
  return reader.query<AncestorRow>(
    `with recursive above as (
       select referrer_id, 1 as depth from referrals where referee_id = $1 and ${paying ? PAYING : "status <> 'REJECTED'"}
       union all
       select r.referrer_id, a.depth + 1 from above a join referrals r on r.referee_id = a.referrer_id
       where a.depth < ${DEEPEST_CHAIN} and r.${paying ? PAYING : "status <> 'REJECTED'"})
     select a.referrer_id as "memberId", a.depth, m.status from above a join members m on m.id = a.referrer_id
     order by a.depth`,
    [memberId],
  );
}

/** The places of the chain to be shown: their member, the referral that leads there, and the depth. */
const PLACES: Record<ChainDirection, string> = {
  UP: `places as (
    select referrer_id as member_id, id as referral_id, null::uuid as via_id, 1 as depth from referrals
      where referee_id = $1 and status <> 'REJECTED'
    union all
    select r.referrer_id, r.id, p.referral_id, p.depth + 1 from places p join referrals r on r.referee_id = p.member_id
      where p.depth < $2 and r.status <> 'REJECTED')`,
  DOWN: `places as (
    select referee_id as member_id, id as referral_id, null::uuid as via_id, 1 as depth from referrals
      where referrer_id = $1 and status <> 'REJECTED'
    union all
    select r.referee_id, r.id, p.referral_id, p.depth + 1 from places p join referrals r on r.referrer_id = p.member_id
      where p.depth < $2 and r.status <> 'REJECTED')`,
};

/** Which part of a chain is wanted. */
export interface WantedChain {
  direction: ChainDirection;
  depth: number;
  /**
   * True counts of the money only what the member and those below have brought. Otherwise whoever looks up could subtract, and
   * learn what one other member has bought who came through the same people.
   */
  ownBranch: boolean;
}

/**
 * The chain of a member in one statement, however many are in it: the places, everybody below each of them down to ten steps,
 * and what those have bought.
 */
export async function readChain(reader: Reader, memberId: string, wanted: WantedChain): Promise<ChainPlace[]> {
  type Stored = StoredReferral & Omit<ChainPlace, 'referral'>;
  const rows = await reader.query<Stored>(
    `with recursive ${PLACES[wanted.direction]},
       shown as (select * from places order by depth, referral_id limit ${MOST_PLACES}),
       below as (
         select member_id as top, member_id, 0 as depth from shown
         union all
         select b.top, r.referee_id, b.depth + 1 from below b join referrals r on r.referrer_id = b.member_id
         where b.depth < ${DEEPEST_CHAIN} and r.status <> 'REJECTED'),
       own as (
         select $1::uuid as member_id, 0 as depth where $3
         union all
         select r.referee_id, o.depth + 1 from own o join referrals r on r.referrer_id = o.member_id
         where o.depth < ${DEEPEST_CHAIN} and r.status <> 'REJECTED'),
       worth as (
         select member_id, sum(value_amount * (1 - reversed_fraction)) as value from activities
         where member_id in (select member_id from below where depth > 0)
           and (not $3 or member_id in (select member_id from own)) and value_currency = (select currency_code from program where id = 1) and reversed_at is null
         group by member_id),
       sums as (
         select b.top, (count(*) - 1)::int as size, round(coalesce(sum(w.value), 0), 2)::text as value
         from below b left join worth w on w.member_id = b.member_id and b.depth > 0 group by b.top)
     select s.member_id as "memberId", s.via_id as "viaReferralId", s.depth, sums.size, sums.value, ${REFERRAL_COLUMNS}
     from shown s join sums on sums.top = s.member_id join referrals r on r.id = s.referral_id
     order by s.depth, r.id`,
    [memberId, wanted.depth, wanted.ownBranch],
  );
  return rows.map(({ memberId: member, viaReferralId, depth, size, value, ...stored }) => {
    return { memberId: member, referral: toReferralRow(stored), viaReferralId, depth, size, value };
  });
}
