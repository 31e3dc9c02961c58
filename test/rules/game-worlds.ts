import fc from 'fast-check';
import type {
  BadgeDefinition,
  ChallengeDefinition,
  GoalDefinition,
  Recurrence,
  StreakDefinition,
  TierDefinition,
} from '../../src/rules/game.types.ts';
import type { ActivityFacts } from '../../src/rules/types.ts';
import { program } from './facts.ts';
import { aBadge, aChallenge, aGame, aReview, aTier, DAY, GameBook } from './games.ts';
import { AUDIENCES, CONDITIONS, type Happening, type World } from './naive-game.ts';
import { aRule, fixed } from './programmes.ts';

const HOUR = 3_600_000;
const ZONES = ['Europe/Stockholm', 'America/New_York', 'Asia/Kolkata', 'Pacific/Apia'];

/** Shortly before days that were skipped, had 23 or 25 hours, or end a week, month and year. */
const BEGINNINGS = ['2011-12-26', '2026-03-05', '2026-03-27', '2026-10-22', '2026-10-30', '2026-12-29'].map((date) =>
  Date.parse(`${date}T09:00:00Z`),
);

export const anyGoal: fc.Arbitrary<GoalDefinition> = fc
  .tuple(
    fc.constantFrom(['purchase'], ['review'], ['purchase', 'review']),
    fc.constantFrom(null, null, ...Object.keys(CONDITIONS)),
    fc.constantFrom(
      ...(['1', '2', '3', '4'] as const).map((target) => ({ measure: 'COUNT' as const, expression: null, target })),
      { measure: 'SUM_VALUE' as const, expression: null, target: '250.5' },
      { measure: 'SUM_VALUE' as const, expression: null, target: '60' },
      { measure: 'SUM' as const, expression: 'activity.attributes.metres', target: '7.25' },
      { measure: 'DISTINCT' as const, expression: 'activity.attributes.trail', target: '2' },
      { measure: 'DISTINCT' as const, expression: 'activity.attributes.trail', target: '4' },
    ),
  )
  .map(([activityTypes, condition, measured]) => ({ activityTypes, condition, ...measured }));

const anyStreak: fc.Arbitrary<StreakDefinition> = fc.record({
  every: fc.constantFrom('DAY', 'DAY', 'DAY', 'WEEK', 'MONTH'),
  length: fc.integer({ min: 2, max: 5 }),
  freezes: fc.integer({ min: 0, max: 2 }),
});

type Kind = { streak: StreakDefinition | null; recurrence: Recurrence; mode: ChallengeDefinition['mode'] };

const anyKind: fc.Arbitrary<Kind> = fc.oneof(
  fc.constantFrom<Recurrence>('NONE', 'DAY', 'WEEK', 'MONTH').map((recurrence): Kind => {
    return { streak: null, recurrence, mode: 'INDIVIDUAL' };
  }),
  anyStreak.map((streak): Kind => ({ streak, recurrence: 'NONE', mode: 'INDIVIDUAL' })),
  fc.constantFrom<Recurrence>('NONE', 'DAY', 'MONTH').map((recurrence): Kind => {
    return { streak: null, recurrence, mode: 'COMMUNITY' };
  }),
);

const anyChallenge = fc
  .record({
    code: fc.constantFrom('c1', 'c2', 'c3', 'c4'),
    goal: anyGoal,
    kind: anyKind,
    prerequisites: fc.subarray(['c1', 'c2', 'c3']),
    audience: fc.constantFrom(null, null, ...Object.keys(AUDIENCES)),
    points: fc.option(fc.integer({ min: 1, max: 40 })),
    badge: fc.constantFrom(null, 'b1', 'b3'),
    from: fc.constantFrom(-60, 1),
    days: fc.constantFrom(null, null, 6),
  })
  .map(({ kind, from, days, prerequisites, code, goal, ...rest }) => ({
    from,
    days,
    challenge: aChallenge({
      ...rest,
      ...kind,
      code,
      // What everybody adds up cannot be told apart, and nothing needs what has a later code, so there are no circles.
      goal:
        kind.mode === 'COMMUNITY' && goal.measure === 'DISTINCT'
          ? { ...goal, measure: 'COUNT', expression: null }
          : goal,
      prerequisites: prerequisites.filter((prerequisite) => prerequisite < code),
    }),
  }));

const anyBadge: fc.Arbitrary<BadgeDefinition> = fc
  .record({
    code: fc.constantFrom('b1', 'b2', 'b3', 'b4'),
    goal: fc.option(anyGoal),
    repeatable: fc.boolean(),
    limit: fc.constantFrom(null, null, 1, 3),
  })
  .map(aBadge);

