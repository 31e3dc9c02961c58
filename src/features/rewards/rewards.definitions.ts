import type { Fulfilment, RewardKind, RewardTerms } from '../../rules/rewards.ts';
import type { ConfigStatus, Money } from '../../rules/types.ts';
import type { StoredConfiguration } from '../program/index.ts';

/** The configuration kind; it also names the cause of what is spent on rewards in the ledger. */
export const REWARD = 'reward';

/** A reward as it is stored: times and durations as ISO 8601 text, so that history can be read. */
export interface StoredReward {
  /** Made with the first save and kept: codes are for people, ids for clients that ask for any node. */
  id: string;
  name: string;
  description: string | null;
  kind: RewardKind;
  cost: number;
  /** How many may be issued in all; null is unlimited. */
  stock: number | null;
  perMember: number | null;
  /** A tier's code. */
  minimumTier: string | null;
  audience: string | null;
  partner: string | null;
  imageUrl: string | null;
  terms: string | null;
  value: Money | null;
  validFor: string | null;
  fulfilment: Fulfilment;
  startsAt: string | null;
  endsAt: string | null;
}

/** A reward as it is read back. */
export interface RewardRecord extends StoredReward {
  code: string;
  version: number;
  status: ConfigStatus;
  createdAt: Date;
  updatedAt: Date;
}

/** What an administrator says about a reward; the whole of it, every time. */
export interface RewardInput {
  code: string;
  name: string;
  description?: string | null;
  kind: RewardKind;
  cost: number;
  stock?: number | null;
  perMember?: number | null;
  minimumTier?: string | null;
  audience?: string | null;
  partner?: string | null;
  imageUrl?: string | null;
  terms?: string | null;
  value?: Money | null;
  validFor?: string | null;
  fulfilment: Fulfilment;
  startsAt?: Date | null;
  endsAt?: Date | null;
  status: ConfigStatus;
}

/** A tier as far as a reward asks for it. */
export interface AskedTier {
  code: string;
  name: string;
  rank: number;
}

export function recordOf(row: StoredConfiguration<StoredReward>): RewardRecord {
  const { code, version, status, createdAt, updatedAt, definition } = row;
  return { ...definition, code, version, status, createdAt, updatedAt };
}

/**
 * What a reward asks for, as the pure core wants it.
 * @param tiers all tiers there ever were, by code
 */
export function termsOf(reward: RewardRecord, tiers: ReadonlyMap<string, AskedTier>): RewardTerms {
  const { name, status, cost, stock, perMember, minimumTier, startsAt, endsAt } = reward;
  return {
    ...{ name, status, cost, stock, perMember },
    minimumTier: minimumTier === null ? null : (tiers.get(minimumTier) ?? unreachable(minimumTier)),
    startsAt: startsAt === null ? null : Date.parse(startsAt),
    endsAt: endsAt === null ? null : Date.parse(endsAt),
  };
}

/** Tiers are never removed; should one be missing, nobody is in it or above it. */
function unreachable(code: string): AskedTier {
  return { code, name: code, rank: Number.POSITIVE_INFINITY };
}

/** The usage key under which the pieces of a reward are counted, for all members together. */
export function stockKey(code: string): string {
  return `reward:${code}|STOCK`;
}

/** The usage key under which a member's redemptions of a reward are counted. */
export function memberKey(code: string): string {
  return `reward:${code}|MEMBER`;
}
