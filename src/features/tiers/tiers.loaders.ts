import DataLoader from 'dataloader';
import type { Context } from '../../api/context.ts';
import type { TierRecord } from './tiers.definitions.ts';
import type { Asked, MemberStanding, TiersReading } from './tiers.reading.ts';

/** All tiers by code, read once in a request: there are a handful. */
export function knownTiers(reading: TiersReading, context: Context): Promise<Map<string, TierRecord>> {
  return context.loader('tiers.all', async () => new Map((await reading.tiers()).map((tier) => [tier.code, tier])));
}

/** Where a member stands; all members of a request in two statements. */
export function standingOf(reading: TiersReading, context: Context, member: Asked): Promise<MemberStanding> {
  const loader = context.loader('tiers.standings', () => {
    return new DataLoader<Asked, MemberStanding, string>(
      async (members) => {
        const tiers = await knownTiers(reading, context);
        const standings = await reading.standings([...tiers.values()], members);
        return members.map(({ id }) => standings.get(id) ?? new Error(`The member ${id} stands nowhere.`));
      },
      { cacheKeyFn: ({ id }) => id },
    );
  });
  return loader.load(member);
}

/** How many members are in a tier; of all tiers of a request in one statement. */
export async function memberCountOf(reading: TiersReading, context: Context, code: string): Promise<number> {
  const counts = await context.loader('tiers.counts', async () => {
    return reading.counts([...(await knownTiers(reading, context)).values()]);
  });
  return counts.get(code) ?? 0;
}

/** The currency of the programme, asked for once in a request. */
export function currencyOf(reading: TiersReading, context: Context): Promise<string> {
  return context.loader('tiers.currency', () => reading.currencyCode());
}
