import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { toCommand } from '../../src/features/activities/activities.input.ts';
import type { RecordCommand } from '../../src/recording/commands.ts';
import { DAY_MS, fromNow, HOUR_MS, pointsOf, Shop } from './shop.ts';
import { randomFrom, shuffled } from './shuffle.ts';

/** The long form is the promise itself; the short one is what fits beside a thousand other tests. */
const LONG = process.env.POKAL_LONG === '1';
const STREAM = LONG ? 10_000 : 1_200;
const SEEDS = Array.from({ length: LONG ? 20 : 3 }, (_, index) => index + 1);

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
});

afterAll(() => shop.close());

/** A stream of purchases and reviews of 50 members over two months, the same for the same seed. */
function streamOf(seed: number, prefix: string): RecordCommand[] {
  const random = randomFrom(seed);
  const start = shop.app.clock.now() - 60 * DAY_MS;
  return Array.from({ length: STREAM }, (_, index) =>
    toCommand(
      {
        idempotencyKey: `${prefix}-${index}`,
        type: random() < 0.7 ? 'bought' : 'rated',
        memberExternalId: `${prefix}-${Math.floor(random() * 50)}`,
        enrollIfUnknown: true,
        occurredAt: new Date(start + Math.floor(random() * 59 * DAY_MS)),
        value: { amount: (random() * 900).toFixed(2), currencyCode: 'SEK' },
      },
      { memberId: null, actor: prefix },
    ),
  );
}

interface Balance {
  member: string;
  active: number;
  pending: number;
  earned: number;
  bonus: number;
  joined: string;
}

/** What each member has in the end, by its external id without the stream's prefix. */
function balancesOf(prefix: string): Promise<Balance[]> {
  return shop.sql<Balance>(
    `select split_part(external_id, '-', 3) as member, active, pending, lifetime_earned as earned, joined_at::text as joined,
       (select coalesce(sum(points), 0)::int from ledger_entries where member_id = id and kind = 'BONUS') as bonus
     from members join wallets on member_id = id where external_id like $1 || '-%' order by 1`,
    [prefix],
  );
}

describe('a stream delivered three times and shuffled', () => {
  beforeAll(async () => {
    await shop.offer('bought', { points: { perAmount: { points: 1, per: '10' } }, pendingFor: 'P14D' });
    await shop.offer('rated', { points: { fixed: 15 }, caps: [{ per: 'ACTIVITY', points: 12 }] });
    const [startsAt, endsAt] = [fromNow(shop, -30 * DAY_MS), fromNow(shop, -20 * DAY_MS)];
    await shop.save('Campaign', {
      code: 'week',
      name: 'Week',
      triggers: ['bought'],
      multiplier: '2',
      startsAt,
      endsAt,
    });
  });

  test.each(SEEDS)(
    'leaves the balances of one delivery in order, for rules that look at each activity by itself (seed %i)',
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
      const expected = (await balancesOf(`ordered-${seed}`)).map(({ joined: _joined, ...balance }) => balance);
      const found = (await balancesOf(`shuffled-${seed}`)).map(({ joined: _joined, ...balance }) => balance);
      expect(found).toEqual(expected);
      expect(found).toHaveLength(50);
    },
    LONG ? 300_000 : 30_000,
  );

  test('leaves the ledger clean', async () => {
    const startedAt = performance.now();
    const { entries, lots, members } = await shop.expectCleanLedger();
    const took = Math.round(performance.now() - startedAt);
    process.stdout.write(`verify-ledger: ${entries} entries, ${lots} lots, ${members} members in ${took} ms\n`);
  });

  test('depends on the order where a cap is reached: then whoever comes first is paid, and the sum stays the cap', async () => {
    await shop.offer('first-hundred', {
      points: { perAmount: { points: 1, per: '1' } },
      caps: [{ per: 'LIFETIME', points: 100 }],
    });
    const given = async (memberId: string, amounts: string[]) => {
      const points: number[] = [];
      for (const amount of amounts) {
        const value = { amount, currencyCode: 'SEK' };
        points.push(pointsOf(await shop.record({ type: 'first-hundred', memberId, value })));
      }
      return points;
    };
    expect(await given(await shop.enrol(), ['80', '30', '40'])).toEqual([80, 20, 0]);
    expect(await given(await shop.enrol(), ['40', '30', '80'])).toEqual([40, 30, 30]);
  });
});

