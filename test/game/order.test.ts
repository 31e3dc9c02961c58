import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toCommand } from '../../src/features/activities/activities.input.ts';
import type { RecordCommand } from '../../src/recording/commands.ts';
import { DAY_MS, type Shop } from '../recording/shop.ts';
import { randomFrom, shuffled } from '../recording/shuffle.ts';
import { Boards } from '../support/boards.ts';
import { count, Game } from './game.ts';

/** The long form is the promise itself (R6); the short one is what fits beside a thousand other tests. */
const LONG = process.env.POKAL_LONG === '1';
const STREAM = LONG ? 10_000 : 600;
const MEMBERS = LONG ? 100 : 15;
const SEEDS = Array.from({ length: LONG ? 20 : 4 }, (_, index) => index + 1);
const DAYS = 60;

let game: Game;
let shop: Shop;
/** When the streams begin: one moment for both deliveries. */
let start: number;

beforeAll(async () => {
  game = await Game.open();
  shop = game.shop;
  start = shop.app.clock.now() - DAYS * DAY_MS;
  await shop.offer('bought', { points: { perAmount: { points: 1, per: '10' } }, pendingFor: 'P14D' });
  await shop.offer('rated', { points: { fixed: 15 } });
  await shop.offer('walked', { points: { fixed: 4 } });
  await offerBadges();
  await offerChallenges();
  await offerTiers();
  const boards = new Boards(shop);
  await boards.offer({ code: 'points', metric: 'POINTS_EARNED', activityTypes: null });
  await boards.offer({ code: 'month', metric: 'ACTIVITY_VALUE', activityTypes: ['bought', 'walked'], period: 'MONTH' });
});

afterAll(() => game.close());

/** Badges by every measure. */
async function offerBadges(): Promise<void> {
  await game.badge('bronze-pin');
  await game.badge('gold-pin');
  await game.badge('done');
  await game.badge('walker', { goal: count('walked', 3), repeatable: true });
  await game.badge('critic', { goal: count('rated', 4, { condition: 'activity.attributes.stars >= 3' }) });
  await game.badge('spender', {
    ...{ repeatable: true },
    goal: { activityTypes: ['bought'], measure: 'SUM_VALUE', target: '777.77' },
  });
  await game.badge('climber', {
    goal: { activityTypes: ['walked'], measure: 'SUM', expression: 'activity.attributes.stars', target: '25' },
  });
  await game.badge('explorer', {
    goal: { activityTypes: ['walked'], measure: 'DISTINCT', expression: 'activity.attributes.place', target: '6' },
  });
}

/** Challenges once, again and again, in a row and together. Prerequisites look at the order on purpose. */
async function offerChallenges(): Promise<void> {
  const startsAt = new Date(start).toISOString();
  const own = { startsAt, points: 25 };
  await game.challenge('ten', { ...own, goal: count('walked', 5), badge: 'done' });
  await game.challenge('weekly', { ...own, points: 7, recurrence: 'WEEK', goal: count('walked', 2) });
  await game.challenge('daily', { ...own, points: 3, recurrence: 'DAY', goal: count('rated', 1) });
  await game.challenge('row', {
    ...own,
    ...{ streak: { every: 'WEEK', length: 3, freezes: 1 }, goal: count('rated', 1) },
  });
  await game.challenge('together', {
    ...{ startsAt, mode: 'COMMUNITY', recurrence: 'MONTH' },
    goal: { activityTypes: ['bought'], measure: 'SUM_VALUE', target: '900000000' },
  });
}

/**
 * Tiers by each metric, for ever and within a window. Only those have badges that everybody meets who meets a higher one: a
 * tier of another metric may be met after a higher one, when nobody climbs to it any more, or before.
 */
async function offerTiers(): Promise<void> {
  await game.tier('known', { rank: 1, metric: 'POINTS_EARNED', threshold: '150' });
  await game.tier('regular', { rank: 2, metric: 'ACTIVITY_COUNT', threshold: '12', window: 'P30D' });
  await game.tier('bronze', { rank: 3, metric: 'VALUE_SPENT', threshold: '2500', window: 'P45D', badge: 'bronze-pin' });
  await game.tier('gold', { rank: 4, metric: 'VALUE_SPENT', threshold: '5000.5', window: 'P45D', badge: 'gold-pin' });
}

