import type { DemoActivity } from './activities.ts';
import { DAY_MS, type DemoPerson } from './members.ts';

/** What the first member did in the last weeks, as days before the club's present. */
const LATELY: readonly [daysAgo: number, type: string, attributes: Record<string, unknown>][] = [
  [36, 'event-attended', { event: 'Vallakväll', town: 'Östersund' }],
  [29, 'review', { sku: 'VAN-005', rating: 5, text: 'Kept me dry in Sarek.' }],
  [22, 'share', { sku: 'VAN-001', network: 'strava' }],
  [15, 'event-attended', { event: 'Fjällkväll', town: 'Stockholm' }],
  [12, 'answer-accepted', { topic: 'vandring' }],
  [8, 'survey-answered', { survey: 'autumn-range', score: 9 }],
  [6, 'recommend', { sku: 'VAN-001', to: 'friend' }],
  [1, 'review', { sku: 'VAN-003', rating: 4, text: 'My third pair.' }],
];

/**
 * The busy weeks of the member that the demo signs in as, so that its page has a streak, challenges under way and
 * something won. Nothing before the member joined.
 * @param until the club's present, epoch milliseconds.
 */
export function drawLately({ member }: DemoPerson, until: number): DemoActivity[] {
  const drawn = LATELY.map(([daysAgo, type, attributes]) => ({
    ...{ idempotencyKey: '', memberExternalId: member.externalId, occurredAt: until - daysAgo * DAY_MS },
    ...{ type, channel: type === 'event-attended' ? 'store' : 'app', value: null, items: [], attributes },
  }));
  return drawn.filter(({ occurredAt }) => occurredAt > member.joinedAt + DAY_MS);
}
