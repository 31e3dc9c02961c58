import type { ConfigStatus, RuleReference } from './types.ts';

/*
 * The words of challenges, badges and tiers. Amounts that goals count are whole millionths (3 activities are 3,000,000), so
 * that counts, money and computed decimals are added exactly and compared with one number.
 */

/** One of what is counted, in the unit of every amount of a goal. */
export const ONE = 1_000_000;

export type Measure = 'COUNT' | 'SUM_VALUE' | 'SUM' | 'DISTINCT';
export type ChallengeMode = 'INDIVIDUAL' | 'COMMUNITY';
export type Recurrence = 'NONE' | 'DAY' | 'WEEK' | 'MONTH';
export type OnReversal = 'KEEP' | 'REVOKE';
export type TierMetric = 'POINTS_EARNED' | 'VALUE_SPENT' | 'ACTIVITY_COUNT';

/** What counts towards a challenge or badge: activities of these types that satisfy the condition. */
export interface GoalDefinition {
  activityTypes: readonly string[];
  condition: string | null;
  measure: Measure;
  /** What SUM adds or DISTINCT tells apart; null for the others. */
  expression: string | null;
  /** Positive decimal text, at most six digits behind the point. */
  target: string;
}

/** The goal must be met in `length` consecutive periods of the member's own time zone. */
export interface StreakDefinition {
  every: Exclude<Recurrence, 'NONE'>;
  length: number;
  /** How many missed periods one streak survives. */
  freezes: number;
}

export interface ChallengeDefinition {
  code: string;
  version: number;
  name: string;
  description: string | null;
  mode: ChallengeMode;
  goal: GoalDefinition;
  /** Only with recurrence NONE and mode INDIVIDUAL. */
  streak: StreakDefinition | null;
  /** Starts anew with every period of the programme's time zone. */
  recurrence: Recurrence;
  /** Codes of challenges that the member must have completed before. */
  prerequisites: readonly string[];
  /** A condition on the member alone. */
  audience: string | null;
  points: number | null;
  badge: string | null;
  pendingForMs: number | null;
  expiresAfterMs: number | null;
  /** Activities before it do not count. The moment of the first save when nothing else was said. */
  startsAt: number;
  endsAt: number | null;
  status: ConfigStatus;
}

export interface BadgeDefinition {
  code: string;
  version: number;
  name: string;
  /** Null: only by challenge, tier, prize or hand. */
  goal: GoalDefinition | null;
  repeatable: boolean;
  /** How many may ever be awarded; null is unlimited. */
  limit: number | null;
  /** Activities before it do not count: the first save of a badge that is not retroactive; null counts everything. */
  countsFrom: number | null;
  onReversal: OnReversal;
  status: ConfigStatus;
}

export interface TierDefinition {
  code: string;
  version: number;
  name: string;
  /** The higher, the better; no two active tiers share one. */
  rank: number;
  metric: TierMetric;
  /** Decimal text; "0" for the tier everybody starts in. */
  threshold: string;
  /** The metric looks at the local days of the programme that lie within it; null is for ever. */
  windowMs: number | null;
  /** How long the tier is kept after falling short; null is not at all. */
  graceMs: number | null;
  /** At least 1: what earning rules give is multiplied by it. */
  multiplier: string;
  /** A badge that reaching the tier gives. */
  badge: string | null;
  status: ConfigStatus;
}

/** What one period of a goal has counted. Goals without periods have one bucket of period 0. */
export interface GoalBucket {
  /** The day, week or month, counted from 1970 in local time; 0 for a goal without periods. */
  readonly period: number;
  /** Millionths. */
  readonly amount: number;
  /** How often this bucket has paid: a challenge once, a repeatable badge once for each full target. */
  readonly done: number;
  /** DISTINCT only: short hashes of what was counted. */
  readonly values: readonly string[] | null;
}

/** Everything one member has done towards one challenge or badge. Never changed: each step makes a new one. */
export interface GoalState {
  /** In the order of their periods. */
  readonly buckets: readonly GoalBucket[];
  /** Completions, or badges awarded from any cause, so far. */
  readonly times: number;
  /** The activity times of the first that counted, of the one that completed it first, and of the one that did last. */
  readonly startedAt: number | null;
  readonly firstCompletedAt: number | null;
  readonly completedAt: number | null;
  /** Streaks only: the periods in which the goal was met, as first and last of each unbroken run, oldest first. */
  readonly runs: readonly (readonly [number, number])[];
}

/** How a streak stands. Ordinals count local days, weeks or months from 1970. */
export interface StreakState {
  /** Periods met in the running streak; 0 when it is broken. */
  current: number;
  best: number;
  freezesLeft: number;
  /** When it breaks unless the goal is met again before, epoch milliseconds; null when there is none to break. */
  endsAt: number | null;
}

/** A challenge or badge has a state under `challenge:<code>` or `badge:<code>`. */
export type GoalKey = `challenge:${string}` | `badge:${string}`;

/** What a member has in each tier metric. Points and activities are whole, money is hundredths. */
export interface TierTotals {
  readonly POINTS_EARNED: number;
  readonly VALUE_SPENT: number;
  readonly ACTIVITY_COUNT: number;
}

/** The tier a member is in. */
export interface StandingState {
  /** Null: in none. */
  readonly tier: string | null;
  readonly since: number | null;
  /** When the tier is lost, because the member falls short of it; null while the member does not. */
  readonly keepUntil: number | null;
}

/** What one member brings to the game, as loaded and as the batch's earlier activities left it. */
export interface GameState {
  /** The state of a challenge or badge; undefined when nothing has counted yet. */
  goal(key: GoalKey): GoalState | undefined;
  /** What the member has within a tier's window, at the time of recording; without this activity. */
  totals(windowMs: number | null): TierTotals;
  standing: StandingState;
  /** The zone that cuts the member's streaks. */
  timeZone: string;
}

/** A challenge that the activity brought further. */
export interface ChallengeStep {
  challenge: RuleReference;
  mode: ChallengeMode;
  /** Millionths; of everybody together for a community challenge. */
  progress: number;
  target: number;
  /** What this activity added, millionths. */
  added: number;
  /** The period it counted in; 0 without recurrence. */
  period: number;
  completed: boolean;
  timesCompleted: number;
  startedAt: number | null;
  completedAt: number | null;
  streak: StreakState | null;
}

/** A badge to be awarded. */
export interface AwardStep {
  badge: RuleReference;
  /** What caused it: the badge's own goal, a challenge, a tier. */
  cause: RuleReference;
  reason: string;
}

/** A change of tier. */
export interface TierStep {
  from: string | null;
  to: string | null;
  direction: 'UP' | 'DOWN';
}

/** What an activity does in the game, beyond the postings and usage that it adds to the evaluation. */
export interface GameEvaluation {
  /** New states, one for each key that changed. */
  goals: { key: GoalKey; state: GoalState }[];
  challenges: ChallengeStep[];
  awards: AwardStep[];
  tier: TierStep | null;
  /** The standing after it; null when it did not change. */
  standing: StandingState | null;
  /** What it adds to the tier totals of its day; null when there are no tiers. */
  counted: TierTotals | null;
}
