import type { CapPeriod, CapScope, ConfigStatus, Rounding, Stacking } from '../../rules/types.ts';

/** At least one of `count` and `points` is given. */
export interface CapInput {
  per: CapPeriod;
  scope: CapScope;
  count?: number | null;
  points?: number | null;
}

export interface PerAmountInput {
  points: number;
  /** Decimal text. */
  per: string;
  rounding: Rounding;
}

/** Exactly one of the three is given. */
export interface PointsFormulaInput {
  fixed?: number | null;
  perAmount?: PerAmountInput | null;
  expression?: string | null;
}

/** The whole of an earning rule, as an administrator says it. Durations are ISO 8601 text. */
export interface EarningRuleInput {
  code: string;
  name: string;
  description?: string | null;
  trigger: string;
  condition?: string | null;
  points: PointsFormulaInput;
  caps?: readonly CapInput[] | null;
  pendingFor?: string | null;
  expiresAfter?: string | null;
  startsAt?: Date | null;
  endsAt?: Date | null;
  status: ConfigStatus;
}

/** The whole of a campaign, as an administrator says it. */
export interface CampaignInput {
  code: string;
  name: string;
  description?: string | null;
  triggers?: readonly string[] | null;
  condition?: string | null;
  /** Decimal text. */
  multiplier?: string | null;
  bonus?: number | null;
  stacking: Stacking;
  budget?: number | null;
  startsAt: Date;
  endsAt: Date;
  status: ConfigStatus;
}
