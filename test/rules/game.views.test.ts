import { describe, expect, test } from '@jest/globals';
import type { ChallengeDefinition, GoalState } from '../../src/rules/game.types.ts';
import {
  badgeProgress,
  type ChallengeReading,
  challengeProgress,
  communityKey,
  completeContribution,
  countAward,
} from '../../src/rules/game-views.ts';
import { emptyGoal, packGoals, unpackGoals } from '../../src/rules/goal-codec.ts';
import { SATURDAY } from './facts.ts';
import { aBadge, aChallenge, aGame, aGoal, aReview, DAY, GameBook } from './games.ts';

const zones = { programTimeZone: 'Europe/Stockholm', memberTimeZone: 'Asia/Kolkata' };

function read(challenge: ChallengeDefinition, state: GoalState | undefined, changes: Partial<ChallengeReading> = {}) {
  return challengeProgress(challenge, { state, community: null, missing: [], now: SATURDAY, ...zones, ...changes });
}

/** The state after reviews at these instants. */
function reviewedAt(challenge: ChallengeDefinition, ...instants: number[]): GoalState | undefined {
  const book = new GameBook(aGame({ challenges: [challenge] }), { anna: zones.memberTimeZone });
  for (const at of instants) book.record(aReview(at));
  return book.goal(`challenge:${challenge.code}`);
}

describe('the progress of a challenge', () => {
  test('begins, goes on and is completed', () => {
    const challenge = aChallenge();
    expect(read(challenge, undefined)).toEqual({
      status: 'NOT_STARTED',
      progress: '0',
      target: '3',
      percent: 0,
      streak: null,
      startedAt: null,
      completedAt: null,
      times: 0,
      reason: '0 of 3.',
      nextPossibleAt: null,
    });
    expect(read(challenge, reviewedAt(challenge, 5, 7))).toMatchObject({
      status: 'IN_PROGRESS',
      progress: '2',
      percent: 66.6,
      startedAt: 5,
      reason: '2 of 3.',
    });
    expect(read(challenge, reviewedAt(challenge, 5, 7, 9))).toMatchObject({
      status: 'COMPLETED',
      progress: '3',
      percent: 100,
      completedAt: 9,
      times: 1,
      reason: 'Completed.',
    });
  });

  test('says when it starts, that it ended and what must come before', () => {
    const startsAt = SATURDAY + 1;
    expect(read(aChallenge({ startsAt }), undefined)).toMatchObject({
      status: 'NOT_STARTED',
      reason: 'The challenge starts at 2026-11-21T08:30:00.001Z.',
      nextPossibleAt: startsAt,
    });
    const ended = aChallenge({ endsAt: SATURDAY });
    expect(read(ended, reviewedAt(ended, 5))).toMatchObject({
      status: 'EXPIRED',
      progress: '1',
      reason: 'The challenge ended at 2026-11-21T08:30:00Z.',
    });
    expect(read(ended, reviewedAt(ended, 5), { now: SATURDAY - 1 }).status).toBe('IN_PROGRESS');
    expect(read(ended, reviewedAt(ended, 5, 6, 7))).toMatchObject({ status: 'COMPLETED', reason: 'Completed.' });
    expect(read(aChallenge(), undefined, { missing: ['A', 'B'] }).reason).toBe('Complete “A” and “B” first.');
  });

  test('that recurs is that of the running period of the programme', () => {
    const challenge = aChallenge({ recurrence: 'DAY', endsAt: SATURDAY + 3 * DAY });
    const state = reviewedAt(challenge, SATURDAY, SATURDAY + 1, SATURDAY + 2);
    const tomorrow = Date.parse('2026-11-21T23:00:00Z');
    expect(read(challenge, state)).toMatchObject({
      status: 'COMPLETED',
      reason: 'Completed for this day.',
      nextPossibleAt: tomorrow,
    });
    expect(read(challenge, state, { now: tomorrow })).toMatchObject({ status: 'NOT_STARTED', progress: '0', times: 1 });
    expect(read(challenge, state, { now: SATURDAY + 4 * DAY })).toMatchObject({
      status: 'COMPLETED',
      reason: 'Completed.',
      nextPossibleAt: null,
    });
    const last = { ...challenge, endsAt: tomorrow };
    expect(read(last, state)).toMatchObject({ nextPossibleAt: null });
    expect(read(last, reviewedAt(last, SATURDAY), { now: tomorrow })).toMatchObject({
      status: 'EXPIRED',
      progress: '1',
    });
  });

  test('with a streak is the running streak of the member’s zone', () => {
    const challenge = aChallenge({ streak: { every: 'DAY', length: 4, freezes: 1 }, goal: aGoal({ target: '1' }) });
    // 18:30 UTC is midnight in Kolkata.
    const state = reviewedAt(challenge, Date.parse('2026-11-18T18:29:00Z'), Date.parse('2026-11-18T18:30:00Z'));
    const now = Date.parse('2026-11-19T18:30:00Z');
    expect(read(challenge, state, { now })).toMatchObject({
      status: 'IN_PROGRESS',
      progress: '2',
      target: '4',
      percent: 50,
      reason: 'The streak is 2 of 4 days.',
      streak: { current: 2, best: 2, freezesLeft: 1, endsAt: Date.parse('2026-11-21T18:30:00Z') },
    });
    expect(read(challenge, state, { now: now + 2 * DAY })).toMatchObject({
      status: 'NOT_STARTED',
      progress: '0',
      streak: { current: 0, best: 2 },
    });
    const days = [0, 1, 2, 3, 4].map((day) => now + day * DAY);
    expect(read(challenge, reviewedAt(challenge, ...days), { now: days[4] ?? 0 })).toMatchObject({
      ...{ status: 'COMPLETED', progress: '4', percent: 100, times: 1, completedAt: days[3] },
      streak: { current: 5, best: 5, freezesLeft: 1, endsAt: now + 7 * DAY },
    });
  });

  test('of everybody together is shown to each', () => {
    const challenge = aChallenge({ mode: 'COMMUNITY', goal: aGoal({ target: '1000' }) });
    const community = { count: 0, points: 120_000_000 };
    expect(read(challenge, undefined, { community })).toMatchObject({
      status: 'IN_PROGRESS',
      progress: '120',
      percent: 12,
      reason: '120 of 1000 together.',
    });
    const done = { count: 1, points: 1_000_000_000 };
    expect(read(challenge, undefined, { community: done })).toMatchObject({ status: 'COMPLETED', percent: 100 });
  });

  test('never reads 100 percent before it is completed', () => {
    const goal = aGoal({ target: '3000' });
    const state = { ...emptyGoal(), buckets: [{ period: 0, amount: 2_999_000_000, done: 0, values: null }] };
    expect(read(aChallenge({ goal }), state).percent).toBe(99.9);
  });
});

