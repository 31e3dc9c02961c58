import { durationMs } from '../../api/duration.ts';
import type { ChallengeDefinition, ChallengeMode, Recurrence, StreakDefinition } from '../../rules/game.types.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { StoredConfiguration } from '../program/index.ts';
import type { GoalFields, StoredGoal } from '../progress/goals.definitions.ts';

/** The configuration kind; it also names the cause of points and badges. */
export const CHALLENGE = 'challenge';

/** A challenge as it is stored: times and durations as ISO 8601 text, so that history can be read. */
export interface StoredChallenge {
  name: string;
  description: string | null;
  mode: ChallengeMode;
  goal: StoredGoal;
  streak: StreakDefinition | null;
  recurrence: Recurrence;
  prerequisites: string[];
  audience: string | null;
  points: number | null;
  badge: string | null;
  pendingFor: string | null;
  expiresAfter: string | null;
  startsAt: string;
  endsAt: string | null;
}

/** A challenge as it is read back. */
export interface ChallengeRecord extends StoredChallenge {
  code: string;
  version: number;
  status: ConfigStatus;
  createdAt: Date;
  updatedAt: Date;
}

/** What an administrator says about a challenge; the whole of it, every time. */
export interface ChallengeInput {
  code: string;
  name: string;
  description?: string | null;
  mode: ChallengeMode;
  goal: GoalFields;
  streak?: StreakFields | null;
  recurrence: Recurrence;
  prerequisites?: readonly string[] | null;
  audience?: string | null;
  points?: number | null;
  badge?: string | null;
  pendingFor?: string | null;
  expiresAfter?: string | null;
  /** Left out: the moment of the first save. */
  startsAt?: Date | null;
  endsAt?: Date | null;
  status: ConfigStatus;
}

export interface StreakFields {
  every: Recurrence;
  length: number;
  freezes: number;
}

/** A stored challenge as the pure core wants it. */
export function challengeOf(row: StoredConfiguration<StoredChallenge>): ChallengeDefinition {
  return challengeDefinition(recordOf(row));
}

/** The same from a record. */
export function challengeDefinition(record: ChallengeRecord): ChallengeDefinition {
  const { createdAt: _createdAt, updatedAt: _updatedAt, pendingFor, expiresAfter, startsAt, endsAt, ...same } = record;
  return {
    ...same,
    pendingForMs: pendingFor === null ? null : durationMs(pendingFor),
    expiresAfterMs: expiresAfter === null ? null : durationMs(expiresAfter),
    startsAt: Date.parse(startsAt),
    endsAt: endsAt === null ? null : Date.parse(endsAt),
  };
}

export function recordOf(row: StoredConfiguration<StoredChallenge>): ChallengeRecord {
  const { code, version, status, createdAt, updatedAt, definition } = row;
  return { ...definition, code, version, status, createdAt, updatedAt };
}
