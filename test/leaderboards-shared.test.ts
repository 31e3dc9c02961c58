import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SharedReads } from '../src/features/leaderboards/shared-reads.ts';
import type { Shop } from './recording/shop.ts';
import { type Boards, openBoards } from './support/boards.ts';

describe('SharedReads', () => {
  /** Reads that end when told to; each gives its number. */
  function openReads() {
    const reads: PromiseWithResolvers<number>[] = [];
    const shared = new SharedReads<number>();
    const ask = (key = 'board') =>
      shared.read(key, () => {
        reads.push(Promise.withResolvers<number>());
        return (reads.at(-1) as PromiseWithResolvers<number>).promise;
      });
    return { reads, ask, end: (index: number) => reads[index]?.resolve(index) };
  }

  test('whoever asks while a read is under way gets the next one, together with all who have asked by then', async () => {
    const { reads, ask, end } = openReads();
    const first = ask();
    const later = [ask(), ask(), ask()];
    expect(reads).toHaveLength(1);
    end(0);
    expect(await first).toBe(0);
    await Promise.resolve();
    const third = ask();
    expect(reads).toHaveLength(2);
    end(1);
    expect(await Promise.all(later)).toEqual([1, 1, 1]);
    end(2);
    expect(await third).toBe(2);
  });

  test('what was read is not kept', async () => {
    const { reads, ask, end } = openReads();
    for (const turn of [0, 1, 2]) {
      const answer = ask();
      end(turn);
      expect(await answer).toBe(turn);
      await Promise.resolve();
    }
    expect(reads).toHaveLength(3);
  });

  test('different things are read beside each other', async () => {
    const { reads, ask, end } = openReads();
    const answers = [ask('one'), ask('two')];
    expect(reads).toHaveLength(2);
    end(1);
    end(0);
    expect(await Promise.all(answers)).toEqual([0, 1]);
  });

  test('a read that fails is told to those who shared it, and the next one begins all the same', async () => {
    const { reads, ask, end } = openReads();
    const first = ask();
    const second = [ask(), ask()];
    reads[0]?.reject(new Error('The first one failed.'));
    await expect(first).rejects.toThrow('The first one failed.');
    await Promise.resolve();
    reads[1]?.reject(new Error('The second one failed.'));
    const outcomes = await Promise.allSettled(second);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await Promise.resolve();
    const third = ask();
    end(2);
    expect(await third).toBe(2);
  });
});

describe('a board that many ask for', () => {
  let shop: Shop;
  let boards: Boards;
  let ids: string[];

  beforeAll(async () => {
    ({ shop, boards } = await openBoards());
    await boards.offer({ public: true });
    const profiles = [{ visibility: 'PUBLIC' }, { visibility: 'ALIAS', alias: 'Trail Fox' }, { visibility: 'HIDDEN' }];
    ids = await Promise.all(
      profiles.map((profile, index) => shop.enrol({ displayName: `Member ${index}`, ...profile })),
    );
    await shop.recordMany(ids.map((memberId) => ({ type: 'review', memberId })));
  });

  afterAll(() => shop.close());

  test('shows each who asks at the same time what is theirs to see, and no more', async () => {
    const clients = [
      shop.staff,
      shop.app.client(),
      ...ids.map((subject) => shop.app.client({ role: 'MEMBER', subject })),
    ];
    const alone: unknown[] = [];
    for (const client of clients) alone.push((await boards.read('reviewers', {}, client)).entries);
    expect(new Set(alone.map((entries) => JSON.stringify(entries))).size).toBeGreaterThanOrEqual(4);
    for (let turn = 0; turn < 10; turn += 1) {
      const together = await Promise.all(
        [...clients, ...clients].map((client) => boards.read('reviewers', {}, client)),
      );
      expect(together.map(({ entries }) => entries)).toEqual([...alone, ...alone]);
    }
  });
});
