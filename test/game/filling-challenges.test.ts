import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { PAY_COMMUNITY, type PayCommunity, payCommunity } from '../../src/features/challenges/challenges.payment.ts';
import { FillingService } from '../../src/features/filling/index.ts';
import { type GoalKey, ONE } from '../../src/rules/game.types.ts';
import { asMember } from '../realtime/support/stage.ts';
import { DAY_MS, fromNow, type Shop } from '../recording/shop.ts';
import { randomFrom } from '../recording/shuffle.ts';
import { Boards } from '../support/boards.ts';
import { eventually } from '../support/platform.ts';
import { type Completion, count, Game } from './game.ts';

const EVERYBODY = '00000000-0000-0000-0000-000000000000';

let game: Game;
let shop: Shop;

beforeAll(async () => {
  game = await Game.open();
  shop = game.shop;
  for (const code of ['walked', 'rated', 'planted', 'gave']) await shop.offer(code);
  // Whatever silent filling pays must stay out of boards, live and counted anew alike.
  await new Boards(shop).offer({ code: 'points', metric: 'POINTS_EARNED', activityTypes: null });
});

afterAll(() => game.close());

/** Activities of these members over the last five weeks, the same for the same seed. */
function activities(members: readonly string[], seed: number, length: number, types = ['walked', 'rated']) {
  const random = randomFrom(seed);
  return Array.from({ length }, () => ({
    type: types[Math.floor(random() * types.length)],
    memberId: members[Math.floor(random() * members.length)],
    occurredAt: fromNow(shop, -Math.floor(random() * 35 * DAY_MS)),
    value: { amount: `${Math.floor(random() * 9)}.5`, currencyCode: 'SEK' },
    attributes: { stars: Math.floor(random() * 6) },
  }));
}

const CHALLENGES: Record<string, Record<string, unknown>> = {
  once: { goal: count('walked', 5), points: 30 },
  weekly: { goal: count('walked', 2), recurrence: 'WEEK', points: 5 },
  daily: { goal: count('rated', 1, { condition: 'activity.attributes.stars >= 2' }), recurrence: 'DAY', points: 1 },
  hikers: { goal: count('walked', 3), audience: '"hiking" in member.interests', points: 2 },
  row: { goal: count('rated', 1), streak: { every: 'WEEK', length: 3, freezes: 1 }, points: 50 },
};

/** What these members have completed; the period only where it does not depend on the order. */
async function completed(code: string, members: readonly string[]): Promise<Omit<Completion, 'challenge'>[]> {
  const found = (await game.completions(code)).filter(({ member }) => members.includes(member));
  return found.map(({ member, period }) => ({ member, period: code.startsWith('row') ? 0 : period }));
}

/** The points that these members have from a challenge. */
async function pointsOf(code: string, members: readonly string[]): Promise<{ member: string; points: number }[]> {
  return shop.sql(
    `select member_id as member, sum(points)::int as points from ledger_entries
     where rule_kind = 'challenge' and rule_code = $1 and member_id = any ($2) group by 1 order by 1`,
    [code, [...members]],
  );
}

/** Saves a challenge that counts the last forty days. */
function offer(code: string, challenge: Record<string, unknown>): Promise<void> {
  return game.challenge(code, { startsAt: fromNow(shop, -40 * DAY_MS), ...challenge });
}

async function hikers(length: number): Promise<string[]> {
  const members = await game.members(length);
  await shop.sql(`update members set interests = '{hiking}' where id = any ($1)`, [members.filter((_, at) => at % 2)]);
  return members;
}

