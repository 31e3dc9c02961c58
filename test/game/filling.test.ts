import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { FillingService } from '../../src/features/filling/index.ts';
import { readFills } from '../../src/features/progress/progress.fills.ts';
import type { UnitOfWork } from '../../src/platform/tx.ts';
import { type GoalKey, ONE } from '../../src/rules/game.types.ts';
import { asMember } from '../realtime/support/stage.ts';
import { DAY_MS, fromNow, HOUR_MS, type Shop } from '../recording/shop.ts';
import { randomFrom } from '../recording/shuffle.ts';
import { count, Game } from './game.ts';

/** Works through its jobs by itself, as a server does. */
let game: Game;
let shop: Shop;

beforeAll(async () => {
  game = await Game.open();
  shop = game.shop;
  for (const code of ['walked', 'rated', 'bought']) await shop.offer(code);
});

afterAll(() => game.close());

/** Activities of these members over the last two weeks, the same for the same seed. */
function activities(members: readonly string[], seed: number, length = 60): Record<string, unknown>[] {
  const random = randomFrom(seed);
  return Array.from({ length }, () => ({
    type: ['walked', 'rated', 'bought'][Math.floor(random() * 3)],
    memberId: members[Math.floor(random() * members.length)],
    occurredAt: fromNow(shop, -Math.floor(random() * 14 * DAY_MS)),
    value: { amount: `${Math.floor(random() * 90)}.5`, currencyCode: 'SEK' },
    attributes: { stars: Math.floor(random() * 6) },
  }));
}

const GOALS: Record<string, Record<string, unknown>> = {
  counted: { goal: count('walked', 3), repeatable: true },
  conditional: { goal: count('rated', 2, { condition: 'activity.attributes.stars >= 3' }) },
  spent: { goal: { activityTypes: ['bought', 'rated'], measure: 'SUM_VALUE', target: '100.5' }, repeatable: true },
  summed: {
    goal: { activityTypes: ['walked'], measure: 'SUM', expression: 'activity.attributes.stars', target: '9' },
  },
  distinct: {
    goal: { activityTypes: ['rated'], measure: 'DISTINCT', expression: 'activity.attributes.stars', target: '3' },
  },
};

/** How often each of these members was awarded a badge. */
async function timesOf(badge: string, members: readonly string[]): Promise<number[]> {
  const awards = await game.awards(badge);
  return members.map((memberId) => awards.filter(({ member }) => member === memberId).length);
}

/** What these members have towards a goal: what there is of each period, and how often it was paid. */
async function amountsOf(key: GoalKey, members: readonly string[]): Promise<unknown[]> {
  const states = await Promise.all(members.map((memberId) => game.stored(memberId)));
  return states.map((goals) => {
    const state = goals.get(key);
    return state && { buckets: state.buckets.filter(({ amount }) => amount > 0), times: state.times, runs: state.runs };
  });
}

