import type { BadgeDefinition, OnReversal } from '../../rules/game.types.ts';
import type { ConfigStatus } from '../../rules/types.ts';
import type { StoredConfiguration } from '../program/index.ts';
import type { GoalFields, StoredGoal } from '../progress/goals.definitions.ts';

/** The configuration kind; it also names the cause of what a badge's own goal awards. */
export const BADGE = 'badge';

/** A badge as it is stored: times as ISO 8601 text, so that history can be read. */
export interface StoredBadge {
  /** Made with the first save and kept: codes are for people who write rules, ids for clients that ask for any node. */
  id: string;
  name: string;
  description: string;
  imageUrl: string | null;
  goal: StoredGoal | null;
  repeatable: boolean;
  limit: number | null;
  onReversal: OnReversal;
  retroactive: boolean;
  /** Activities before it do not count towards the goal; null counts everything. */
  countsFrom: string | null;
}

/** A badge as it is read back. */
export interface BadgeRecord extends StoredBadge {
  code: string;
  version: number;
  status: ConfigStatus;
  createdAt: Date;
  updatedAt: Date;
}

/** What an administrator says about a badge; the whole of it, every time. */
export interface BadgeInput {
  code: string;
  name: string;
  description: string;
  imageUrl?: string | null;
  goal?: GoalFields | null;
  repeatable: boolean;
  limit?: number | null;
  onReversal: OnReversal;
  retroactive: boolean;
  status: ConfigStatus;
}

/** A stored badge as the pure core wants it. */
export function badgeOf(row: StoredConfiguration<StoredBadge>): BadgeDefinition {
  return badgeDefinition(badgeRecordOf(row));
}

/** The same from a record. */
export function badgeDefinition(record: BadgeRecord): BadgeDefinition {
  const { code, version, name, goal, repeatable, limit, onReversal, status, countsFrom } = record;
  const from = countsFrom === null ? null : Date.parse(countsFrom);
  return { code, version, name, goal, repeatable, limit, countsFrom: from, onReversal, status };
}

export function badgeRecordOf(row: StoredConfiguration<StoredBadge>): BadgeRecord {
  const { code, version, status, createdAt, updatedAt, definition } = row;
  return { ...definition, code, version, status, createdAt, updatedAt };
}
