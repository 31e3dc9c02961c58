import type { Tx } from '../../platform/tx.ts';
import type { TierDefinition } from '../../rules/game.types.ts';
import { dayOf } from '../../rules/game-views.ts';
import { loadRecords } from '../members/members.directory.ts';
import type { LedgerRow } from '../points/points.rows.ts';
import type { StoredConfiguration } from '../program/index.ts';
import { type StoredTier, TIER, tierOf } from './tiers.definitions.ts';
import { type AwardBadges, placeIn } from './tiers.placing.ts';
import { addDays } from './tiers.rows.ts';

/**
 * Counts points that a challenge has just paid outside an activity, on the days of their entries, as those inside one count,
 * and lifts at once whoever reaches a tier by them. It takes no tier away: that is for the review. The caller holds the
 * members' locks, and its scope says whether they are told.
 * @param award gives the badges of the tiers reached; it is called once, also when there are none.
 */
export async function liftIn(tx: Tx, entries: readonly LedgerRow[], award: AwardBadges): Promise<void> {
  const tiers = entries.length === 0 ? null : await readTiersIn(tx);
  // Nobody keeps days without active tiers; the first one counts them from the ledger.
  if (tiers === null || !tiers.definitions.some(({ status }) => status === 'ACTIVE')) {
    await award(tx, []);
    return;
  }
  const { definitions, timeZone } = tiers;
  await addDays(tx, daysOf(entries, timeZone));
  const records = await loadRecords(tx, [...new Set(entries.map(({ memberId }) => memberId))], []);
  const members = records.map(({ facts: { id, joinedAt } }) => ({ id, joinedAt }));
  await placeIn(tx, { tiers: definitions, timeZone, members, award, onlyUp: true });
}

/** One row for each member and day: a statement cannot add to the same one twice. */
function daysOf(entries: readonly LedgerRow[], timeZone: string) {
  const placed = entries.map(({ memberId, points, occurredAt }) => ({
    ...{ memberId, day: dayOf(occurredAt, timeZone), points },
  }));
  const days = Map.groupBy(placed, ({ memberId, day }) => `${memberId} ${day}`);
  return [...days.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    return [
      { ...first, points: more.reduce((sum, { points }) => sum + points, first.points), value: 0, activities: 0 },
    ];
  });
}

/** All tiers, in whatever state, and the zone that cuts days; null when there are none. */
async function readTiersIn(tx: Tx): Promise<{ definitions: TierDefinition[]; timeZone: string } | null> {
  type Row = Pick<StoredConfiguration<StoredTier>, 'code' | 'version' | 'status' | 'definition'> & { timeZone: string };
  const rows = await tx.query<Row>(
    `select c.code, c.version, c.status, c.definition, p.time_zone as "timeZone"
     from configurations c cross join program p where c.kind = $1 and p.id = 1`,
    [TIER],
  );
  const [first] = rows;
  if (first === undefined) return null;
  const unknown = { createdAt: new Date(0), updatedAt: new Date(0) };
  return { definitions: rows.map((row) => tierOf({ kind: TIER, ...row, ...unknown })), timeZone: first.timeZone };
}
