import { durationMs } from '../../api/duration.ts';
import type { ReferralProgramDefinition } from '../../rules/referrals.ts';
import type { Cap, ConfigStatus } from '../../rules/types.ts';
import type { StoredConfiguration } from '../program/index.ts';

/** The configuration kind and, because there is only one, its code; it names the cause of points in the ledger, too. */
export const REFERRAL_PROGRAM = 'referral-program';

/** The referral programme as it is stored: durations as they were written, so that history can be read. */
export interface StoredReferralProgram {
  qualifyingActivity: string;
  qualifyingCondition: string | null;
  levels: number[];
  refereePoints: number;
  holdFor: string | null;
  maxPerReferrer: Cap | null;
  joinUrl: string | null;
}

/** The referral programme as it is read back. */
export interface ReferralProgramRecord extends StoredReferralProgram {
  version: number;
  status: ConfigStatus;
  updatedAt: Date;
}

/** At least one of `count` and `points` is given. */
export interface ReferralCapInput {
  per: Cap['per'];
  scope: Cap['scope'];
  count?: number | null;
  points?: number | null;
}

/** What an administrator says about the referral programme; the whole of it, every time. */
export interface ReferralProgramInput {
  qualifyingActivity: string;
  qualifyingCondition?: string | null;
  levels: readonly number[];
  refereePoints: number;
  holdFor?: string | null;
  maxPerReferrer?: ReferralCapInput | null;
  joinUrl?: string | null;
  status: ConfigStatus;
}

export function recordOf(row: StoredConfiguration<StoredReferralProgram>): ReferralProgramRecord {
  const { version, status, updatedAt, definition } = row;
  return { ...definition, version, status, updatedAt };
}

/** The programme as the pure core wants it. */
export function referralProgramOf(
  row: Pick<StoredConfiguration<StoredReferralProgram>, 'version' | 'definition'>,
): ReferralProgramDefinition {
  const { holdFor, joinUrl: _joinUrl, ...definition } = row.definition;
  return {
    ...definition,
    ...{ code: REFERRAL_PROGRAM, version: row.version, name: 'Recommending the club' },
    holdForMs: holdFor === null ? null : durationMs(holdFor),
  };
}