describe('a badge that looks back', () => {
  let members: string[];
  beforeEach(async () => {
    members = await game.members(6);
  });

  test('counts what was recorded before, exactly as if it had been there from the start', async () => {
    for (const [kind, badge] of Object.entries(GOALS))
      await game.badge(`${kind}-early`, { ...badge, retroactive: false });
    // Nothing lies before the first save of a badge that does not look back, so both count the same.
    for (const kind of Object.keys(GOALS)) {
      await shop.sql(`update configurations set definition = definition || '{"countsFrom": null}' where code = $1`, [
        `${kind}-early`,
      ]);
    }
    await shop.sql('update program set generation = generation + 1');
    await shop.recordMany(activities(members, 1, 150));
    for (const [kind, badge] of Object.entries(GOALS)) await game.badge(`${kind}-late`, badge);
    for (const kind of Object.keys(GOALS)) {
      await game.filled(`badge:${kind}-late`);
      const early = await timesOf(`${kind}-early`, members);
      expect(await timesOf(`${kind}-late`, members)).toEqual(early);
      expect(early.reduce((sum, times) => sum + times, 0)).toBeGreaterThan(0);
      expect(await amountsOf(`badge:${kind}-late`, members)).toEqual(await amountsOf(`badge:${kind}-early`, members));
    }
  });

  test('names the activity that reached the target, and the time it took place', async () => {
    const [memberId = ''] = members;
    const at = [-5, -3, -9, -1].map((days) => fromNow(shop, days * DAY_MS));
    const { results } = await shop.recordMany(at.map((occurredAt) => ({ type: 'walked', memberId, occurredAt })));
    await game.badge('third-walk', { goal: count('walked', 3) });
    await game.filled('badge:third-walk');
    const rows = await shop.sql<{ activity: string; at: Date }>(
      `select activity_id as activity, awarded_at as at from badge_awards where badge_code = 'third-walk' and member_id = $1`,
      [memberId],
    );
    // In the order in which they took place, the third is the one of three days ago.
    expect(rows).toEqual([{ activity: results[1]?.activity?.id, at: new Date(at[1] ?? '') }]);
  });

  test('tells how far it is, and nobody what it gives: no frame of a subscription comes of it', async () => {
    const [memberId = ''] = members;
    await shop.recordMany(Array.from({ length: 4 }, () => ({ type: 'walked', memberId })));
    const follower = await Follower.start<{ memberEvents: { __typename: string } }>(
      shop.app.url,
      'subscription { memberEvents { __typename } }',
      { params: await asMember(shop.app, memberId) },
    );
    await shop.app.settled();
    await game.badge('silent', { goal: count('walked', 2), repeatable: true });
    await game.filled('badge:silent');
    expect(await timesOf('silent', [memberId])).toEqual([2]);
    const { data } = await shop.admin.query<{ badge: { filling: object } }>(
      '{ badge(code: "silent") { filling { done total finishedAt } } }',
    );
    const everybody = await shop.count('members');
    expect(data?.badge.filling).toEqual({ done: everybody, total: everybody, finishedAt: expect.any(String) });
    await shop.record({ type: 'rated', memberId });
    await follower.until('the award after it', () => follower.data.length > 0);
    await shop.app.settled();
    expect(follower.data.map(({ memberEvents }) => memberEvents.__typename)).toEqual(['PointsEarned']);
    follower.close();
  });

  test('gives a limited edition to its last piece and not beyond, to the same members whenever it runs', async () => {
    await shop.recordMany(members.map((memberId) => ({ type: 'bought', memberId })));
    await game.badge('edition', { goal: count('bought', 1), limit: 4 });
    await game.filled('badge:edition');
    // Members of other tests may have bought before: all in the order of their ids.
    const qualified = await shop.sql<{ member: string }>(
      `select distinct member_id as member from activities where type_code = 'bought' order by 1`,
    );
    const awarded = (await game.awards('edition')).map(({ member }) => ({ member }));
    expect(awarded).toEqual(qualified.slice(0, 4));
    expect(await game.shared('badge:edition|LIMIT')).toEqual({ count: 4, points: 0 });
  });

  test('counts anew when its goal changes, and keeps what it gave', async () => {
    const [first = '', second = ''] = members;
    await shop.recordMany([
      ...Array.from({ length: 3 }, () => ({ type: 'walked', memberId: first })),
      ...Array.from({ length: 5 }, () => ({ type: 'rated', memberId: second })),
    ]);
    await game.badge('changing', { goal: count('walked', 3) });
    await game.filled('badge:changing');
    expect(await timesOf('changing', [first, second])).toEqual([1, 0]);
    await game.badge('changing', { goal: count('rated', 5) });
    await game.filled('badge:changing');
    expect(await timesOf('changing', [first, second])).toEqual([1, 1]);
    await game.badge('changing', { goal: count('rated', 50) });
    await game.filled('badge:changing');
    expect(await timesOf('changing', [first, second])).toEqual([1, 1]);
  });
});

describe('filling', () => {
  test('while others record gives what counting from the start gives', async () => {
    const members = await game.members(8);
    for (const [kind, badge] of Object.entries(GOALS)) await game.badge(`${kind}-calm`, badge);
    for (const kind of Object.keys(GOALS)) await game.filled(`badge:${kind}-calm`);
    await shop.recordMany(activities(members, 7, 120));
    const recording = Promise.all(
      Array.from({ length: 25 }, (_, part) => shop.recordMany(activities(members, part + 100, 20))),
    );
    const saving = Promise.all(Object.entries(GOALS).map(([kind, badge]) => game.badge(`${kind}-rushed`, badge)));
    await Promise.all([recording, saving]);
    for (const kind of Object.keys(GOALS)) {
      await game.filled(`badge:${kind}-rushed`);
      expect(await timesOf(`${kind}-rushed`, members)).toEqual(await timesOf(`${kind}-calm`, members));
      expect(await amountsOf(`badge:${kind}-rushed`, members)).toEqual(await amountsOf(`badge:${kind}-calm`, members));
    }
    await shop.expectCleanLedger();
  });
});