/** A stream over two months, the same for the same seed. */
function streamOf(seed: number, prefix: string): RecordCommand[] {
  const random = randomFrom(seed);
  return Array.from({ length: STREAM }, (_, index) =>
    toCommand(
      {
        idempotencyKey: `${prefix}-${index}`,
        type: ['bought', 'rated', 'walked'][Math.floor(random() * 3)] ?? '',
        memberExternalId: `${prefix}-${Math.floor(random() * MEMBERS)}`,
        enrollIfUnknown: true,
        occurredAt: new Date(start + Math.floor(random() * (DAYS - 1) * DAY_MS)),
        value: { amount: (random() * 900).toFixed(2), currencyCode: 'SEK' },
        attributes: { stars: Math.floor(random() * 6), place: `hut-${Math.floor(random() * 12)}` },
      },
      { memberId: null, actor: prefix },
    ),
  );
}

const FACTS: Record<string, string> = {
  balances: `active, pending, lifetime_earned as earned from mine join wallets on member_id = mine.id`,
  tiers: `tier from mine join tier_standings on member_id = mine.id`,
  // The points of a challenge belong to the day of the activity that completed it, so the day of each depends on the order.
  days: `day::text, value, activities, sum(points) over (partition by member) as points from mine join tier_days on member_id = mine.id`,
  badges: `badge_code as badge, number, cause_kind as cause from mine join badge_awards on member_id = mine.id`,
  // In which week a streak is completed depends on which of its weeks is heard of last.
  completions: `challenge_code as challenge, case challenge_code when 'row' then 0 else period end as period
    from mine join challenge_completions on member_id = mine.id`,
  contributions: `challenge_code as challenge, period, amount from mine join challenge_contributions on member_id = mine.id`,
  boards: `leaderboard_code as board, starts_at, score, reached_at from mine join scores on member_id = mine.id
    join seasons on seasons.id = season_id`,
};

/** Everything that a stream came to, by members' numbers; each list in one order. */
async function outcomeOf(prefix: string): Promise<Record<string, object[]>> {
  const found = await Promise.all(
    Object.entries(FACTS).map(async ([fact, columns]) => {
      const rows = await shop.sql<object>(
        `with mine as (select id, split_part(external_id, '-', 3)::int as member from members where external_id like $1 || '-%')
         select fact.* from (select member, ${columns}) as fact order by fact::text`,
        [prefix],
      );
      return [fact, rows] as const;
    }),
  );
  return Object.fromEntries(found);
}

/** What members have towards the goals whose amounts never stop: they are sums, whatever came first. */
async function amountsOf(prefix: string): Promise<unknown[]> {
  const members = await shop.sql<{ id: string }>(
    `select id from members where external_id like $1 || '-%' order by split_part(external_id, '-', 3)::int`,
    [prefix],
  );
  const goals = ['badge:walker', 'badge:spender', 'badge:critic', 'challenge:weekly', 'challenge:together'] as const;
  return Promise.all(
    members.map(async ({ id }) => {
      const stored = await game.stored(id);
      return goals.map((key) => stored.get(key)?.buckets);
    }),
  );
}

describe('a stream delivered three times and shuffled', () => {
  test.each(SEEDS)(
    'leaves the balances, tiers, badges, boards and completions of one delivery in order (seed %i)',
    async (seed) => {
      const ordered = streamOf(seed, `ordered-${seed}`).sort(
        (left, right) => (left.occurredAt ?? 0) - (right.occurredAt ?? 0),
      );
      await shop.app.core.batcher.recordAll(ordered);
      const stream = streamOf(seed, `shuffled-${seed}`);
      const outcomes = await shop.app.core.batcher.recordAll(shuffled([...stream, ...stream, ...stream], seed));
      const kinds = { recorded: 0, replayed: 0, refused: 0 };
      for (const { kind } of outcomes) kinds[kind] += 1;
      expect(kinds).toEqual({ recorded: STREAM, replayed: 2 * STREAM, refused: 0 });
      const expected = await outcomeOf(`ordered-${seed}`);
      const found = await outcomeOf(`shuffled-${seed}`);
      for (const fact of Object.keys(FACTS)) {
        expect(expected[fact]?.length).toBeGreaterThan(0);
        expect([fact, found[fact]]).toEqual([fact, expected[fact]]);
      }
      expect(await amountsOf(`shuffled-${seed}`)).toEqual(await amountsOf(`ordered-${seed}`));
    },
    LONG ? 300_000 : 30_000,
  );

  test('leaves the ledger and the boards clean', async () => {
    await shop.expectCleanLedger();
  });
});
