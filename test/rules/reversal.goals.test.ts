import { describe, expect, test } from '@jest/globals';
import { ONE } from '../../src/rules/game.types.ts';
import { EMPTY_GOAL } from '../../src/rules/goals.ts';
import { withoutAwards } from '../../src/rules/reversal.ts';
import { aMember, SATURDAY } from './facts.ts';
import { aBadge, aChallenge, aGame, aGoal, DAY, GameBook } from './games.ts';
import { type GoalStage, review, stageOf } from './goal-reversing.ts';

const walk = (id: string, metres: number) => review(id, 0, { attributes: { metres } });
const trail = (id: string, name: string, at = 0) => review(id, at, { attributes: { trail: name } });
const spend = (id: string, amount: string) => review(id, 0, { value: { amount, currencyCode: 'SEK' } });

describe('taking an activity out of a challenge', () => {
  test('lowers a count, and opens what it had completed again', () => {
    const stage = stageOf({ challenges: [aChallenge()] }).record(review('a'), review('b', 1), review('c', 2));
    const reversal = stage.reverse({ left: { b: 0 } });
    expect(reversal?.reopened).toEqual([0]);
    expect(reversal?.state).toEqual({
      ...EMPTY_GOAL,
      buckets: [{ period: 0, amount: 2 * ONE, done: 0, values: null }],
      startedAt: SATURDAY,
    });
    stage.record(review('d', 3));
    expect(stage.state()).toMatchObject({ times: 1, firstCompletedAt: SATURDAY + 3 });
  });

  test('changes nothing where another stands in, until that goes too', () => {
    const stage = stageOf({ challenges: [aChallenge()] });
    stage.record(review('a'), review('b', 1), review('c', 2), review('d', 3));
    expect(stage.reverse({ left: { c: 0 } })).toBeNull();
    expect(stage.reverse({ left: { d: 0 } })?.reopened).toEqual([0]);
  });

  test('lets even one stand in that was recorded late and lies before all the others', () => {
    const stage = stageOf({ challenges: [aChallenge({ goal: aGoal({ target: '1' }) })] });
    stage.record(review('a', DAY)).recordLate(review('late'), SATURDAY + DAY);
    expect(stage.reverse({ left: { a: 0 } })).toBeNull();
    expect(stage.reverse({ left: { late: 0 } })).toMatchObject({ reopened: [0], state: { startedAt: null } });
  });

  test('counts an activity of which a part is left, and lowers sums by the part', () => {
    const sum = aGoal({ measure: 'SUM', expression: 'activity.attributes.metres', target: '10' });
    const counted = stageOf({ challenges: [aChallenge({ goal: aGoal({ target: '1' }) })] }).record(review('a'));
    expect(counted.reverse({ left: { a: 1 } })).toBeNull();
    const summed = stageOf({ challenges: [aChallenge({ goal: sum })] }).record(walk('a', 3), walk('b', 8));
    expect(summed.reverse({ left: { b: 875_000 } })).toBeNull();
    expect(summed.reverse({ left: { b: 874_999 } })).toMatchObject({
      reopened: [0],
      state: { buckets: [{ amount: 9_999_992, done: 0 }] },
    });
    expect(summed.reverse({ left: { b: 0 } })?.state.buckets).toEqual([
      { period: 0, amount: 3 * ONE, done: 0, values: null },
    ]);
  });

  test('judges conditions by the whole, and sums money by what is left', () => {
    const goal = aGoal({ measure: 'SUM_VALUE', condition: 'activity.value.amount >= 100', target: '1000' });
    const stage = stageOf({ challenges: [aChallenge({ goal })] }).record(spend('a', '100.00'), spend('b', '99.99'));
    expect(stage.reverse({ left: { b: 0 } })).toBeNull();
    expect(stage.reverse({ left: { a: 333_333 } })?.state.buckets[0]?.amount).toBe(33_333_300);
    expect(stage.reverse({ left: { a: 0 } })?.state.buckets).toEqual([]);
  });

  test('tells values apart that something else has brought too', () => {
    const goal = aGoal({ measure: 'DISTINCT', expression: 'activity.attributes.trail', target: '2' });
    const stage = stageOf({ challenges: [aChallenge({ goal })] });
    stage.record(trail('a', 'north'), trail('b', 'north', 1), trail('c', 'south', 2));
    expect(stage.reverse({ left: { a: 0 } })).toBeNull();
    expect(stage.reverse({ left: { c: 0 } })).toMatchObject({ reopened: [0], state: { buckets: [{ amount: ONE }] } });
    stage.record(trail('d', 'north', 3));
    expect(stage.state()).toMatchObject({ times: 0, buckets: [{ amount: ONE, done: 0 }] });
    stage.record(trail('e', 'west', 4));
    expect(stage.state()).toMatchObject({ times: 1, buckets: [{ amount: 2 * ONE, done: 1 }] });
  });

  test('opens the one day of a daily challenge in which it lies', () => {
    const challenge = aChallenge({ recurrence: 'DAY', goal: aGoal({ target: '1' }), points: 5 });
    const stage = stageOf({ challenges: [challenge] }).record(review('a'), review('b', DAY), review('c', 2 * DAY));
    const before = stage.state();
    const day = before?.buckets[1]?.period ?? 0;
    expect(stage.reverse({ left: { b: 0 } })?.reopened).toEqual([day]);
    expect(stage.state()).toMatchObject({ times: 2 });
    expect(stage.state()?.buckets.map(({ period }) => period)).toEqual([day - 1, day + 1]);
  });

  test('leaves a completion alone that was given while the target was lower', () => {
    const stage = stageOf({ challenges: [aChallenge({ goal: aGoal({ target: '2' }) })] });
    stage.record(review('a'), review('b', 1));
    const now = new GameBook(aGame({ challenges: [aChallenge({ goal: aGoal({ target: '5' }) })] }));
    const reversal = stage.reverse({ left: { b: 0 }, now });
    expect(reversal).toMatchObject({ reopened: [], state: { times: 1, buckets: [{ amount: ONE, done: 1 }] } });
  });

  test('takes nothing from a member for whom the challenge is not any more', () => {
    const challenge = aChallenge({ audience: '"hiking" in member.interests' });
    const stage = stageOf({ challenges: [challenge] }).record(review('a'), review('b', 1), review('c', 2));
    stage.book.member('anna').facts = aMember({ id: 'anna', interests: [] });
    expect(stage.reverse({ left: { a: 0 } })).toBeNull();
    expect(stage.state()).toMatchObject({ times: 1, buckets: [{ amount: 3 * ONE, done: 1 }] });
  });

  test('knows nothing of what never counted or is not there', () => {
    const stage = stageOf({ challenges: [aChallenge()], badges: [aBadge()] });
    stage.record(review('a', 0, { type: 'visit' }));
    expect(stage.reverse({ left: {} })).toBeNull();
    expect(stage.reverse({ key: 'badge:critic', left: {} })).toBeNull();
    expect(stage.reverse({ key: 'challenge:gone', left: { a: 0 } })).toBeNull();
  });
});

