import { type Product, shelves } from './catalogue.ts';
import { DAY_MS, type DemoPerson, type DemoRegular } from './members.ts';
import type { Random } from './random.ts';

const CURRENCY = 'SEK';

export interface DemoItem {
  sku: string;
  name: string;
  category: string;
  quantity: string;
  unitPrice: { amount: string; currencyCode: string };
}

/** An activity to be recorded, in the words of the API's recording input. */
export interface DemoActivity {
  idempotencyKey: string;
  type: string;
  memberExternalId: string;
  /** Epoch milliseconds. */
  occurredAt: number;
  channel: string;
  value: { amount: string; currencyCode: string } | null;
  items: DemoItem[];
  attributes: Record<string, unknown>;
}

/** What members do besides buying, and how often against the 62 purchases in a hundred activities. */
const KINDS = [
  'purchase',
  'review',
  'share',
  'event-attended',
  'survey-answered',
  'recommend',
  'answer-accepted',
] as const;
const KIND_WEIGHTS = [62, 13, 9, 6, 5, 3, 2];

const EVENTS = [
  ['Vallakväll', 'Östersund'],
  ['Fjällkväll', 'Stockholm'],
  ['Paddlingens dag', 'Göteborg'],
  ['Klätterkurs', 'Umeå'],
  ['Lavinkurs', 'Åre'],
  ['Vårvandring', 'Sundsvall'],
] as const;
const SURVEYS = ['after-purchase', 'autumn-range', 'store-visit', 'sustainability'] as const;
const NETWORKS = ['instagram', 'facebook', 'strava', 'whatsapp'] as const;
const PRAISE = [
  'Kept me dry in Sarek.',
  'Good value.',
  'Smaller than I thought.',
  'My third pair.',
  'Light and warm.',
  '',
];

type Draft = Omit<DemoActivity, 'idempotencyKey' | 'memberExternalId' | 'occurredAt'>;

/** What one member has done so far: reviews and recommendations are about things they own. */
interface Belongings {
  unreviewed: Product[];
  owned: Product[];
}

/**
 * Draws what one member did, oldest first: the profile on joining, then a mix that follows the seasons of what they like.
 * @param count how many activities after the profile.
 * @param until the club's present, epoch milliseconds; nothing is later.
 */
export function drawActivities(random: Random, person: DemoPerson, count: number, until: number): DemoActivity[] {
  const { member } = person;
  const belongings: Belongings = { unreviewed: [], owned: [] };
  const profileAt = Math.min(until, member.joinedAt + random.whole(2, 45) * 60_000);
  const times = Array.from({ length: count }, () => occurrence(random, profileAt, until)).sort((a, b) => a - b);
  const drafts: [number, Draft][] = [[profileAt, plain('profile-completed', 'app', {})]];
  for (const at of times) drafts.push([at, draft(random, person, at, belongings)]);
  return drafts.map(([occurredAt, drawn]) => ({
    idempotencyKey: '',
    memberExternalId: member.externalId,
    occurredAt,
    ...drawn,
  }));
}

/** One plausible activity of a member at an instant, for the live trickle: nothing is known of what they own. */
export function drawOne(random: Random, person: DemoRegular, at: number): Omit<DemoActivity, 'idempotencyKey'> {
  const drawn = draft(random, person, at, { unreviewed: [], owned: [] });
  return { memberExternalId: person.member.externalId, occurredAt: at, ...drawn };
}

/**
 * An instant between two others, in Swedish shopping hours (8 to 22 local time, which is one or two hours ahead of UTC).
 * What would lie after the end happened a day earlier, so that nothing piles up at the very end.
 */
function occurrence(random: Random, from: number, until: number): number {
  const day = Math.floor((from + random.fraction() * (until - from)) / DAY_MS) * DAY_MS;
  const hour = 6 + Math.min(random.fraction() * 14, 6 + random.fraction() * 8);
  const at = day + Math.floor(hour * 3_600) * 1_000;
  return Math.max(from, at > until ? at - DAY_MS : at);
}

function draft(random: Random, person: DemoRegular, at: number, belongings: Belongings): Draft {
  const kind = KINDS[random.weighted(KIND_WEIGHTS)] ?? 'purchase';
  const channel = random.chance(0.5) ? 'online' : 'app';
  switch (kind) {
    case 'review': {
      const product = belongings.unreviewed.shift();
      if (product === undefined) return purchase(random, person, at, belongings);
      const rating = random.pick([5, 5, 5, 4, 4, 4, 3, 2, 1]);
      return plain('review', channel, { sku: product.sku, rating, text: random.pick(PRAISE) });
    }
    case 'share':
    case 'recommend': {
      const product = belongings.owned.at(-1);
      if (product === undefined) return purchase(random, person, at, belongings);
      const how = kind === 'share' ? { network: random.pick(NETWORKS) } : { to: 'friend' };
      return plain(kind, channel, { sku: product.sku, ...how });
    }
    case 'event-attended': {
      const [event, town] = random.pick(EVENTS);
      return plain(kind, 'store', { event, town });
    }
    case 'survey-answered':
      return plain(kind, channel, { survey: random.pick(SURVEYS), score: random.whole(5, 10) });
    case 'answer-accepted':
      return plain(kind, 'app', { topic: random.pick(person.member.interests) });
    default:
      return purchase(random, person, at, belongings);
  }
}

function plain(type: string, channel: string, attributes: Record<string, unknown>): Draft {
  return { type, channel, value: null, items: [], attributes };
}

/** A basket of one to five lines from the shelves in season, most often one. */
function purchase(random: Random, person: DemoRegular, at: number, belongings: Belongings): Draft {
  const month = new Date(at).getUTCMonth();
  // A member's own interests count ten times as much as the rest of the shop.
  const weights = shelves.map(
    (shelf) => (shelf.months[month] ?? 1) * (person.member.interests.includes(shelf.interest) ? 10 : 1),
  );
  const lines = 1 + Math.floor(4.6 * random.fraction() ** 3);
  const basket = new Map<string, DemoItem>();
  let total = 0;
  for (let line = 0; line < lines; line += 1) {
    const product = choose(random, shelves[random.weighted(weights)]?.products ?? []);
    const quantity = product.priceSek < 500 ? random.whole(1, 3) : 1;
    if (basket.has(product.sku)) continue;
    basket.set(product.sku, item(product, quantity));
    total += product.priceSek * quantity;
    belongings.owned.push(product);
    belongings.unreviewed.push(product);
  }
  const store = random.chance(0.38);
  const attributes = store ? { store: person.member.attributes.town } : { delivery: random.pick(['home', 'pick-up']) };
  const channel = store ? 'store' : random.chance(0.7) ? 'online' : 'app';
  return { type: 'purchase', channel, value: kronor(total), items: [...basket.values()], attributes };
}

/** Cheap things sell more often: the weight falls with the square root of the price. */
function choose(random: Random, products: readonly Product[]): Product {
  const index = random.weighted(products.map((product) => 1 / Math.sqrt(product.priceSek)));
  return products[index] ?? random.pick(products);
}

function item(product: Product, quantity: number): DemoItem {
  const { sku, name, category, priceSek } = product;
  return { sku, name, category, quantity: String(quantity), unitPrice: kronor(priceSek) };
}

function kronor(whole: number): { amount: string; currencyCode: string } {
  return { amount: `${whole}.00`, currencyCode: CURRENCY };
}
