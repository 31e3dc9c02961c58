/** What the operations beside this file give. A test compares these shapes with those generated from the schema. */

export type Metric = 'POINTS_EARNED' | 'ACTIVITY_COUNT' | 'ACTIVITY_VALUE';
export type Period = 'ALL_TIME' | 'DAY' | 'WEEK' | 'MONTH' | 'CUSTOM';

export interface Program {
  name: string;
  timeZone: string;
  currencyCode: string;
}

/** One span in which scores are counted; `endsAt` is null for ever, `closedAt` is null while it runs. */
export interface Season {
  id: string;
  startsAt: string;
  endsAt: string | null;
  closedAt: string | null;
}

export interface BoardInfo {
  code: string;
  name: string;
  /** What one has to do to be on it. */
  description: string | null;
  metric: Metric;
  period: Period;
  season: Season;
}

/** `member` is null unless the member is public or oneself; `score` of ACTIVITY_VALUE is in hundredths of the currency. */
export interface Entry {
  rank: number;
  score: number;
  displayName: string;
  member: { id: string } | null;
  reachedAt: string;
}

export interface BoardUpdate {
  leaderboard: { size: number };
  season: Season;
  entries: Entry[];
  mine?: Entry | null;
  pointsToOvertakeNext?: number | null;
  around?: Entry[];
}

export interface Award {
  cursor: string;
  displayName: string;
  member: { id: string } | null;
  points: number;
  reason: string;
  /** Null for points that no activity earned, such as a prize. */
  activityType: string | null;
  occurredAt: string;
}

export interface Me {
  id: string;
  displayName: string;
}
