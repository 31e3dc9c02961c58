import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GoalKey, GoalState } from '../../src/rules/game.types.ts';
import { emptyGoal } from '../../src/rules/goal-codec.ts';
import { type PastActivity, type RecountFacts, recountGoal, recountUsage } from '../../src/rules/recount.ts';
import { SATURDAY } from './facts.ts';
import { activityOf, anyWorld, bookOf } from './game-worlds.ts';
import { aBadge, aChallenge, aGame, aGoal, aReview, DAY, GameBook } from './games.ts';
import type { World } from './naive-game.ts';
import { nameOf } from './programmes.ts';

/** What the filling would hand over for one member, with the states and usage of a book unless changed. */
function factsOf(
  book: GameBook,
  activities: PastActivity[],
  changes: Partial<RecountFacts> = {},
  member = 'anna',
): RecountFacts {
  return {
    member: book.member(member).facts,
    timeZone: book.zoneOf(member),
    activities,
    goal: (key) => book.goal(key, member),
    usage: (key) => book.used(key),
    now: activities.at(-1)?.recordedAt ?? SATURDAY,
    ...changes,
  };
}

const past = (...instants: number[]): PastActivity[] =>
  instants.map((at) => ({ activity: aReview(at, { id: `at-${at}` }), recordedAt: at }));

/** A book to which nothing was recorded while the goal was not there. */
const bookWith = (parts: Parameters<typeof aGame>[0]) => new GameBook(aGame(parts));

