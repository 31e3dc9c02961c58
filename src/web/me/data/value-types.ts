/** What the operations about rewards, vouchers and friends give. A test compares these shapes with the schema's. */

import type { Edges } from './types.ts';

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
export type RedemptionStatus = 'ISSUED' | 'FULFILLED' | 'CANCELLED' | 'EXPIRED' | 'PENDING';
export type ReferralStatus = 'PENDING' | 'QUALIFIED' | 'REWARDED' | 'FLAGGED' | 'REJECTED' | 'REVERSED';
export type CapPeriod = 'ACTIVITY' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR' | 'LIFETIME';

export interface Money {
  amount: string;
  currencyCode: string;
}

export interface Availability {
  available: boolean;
  /** An error code, null when available. */
  code: string | null;
  missingPoints: number | null;
  nextPossibleAt: string | null;
}

export interface Reward {
  code: string;
  name: string;
  description: string | null;
  kind: RewardKind;
  cost: number;
  /** How many are left; null is unlimited. */
  stock: number | null;
  perMember: number | null;
  partner: string | null;
  imageUrl: string | null;
  terms: string | null;
  value: Money | null;
  validFor: string | null;
  fulfilment: 'INSTANT' | 'MANUAL';
  endsAt: string | null;
  minimumTier: { name: string } | null;
  availability: Availability;
}

/** Something redeemed; `reward` is as it is now, the rest as it was. */
export interface Redemption {
  id: string;
  name: string;
  kind: RewardKind;
  status: RedemptionStatus;
  cost: number;
  createdAt: string;
  expiresAt: string | null;
  fulfilledAt: string | null;
  cancelledAt: string | null;
  cancelReason: string | null;
  voucherCode: string;
  reward: { code: string; partner: string | null; terms: string | null };
}

export interface RewardsData {
  rewards: Edges<Reward> & { pageInfo: { hasNextPage: boolean } };
  me: { open: Edges<Redemption>; earlier: Edges<Redemption> } | null;
}

/** The QR codes of the vouchers that can be used. */
export interface VouchersData {
  me: { redemptions: Edges<{ id: string; voucherQrSvg: string | null }> } | null;
}

/** Why something was not done. */
export interface Refusal {
  code: string;
  message: string;
  details: Record<string, unknown> | null;
}

/** The member number as a QR code, a whole SVG. */
export interface CardData {
  me: { cardQr: string } | null;
}

interface Change {
  redemption: (Redemption & { voucherQrSvg: string | null }) | null;
  userErrors: Refusal[];
}

export interface RedeemData {
  redeemReward: Change & { replayed: boolean };
}

export interface CancelData {
  cancelRedemption: Change;
}

export interface ReferralProgram {
  status: string;
  qualifyingActivity: string;
  levels: number[];
  refereePoints: number;
  holdFor: string | null;
  maxPerReferrer: { per: CapPeriod; points: number | null } | null;
}

/** One place in the chain below. */
export interface ChainPlace {
  depth: number;
  size: number;
  valueBrought: Money;
  viaReferralId: string | null;
  member: { displayName: string };
  referral: { id: string; status: ReferralStatus; createdAt: string; points: number };
}

export interface FriendsData {
  referralProgram: ReferralProgram | null;
  me: {
    referralCode: string;
    referralLink: string;
    up: { depth: number; member: { displayName: string } }[];
    down: ChainPlace[];
  } | null;
}

export type ChainEventKind = 'JOINED' | 'QUALIFIED' | 'REWARDED' | 'REJECTED' | 'REVERSED';

/** Something that happened in the chain below. */
export interface ChainUpdate {
  kind: ChainEventKind;
  depth: number;
  referral: { id: string; referee: { displayName: string } };
}