describe('the progress of a badge', () => {
  const bucket = { period: 0, amount: 8_000_000, done: 2, values: null };

  test('is that towards the next award', () => {
    const state = { ...emptyGoal(), times: 5, buckets: [bucket] };
    expect(badgeProgress(aBadge({ repeatable: true }), state, null)).toMatchObject({
      progress: '2',
      target: '3',
      percent: 66.6,
      times: 5,
      reason: '2 of 3.',
    });
    expect(badgeProgress(aBadge(), undefined, null)).toMatchObject({ progress: '0', reason: '0 of 3.' });
    expect(badgeProgress(aBadge({ goal: null }), undefined, null)).toBeNull();
  });

  test('is complete for a badge that the member has, from whatever cause', () => {
    expect(badgeProgress(aBadge(), countAward(undefined, 7), null)).toMatchObject({
      progress: '3',
      percent: 100,
      completedAt: 7,
      times: 1,
      reason: 'Awarded.',
    });
  });

  test('says when all of an edition are given', () => {
    const progress = badgeProgress(aBadge({ limit: 5 }), undefined, { count: 5, points: 0 });
    expect(progress?.reason).toBe('All 5 are given. 0 of 3.');
  });
});

describe('what others store', () => {
  test('a paid contribution is completed once', () => {
    const challenge = aChallenge({ mode: 'COMMUNITY', recurrence: 'DAY' });
    const state = reviewedAt(challenge, SATURDAY) ?? emptyGoal();
    const period = state.buckets[0]?.period ?? 0;
    const paid = completeContribution(state, period, SATURDAY + 5);
    expect(paid).toEqual({
      ...state,
      buckets: [{ period, amount: 1_000_000, done: 1, values: null }],
      times: 1,
      firstCompletedAt: SATURDAY + 5,
      completedAt: SATURDAY + 5,
    });
    expect(completeContribution(paid, period, SATURDAY + 9)).toBe(paid);
  });

  test('an award by hand counts like any other, and the first stays the first', () => {
    const twice = countAward(countAward(undefined, 7), 9);
    expect(twice).toEqual({ ...emptyGoal(), times: 2, firstCompletedAt: 7, completedAt: 9 });
  });

  test('a community challenge’s key is the one that evaluating uses', () => {
    const challenge = aChallenge({ mode: 'COMMUNITY', recurrence: 'WEEK' });
    const book = new GameBook(aGame({ challenges: [challenge] }));
    book.record(aReview(SATURDAY));
    expect([...book.usages.keys()]).toEqual([`everyone ${communityKey(challenge, SATURDAY, 'Europe/Stockholm')}`]);
  });

  test('a document without goals is an empty one', () => {
    expect(packGoals(new Map())).toEqual({});
    expect(unpackGoals({}).size).toBe(0);
    const goals = new Map([['badge:x', emptyGoal()] as const]);
    expect(unpackGoals(JSON.parse(JSON.stringify(packGoals(goals))))).toEqual(goals);
  });
});
