import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { toCommand } from '../../src/features/activities/activities.input.ts';
import { startFillIn } from '../../src/features/progress/progress.fills.ts';
import { type GoalsBook, loadGoals } from '../../src/features/progress/progress.rows.ts';
import { newId } from '../../src/platform/ids.ts';
import { EVERY_PARTITION } from '../../src/platform/locks.ts';
import { type GoalState, ONE } from '../../src/rules/game.types.ts';
import { EMPTY_GOAL } from '../../src/rules/goals.ts';
import { fewestStatements } from '../support/statements.ts';
import { count, Game } from './game.ts';

let game: Game;

beforeAll(async () => {
  game = await Game.open();
  await game.shop.offer('walked');
  await game.shop.offer('rated');
});

afterAll(() => game.close());

/** Changes goals as something outside recording does. */
function change(memberIds: readonly string[], work: (book: GoalsBook) => void): Promise<void> {
  return game.shop.app.core.work.run({ name: 'test.change', locks: memberIds }, async (tx) => {
    const book = await loadGoals(tx, memberIds);
    work(book);
    await book.write(tx);
  });
}

function read(memberIds: readonly string[]): Promise<GoalsBook> {
  return loadGoals(game.shop.app.core.reader, memberIds);
}

const paid: GoalState = {
  ...EMPTY_GOAL,
  buckets: [
    { period: 3, amount: 5 * ONE, done: 1, values: null },
    { period: 4, amount: 2 * ONE, done: 0, values: ['a', 'b'] },
  ],
  ...{ times: 1, startedAt: 1_000, firstCompletedAt: 2_000, completedAt: 2_000, runs: [[3, 3]] },
};

describe('what members have done', () => {
  test('is one document for each member, whose other goals stay when one changes', async () => {
    const [first = '', second = ''] = await game.members(2);
    await change([first, second], (book) => {
      book.set(first, 'badge:one', paid);
      book.set(second, 'badge:two', { ...EMPTY_GOAL, times: 2 });
    });
    await change([first], (book) => book.set(first, 'challenge:three', { ...EMPTY_GOAL, times: 3 }));
    const book = await read([first, second]);
    expect(book.goalOf(first, 'badge:one')).toEqual(paid);
    expect(book.goalOf(first, 'challenge:three')?.times).toBe(3);
    expect(book.goalOf(second, 'badge:two')?.times).toBe(2);
    expect(book.goalOf(second, 'badge:one')).toBeUndefined();
    expect(
      await game.shop.sql('select from member_progress where member_id = any ($1)', [[first, second]]),
    ).toHaveLength(2);
  });

  test('counts as nothing from the moment its goal is counted anew, but what was paid stays paid', async () => {
    const [memberId = '', other = ''] = await game.members(2);
    await change([memberId], (book) => {
      book.set(memberId, 'badge:renewed', paid);
      book.set(memberId, 'badge:kept', paid);
    });
    await game.shop.app.core.work.run({ name: 'test.save', partitions: EVERY_PARTITION }, (tx) =>
      startFillIn(tx, 'badge:renewed', 7),
    );
    const book = await read([memberId, other]);
    const left = { period: 3, amount: 0, done: 1, values: null };
    expect(book.goalOf(memberId, 'badge:renewed')).toEqual({ ...paid, startedAt: null, runs: [], buckets: [left] });
    expect(book.isCurrent(memberId, 'badge:renewed')).toBe(false);
    expect(book.goalOf(memberId, 'badge:kept')).toEqual(paid);
    expect(book.goalOf(other, 'badge:renewed')).toBeUndefined();
    // Whatever is written from then on was counted by the new goal.
    await change([memberId], (changed) => changed.set(memberId, 'badge:renewed', paid));
    expect((await read([memberId])).goalOf(memberId, 'badge:renewed')).toEqual(paid);
    await game.filled('badge:renewed');
  });

  test('grows by every activity of a batch, each seeing those before it', async () => {
    await game.badge('walker', { goal: count('walked', 3), repeatable: true });
    await game.badge('rater', { goal: count('rated', 100) });
    const [first = '', second = ''] = await game.members(2);
    await game.shop.recordMany(
      Array.from({ length: 17 }, (_, index) => ({
        type: index % 5 === 0 ? 'rated' : 'walked',
        memberId: index < 12 ? first : second,
      })),
    );
    const states = [await game.stored(first), await game.stored(second)];
    expect(states.map((goals) => goals.get('badge:walker')?.buckets[0]?.amount)).toEqual([9 * ONE, 4 * ONE]);
    expect(states.map((goals) => goals.get('badge:walker')?.times)).toEqual([3, 1]);
    expect(states.map((goals) => goals.get('badge:rater')?.buckets[0]?.amount)).toEqual([3 * ONE, ONE]);
    expect(await game.awards('walker')).toMatchObject([
      { member: first, number: 1 },
      { member: first, number: 2 },
      { member: first, number: 3 },
      { member: second, number: 1 },
    ]);
  });

  test('takes as many statements for one activity as for four hundred', async () => {
    const { core } = game.shop.app;
    const all = await game.members(40);
    const batch = (size: number) => () =>
      core.batcher.recordSilently(
        Array.from({ length: size }, (_, index) => {
          const activity = {
            idempotencyKey: newId(),
            type: 'rated',
            memberId: all[index % 40] ?? '',
            enrollIfUnknown: false,
          };
          return toCommand(activity, { memberId: null, actor: 'test' });
        }),
      );
    await batch(400)();
    const few = await fewestStatements(game.shop.app, batch(2));
    // The many events of a large batch are stored by a statement of their own.
    expect(await fewestStatements(game.shop.app, batch(400))).toBeLessThanOrEqual(few + 1);
  });

  test('is left alone by a simulation and by an activity that is refused', async () => {
    await game.badge('careful', { goal: count('walked', 1) });
    const [memberId = ''] = await game.members(1);
    const simulated = await game.shop.simulate({ type: 'walked', memberId });
    expect(simulated.data?.simulateActivity.effects.map(({ __typename }) => __typename)).toContain('BadgeAwarded');
    const full = 2_147_483_647;
    await game.shop.sql('update wallets set lifetime_earned = $2 where member_id = $1', [memberId, full]);
    const refused = await game.shop.record({ type: 'walked', memberId });
    expect(refused.userErrors).toHaveLength(1);
    expect((await game.stored(memberId)).size).toBe(0);
    expect(await game.shop.sql('select from badge_awards where member_id = $1', [memberId])).toEqual([]);
  });
});
