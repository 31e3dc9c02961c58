import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFills } from '../../src/features/progress/progress.fills.ts';
import { ONE } from '../../src/rules/game.types.ts';
import type { Shop } from '../recording/shop.ts';
import { count, Game } from './game.ts';

/** A server that runs no jobs: the test does. */
let game: Game;
let shop: Shop;
let members: string[];

beforeAll(async () => {
  game = await Game.open({ config: { role: 'api' } });
  shop = game.shop;
  await shop.offer('walked');
  members = await game.members(3);
  const [first, second] = members;
  const walks = (memberId: string | undefined, length: number) =>
    Array.from({ length }, () => ({ type: 'walked', memberId }));
  await shop.recordMany([...walks(first, 250), ...walks(second, 120)]);
});

afterAll(() => game.close());

/** The numbers of a member's awards, from the first to the last, and that no number is missing. */
async function awardsOf(badge: string): Promise<number[]> {
  const awards = await game.awards(badge);
  return members.map((memberId) => {
    const numbers = awards.filter(({ member }) => member === memberId).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    return numbers.length;
  });
}

describe('a badge that is awarded again and again', () => {
  test('is given until nothing is owed, however often that is', async () => {
    await game.badge('steps', { goal: count('walked', 1), repeatable: true });
    await shop.app.core.filling.fill({ key: 'badge:steps' });
    expect(await awardsOf('steps')).toEqual([250, 120, 0]);
    const [first = ''] = members;
    expect((await game.stored(first)).get('badge:steps')?.buckets).toEqual([
      { period: 0, amount: 250 * ONE, done: 250, values: null },
    ]);
    const fill = (await readFills(shop.app.core.reader, ['badge:steps'])).get('badge:steps');
    expect([fill?.done, fill?.total, fill?.finishedAt === null]).toEqual([3, 3, false]);
  });

  test('goes to the next member when the one before has all that is due, as far as the edition goes', async () => {
    await game.badge('few', { goal: count('walked', 1), repeatable: true, limit: 260 });
    await shop.app.core.filling.fill({ key: 'badge:few' });
    expect(await awardsOf('few')).toEqual([250, 10, 0]);
    expect(await game.shared('badge:few|LIMIT')).toEqual({ count: 260, points: 0 });
  });

  test('is not counted as an edition while there is no limit, and from the first limit on it is', async () => {
    await game.badge('free', { goal: count('walked', 50), repeatable: true });
    await shop.app.core.filling.fill({ key: 'badge:free' });
    expect(await awardsOf('free')).toEqual([5, 2, 0]);
    expect(await shop.sql(`select key from rule_usages where key = 'badge:free|LIMIT'`)).toEqual([]);
    await game.badge('free', { goal: count('walked', 50), repeatable: true, limit: 8 });
    expect(await game.shared('badge:free|LIMIT')).toEqual({ count: 7, points: 0 });
  });
});
