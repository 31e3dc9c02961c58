import type {
  BadgeDefinition,
  ChallengeDefinition,
  GoalState,
  StandingState,
  StreakState,
  TierDefinition,
  TierStep,
  TierTotals,
} from './game.types.ts';
import type { Usage } from './types.ts';

export type ChallengeStatus = 'NOT_STARTED' | 'IN_PROGRESS' | 'COMPLETED' | 'EXPIRED';

/** How far a member is, ready to be shown: amounts are decimal text. */
export interface GoalProgress {
  progress: string;
  target: string;
  /** 0 to 100. */
  percent: number;
  startedAt: number | null;
  completedAt: number | null;
  /** Completions, or awards of a badge from any cause. */
  times: number;
  /** A sentence: what stands in the way, or how far it is. */
  reason: string;
  /** When something can count again, where the calendar stands in the way; null otherwise. */
  nextPossibleAt: number | null;
}

export interface ChallengeView extends GoalProgress {
  status: ChallengeStatus;
  streak: StreakState | null;
}

/** What reading a challenge looks at. */
export interface ChallengeReading {
  state: GoalState | undefined;
  /** Community challenges: the shared usage of the running period (`communityKey`); null when nobody has counted yet. */
  community: Usage | null;
  /** The names of prerequisites that the member has not completed. */
  missing: readonly string[];
  now: number;
  programTimeZone: string;
  memberTimeZone: string;
}

/** How a member, or everybody together, stands in a challenge. */
export function challengeProgress(_challenge: ChallengeDefinition, _reading: ChallengeReading): ChallengeView {
  throw new Error('not yet');
}

/** How far a member is towards the next award of a badge; null for a badge without a goal. */
export function badgeProgress(
  _badge: BadgeDefinition,
  _state: GoalState | undefined,
  _awarded: Usage | null,
): GoalProgress | null {
  throw new Error('not yet');
}

/** The usage key of what everybody has counted together towards a community challenge, in the period of an instant. */
export function communityKey(
  _challenge: Pick<ChallengeDefinition, 'code' | 'recurrence'>,
  _atMs: number,
  _programTimeZone: string,
): string {
  throw new Error('not yet');
}

/** The usage key of how many of a limited badge were awarded. */
export function limitKey(badgeCode: string): string {
  return `badge:${badgeCode}|LIMIT`;
}

/** The state of a contributor once a completed community challenge has paid it; completing twice changes nothing. */
export function completeContribution(_state: GoalState, _period: number, _completedAt: number): GoalState {
  throw new Error('not yet');
}

/** The state of a badge after an award that no activity caused: by hand, as a prize, for a community challenge. */
export function countAward(_state: GoalState | undefined, _awardedAt: number): GoalState {
  throw new Error('not yet');
}

/** A member's tier, ready to be shown: decimal texts in the unit of the metric. */
export interface TierView {
  tier: string | null;
  since: number | null;
  next: string | null;
  /** What is lacking for the next tier; null when there is none. */
  toNext: string | null;
  /** What is lacking to keep the tier, "0" when nothing is; null without a tier. */
  toKeep: string | null;
  keepUntil: number | null;
}

/** How a member stands among the tiers. @param totalsOf what the member has within a tier's window, at `now` */
export function tierStanding(
  _tiers: readonly TierDefinition[],
  _standing: StandingState,
  _totalsOf: (windowMs: number | null) => TierTotals,
): TierView {
  throw new Error('not yet');
}

/** What a review of a member's tier found. */
export interface TierReview {
  /** Null when nothing changed. */
  standing: StandingState | null;
  change: TierStep | null;
  /** True when the member was told nothing yet and will lose the tier at `standing.keepUntil`. */
  atRisk: boolean;
  /** A sentence for the history. */
  reason: string;
  /** On the way up: the tiers reached, lowest first, whose badges are due. */
  reached: readonly TierDefinition[];
}

/** Looks at a member's tier again, as the daily review does: the one thing that takes a tier away. */
export function reviewStanding(
  _tiers: readonly TierDefinition[],
  _standing: StandingState,
  _totalsOf: (windowMs: number | null) => TierTotals,
  _now: number,
): TierReview {
  throw new Error('not yet');
}

/** The local day of an instant, counted from 1970-01-01. */
export function dayOf(_atMs: number, _timeZone: string): number {
  throw new Error('not yet');
}

/** The first local day that a tier's window holds; null for a window that is for ever. */
export function windowStart(_windowMs: number | null, _now: number, _timeZone: string): number | null {
  throw new Error('not yet');
}