describe('taking a day out of a streak', () => {
  const streak = { every: 'DAY', length: 3, freezes: 0 } as const;
  const challenge = (freezes = 0) =>
    aChallenge({ streak: { ...streak, freezes }, goal: aGoal({ target: '1' }), points: 9 });
  const days = (stage: GoalStage, ...numbers: number[]) =>
    stage.record(...numbers.map((number) => review(`day ${number}`, number * DAY)));

  test('breaks it in the middle, takes the completion back, and it can be completed again', () => {
    const stage = days(stageOf({ challenges: [challenge()] }), 0, 1, 2);
    const first = stage.state()?.runs[0]?.[0] ?? 0;
    const reversal = stage.reverse({ left: { 'day 1': 0 } });
    expect(reversal?.reopened).toEqual([null]);
    expect(reversal?.state).toMatchObject({ times: 0, firstCompletedAt: null });
    expect(reversal?.state.runs).toEqual([
      [first, first],
      [first + 2, first + 2],
    ]);
    days(stage, 3, 4);
    expect(stage.state()).toMatchObject({ times: 1, firstCompletedAt: SATURDAY + 4 * DAY });
  });

  test('leaves it whole where a freeze bridges the day, and where the streak is longer than was asked for', () => {
    const bridged = days(stageOf({ challenges: [challenge(1)] }), 0, 1, 2, 3);
    expect(bridged.reverse({ left: { 'day 1': 0 } })?.reopened).toEqual([]);
    expect(bridged.reverse({ left: { 'day 2': 0 } })?.reopened).toEqual([null]);
    const long = days(stageOf({ challenges: [challenge()] }), 0, 1, 2, 3);
    expect(long.reverse({ left: { 'day 0': 0 } })?.reopened).toEqual([]);
  });

  test('does not open again what is open', () => {
    const stage = days(stageOf({ challenges: [challenge()] }), 0, 1, 2);
    expect(stage.reverse({ left: { 'day 1': 0 } })?.reopened).toEqual([null]);
    expect(stage.reverse({ left: { 'day 0': 0 } })?.reopened).toEqual([]);
    expect(stage.reverse({ left: { 'day 2': 0 } })?.state).toEqual(EMPTY_GOAL);
  });
});

