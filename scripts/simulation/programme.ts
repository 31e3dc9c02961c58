import type { Random } from '../../src/demo/random.ts';

/*
 * A small family of loyalty programmes, as plain as they can be said: the model plays by this description, and
 * configuration.ts tells it to the server. Times are epoch milliseconds, lengths are whole days, money is in hundredths.
 */

export type ActivityType = 'purchase' | 'visited' | 'reviewed';

/** How often and how much something gives at most, to each member or to all together. */
export interface Cap {
  per: 'DAY' | 'WEEK' | 'MONTH' | 'LIFETIME';
  scope: 'MEMBER' | 'PROGRAM';
  count: number | null;
  points: number | null;
}

export interface Rule {
  code: string;
  type: ActivityType;
  /** Only activities that took place online. */
  onlineOnly: boolean;
  /** So many points, or so many for each `per`. */
  points: number;
  per: { cents: number; rounding: 'FLOOR' | 'ROUND' | 'CEIL' } | null;
  caps: Cap[];
  pendingDays: number;
  validDays: number | null;
}

/** Multiplies what rules give for purchases, adds a bonus to each, and has a budget. */
export interface Campaign {
  multiplier: number | null;
  bonus: number | null;
  budget: number | null;
  startsAt: number;
  endsAt: number;
}

/** The better one of two tiers; everybody starts in the other, which asks for nothing. */
export interface GoldTier {
  metric: 'POINTS_EARNED' | 'VALUE_SPENT' | 'ACTIVITY_COUNT';
  /** Points, activities, or hundredths of money. */
  threshold: number;
  windowDays: number | null;
  graceDays: number | null;
  multiplier: number;
  badge: 'champion' | null;
}

/** What activities of one type add up to. */
export interface Goal {
  type: ActivityType;
  measure: 'COUNT' | 'SUM_VALUE';
  /** A number of activities, or hundredths of money. */
  target: number;
}

export interface Challenge {
  goal: Goal;
  recurrence: 'NONE' | 'DAY' | 'WEEK' | 'MONTH';
  startsAt: number;
  points: number | null;
  badge: 'champion' | null;
  pendingDays: number;
  validDays: number | null;
}

/** What everybody does together, once; all who took part are paid the same. */
export interface Community {
  type: ActivityType;
  target: number;
  points: number;
}

export interface Badge {
  code: 'champion' | 'regular';
  goal: Goal | null;
  repeatable: boolean;
  limit: number | null;
  onReversal: 'KEEP' | 'REVOKE';
}

export interface Reward {
  code: string;
  cost: number;
  stock: number | null;
  perMember: number | null;
  goldOnly: boolean;
  validDays: number | null;
  manual: boolean;
  startsAt: number | null;
  endsAt: number | null;
}

export interface Referrals {
  levels: number[];
  refereePoints: number;
  holdDays: number | null;
  /** Null qualifies with any purchase. */
  minimumCents: number | null;
  maxPerReferrer: Cap | null;
}

export interface Programme {
  zone: string;
  /** When the history begins; a whole minute. */
  startsAt: number;
  rules: Rule[];
  campaign: Campaign;
  gold: GoldTier;
  challenge: Challenge;
  community: Community;
  badges: Badge[];
  rewards: Reward[];
  referrals: Referrals;
}

export const DAY_MS = 86_400_000;

/** Shortly before clocks change, months end and years end, and in the middle of nothing. */
const BEGINNINGS = ['2027-03-10', '2027-03-24', '2027-06-15', '2027-10-20', '2027-12-27'];
const ZONES = ['UTC', 'Europe/Stockholm', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];

/** A programme of the family. */
export function drawProgramme(random: Random): Programme {
  const startsAt = Date.parse(`${random.pick(BEGINNINGS)}T0${random.whole(0, 9)}:00:00Z`);
  return {
    zone: random.pick(ZONES),
    startsAt,
    rules: drawRules(random),
    campaign: drawCampaign(random, startsAt),
    gold: drawGold(random),
    challenge: drawChallenge(random, startsAt),
    community: {
      ...{ type: random.pick(['visited', 'reviewed'] as const), target: random.whole(4, 9) },
      points: random.pick([15, 80]),
    },
    badges: drawBadges(random),
    rewards: drawRewards(random, startsAt),
    referrals: drawReferrals(random),
  };
}