describe('counting a goal anew', () => {
  test('finds what was done before a badge was made, and what is owed for it', () => {
    const book = bookWith({ badges: [aBadge({ repeatable: true, goal: aGoal({ target: '2' }) })] });
    const recount = recountGoal(book.programme, 'badge:critic', factsOf(book, past(1, 2, 3, 4, 5)));
    expect(recount).toEqual({
      state: {
        buckets: [{ period: 0, amount: 5_000_000, done: 2, values: null }],
        times: 2,
        startedAt: 1,
        firstCompletedAt: 2,
        completedAt: 4,
        runs: [],
      },
      owed: [
        { period: 0, activityId: 'at-2', occurredAt: 2 },
        { period: 0, activityId: 'at-4', occurredAt: 4 },
      ],
      more: false,
    });
  });

  test('owes only what the edition still has, and looks at its usage', () => {
    const book = bookWith({ badges: [aBadge({ repeatable: true, limit: 3, goal: aGoal({ target: '1' }) })] });
    expect(recountUsage(book.programme, 'badge:critic', 0)).toEqual([{ memberId: null, key: 'badge:critic|LIMIT' }]);
    book.use({ memberId: null, key: 'badge:critic|LIMIT', count: 2, points: 0 });
    const recount = recountGoal(book.programme, 'badge:critic', factsOf(book, past(1, 2, 3)));
    expect(recount?.owed).toHaveLength(1);
    expect(recount?.state).toMatchObject({ times: 1, buckets: [{ amount: 3_000_000, done: 1 }] });
  });

  test('owes a hundred awards at most, and says that counting once more gives the rest', () => {
    const book = bookWith({ badges: [aBadge({ repeatable: true, goal: aGoal({ target: '1' }) })] });
    const instants = Array.from({ length: 120 }, (_, index) => SATURDAY + index);
    const recount = recountGoal(book.programme, 'badge:critic', factsOf(book, past(...instants)));
    expect(recount?.owed).toHaveLength(100);
    expect(recount?.state).toMatchObject({ times: 100, buckets: [{ amount: 120_000_000, done: 100 }] });
    expect(recount?.more).toBe(true);
    const goal = () => recount?.state;
    const again = recountGoal(book.programme, 'badge:critic', factsOf(book, past(...instants), { goal }));
    expect(again).toMatchObject({ state: { times: 120, buckets: [{ done: 120 }] }, more: false });
    expect(again?.owed).toHaveLength(20);
  });

  test('promises no more than the edition has', () => {
    const book = bookWith({ badges: [aBadge({ repeatable: true, limit: 100, goal: aGoal({ target: '1' }) })] });
    const instants = Array.from({ length: 120 }, (_, index) => SATURDAY + index);
    const recount = recountGoal(book.programme, 'badge:critic', factsOf(book, past(...instants)));
    expect([recount?.owed.length, recount?.more]).toEqual([100, false]);
  });

  test('owes nothing to a member who has the badge from elsewhere', () => {
    const book = bookWith({ badges: [aBadge()] });
    const held = { ...emptyGoal(), times: 1, firstCompletedAt: 0, completedAt: 0 };
    const recount = recountGoal(book.programme, 'badge:critic', factsOf(book, past(1, 2, 3), { goal: () => held }));
    expect(recount?.owed).toEqual([]);
    expect(recount?.state).toMatchObject({ times: 1, buckets: [{ amount: 3_000_000, done: 1 }] });
  });

  test('keeps what was paid when the goal became stricter or activities are gone', () => {
    const challenge = aChallenge({ goal: aGoal({ target: '2' }), recurrence: 'DAY', points: 5 });
    const before = bookWith({ challenges: [challenge] });
    for (const at of [SATURDAY, SATURDAY + 1]) before.record(aReview(at));
    const book = bookWith({ challenges: [{ ...challenge, goal: aGoal({ target: '5' }) }] });
    const goal = () => before.goal('challenge:reviews');
    const stricter = recountGoal(
      book.programme,
      'challenge:reviews',
      factsOf(book, past(SATURDAY, SATURDAY + 1), { goal }),
    );
    expect(stricter?.owed).toEqual([]);
    expect(stricter?.state).toMatchObject({ times: 1, buckets: [{ amount: 2_000_000, done: 1 }] });
    const emptied = recountGoal(book.programme, 'challenge:reviews', factsOf(book, [], { goal }));
    expect(emptied).toMatchObject({ owed: [], state: { times: 1, startedAt: null, buckets: [] } });
  });

  test('completes what a lower target has already reached', () => {
    const before = bookWith({ challenges: [aChallenge({ goal: aGoal({ target: '9' }) })] });
    for (const at of [1, 2, 3, 4]) before.record(aReview(at));
    const book = bookWith({ challenges: [aChallenge({ goal: aGoal({ target: '3' }) })] });
    const goal = () => before.goal('challenge:reviews');
    const recount = recountGoal(book.programme, 'challenge:reviews', factsOf(book, past(1, 2, 3, 4), { goal }));
    expect(recount?.owed).toEqual([{ period: 0, activityId: 'at-3', occurredAt: 3 }]);
    expect(recount?.state).toMatchObject({ times: 1, firstCompletedAt: 3, buckets: [{ amount: 3_000_000, done: 1 }] });
  });

  test('leaves closed periods of a recurring challenge alone', () => {
    const challenge = aChallenge({ recurrence: 'DAY', goal: aGoal({ target: '1' }) });
    const book = bookWith({ challenges: [challenge] });
    const days = Array.from({ length: 60 }, (_, day) => SATURDAY + day * DAY);
    const recount = recountGoal(book.programme, 'challenge:reviews', factsOf(book, past(...days)));
    expect(recount?.owed).toHaveLength(41);
    expect(recount?.state.buckets).toHaveLength(41);
  });

  test('builds a streak from the whole history, but not from what was recorded too late', () => {
    const challenge = aChallenge({ streak: { every: 'DAY', length: 50, freezes: 0 }, goal: aGoal({ target: '1' }) });
    const book = bookWith({ challenges: [challenge] });
    const days = Array.from({ length: 60 }, (_, day) => SATURDAY + day * DAY);
    const recount = recountGoal(book.programme, 'challenge:reviews', factsOf(book, past(...days)));
    expect(recount?.owed).toEqual([{ period: expect.any(Number), activityId: `at-${days[49]}`, occurredAt: days[49] }]);
    expect(recount?.state.runs.map(([first, last]) => last - first + 1)).toEqual([60]);
    const imported = past(...days).map(({ activity }) => ({ activity, recordedAt: days[59] ?? 0 }));
    const late = recountGoal(book.programme, 'challenge:reviews', factsOf(book, imported));
    expect(late?.owed).toEqual([]);
    expect(late?.state.runs.map(([first, last]) => last - first + 1)).toEqual([41]);
  });

  test('counts only after what had to be completed first', () => {
    const challenges = [aChallenge({ code: 'a' }), aChallenge({ code: 'b', prerequisites: ['a'] })];
    const book = bookWith({ challenges });
    const completedAt = (firstCompletedAt: number) => (key: GoalKey) =>
      key === 'challenge:a' ? { ...emptyGoal(), firstCompletedAt } : undefined;
    const amount = (goal: RecountFacts['goal']) =>
      recountGoal(book.programme, 'challenge:b', factsOf(book, past(1, 2, 3, 4), { goal }))?.state.buckets[0]?.amount ??
      0;
    expect(amount(completedAt(2))).toBe(2_000_000);
    expect(amount(() => undefined)).toBe(0);
  });

  test('gives a member’s share of a common goal, which is final once it is completed', () => {
    const challenge = aChallenge({ mode: 'COMMUNITY', goal: aGoal({ target: '5' }), recurrence: 'DAY' });
    const book = bookWith({ challenges: [challenge] });
    const keys = recountUsage(book.programme, 'challenge:reviews', SATURDAY);
    expect(keys).toHaveLength(42);
    const recount = () => recountGoal(book.programme, 'challenge:reviews', factsOf(book, past(SATURDAY, SATURDAY + 1)));
    expect(recount()).toMatchObject({ owed: [], state: { times: 0, buckets: [{ amount: 2_000_000, done: 0 }] } });
    book.record(aReview(SATURDAY), { member: 'anna' });
    for (let review = 0; review < 4; review++) book.record(aReview(SATURDAY), { member: 'bo' });
    expect(recount()?.state.buckets).toEqual(book.goal('challenge:reviews')?.buckets);
  });

  test('knows nothing of what is not in force, has no goal or does not compile', () => {
    const book = bookWith({
      badges: [aBadge({ goal: null }), aBadge({ code: 'off', status: 'PAUSED' })],
      challenges: [aChallenge({ goal: aGoal({ condition: '1 +' }) })],
    });
    for (const key of ['badge:critic', 'badge:off', 'badge:none', 'challenge:reviews', 'challenge:none'] as const) {
      expect(recountGoal(book.programme, key, factsOf(book, past(1)))).toBeNull();
      expect(recountUsage(book.programme, key, 0)).toEqual([]);
    }
  });
});

