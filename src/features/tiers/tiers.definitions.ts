import { durationMs } from '../../api/duration.ts';
import type { TierDefinition, TierMetric } from '../../rules/game.types.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { StoredConfiguration } from '../program/index.ts';

/** The configuration kind; it also names the cause of what a tier's multiplier gives in the ledger. */
export const TIER = 'tier';

/** Something the members of a tier have. Pokal shows it; keeping the promise is the shop's part. */
export interface TierBenefit {
  code: string;
  name: string;
  description: string | null;
}

/** A tier as it is stored: durations as they were written, so that history can be read. */
export interface StoredTier {
  name: string;
  description: string | null;
  rank: number;
  metric: TierMetric;
  /** Decimal text. */
  threshold: string;
  window: string | null;
  grace: string | null;
  /** Decimal text. */
  multiplier: string;
  benefits: TierBenefit[];
  badge: string | null;
}

/** A tier as it is read back. */
export interface TierRecord extends StoredTier {
  code: string;
  version: number;
  status: ConfigStatus;
  createdAt: Date;
  updatedAt: Date;
}

/** What an administrator says about a tier; the whole of it, every time. */
export interface TierInput {
  code: string;
  name: string;
  description?: string | null;
  rank: number;
  metric: TierMetric;
  threshold: string;
  window?: string | null;
  grace?: string | null;
  multiplier: string;
  benefits?: readonly BenefitInput[] | null;
  badge?: string | null;
  status: ConfigStatus;
}

export interface BenefitInput {
  code: string;
  name: string;
  description?: string | null;
}

/** A stored tier as the pure core wants it. */
export function tierOf(row: StoredConfiguration<StoredTier>): TierDefinition {
  return tierDefinition(recordOf(row));
}

/** The same from a record. */
export function tierDefinition(record: TierRecord): TierDefinition {
  const { code, version, name, rank, metric, threshold, multiplier, badge, status, window, grace } = record;
  const same = { code, version, name, rank, metric, threshold, multiplier, badge, status };
  return { ...same, windowMs: lengthOf(window), graceMs: lengthOf(grace) };
}

export function recordOf(row: StoredConfiguration<StoredTier>): TierRecord {
  const { code, version, status, createdAt, updatedAt, definition } = row;
  return { ...definition, code, version, status, createdAt, updatedAt };
}

function lengthOf(duration: string | null): number | null {
  return duration === null ? null : durationMs(duration);
}
