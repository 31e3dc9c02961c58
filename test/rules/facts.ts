import type { ActivityFacts, MemberFacts, ProgramFacts } from '../../src/rules/types.ts';

/** 2026-11-21 was a Saturday; 08:30 UTC is 09:30 in Stockholm. */
export const SATURDAY = Date.parse('2026-11-21T08:30:00Z');

export const program: ProgramFacts = {
  name: 'Friluftsklubben',
  timeZone: 'Europe/Stockholm',
  currencyCode: 'SEK',
  locale: 'sv-SE',
};

/** A member who joined a year before, with everything optional left out. */
export function aMember(changes: Partial<MemberFacts> = {}): MemberFacts {
  return {
    id: 'member-1',
    externalId: null,
    joinedAt: Date.parse('2025-11-21T08:30:00Z'),
    timeZone: null,
    locale: null,
    interests: ['hiking'],
    attributes: {},
    ...changes,
  };
}

/** A purchase for 523.00 SEK in the web shop. */
export function aPurchase(changes: Partial<ActivityFacts> = {}): ActivityFacts {
  return {
    id: 'activity-1',
    type: 'purchase',
    occurredAt: SATURDAY,
    channel: 'online',
    source: 'shop',
    value: { amount: '523.00', currencyCode: 'SEK' },
    items: [],
    attributes: {},
    ...changes,
  };
}

/** An item of a category at a price. */
export function anItem(category: string | null, amount = '10.00', quantity = '1') {
  return { sku: `sku-${category}`, name: null, category, quantity, unitPrice: { amount, currencyCode: 'SEK' } };
}
