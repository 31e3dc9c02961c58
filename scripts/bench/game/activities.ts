import { memberId } from '../fill/identity.ts';

/** What members of the large programme do, and how often: of a hundred activities so many are of each type. */
export const MIX = {
  purchase: 35,
  like: 20,
  review: 15,
  share: 15,
  'survey-answered': 10,
  'event-attended': 5,
} as const;

export type ActivityType = keyof typeof MIX;

/** All types, the frequent ones first. */
export const TYPES = Object.keys(MIX) as readonly ActivityType[];

const CATEGORIES = ['skis', 'hiking', 'climbing', 'paddling', 'clothing', 'food'] as const;
const STORES = ['umea', 'are', 'lulea', 'kiruna', 'falun', 'mora', 'gavle', 'ostersund'] as const;
const NETWORKS = ['friends', 'photos', 'clips', 'mail'] as const;
const TOWNS = ['umea', 'are', 'lulea', 'kiruna', 'falun'] as const;
const DAY_MS = 86_400_000;

export interface MixedOptions {
  members: number;
  run: string;
  /** Spreads the activities over this many days before now; left out, they happen when they are recorded. */
  historyDays?: number;
}

/** Draws activities of random members in the mix above, as inputs of recordActivity. */
export function mixedActivities({ members, run, historyDays }: MixedOptions) {
  let count = 0;
  return () => {
    count += 1;
    const type = drawType();
    const occurredAt =
      historyDays === undefined ? {} : { occurredAt: new Date(Date.now() - Math.random() * historyDays * DAY_MS) };
    return {
      ...{ idempotencyKey: `${run}-${count}`, type, memberId: memberId(1 + below(members)), source: 'bench' },
      ...occurredAt,
      ...detailsOf(type),
    };
  };
}

function drawType(): ActivityType {
  let left = Math.random() * 100;
  for (const type of TYPES) {
    left -= MIX[type];
    if (left < 0) return type;
  }
  return 'purchase';
}

function detailsOf(type: ActivityType): object {
  switch (type) {
    case 'purchase': {
      const value = { amount: (10 + Math.random() * 989).toFixed(2), currencyCode: 'SEK' };
      const isInStore = Math.random() < 0.5;
      const store = isInStore ? { store: oneOf(STORES) } : {};
      return { channel: isInStore ? 'store' : 'online', value, attributes: { category: oneOf(CATEGORIES), ...store } };
    }
    case 'review':
      return { attributes: { product: `p-${below(5_000)}`, words: 5 + below(200) } };
    case 'share':
      return { attributes: { network: oneOf(NETWORKS) } };
    case 'survey-answered':
      return { attributes: { survey: `s-${below(20)}` } };
    case 'event-attended':
      return { attributes: { town: oneOf(TOWNS) } };
    case 'like':
      return {};
  }
}

function oneOf<Value>(values: readonly [Value, ...Value[]]): Value {
  return values[below(values.length)] ?? values[0];
}

function below(bound: number): number {
  return Math.floor(Math.random() * bound);
}