const anyTier: fc.Arbitrary<TierDefinition> = fc
  .record({
    code: fc.constantFrom('t1', 't2', 't3'),
    metric: fc.constantFrom('POINTS_EARNED', 'VALUE_SPENT', 'ACTIVITY_COUNT'),
    threshold: fc.constantFrom('0', '3', '20', '60', '150'),
    windowMs: fc.constantFrom(null, 1 * DAY, 3 * DAY, 30 * DAY),
    multiplier: fc.constantFrom('1', '1', '1.5', '2'),
    badge: fc.constantFrom(null, 'b1', 'b4'),
  })
  .map((tier) => aTier({ ...tier, rank: Number(tier.code.slice(1)) }));

const anyHappening = fc.record({
  member: fc.constantFrom('anna', 'bo', 'cia'),
  type: fc.constantFrom('purchase', 'review', 'visit'),
  channel: fc.constantFrom('online', 'store', null),
  cents: fc.option(fc.integer({ min: 0, max: 20_000 })),
  metres: fc.option(fc.constantFrom(-2, 0, 1, 2.5, 4, 3.125), { nil: undefined }),
  trail: fc.option(fc.constantFrom('t0', 't1', 't2', 't3', 't4'), { nil: undefined }),
  /** Since the one before, and how late it is recorded. */
  passed: fc.integer({ min: 1, max: 40 }),
  late: fc.constantFrom(0, 0, 0, 1, 20, 50, 24 * 39, 24 * 41, 24 * 60),
});

type Drawn = typeof anyHappening extends fc.Arbitrary<infer Value> ? Value : never;

const byCode = { selector: ({ code }: { code: string }) => code, maxLength: 4 };

/** What a world may hold; everything by default. */
export interface Limits {
  prerequisites?: boolean;
  late?: boolean;
  editions?: boolean;
  multipliers?: boolean;
  /** False: rising thresholds of one metric and window. */
  mixedTiers?: boolean;
  /** True: everything is recorded at one time, after it all. */
  atOnce?: boolean;
}

/** Random programmes with random histories, in the zones that matter. */
export function anyWorld(limits: Limits = {}): fc.Arbitrary<World> {
  return fc
    .record({
      zone: fc.constantFrom(...ZONES),
      abroad: fc.constantFrom(...ZONES),
      beginning: fc.constantFrom(...BEGINNINGS),
      challenges: fc.uniqueArray(anyChallenge, { selector: ({ challenge }) => challenge.code, maxLength: 4 }),
      badges: fc.uniqueArray(anyBadge, byCode),
      tiers: fc.uniqueArray(anyTier, byCode),
      drawn: fc.array(anyHappening, { maxLength: 40 }),
    })
    .map(({ zone, abroad, beginning, challenges, badges, tiers, drawn }) => ({
      zone,
      zones: { bo: abroad },
      challenges: challenges.map(({ challenge, from, days }) => ({
        ...challenge,
        startsAt: beginning + from * DAY,
        endsAt: days === null ? null : beginning + days * DAY,
        prerequisites: limits.prerequisites === false ? [] : challenge.prerequisites,
      })),
      badges: badges.map((badge) => ({ ...badge, limit: limits.editions === false ? null : badge.limit })),
      tiers: tiers.map((tier) => limitTier(tier, limits)),
      history: happen(beginning, drawn, limits),
      base: 10,
    }));
}

function limitTier(tier: TierDefinition, { multipliers, mixedTiers }: Limits): TierDefinition {
  const plain = multipliers === false ? { ...tier, multiplier: '1' } : tier;
  if (mixedTiers !== false) return plain;
  return { ...plain, metric: 'POINTS_EARNED', threshold: String(tier.rank * 25), windowMs: null };
}

function happen(beginning: number, drawn: readonly Drawn[], { late: allowLate, atOnce }: Limits): Happening[] {
  let clock = beginning;
  const history = drawn.map(({ passed, late, ...rest }) => {
    clock += passed * HOUR;
    const occurredAt = allowLate === false ? clock : clock - late * HOUR;
    return { ...rest, occurredAt, recordedAt: clock };
  });
  return atOnce === true ? history.map((happening) => ({ ...happening, recordedAt: clock })) : history;
}

/** The activity of a happening, as the shop would send it. */
export function activityOf({ type, occurredAt, channel, cents, metres, trail }: Happening, id: string): ActivityFacts {
  const attributes = { ...(metres === undefined ? {} : { metres }), ...(trail === undefined ? {} : { trail }) };
  const value =
    cents === null
      ? null
      : { amount: `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`, currencyCode: 'SEK' };
  return aReview(occurredAt, { id, type, channel, value, attributes });
}

/** A book for a world, before anything has happened. */
export function bookOf({ zone, zones, challenges, badges, tiers, base }: World): GameBook {
  const rules = [aRule({ trigger: 'purchase', points: fixed(base) })];
  return new GameBook(aGame({ program: { ...program, timeZone: zone }, rules, challenges, badges, tiers }), zones);
}