describe('a challenge that starts in the past', () => {
  test('counts what was recorded before, exactly as if it had been there from the start', async () => {
    const members = await hikers(6);
    for (const [kind, challenge] of Object.entries(CHALLENGES)) await offer(`${kind}-early`, challenge);
    await shop.recordMany(activities(members, 1, 200));
    for (const [kind, challenge] of Object.entries(CHALLENGES)) await offer(`${kind}-late`, challenge);
    for (const kind of Object.keys(CHALLENGES)) {
      await game.filled(`challenge:${kind}-late`);
      const early = await completed(`${kind}-early`, members);
      expect(early.length).toBeGreaterThan(0);
      expect(await completed(`${kind}-late`, members)).toEqual(early);
      expect(await pointsOf(`${kind}-late`, members)).toEqual(await pointsOf(`${kind}-early`, members));
    }
    await shop.expectCleanLedger();
  });

  test('is exact while others record', async () => {
    const members = await hikers(6);
    for (const [kind, challenge] of Object.entries(CHALLENGES)) await offer(`${kind}-calm`, challenge);
    for (const kind of Object.keys(CHALLENGES)) await game.filled(`challenge:${kind}-calm`);
    await shop.recordMany(activities(members, 2, 60));
    const recording = Promise.all(
      Array.from({ length: 20 }, (_, part) => shop.recordMany(activities(members, part + 50, 10))),
    );
    const saving = Promise.all(
      Object.entries(CHALLENGES).map(([kind, challenge]) => offer(`${kind}-rushed`, challenge)),
    );
    await Promise.all([recording, saving]);
    for (const kind of Object.keys(CHALLENGES)) {
      await game.filled(`challenge:${kind}-rushed`);
      expect(await completed(`${kind}-rushed`, members)).toEqual(await completed(`${kind}-calm`, members));
      expect(await pointsOf(`${kind}-rushed`, members)).toEqual(await pointsOf(`${kind}-calm`, members));
    }
    await shop.expectCleanLedger();
  });

  test('counts for whoever had completed another one before only what came after that', async () => {
    const [memberId = '', other = ''] = await game.members(2);
    const on = (days: number, who = memberId) => ({
      type: 'walked',
      memberId: who,
      occurredAt: fromNow(shop, -days * DAY_MS),
    });
    await offer('first', { goal: count('walked', 2) });
    await shop.recordMany([on(9), on(8), on(7), on(6), on(5), on(4, other)]);
    await offer('second', { goal: count('walked', 3), prerequisites: ['first'], points: 1 });
    await offer('third', { goal: count('walked', 4), prerequisites: ['first'], points: 1 });
    await game.filled('challenge:second');
    await game.filled('challenge:third');
    expect(await completed('second', [memberId, other])).toEqual([{ member: memberId, period: 0 }]);
    expect(await completed('third', [memberId, other])).toEqual([]);
  });

  test('pays points and badge without telling anybody', async () => {
    const [memberId = ''] = await game.members(1);
    await game.badge('planter');
    await shop.recordMany(Array.from({ length: 3 }, () => ({ type: 'planted', memberId })));
    const follower = await Follower.start<{ memberEvents: { __typename: string } }>(
      shop.app.url,
      'subscription { memberEvents { __typename } }',
      { params: await asMember(shop.app, memberId) },
    );
    await shop.app.settled();
    await offer('planting', { goal: count('planted', 2), points: 40, badge: 'planter' });
    await game.filled('challenge:planting');
    expect(await shop.wallet(memberId)).toMatchObject({ active: 70 });
    expect(await game.awards('planter')).toMatchObject([{ member: memberId, number: 1, cause: 'challenge:planting' }]);
    await shop.record({ type: 'walked', memberId });
    await follower.until('the award after it', () => follower.data.length > 0);
    await shop.app.settled();
    expect(follower.data.map(({ memberEvents }) => memberEvents.__typename)).not.toContain('BadgeAwarded');
    expect(follower.data.map(({ memberEvents }) => memberEvents.__typename)[0]).toBe('PointsEarned');
    follower.close();
  });
});

/** Passes when what everybody has is the sum of what each gave, and gives it in whole units. */
async function sharedAmount(code: string): Promise<number> {
  const [row] = await shop.sql<{ sum: string }>(
    'select coalesce(sum(amount), 0) as sum from challenge_contributions where challenge_code = $1',
    [code],
  );
  const { points } = await game.shared(`challenge:${code}|COMMUNITY|0`);
  expect(points).toBe(Number(row?.sum));
  return points / ONE;
}

