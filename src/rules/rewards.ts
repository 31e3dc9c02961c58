import { countPoints } from './earning.ts';
import type { ConfigStatus } from './types.ts';

export type RewardKind =
  | 'COUPON'
  | 'VOUCHER'
  | 'OFFER'
  | 'PRODUCT'
  | 'EXPERIENCE'
  | 'ADVICE'
  | 'ACCESS'
  | 'MERCHANDISE'
  | 'PARTNER_OFFER'
  | 'DONATION';

/** INSTANT is a voucher at once; MANUAL waits until somebody has handed it over. */
export type Fulfilment = 'INSTANT' | 'MANUAL';

/** Why somebody cannot have a reward now, in the order in which it is looked at. */
export type RewardObstacle =
  | 'MEMBER_NOT_ACTIVE'
  | 'NOT_STARTED'
  | 'ENDED'
  | 'NOT_ELIGIBLE'
  | 'TIER_REQUIRED'
  | 'LIMIT_REACHED'
  | 'OUT_OF_STOCK'
  | 'INSUFFICIENT_POINTS';

/** What a reward asks for. Times are epoch milliseconds. */
export interface RewardTerms {
  name: string;
  status: ConfigStatus;
  /** Whole points, at least 1. */
  cost: number;
  /** How many may be issued in all; null is unlimited. */
  stock: number | null;
  /** How many one member may have; null is unlimited. */
  perMember: number | null;
  minimumTier: { code: string; name: string; rank: number } | null;
  startsAt: number | null;
  endsAt: number | null;
}

/** Points that a member will be able to spend from a time on. */
export interface Prospect {
  at: number;
  spendable: number;
}

/** Somebody who may want a reward. */
export interface Buyer {
  /** `ACTIVE` and others, see members. */
  status: string;
  /** Whether the reward's audience includes the member. */
  inAudience: boolean;
  /** The rank of the member's tier; null in none. */
  rank: number | null;
  /** How many of the reward the member has had, cancelled ones left out. */
  redeemed: number;
  /** Points that can be spent now. */
  spendable: number;
  /** Points that were taken back after they had been spent; whatever comes in covers them first. */
  owed: number;
  /** How what can be spent will change, in order of time. */
  prospects: readonly Prospect[];
}

/** Whether a reward can be redeemed now, and what stands in the way. */
export interface Availability {
  available: boolean;
  code: RewardObstacle | null;
  /** A sentence for people; null when available. */
  reason: string | null;
  /** How many points are lacking, whatever else stands in the way; null when none are, or when nobody was asked about. */
  missingPoints: number | null;
  /** When it becomes possible without anybody doing anything; null when that is never or not known. */
  nextPossibleAt: number | null;
  /** Facts for programs. */
  details: Record<string, unknown> | null;
}

/** One thing that stands in the way. */
export type Block = Pick<Availability, 'code' | 'reason' | 'details'> & { nextPossibleAt?: number | null };

/**
 * Whether a reward can be redeemed now. Redeeming and showing ask this one function, so that what is shown is what happens.
 * @param issued how many were issued so far, cancelled ones left out
 * @param buyer null when no member is meant: then only what holds for everybody is looked at
 */
export function availabilityOf(reward: RewardTerms, issued: number, buyer: Buyer | null, now: number): Availability {
  const missing = buyer === null ? 0 : Math.max(0, reward.cost - buyer.spendable + buyer.owed);
  const block =
    (buyer === null ? null : memberBlock(buyer.status)) ??
    timeBlock(reward, now) ??
    audienceBlock(reward, buyer) ??
    tierBlock(reward, buyer) ??
    limitBlock(reward, buyer) ??
    stockBlock(reward, issued) ??
    pointsBlock(reward, buyer, missing);
  const missingPoints = missing === 0 ? null : missing;
  if (block === null) {
    return { available: true, code: null, reason: null, missingPoints, nextPossibleAt: null, details: null };
  }
  return { available: false, missingPoints, ...block, nextPossibleAt: block.nextPossibleAt ?? null };
}

/** What keeps a member in this state from any reward; null when nothing does. */
export function memberBlock(status: string): Block | null {
  if (status === 'ACTIVE') return null;
  return { code: 'MEMBER_NOT_ACTIVE', reason: `The member is ${status.toLowerCase()}.`, details: { status } };
}

