/** What the operations beside this file give. A test compares these shapes with those generated from the schema. */

export type TierMetric = 'POINTS_EARNED' | 'VALUE_SPENT' | 'ACTIVITY_COUNT';
export type LadderUnit = 'POINTS' | 'MONEY' | 'ACTIVITIES';
export type ChallengeStatus = 'NOT_STARTED' | 'IN_PROGRESS' | 'COMPLETED' | 'EXPIRED';
export type Recurrence = 'NONE' | 'DAY' | 'WEEK' | 'MONTH';
export type Measure = 'COUNT' | 'SUM_VALUE' | 'SUM' | 'DISTINCT';

export interface Program {
  name: string;
  timeZone: string;
  currencyCode: string;
}

export interface Benefit {
  code: string;
  name: string;
  description: string | null;
}

/** Amounts are decimal text in the unit of the metric; `window` is an ISO 8601 duration, null for ever. */
export interface Tier {
  code: string;
  name: string;
  metric: TierMetric;
  threshold: string;
  window: string | null;
  multiplier: string;
  benefits: Benefit[];
}

export interface TierStanding {
  tier: Tier | null;
  since: string | null;
  next: Tier | null;
  /** What is missing to keep the tier, "0" while nothing is. */
  toKeep: string | null;
  /** When the tier is lost unless the member catches up. */
  keepUntil: string | null;
}

export interface LadderStep {
  kind: 'TIER' | 'REWARD';
  code: string;
  name: string;
  at: string;
  reached: boolean;
  remaining: string;
  percent: number;
  unit: LadderUnit;
}

export interface Ladder {
  steps: LadderStep[];
}

export interface Badge {
  code: string;
  name: string;
  description: string;
  imageUrl: string | null;
}

export interface BadgeInfo extends Badge {
  /** The share of members who have it, 0 to 1. */
  rarity: number;
  limit: number | null;
  awardedCount: number;
}

export interface BadgeProgress {
  badge: { code: string };
  progress: string;
  target: string;
  percent: number;
}

export interface BadgeAward {
  id: string;
  badge: Badge;
  awardedAt: string;
  reason: string | null;
  revokedAt: string | null;
}

export interface Contribution {
  displayName: string;
  amount: string;
  percent: number;
  member: { id: string } | null;
}

export interface Challenge {
  code: string;
  name: string;
  description: string | null;
  mode: 'INDIVIDUAL' | 'COMMUNITY';
  goal: { measure: Measure };
  recurrence: Recurrence;
  streak: { every: Recurrence; length: number; freezes: number } | null;
  prerequisites: { code: string; name: string }[];
  points: number | null;
  badge: Badge | null;
  startsAt: string;
  endsAt: string | null;
  /** When the running period of a recurring one ends. */
  periodEndsAt: string | null;
}

export interface StreakState {
  current: number;
  best: number;
  freezesLeft: number;
  endsAt: string | null;
}

export interface ChallengeProgress {
  challenge: Challenge;
  status: ChallengeStatus;
  progress: string;
  target: string;
  percent: number;
  streak: StreakState | null;
  completedAt: string | null;
  timesCompleted: number;
  nextPossibleAt: string | null;
}

/** One change of points with its reason. */
export interface Entry {
  id: string;
  kind: 'EARN' | 'BONUS' | 'ADJUST' | 'REDEEM' | 'REFUND' | 'EXPIRE' | 'REVERSE';
  points: number;
  reason: string;
  rule: { name: string } | null;
  activity: { type: { code: string; name: string } } | null;
  activeAt: string;
  occurredAt: string;
}

export interface Wallet {
  active: number;
  pending: number;
  /** Points owed: what is earned next covers them first. */
  deficit: number;
  expiring: { points: number; expiresAt: string }[];
}

/** Something that waits to be used or handed over. */
export interface OpenVoucher {
  id: string;
  name: string;
  status: string;
  expiresAt: string | null;
}

/** The reward nearest in reach. */
export interface NextReward {
  missingPoints: number;
  percent: number;
  reward: { code: string; name: string };
}

export interface Member {
  id: string;
  displayName: string;
  memberNumber: string;
  timeZone: string | null;
  wallet: Wallet;
  nextReward: NextReward | null;
  redemptions: Edges<OpenVoucher>;
  tier: TierStanding;
  ladder: Ladder;
  challenges: ChallengeProgress[];
  badges: Edges<BadgeAward>;
  badgeProgress: BadgeProgress[];
  ledger: Edges<Entry>;
  activities: Edges<{ effects: { cursor: string }[] }>;
}

export interface Edges<Node> {
  edges: { node: Node }[];
}

/** Everything the page shows. */
export interface PageData {
  program: Program;
  badges: BadgeInfo[];
  /** One, to know whether there are any. */
  rewards: Edges<{ code: string }>;
  /** Null when recommending the club was never offered. */
  referralProgram: { status: string } | null;
  me: Member | null;
}

/** An event of the member's stream; what it carries depends on its type. */
export interface MemberEvent {
  __typename: string;
  id: string;
  cursor: string;
  points?: number;
  balance?: number;
  entry?: { reason: string; rule: { name: string } | null };
  progress?: { challenge: { name: string; points: number | null } };
  award?: { id: string; reason?: string | null; badge?: Badge };
  direction?: 'UP' | 'DOWN';
  to?: { name: string } | null;
  status?: string;
  redemption?: { id: string; name: string };
}

/** How far everybody is in a challenge of all by now. */
export interface CommunityUpdate {
  code: string;
  community: { progress: string; percent: number; contributorCount: number } | null;
}

/** What each has brought to a challenge of all, the largest first. */
export interface SharesData {
  challenge: { community: { contributions: Edges<Contribution> } | null } | null;
}