describe('a community challenge that starts in the past', () => {
  test('adds up what everybody gave, while others give more', async () => {
    const members = await game.members(5);
    const goal = { activityTypes: ['gave'], measure: 'SUM_VALUE', target: '100000' };
    await shop.recordMany(activities(members, 3, 80, ['gave']));
    const recording = Promise.all(
      Array.from({ length: 15 }, (_, part) => shop.recordMany(activities(members, part + 90, 10, ['gave']))),
    );
    await Promise.all([recording, offer('giving', { mode: 'COMMUNITY', goal })]);
    await game.filled('challenge:giving');
    const [row] = await shop.sql<{ sum: string }>(
      `select sum(value_amount) as sum from activities where type_code = 'gave' and member_id = any ($1)`,
      [members],
    );
    expect(await sharedAmount('giving')).toBe(Number(row?.sum));
    // Another condition counts anew: nothing of what counted before remains.
    await offer('giving', { mode: 'COMMUNITY', goal: { ...goal, condition: 'activity.attributes.stars >= 3' } });
    await game.filled('challenge:giving');
    const [rest] = await shop.sql<{ sum: string }>(
      `select sum(value_amount) as sum from activities
       where type_code = 'gave' and member_id = any ($1) and (attributes ->> 'stars')::int >= 3`,
      [members],
    );
    expect(await sharedAmount('giving')).toBe(Number(rest?.sum));
  });

  test('is completed once all are counted, and pays all who gave once, silently', async () => {
    const members = await game.members(7);
    await shop.recordMany(members.flatMap((memberId) => [1, 2].map(() => ({ type: 'planted', memberId }))));
    const planted = await shop.count(`activities where type_code = 'planted'`);
    const givers = await shop.count(
      `(select distinct member_id from activities where type_code = 'planted') as givers`,
    );
    await offer('meadow', { mode: 'COMMUNITY', goal: count('planted', planted - 3), points: 3 });
    await game.filled('challenge:meadow');
    await eventually('all are paid', async () => (await game.completions('meadow')).length === givers + 1);
    expect(await sharedAmount('meadow')).toBe(planted);
    expect(await pointsOf('meadow', members)).toEqual(members.map((member) => ({ member, points: 3 })));
    const told = await shop.sql(
      `select from outbox where notify and type in ('ChallengeCompleted', 'PointsEarned') and payload::text like '%meadow%'`,
    );
    expect(told).toEqual([]);
  });

  test('pays those too who are counted after others have completed it', async () => {
    const idle = await Game.open({ config: { role: 'api' } });
    try {
      await idle.shop.offer('planted', null);
      const members = await idle.members(6);
      const plant = (memberId: string) => idle.shop.record({ type: 'planted', memberId });
      for (const memberId of members) await plant(memberId);
      const { core } = idle.shop.app;
      const key: GoalKey = 'challenge:hurry';
      await idle.challenge('hurry', {
        ...{ mode: 'COMMUNITY', goal: count('planted', 5), points: 3 },
        startsAt: fromNow(idle.shop, -DAY_MS),
      });
      let turns = 0;
      const filling = new FillingService({
        ...{ reader: core.reader, store: core.configuration, programmes: core.programmes, membersPerTurn: 2 },
        work: {
          read: core.work.read.bind(core.work),
          run: async (scope, unit) => {
            turns += 1;
            // Two members are counted; the last one's three new plants complete it before the others' turns.
            if (turns === 2) for (let plants = 0; plants < 3; plants += 1) await plant(members[5] ?? '');
            return core.work.run(scope, unit);
          },
        },
      });
      await filling.fill({ key });
      const jobs = await idle.shop.sql<{ data: PayCommunity }>(
        'select data from pgboss.job where name = $1 order by created_on',
        [PAY_COMMUNITY],
      );
      expect(jobs).toHaveLength(2);
      for (const { data } of jobs) await payCommunity(core.work, core.reader, data);
      const paid = (await idle.completions('hurry')).filter(({ member }) => member !== EVERYBODY);
      expect(paid.map(({ member }) => member)).toEqual(members);
      expect(await idle.shop.count(`ledger_entries where rule_code = 'hurry'`)).toBe(6);
      expect((await idle.shared('challenge:hurry|COMMUNITY|0')).count).toBe(1);
    } finally {
      await idle.close();
    }
  });
});