/** Plays a world that has recorded everything at once, in order, and hands over what one member did. */
function played(world: World) {
  const book = bookOf(world);
  const pasts = new Map<string, PastActivity[]>();
  for (const [index, happening] of world.history.entries()) {
    const { member, recordedAt } = happening;
    const activity = activityOf(happening, `activity-${index}`);
    book.record(activity, { member, recordedAt });
    pasts.set(member, [...(pasts.get(member) ?? []), { activity, recordedAt }]);
  }
  return { book, pasts };
}

const limits = { late: false };

function keysOf({ challenges, badges }: World): GoalKey[] {
  const goals = badges.filter(({ goal }) => goal !== null);
  return [
    ...challenges.map(({ code }) => `challenge:${code}` as const),
    ...goals.map(({ code }) => `badge:${code}` as const),
  ];
}

/** Periods that a state has not looked at since they were closed may still be in it. */
function openOnly(state: GoalState | undefined, recounted: GoalState): GoalState {
  const periods = new Set(recounted.buckets.map(({ period }) => period));
  const known = state ?? emptyGoal();
  const oldest = Math.min(...periods);
  return { ...known, buckets: known.buckets.filter(({ period }) => periods.has(period) || period > oldest) };
}

test('counting anew what was counted step by step changes nothing and owes nothing', () => {
  fc.assert(
    fc.property(anyWorld(limits), (world) => {
      const { book, pasts } = played(world);
      const now = world.history.at(-1)?.recordedAt ?? 0;
      for (const [member, activities] of pasts) {
        for (const key of keysOf(world)) {
          const announced = new Set(recountUsage(book.programme, key, now).map(nameOf));
          const usage: RecountFacts['usage'] = (asked) => {
            if (!announced.has(nameOf(asked))) throw new Error(`${nameOf(asked)} was not announced.`);
            return book.used(asked);
          };
          const recount = recountGoal(book.programme, key, factsOf(book, activities, { now, usage }, member));
          expect([key, recount?.owed]).toEqual([key, []]);
          expect([key, recount?.state]).toEqual([key, openOnly(book.goal(key, member), recount?.state ?? emptyGoal())]);
        }
      }
    }),
    { numRuns: 120 },
  );
});

test('counting from nothing comes to the same as having counted from the first day', () => {
  fc.assert(
    fc.property(anyWorld({ ...limits, editions: false }), (world) => {
      const { book, pasts } = played(world);
      const now = world.history.at(-1)?.recordedAt ?? 0;
      // Badges that challenges and tiers gave would be missing from nothing, so only those of their own goals are looked at.
      const given = new Set([...world.challenges, ...world.tiers].map(({ badge }) => `badge:${badge}`));
      for (const [member, activities] of pasts) {
        for (const key of keysOf(world)) {
          const isShared = world.challenges.some(
            ({ code, mode }) => `challenge:${code}` === key && mode === 'COMMUNITY',
          );
          if (given.has(key) || isShared) continue;
          const goal: RecountFacts['goal'] = (asked) => (asked === key ? undefined : book.goal(asked, member));
          const recount = recountGoal(book.programme, key, factsOf(book, activities, { now, goal }, member));
          const expected = openOnly(book.goal(key, member), recount?.state ?? emptyGoal());
          const isWhole = expected.buckets.length === (book.goal(key, member)?.buckets.length ?? 0);
          if (!isWhole) continue;
          expect([key, recount?.state]).toEqual([key, expected]);
          expect([key, recount?.owed.length]).toEqual([key, expected.times]);
        }
      }
    }),
    { numRuns: 120 },
  );
});
