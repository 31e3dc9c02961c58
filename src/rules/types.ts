import type { GameEvaluation, GameState } from './game.types.ts';

/**
 * The words of the pure core. All times are epoch milliseconds, all amounts of money are decimal text, all points are
 * whole numbers. Nothing here knows SQL, GraphQL or a clock.
 */

export interface Money {
  /** Decimal text such as "11.77"; never a binary float. */
  amount: string;
  currencyCode: string;
}

export interface ActivityItemFacts {
  sku: string;
  name: string | null;
  category: string | null;
  quantity: string;
  unitPrice: Money;
}

/** An activity as rules see it: `activity` in every expression. */
export interface ActivityFacts {
  id: string;
  type: string;
  occurredAt: number;
  channel: string | null;
  source: string;
  value: Money | null;
  items: readonly ActivityItemFacts[];
  attributes: Record<string, unknown>;
}

/** A member as rules see it: `member` in every expression. */
export interface MemberFacts {
  id: string;
  externalId: string | null;
  joinedAt: number;
  timeZone: string | null;
  locale: string | null;
  interests: readonly string[];
  attributes: Record<string, unknown>;
}

/** The programme as rules see it: `program` in every expression. */
export interface ProgramFacts {
  name: string;
  timeZone: string;
  currencyCode: string;
  locale: string;
}

/** The version of a rule, campaign, challenge … that caused something. `kind` is 'earning-rule', 'campaign', … */
export interface RuleReference {
  kind: string;
  code: string;
  version: number;
  name: string;
}

export type CapPeriod = 'ACTIVITY' | 'DAY' | 'WEEK' | 'MONTH' | 'YEAR' | 'LIFETIME';
export type CapScope = 'MEMBER' | 'PROGRAM';
export type Rounding = 'FLOOR' | 'ROUND' | 'CEIL';
export type Stacking = 'MULTIPLY' | 'HIGHEST';
export type ConfigStatus = 'DRAFT' | 'ACTIVE' | 'PAUSED' | 'ARCHIVED';

/** At most `count` awards and at most `points` points per period; null means that side is not limited. */
export interface Cap {
  per: CapPeriod;
  scope: CapScope;
  count: number | null;
  points: number | null;
}

/** Exactly one of the three is not null. */
export interface PointsFormula {
  fixed: number | null;
  perAmount: { points: number; per: string; rounding: Rounding } | null;
  expression: string | null;
}

export interface EarningRuleDefinition {
  code: string;
  version: number;
  name: string;
  description: string | null;
  trigger: string;
  condition: string | null;
  points: PointsFormula;
  caps: readonly Cap[];
  /** How long after the activity the points become active, in milliseconds; null is at once. */
  pendingForMs: number | null;
  /** How long after becoming active the points expire, in milliseconds; null is never. */
  expiresAfterMs: number | null;
  startsAt: number | null;
  endsAt: number | null;
  status: ConfigStatus;
}

export interface CampaignDefinition {
  code: string;
  version: number;
  name: string;
  description: string | null;
  /** Activity types it listens to; null is every type. */
  triggers: readonly string[] | null;
  condition: string | null;
  multiplier: string | null;
  bonus: number | null;
  stacking: Stacking;
  /** Extra points it may give in all; null is unlimited. */
  budget: number | null;
  startsAt: number;
  endsAt: number;
  status: ConfigStatus;
}

export type LeaderboardMetric = 'POINTS_EARNED' | 'ACTIVITY_COUNT' | 'ACTIVITY_VALUE';
export type LeaderboardPeriod = 'ALL_TIME' | 'DAY' | 'WEEK' | 'MONTH' | 'CUSTOM';
export type Ranking = 'COMPETITION' | 'DENSE';

/** What the ranks from `fromRank` to `toRank` get when a season closes; one of points and badge is not null. */
export interface Prize {
  fromRank: number;
  toRank: number;
  points: number | null;
  badge: string | null;
}

export interface LeaderboardDefinition {
  code: string;
  version: number;
  name: string;
  description: string | null;
  metric: LeaderboardMetric;
  /** Activity types that count; null is every type. */
  activityTypes: readonly string[] | null;
  condition: string | null;
  period: LeaderboardPeriod;
  /** Both only for CUSTOM. */
  startsAt: number | null;
  endsAt: number | null;
  ranking: Ranking;
  /** A condition on the member alone. */
  audience: string | null;
  prizes: readonly Prize[];
  /** False: only for those with a credential. */
  public: boolean;
  status: ConfigStatus;
}

/**
 * How much of a cap or budget is used. `key` names rule, scope and period, for example
 * `earning-rule:review|MEMBER|DAY:2026-11-21` or `campaign:double-week|PROGRAM|LIFETIME`.
 */
export interface Usage {
  count: number;
  points: number;
}

export interface UsageKey {
  /** Null for programme-wide usage. */
  memberId: string | null;
  key: string;
}

export interface UsageChange extends UsageKey {
  count: number;
  points: number;
}

/** What one member brings to an evaluation. `usage` answers for every key that `requiredUsage` named. */
export interface MemberState {
  member: MemberFacts;
  usage: (key: UsageKey) => Usage;
  /** Left out only where no challenge, badge or tier can matter: then the game is not played. */
  game?: GameState;
}

export type CreditKind = 'EARN' | 'BONUS';

/** Points to be credited: one ledger entry and one lot. */
export interface Posting {
  kind: CreditKind;
  points: number;
  rule: RuleReference;
  reason: string;
  activeAt: number;
  expiresAt: number | null;
}

/**
 * One line of the receipt: why one rule or campaign did or did not give points. `points` is what it gave itself: a rule
 * its base points, a campaign its extra points, so that the lines add up to the postings. `multipliers` names the
 * campaigns that multiplied a rule. Lines are shared between evaluations and frozen: never change one.
 */
export interface RuleEvaluation {
  readonly rule: RuleReference;
  readonly matched: boolean;
  readonly reason: string;
  readonly pointsBeforeCaps: number;
  readonly points: number;
  readonly multipliers: readonly RuleReference[];
  /** When a cap or a start date stood in the way: the first moment more can be given; null when that is unknown or never. */
  readonly nextPossibleAt: number | null;
}

/** What an activity does to a member. */
export interface Evaluation {
  postings: Posting[];
  usage: UsageChange[];
  trace: RuleEvaluation[];
  /** Null when the programme has no challenge, badge or tier, or the member's state no game. */
  game: GameEvaluation | null;
}
