import { type Interest, interests, interestWeights } from './catalogue.ts';
import { addressPart, fallingWeights, familyNames, menNames, townNames, townWeights, womenNames } from './names.ts';
import type { Random } from './random.ts';

export const DAY_MS = 86_400_000;

/** How far back the club goes. */
export const CLUB_AGE_MS = 3 * 365 * DAY_MS;

/** A member to be enrolled, in the words of the API's enrolment input. */
export interface DemoMember {
  externalId: string;
  displayName: string;
  email: string | null;
  alias: string | null;
  visibility: 'PUBLIC' | 'ALIAS' | 'HIDDEN';
  timeZone: string;
  locale: string;
  interests: Interest[];
  attributes: { town: string; newsletter: boolean; birthYear?: number };
  /** Epoch milliseconds. */
  joinedAt: number;
}

/** What has to be known of a member to draw something they do. */
export interface DemoRegular {
  member: Pick<DemoMember, 'externalId' | 'interests'> & { attributes: { town: string } };
  /** How active, against 1 for the median: a few are twenty times that. */
  zeal: number;
}

/** A member with what only the generator knows. */
export interface DemoPerson extends DemoRegular {
  member: DemoMember;
}

const ALIASES =
  'Fjällräv Ripan Järven Lomvi Kråkbär Tussilago Lavskrikan Orren Nordan Vidde Myrull Skare Blåhäll Hjortron';
const aliasNames = ALIASES.split(' ');
const nameWeights = {
  women: fallingWeights(womenNames.length),
  men: fallingWeights(menNames.length),
  families: fallingWeights(familyNames.length),
};

/**
 * Draws the club's members, oldest first: more joined in spring and before Christmas, and the club grew over the years.
 * @param until the club's present, epoch milliseconds; nobody joined later than a day before.
 */
export function drawMembers(random: Random, count: number, until: number): DemoPerson[] {
  const joined = Array.from({ length: count }, () => joinedAt(random, until)).sort((left, right) => left - right);
  const addresses = new Map<string, number>();
  return joined.map((at, index) => person(random, index, at, addresses));
}

function person(random: Random, index: number, at: number, addresses: Map<string, number>): DemoPerson {
  const woman = random.chance(0.54);
  const first = woman
    ? (womenNames[random.weighted(nameWeights.women)] ?? 'Anna')
    : (menNames[random.weighted(nameWeights.men)] ?? 'Lars');
  const family = familyNames[random.weighted(nameWeights.families)] ?? 'Andersson';
  const hidden = random.fraction();
  const visibility = hidden < 0.08 ? 'HIDDEN' : hidden < 0.2 ? 'ALIAS' : 'PUBLIC';
  const attributes: DemoMember['attributes'] = {
    town: townNames[random.weighted(townWeights)] ?? 'Stockholm',
    newsletter: random.chance(0.62),
  };
  if (random.chance(0.7)) attributes.birthYear = Math.round(1982 + 13 * Math.max(-2.5, Math.min(1.9, random.normal())));
  const member: DemoMember = {
    externalId: `kund-${String(index + 1).padStart(5, '0')}`,
    displayName: `${first} ${family}`,
    email: random.chance(0.05) ? null : address(random, first, family, addresses),
    alias: visibility === 'ALIAS' ? `${random.pick(aliasNames)}${random.whole(2, 99)}` : null,
    visibility,
    timeZone: 'Europe/Stockholm',
    locale: random.chance(0.93) ? 'sv-SE' : 'en-SE',
    interests: drawInterests(random),
    attributes,
    joinedAt: at,
  };
  return { member, zeal: Math.exp(1.15 * Math.min(2.6, random.normal())) };
}

/** Growing membership (the square root bends the line upwards), at a waking hour. */
function joinedAt(random: Random, until: number): number {
  const dayStart = Math.floor((until - CLUB_AGE_MS * (1 - Math.sqrt(random.fraction()))) / DAY_MS) * DAY_MS;
  return dayStart - DAY_MS + random.whole(7 * 3_600, 20 * 3_600) * 1_000;
}

function address(random: Random, first: string, family: string, taken: Map<string, number>): string {
  const domain = random.chance(0.7) ? 'example.se' : 'example.com';
  const name = `${addressPart(first)}.${addressPart(family)}`;
  const used = taken.get(name) ?? 0;
  taken.set(name, used + 1);
  return `${name}${used === 0 ? '' : used + 1}@${domain}`;
}

/** One to four interests, hiking the most common. */
function drawInterests(random: Random): Interest[] {
  const chosen = new Set<Interest>();
  for (let wanted = random.whole(1, 4); wanted > 0; wanted -= 1) {
    chosen.add(interests[random.weighted(interestWeights)] ?? 'vandring');
  }
  return [...chosen];
}
