import type { Reader } from '../../platform/reader.ts';
import type { ConfigurationStore } from '../program/index.ts';
import { recordOf, type StoredTier, TIER, type TierRecord, tierDefinition } from './tiers.definitions.ts';
import { readStandings } from './tiers.rows.ts';
import { startStanding } from './tiers.state.ts';

/** All tiers by code, in any state, and who is how high among them. */
export interface Ranks {
  tiers: ReadonlyMap<string, TierRecord>;
  /** The rank of each member's tier; null in none. */
  rankOf(memberId: string): number | null;
}

/** How high members stand, for what only some tiers may have. Two statements, through any reader. */
export async function readRanks(
  reader: Reader,
  store: ConfigurationStore,
  members: readonly { id: string; joinedAt: number }[],
): Promise<Ranks> {
  const [stored, standings] = await Promise.all([
    store.listIn<StoredTier>(reader, TIER),
    readStandings(
      reader,
      members.map(({ id }) => id),
    ),
  ]);
  const tiers = new Map(stored.map(recordOf).map((tier) => [tier.code, tier]));
  const definitions = [...tiers.values()].map(tierDefinition);
  const ranks = new Map(
    members.map(({ id, joinedAt }) => {
      const { tier } = standings.get(id) ?? startStanding(definitions, joinedAt);
      return [id, tiers.get(tier ?? '')?.rank ?? null];
    }),
  );
  return { tiers, rankOf: (memberId) => ranks.get(memberId) ?? null };
}