function drawRules(random: Random): Rule[] {
  const rounding = random.pick(['FLOOR', 'ROUND', 'CEIL'] as const);
  const dayCap = { per: 'DAY', scope: 'MEMBER', count: null, points: random.whole(60, 200) } as const;
  const rare = { per: random.pick(['WEEK', 'MONTH'] as const), scope: 'MEMBER', count: 4, points: null } as const;
  const shared = { per: 'LIFETIME', scope: 'PROGRAM', count: null, points: 400 } as const;
  const often = { per: 'DAY', scope: 'MEMBER', count: random.whole(1, 2), points: null } as const;
  return [
    {
      ...{ code: 'per-amount', type: 'purchase', onlineOnly: false, points: random.whole(1, 3) },
      per: { cents: random.pick([100, 250, 1_000]), rounding },
      caps: random.pick([[], [dayCap], [dayCap, rare]]),
      ...{ pendingDays: random.pick([0, 0, 3, 14]), validDays: random.pick([null, 20, 45]) },
    },
    {
      ...{ code: 'visit', type: 'visited', onlineOnly: false, points: random.pick([5, 10]), per: null },
      caps: random.pick([[often], [often, shared]]),
      ...{ pendingDays: 0, validDays: random.pick([null, 10, 30]) },
    },
    {
      ...{ code: 'review', type: 'reviewed', onlineOnly: true, points: random.whole(1, 25), per: null, caps: [] },
      ...{ pendingDays: random.pick([0, 2]), validDays: random.pick([null, 15]) },
    },
  ];
}

function drawCampaign(random: Random, startsAt: number): Campaign {
  const multiplier = random.pick([null, 1.5, 2, 2.25]);
  return {
    multiplier,
    bonus: multiplier === null ? 7 : random.pick([null, 5]),
    budget: random.pick([null, 60, 300]),
    startsAt: startsAt + random.pick([-30, 0, 3]) * DAY_MS,
    endsAt: startsAt + random.whole(6, 40) * DAY_MS,
  };
}

function drawGold(random: Random): GoldTier {
  const metric = random.pick(['POINTS_EARNED', 'VALUE_SPENT', 'ACTIVITY_COUNT'] as const);
  return {
    metric,
    threshold: { POINTS_EARNED: 150, VALUE_SPENT: 20_000, ACTIVITY_COUNT: 5 }[metric],
    windowDays: random.pick([null, 10, 20]),
    graceDays: random.pick([null, 3, 8]),
    multiplier: random.pick([1, 1.5, 2]),
    badge: random.pick([null, 'champion']),
  };
}

function drawChallenge(random: Random, startsAt: number): Challenge {
  const goal: Goal = random.pick([
    { type: 'visited', measure: 'COUNT', target: 3 },
    { type: 'purchase', measure: 'COUNT', target: 2 },
    { type: 'purchase', measure: 'SUM_VALUE', target: 15_050 },
  ]);
  return {
    goal,
    recurrence: random.pick(['NONE', 'DAY', 'WEEK', 'MONTH']),
    startsAt: startsAt + random.pick([-90, -90, 2]) * DAY_MS,
    points: random.pick([null, 25, 60]),
    badge: random.pick([null, 'champion']),
    pendingDays: random.pick([0, 4]),
    validDays: random.pick([null, 12]),
  };
}

function drawBadges(random: Random): Badge[] {
  const onReversal = random.pick(['KEEP', 'REVOKE'] as const);
  const goal: Goal = random.pick([
    { type: 'purchase', measure: 'COUNT', target: 2 },
    { type: 'reviewed', measure: 'COUNT', target: 3 },
    { type: 'purchase', measure: 'SUM_VALUE', target: 9_999 },
  ]);
  return [
    { code: 'champion', goal: null, repeatable: random.chance(0.3), limit: random.pick([null, 2]), onReversal },
    { code: 'regular', goal, repeatable: random.chance(0.5), limit: random.pick([null, null, 4]), onReversal },
  ];
}

function drawRewards(random: Random, startsAt: number): Reward[] {
  const plain = { stock: null, perMember: null, goldOnly: false, validDays: null, manual: false };
  const always = { startsAt: null, endsAt: null };
  return [
    { ...plain, ...always, code: 'coffee', cost: random.whole(10, 30), validDays: random.pick([null, 5]) },
    { ...plain, ...always, code: 'few', cost: 25, stock: random.whole(1, 4), validDays: 12 },
    { ...plain, ...always, code: 'parcel', cost: 40, manual: true, validDays: random.pick([null, 9]) },
    { ...plain, ...always, code: 'once', cost: 15, perMember: random.whole(1, 2) },
    { ...plain, ...always, code: 'golden', cost: 20, goldOnly: true },
    {
      ...{ ...plain, code: 'season', cost: 12 },
      ...{ startsAt: startsAt + 4 * DAY_MS, endsAt: startsAt + random.whole(12, 40) * DAY_MS },
    },
  ];
}

function drawReferrals(random: Random): Referrals {
  const cap = { scope: 'MEMBER' } as const;
  return {
    levels: random.pick([[100, 40], [50], [30, 0, 20]]),
    refereePoints: random.pick([0, 20]),
    holdDays: random.pick([null, 5, 14]),
    minimumCents: random.pick([null, 5_000]),
    maxPerReferrer: random.pick<Cap | null>([
      null,
      { ...cap, per: 'LIFETIME', count: null, points: 130 },
      { ...cap, per: 'MONTH', count: 2, points: null },
    ]),
  };
}
