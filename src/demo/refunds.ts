import type { Core } from '../core.ts';
import { readActivityByKey } from '../features/activities/activities.store.ts';
import type { DemoActivity } from './activities.ts';
import type { Club } from './club.ts';
import { DAY_MS, type DemoRegular } from './members.ts';
import { Random } from './random.ts';

/** A purchase of the demo that comes back, as a whole or in part, in the words of the API's input. */
export interface DemoRefund {
  /** The key under which the purchase was recorded. */
  purchase: string;
  fraction: string;
  reason: string;
}

/** Purchases of these last days may come back, and so many do. */
const RETURN_DAYS = 30;
const REFUNDS = 16;
const FRACTIONS = ['1', '0.5', '1', '0.25'] as const;
const REASONS = ['Wrong size', 'One article returned', 'Changed my mind', 'Damaged on the way'] as const;

const AUTHOR = { actor: 'command:seed', requestId: null };

type RefundTarget = Pick<Core, 'reader' | 'reversals' | 'redemptions'>;

/** Draws what comes back: some of the latest purchases, spread evenly, and never of the member that the demo signs in as. */
export function drawRefunds({ members, activities }: Club, until: number): DemoRefund[] {
  const first = members[0]?.externalId;
  const recent = activities.filter(({ type, occurredAt, memberExternalId }) => {
    return type === 'purchase' && occurredAt > until - RETURN_DAYS * DAY_MS && memberExternalId !== first;
  });
  const every = Math.max(1, Math.floor(recent.length / REFUNDS));
  const returned = recent.filter((_, index) => index % every === every - 1).slice(0, REFUNDS);
  return returned.map(({ idempotencyKey: purchase }, index) => {
    const fraction = FRACTIONS[index % FRACTIONS.length] ?? '1';
    return { purchase, fraction, reason: REASONS[index % REASONS.length] ?? 'Returned' };
  });
}

/**
 * The last to join of those whom a friend might have brought and who bought just once for as much as makes a referral
 * count, with that purchase: once it comes back, the referral is reversed. Null in a club without one.
 * @param amount kronor that make a referral count
 */
export function findLoneBuyer({ members, activities }: Club, amount: number): DemoActivity | null {
  const counting = activities.filter(({ value }) => Number(value?.amount ?? 0) >= amount);
  const bought = Map.groupBy(counting, ({ memberExternalId }) => memberExternalId);
  const lone = members.findLast(({ externalId }) => bought.get(externalId)?.length === 1);
  return bought.get(lone?.externalId ?? '')?.[0] ?? null;
}

/** Takes back what was drawn, under keys of their own. */
export async function refund(
  { reader, reversals }: RefundTarget,
  source: string,
  refunds: readonly DemoRefund[],
): Promise<void> {
  for (const { purchase, ...part } of refunds) {
    const activity = await readActivityByKey(reader, source, purchase);
    if (activity === null) continue;
    const input = { idempotencyKey: `demo-refund-${purchase}`, activityId: activity.facts.id, ...part };
    await reversals.reverse(input, AUTHOR);
  }
}

/** Lets one member spend what a purchase gave and then return it, so that the demo has somebody who owes points. */
export async function spendAndReturn(
  { reader, redemptions, reversals }: RefundTarget,
  { code, cost }: { code: string; cost: number },
): Promise<void> {
  const [found] = await reader.query<{ memberId: string; activityId: string }>(
    `select a.member_id as "memberId", a.id as "activityId"
     from lots l join ledger_entries e on e.id = l.id join activities a on a.id = e.activity_id
       join members m on m.id = a.member_id join wallets w on w.member_id = m.id
     where a.type_code = 'purchase' and a.reversed_fraction = 0 and m.status = 'ACTIVE'
       and w.active >= $1 and l.remaining > w.active - $1 and l.remaining <= w.active
     order by m.joined_at desc, m.id, a.occurred_at desc limit 1`,
    [cost],
  );
  if (found === undefined) return;
  const { memberId, activityId } = found;
  const self = { actor: `member:${memberId}`, requestId: null, byMember: true };
  await redemptions.redeem({ memberId, reward: code, idempotencyKey: `demo-spent-${memberId}` }, self);
  const input = {
    idempotencyKey: `demo-returned-${memberId}`,
    activityId,
    fraction: '1',
    reason: 'Everything returned',
  };
  await reversals.reverse(input, AUTHOR);
}

/** How often something comes back while the demo runs: about every four minutes. */
const RETURNED = 1 / 60;
/** Only small purchases come back, so that nobody falls far on a board that is being looked at. */
const MOST_KRONOR = 1_500;

/** Where in the trickle something may come back. */
export interface RefundSlot {
  /** Names the slot: everything follows from it, so that it is done once whatever the number of nodes. */
  name: string;
  people: readonly DemoRegular[];
  source: string;
  /** Epoch milliseconds. */
  at: number;
}

/** True when something comes back in this slot instead of anything being done. */
export function isRefundSlot({ name }: Pick<RefundSlot, 'name'>): boolean {
  return new Random(`refund:${name}`).chance(RETURNED);
}

/** Takes back the latest small purchase of somebody, the keen ones most often; nothing when there is none. */
export async function refundLately(
  { reader, reversals }: Pick<Core, 'reader' | 'reversals'>,
  { name, people, source, at }: RefundSlot,
): Promise<void> {
  const random = new Random(`refunded:${name}`);
  const person = people[random.weighted(people.map(({ zeal }) => zeal))];
  const [purchase] = await reader.query<{ id: string }>(
    `select a.id from activities a join members m on m.id = a.member_id
     where m.external_id = $1 and a.source = $2 and a.type_code = 'purchase' and a.reversed_fraction = 0
       and a.value_amount <= ${MOST_KRONOR} and a.occurred_at < $3 order by a.occurred_at desc, a.id limit 1`,
    [person?.member.externalId, source, new Date(at).toISOString()],
  );
  if (purchase === undefined) return;
  const part = { fraction: random.pick(FRACTIONS), reason: random.pick(REASONS) };
  const author = { actor: `command:${source}`, requestId: null };
  await reversals.reverse({ idempotencyKey: `${name}-refund`, activityId: purchase.id, ...part }, author);
}
