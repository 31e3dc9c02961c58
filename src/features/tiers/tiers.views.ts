import type { Context } from '../../api/context.ts';
import type { TierRecord } from './tiers.definitions.ts';
import { knownTiers, standingOf } from './tiers.loaders.ts';
import type { Asked, TiersReading } from './tiers.reading.ts';
import type { ChangeRow } from './tiers.rows.ts';
import { type Tier, TierHistoryEntry, TierStanding, toTier } from './tiers.types.ts';

/** The tier of a code in its present version; null for null, and for a code of which there is none. */
export async function tierByCode(
  reading: TiersReading,
  context: Context,
  code: string | null | undefined,
): Promise<Tier | null> {
  if (code == null) return null;
  return shown(await knownTiers(reading, context), code);
}

/** Where a member stands, ready to be shown. */
export async function shownStanding(reading: TiersReading, context: Context, member: Asked): Promise<TierStanding> {
  const [tiers, { view }] = await Promise.all([knownTiers(reading, context), standingOf(reading, context, member)]);
  const tier = shown(tiers, view.tier);
  const next = shown(tiers, view.next);
  return Object.assign(new TierStanding(), { ...view, tier, next, benefits: tier?.benefits ?? [] });
}

/** A change of tier as GraphQL shows it. */
export function toHistoryEntry(row: ChangeRow): TierHistoryEntry {
  return Object.assign(new TierHistoryEntry(), row);
}

function shown(tiers: ReadonlyMap<string, TierRecord>, code: string | null): Tier | null {
  const record = tiers.get(code ?? '');
  return record === undefined ? null : toTier(record);
}