describe('filling by hand, on a node that runs no jobs', () => {
  let idle: Game;
  beforeAll(async () => {
    idle = await Game.open({ config: { role: 'api' } });
    await idle.shop.offer('walked');
  });
  afterAll(() => idle.close());

  /** Filling in turns of two members, whose units of work go through `around`. */
  function filling(around: (work: UnitOfWork) => UnitOfWork['run'] = (work) => work.run.bind(work)): FillingService {
    const { core } = idle.shop.app;
    const { reader, configuration: store, programmes } = core;
    const work: UnitOfWork = { run: around(core.work), read: core.work.read.bind(core.work) };
    return new FillingService({ work, reader, store, programmes, membersPerTurn: 2 });
  }

  async function progressOf(key: GoalKey) {
    const fill = (await readFills(idle.shop.app.core.reader, [key])).get(key);
    return fill && { done: fill.done, isFinished: fill.finishedAt !== null };
  }

  test('goes on where it was interrupted, and gives each badge once however often it is killed', async () => {
    const members = await idle.members(9);
    await idle.shop.recordMany(
      members.flatMap((memberId) => Array.from({ length: 5 }, () => ({ type: 'walked', memberId }))),
    );
    await idle.badge('often', { goal: count('walked', 2), repeatable: true });
    const key = 'badge:often';
    const controller = new AbortController();
    let turns = 0;
    const stopping = filling((work) => (scope, unit) => {
      turns += 1;
      if (turns === 3) controller.abort();
      return work.run(scope, unit);
    });
    await expect(stopping.fill({ key }, controller.signal)).rejects.toThrow();
    expect(await progressOf(key)).toEqual({ done: 6, isFinished: false });
    expect(await idle.awards('often')).toHaveLength(12);
    // Killed at the very end of a turn: nothing of the turn has happened.
    const dying = filling(
      (work) => (scope, unit) =>
        work.run(scope, async (tx) => {
          await unit(tx);
          throw new Error('killed');
        }),
    );
    await expect(dying.fill({ key })).rejects.toThrow('killed');
    expect(await progressOf(key)).toEqual({ done: 6, isFinished: false });
    // Two workers at once, after a third one has had its time.
    await Promise.all([filling().fill({ key }), filling().fill({ key })]);
    await filling().fill({ key });
    expect(await progressOf(key)).toEqual({ done: 9, isFinished: true });
    const awards = await idle.awards('often');
    expect(awards.map(({ member, number }) => `${member} ${number}`)).toEqual(
      members.flatMap((memberId) => [`${memberId} 1`, `${memberId} 2`]),
    );
    for (const memberId of members) {
      expect((await idle.stored(memberId)).get(key)?.buckets).toEqual([
        { period: 0, amount: 5 * ONE, done: 2, values: null },
      ]);
    }
  });

  test('begins again when what the goal counts changes meanwhile', async () => {
    const members = await idle.members(5);
    await idle.shop.recordMany(members.map((memberId) => ({ type: 'walked', memberId, attributes: { far: true } })));
    const key = 'badge:moving';
    await idle.badge('moving', { goal: count('walked', 10) });
    let turns = 0;
    const changing = filling((work) => async (scope, unit) => {
      turns += 1;
      if (turns === 3)
        await idle.badge('moving', { goal: count('walked', 1, { condition: 'activity.attributes.far' }) });
      return work.run(scope, unit);
    });
    await changing.fill({ key });
    const awarded = (await idle.awards('moving')).map(({ member }) => member);
    expect(awarded).toEqual(members);
    expect(await progressOf(key)).toEqual({ done: await idle.shop.count('members'), isFinished: true });
  });

  test('counts for a member what is recorded before its turn once, and does not award it twice', async () => {
    const members = await idle.members(4);
    const walk = (hoursAgo: number) =>
      idle.shop.recordMany(
        members.map((memberId) => ({ type: 'walked', memberId, occurredAt: fromNow(idle.shop, -hoursAgo * HOUR_MS) })),
      );
    await walk(3);
    await walk(2);
    await idle.badge('both', { goal: count('walked', 3), repeatable: true });
    // The third and the fourth walk come before the turn, and count from nothing until then.
    await walk(1);
    expect((await idle.stored(members[0] ?? '')).get('badge:both')?.buckets[0]?.amount).toBe(ONE);
    await filling().fill({ key: 'badge:both' });
    const before = (await idle.awards('both')).filter(({ member }) => members.includes(member));
    expect(before).toHaveLength(4);
    await walk(0);
    await walk(0);
    await walk(0);
    const after = (await idle.awards('both')).filter(({ member }) => members.includes(member));
    expect(after.map(({ number }) => number)).toEqual([1, 2, 1, 2, 1, 2, 1, 2]);
  });
});
