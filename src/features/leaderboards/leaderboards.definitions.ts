import type {
  ConfigStatus,
  LeaderboardDefinition,
  LeaderboardMetric,
  LeaderboardPeriod,
  Prize,
  Ranking,
} from '../../rules/types.ts';
import type { StoredConfiguration } from '../program/index.ts';

/** The configuration kind; it also names the cause of prizes in the ledger. */
export const LEADERBOARD = 'leaderboard';

/** A board as it is stored: times as ISO 8601 text, so that history can be read. */
export interface StoredLeaderboard {
  name: string;
  description: string | null;
  metric: LeaderboardMetric;
  activityTypes: string[] | null;
  condition: string | null;
  period: LeaderboardPeriod;
  startsAt: string | null;
  endsAt: string | null;
  ranking: Ranking;
  audience: string | null;
  prizes: Prize[];
  public: boolean;
}

/** A board as it is read back. */
export interface LeaderboardRecord extends StoredLeaderboard {
  code: string;
  version: number;
  status: ConfigStatus;
  createdAt: Date;
  updatedAt: Date;
}

/** What an administrator says about a board; the whole of it, every time. */
export interface LeaderboardInput {
  code: string;
  name: string;
  description?: string | null;
  metric: LeaderboardMetric;
  activityTypes?: readonly string[] | null;
  condition?: string | null;
  period: LeaderboardPeriod;
  startsAt?: Date | null;
  endsAt?: Date | null;
  ranking: Ranking;
  audience?: string | null;
  prizes?: readonly PrizeInput[] | null;
  public: boolean;
  status: ConfigStatus;
}

export interface PrizeInput {
  fromRank: number;
  toRank: number;
  points?: number | null;
  badge?: string | null;
}

/** A stored board as the pure core wants it. */
export function leaderboardOf(row: StoredConfiguration<StoredLeaderboard>): LeaderboardDefinition {
  return leaderboardDefinition(recordOf(row));
}

/** The same from a record. */
export function leaderboardDefinition(record: LeaderboardRecord): LeaderboardDefinition {
  const { createdAt: _createdAt, updatedAt: _updatedAt, ...same } = record;
  return { ...same, startsAt: instantMs(record.startsAt), endsAt: instantMs(record.endsAt) };
}

export function recordOf(row: StoredConfiguration<StoredLeaderboard>): LeaderboardRecord {
  const { code, version, status, createdAt, updatedAt, definition } = row;
  return { ...definition, code, version, status, createdAt, updatedAt };
}

function instantMs(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