function timeBlock({ name, startsAt, endsAt }: RewardTerms, now: number): Block | null {
  if (startsAt !== null && now < startsAt) {
    const starts = new Date(startsAt).toISOString();
    const details = { startsAt: starts };
    return { code: 'NOT_STARTED', reason: `“${name}” starts at ${starts}.`, details, nextPossibleAt: startsAt };
  }
  if (endsAt === null || now < endsAt) return null;
  const ended = new Date(endsAt).toISOString();
  return { code: 'ENDED', reason: `“${name}” ended at ${ended}.`, details: { endsAt: ended } };
}

function audienceBlock({ name, status }: RewardTerms, buyer: Buyer | null): Block | null {
  if (status !== 'ACTIVE') {
    return { code: 'NOT_ELIGIBLE', reason: `“${name}” is not offered at present.`, details: { rewardStatus: status } };
  }
  if (buyer === null || buyer.inAudience) return null;
  return { code: 'NOT_ELIGIBLE', reason: `“${name}” is for other members.`, details: null };
}

function tierBlock({ name, minimumTier }: RewardTerms, buyer: Buyer | null): Block | null {
  if (buyer === null || minimumTier === null) return null;
  if (buyer.rank !== null && buyer.rank >= minimumTier.rank) return null;
  const reason = `“${name}” is for members from the tier “${minimumTier.name}” on.`;
  return { code: 'TIER_REQUIRED', reason, details: { tier: minimumTier.code } };
}

function limitBlock({ name, perMember }: RewardTerms, buyer: Buyer | null): Block | null {
  if (buyer === null || perMember === null || buyer.redeemed < perMember) return null;
  const often = perMember === 1 ? 'once' : `${perMember} times`;
  const details = { perMember, redeemed: buyer.redeemed };
  return { code: 'LIMIT_REACHED', reason: `“${name}” can be redeemed ${often} by each member.`, details };
}

function stockBlock({ name, stock }: RewardTerms, issued: number): Block | null {
  if (stock === null || issued < stock) return null;
  return { code: 'OUT_OF_STOCK', reason: `Nothing is left of “${name}”.`, details: { stock: 0 } };
}

function pointsBlock({ name, cost, endsAt }: RewardTerms, buyer: Buyer | null, missing: number): Block | null {
  if (buyer === null || missing === 0) return null;
  const { prospects, spendable, owed } = buyer;
  const enough = prospects.find((prospect) => prospect.spendable >= cost)?.at ?? null;
  const debt = owed === 0 ? '' : `, ${owed} of them because points were taken back after they had been spent`;
  const reason = `“${name}” costs ${countPoints(cost)}; ${countPoints(missing)} ${missing === 1 ? 'is' : 'are'} missing${debt}.`;
  const details = { missingPoints: missing, active: spendable, deficit: owed, cost };
  const inTime = enough !== null && (endsAt === null || enough < endsAt);
  return { code: 'INSUFFICIENT_POINTS', reason, details, nextPossibleAt: inTime ? enough : null };
}

/** How many are left of a reward; null is unlimited. A stock below what was issued leaves none. */
export function stockLeft({ stock }: Pick<RewardTerms, 'stock'>, issued: number): number | null {
  return stock === null ? null : Math.max(0, stock - issued);
}

/** A lot as far as its time goes. */
export interface TimedLot {
  remaining: number;
  activeAt: number;
  expiresAt: number | null;
}

/** What a member can spend and what it owes now, and how what it can spend changes by itself. */
export type Outlook = Pick<Buyer, 'spendable' | 'owed' | 'prospects'>;

/**
 * What a member can spend now, and how it changes by itself: pending points become active and cover first what is owed, active
 * ones expire.
 * @param deficit points taken back after they were spent
 */
export function outlookOf(lots: readonly TimedLot[], deficit: number, now: number): Outlook {
  const held = new Map<TimedLot, number>();
  const moments = lots.flatMap((lot) => {
    const start = { at: lot.activeAt, lot, starts: true };
    return lot.expiresAt === null ? [start] : [start, { at: lot.expiresAt, lot, starts: false }];
  });
  // As the cycle does it: what is due becomes active before anything expires.
  moments.sort((left, right) => left.at - right.at || Number(right.starts) - Number(left.starts));
  const state = { spendable: 0, owed: deficit };
  let present = { ...state };
  const prospects = new Map<number, number>();
  for (const { at, lot, starts } of moments) {
    if (starts) {
      const covered = Math.min(state.owed, lot.remaining);
      state.owed -= covered;
      held.set(lot, lot.remaining - covered);
      state.spendable += lot.remaining - covered;
    } else state.spendable -= held.get(lot) ?? 0;
    if (at > now) prospects.set(at, state.spendable);
    else present = { ...state };
  }
  return { ...present, prospects: [...prospects].map(([at, spendable]) => ({ at, spendable })) };
}
