import type { Tx } from '../../platform/tx.ts';
import type { ChallengeDefinition, GoalDefinition, GoalKey } from '../../rules/game.types.ts';
import type { RuleReference } from '../../rules/types.ts';
import { BADGE, badgeOf, type StoredBadge } from '../badges/badges.definitions.ts';
import { CHALLENGE, challengeOf, type StoredChallenge } from '../challenges/challenges.definitions.ts';
import type { ConfigurationStore } from '../program/index.ts';

/** A goal whose past is counted. */
export interface PastGoal {
  key: GoalKey;
  /** The version that counts and is paid. */
  rule: RuleReference;
  goal: GoalDefinition;
  /** Activities before it do not count; null counts everything. */
  since: number | null;
  /** Null for the goal of a badge. */
  challenge: ChallengeDefinition | null;
  /** True for the goal of a badge of which there are only so many: each award is counted. */
  isLimited: boolean;
}

/** The goal of a challenge or badge as it is now; null when there is none that is active. */
export async function findGoal(tx: Tx, store: ConfigurationStore, key: GoalKey): Promise<PastGoal | null> {
  const [kind = '', code = ''] = key.split(':');
  const found = kind === CHALLENGE ? await findChallenge(tx, store, code) : await findBadge(tx, store, code);
  if (found === null || found.definition.status !== 'ACTIVE' || found.definition.goal === null) return null;
  const { since, challenge, isLimited } = found;
  const { version, name, goal } = found.definition;
  return { key, rule: { kind, code, version, name }, goal, since, challenge, isLimited };
}

async function findChallenge(tx: Tx, store: ConfigurationStore, code: string) {
  const stored = await store.getIn<StoredChallenge>(tx, CHALLENGE, code);
  if (stored === null) return null;
  const definition = challengeOf(stored);
  return { definition, since: definition.startsAt, challenge: definition, isLimited: false };
}

async function findBadge(tx: Tx, store: ConfigurationStore, code: string) {
  const stored = await store.getIn<StoredBadge>(tx, BADGE, code);
  if (stored === null) return null;
  const definition = badgeOf(stored);
  return { definition, since: definition.countsFrom, challenge: null, isLimited: definition.limit !== null };
}