describe('taking back what had to be completed first', () => {
  const challenges = [
    aChallenge({ code: 'first', goal: aGoal({ activityTypes: ['visit'], target: '1' }) }),
    aChallenge({ code: 'reviews', prerequisites: ['first'], goal: aGoal({ target: '2' }) }),
  ];
  const visit = (id: string, at: number) => review(id, at, { type: 'visit' });

  test('leaves what it had opened, which then goes with its own activities and not with those before', () => {
    const stage = stageOf({ challenges }).record(review('early'), review('early 2', 1), visit('door', 2));
    stage.record(review('a', 3), review('b', 4));
    stage.reverse({ key: 'challenge:first', left: { door: 0 } });
    expect(stage.state()).toMatchObject({ times: 1 });
    expect(stage.reverse({ left: { early: 0 } })).toBeNull();
    expect(stage.reverse({ left: { a: 0 } })?.reopened).toEqual([0]);
    expect(stage.reverse({ left: { b: 0 } })?.state.buckets).toEqual([]);
  });

  test('still takes its activities back when it was completed once more, later', () => {
    const stage = stageOf({ challenges }).record(visit('door', 0), review('a', 1), review('b', 2));
    stage.reverse({ key: 'challenge:first', left: { door: 0 } });
    stage.record(visit('other door', 3));
    expect(stage.reverse({ left: { a: 0 } })?.reopened).toEqual([0]);
    expect(stage.reverse({ left: { b: 0 } })?.state.buckets).toEqual([]);
  });
});

describe('taking an activity out of a badge', () => {
  const KEYED = { key: 'badge:critic' as const };

  test('tells how many awards of a repeatable one no longer hold', () => {
    const stage = stageOf({ badges: [aBadge({ repeatable: true, goal: aGoal({ target: '2' }) })] });
    stage.record(...['a', 'b', 'c', 'd', 'e'].map((id, index) => review(id, index)));
    expect(stage.reverse({ ...KEYED, left: { a: 0 } })).toMatchObject({ surplus: 0 });
    const reversal = stage.reverse({ ...KEYED, left: { b: 0, c: 0 } });
    expect(reversal).toMatchObject({ surplus: 1, state: { times: 2, buckets: [{ amount: 2 * ONE, done: 2 }] } });
    expect(reversal && withoutAwards(reversal.state, 1, 1)).toMatchObject({
      times: 1,
      buckets: [{ amount: 2 * ONE, done: 1 }],
    });
  });

  test('tells apart again what an awarded badge had told apart', () => {
    const goal = aGoal({ measure: 'DISTINCT', expression: 'activity.attributes.trail', target: '2' });
    const stage = stageOf({ badges: [aBadge({ goal })] }).record(trail('a', 'north'), trail('b', 'south', 1));
    const reversal = stage.reverse({ ...KEYED, left: { b: 0 } });
    expect(reversal?.surplus).toBe(1);
    if (reversal !== null) stage.book.put('badge:critic', withoutAwards(reversal.state, 1, 1));
    stage.record(trail('c', 'north', 2));
    expect(stage.state('badge:critic')).toMatchObject({ times: 0, buckets: [{ amount: ONE, done: 0 }] });
  });

  test('takes none that was given while the target was lower, none that the edition had no more of', () => {
    const stage = stageOf({ badges: [aBadge()] }).record(review('a'), review('b', 1), review('c', 2));
    const now = new GameBook(aGame({ badges: [aBadge({ goal: aGoal({ target: '4' }) })] }));
    expect(stage.reverse({ ...KEYED, left: { a: 0 }, now })).toMatchObject({ surplus: 0 });
    const limited = stageOf({ badges: [aBadge({ limit: 1, goal: aGoal({ target: '1' }) })] });
    limited.book.use({ memberId: null, key: 'badge:critic|LIMIT', count: 1, points: 0 });
    limited.record(review('a'));
    expect(limited.reverse({ ...KEYED, left: { a: 0 } })).toMatchObject({ surplus: 0, state: EMPTY_GOAL });
  });

  test('forgets the times of what was never given', () => {
    const given = { ...EMPTY_GOAL, times: 2, firstCompletedAt: 1, completedAt: 2 };
    expect(withoutAwards(given, 1, 2)).toEqual(EMPTY_GOAL);
    expect(withoutAwards(given, 0, 1)).toMatchObject({ times: 1, firstCompletedAt: 1 });
  });
});