describe('a late activity', () => {
  test('counts in the periods of the day it took place, not of the day it arrived', async () => {
    await shop.offer('daily', {
      caps: [
        { per: 'DAY', count: 1 },
        { per: 'MONTH', count: 3 },
      ],
    });
    const memberId = await shop.enrol();
    const on = async (date: string) => pointsOf(await shop.record({ type: 'daily', memberId, occurredAt: date }));
    // Stockholm's days: 22:30 UTC in January is the same evening, 23:30 UTC already the next day.
    expect(await on('2026-01-10T12:00:00Z')).toBe(10);
    expect(await on('2026-01-09T22:30:00Z')).toBe(10);
    expect(await on('2026-01-09T08:00:00Z')).toBe(0);
    expect(await on('2026-01-10T23:30:00Z')).toBe(10);
    expect(await on('2026-01-20T12:00:00Z')).toBe(0);
    expect(await on('2025-12-31T22:30:00Z')).toBe(10);
    expect(await on('2025-12-31T23:30:00Z')).toBe(0);
  });

  test('earns in a campaign that has ended since, and not in one that had not begun', async () => {
    await shop.offer('once-doubled');
    await shop.save('Campaign', {
      ...{ code: 'past', name: 'Past', triggers: ['once-doubled'], multiplier: '2' },
      ...{ startsAt: fromNow(shop, -3 * DAY_MS), endsAt: fromNow(shop, -DAY_MS) },
    });
    const memberId = await shop.enrol();
    const at = async (ago: number) =>
      pointsOf(await shop.record({ type: 'once-doubled', memberId, occurredAt: fromNow(shop, -ago) }));
    expect([await at(4 * DAY_MS), await at(2 * DAY_MS), await at(HOUR_MS)]).toEqual([10, 20, 10]);
  });

  test('gives points whose waiting time is over at once, and says when those expire that it gives too late', async () => {
    await shop.offer('slow', { pendingFor: 'P7D', expiresAfter: 'P7D' });
    const memberId = await shop.enrol();
    const record = (ago: number) => shop.record({ type: 'slow', memberId, occurredAt: fromNow(shop, -ago * DAY_MS) });
    expect((await record(8)).member?.wallet).toMatchObject({ active: 10, pending: 0 });
    expect((await record(6)).member?.wallet).toMatchObject({ active: 10, pending: 10 });
    await record(15);
    await shop.app.core.pointsCycle.run();
    expect(await shop.wallet(memberId)).toMatchObject({
      active: 10,
      pending: 10,
      lifetimeEarned: 30,
      lifetimeExpired: 10,
    });
    await shop.expectCleanLedger();
  });
});

describe('the clock', () => {
  beforeEach(() => shop.offer('ticked'));

  test('lets shops be four minutes ahead, and not six', async () => {
    const memberId = await shop.enrol();
    const at = (minutes: number) =>
      shop.record({ type: 'ticked', memberId, occurredAt: fromNow(shop, minutes * 60_000) });
    expect(await at(4)).toMatchObject({ userErrors: [], effects: [{ points: 10 }] });
    expect((await at(6)).userErrors).toMatchObject([{ code: 'EVENT_IN_FUTURE', path: ['input', 'occurredAt'] }]);
  });

  test.each([HOUR_MS, -HOUR_MS])(
    'of the server may be off by %i ms: times, order and what is due are those of the database',
    async (skewMs) => {
      const memberId = await shop.enrol();
      await shop.adjust(memberId, 100);
      const now = Date.now;
      const [before] = await shop.sql<{ now: Date }>('select clock_timestamp() as now');
      jest.spyOn(Date, 'now').mockImplementation(() => now() + skewMs);
      try {
        const skewed = await shop.record({ type: 'ticked', memberId });
        expect(Math.abs(Date.parse(skewed.activity?.recordedAt ?? '') - (before?.now.getTime() ?? 0))).toBeLessThan(
          60_000,
        );
        const ahead = new Date(now() + 6 * 60_000).toISOString();
        const refused = await shop.record({ type: 'ticked', memberId, occurredAt: ahead });
        expect(refused.userErrors[0]?.code).toBe('EVENT_IN_FUTURE');
        await shop.adjust(memberId, -30, {});
        expect(await shop.app.core.pointsCycle.run()).toEqual({ activated: 0, expired: 0 });
      } finally {
        jest.restoreAllMocks();
      }
      await shop.adjust(memberId, 1);
      const ledger = await shop.ledger(memberId);
      expect(ledger.map(({ points }) => points)).toEqual([100, 10, -30, 1]);
      expect(ledger.map(({ balanceAfter }) => balanceAfter)).toEqual([100, 110, 80, 81]);
      for (const { id } of ledger) {
        // A UUIDv7 begins with its time: another node, whose clock is right, must not write ids that sort in between.
        const made = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
        expect(Math.abs(made - (before?.now.getTime() ?? 0))).toBeLessThan(60_000);
      }
    },
  );
});
