import { describe, expect, test } from '@jest/globals';
import type { DefinitionProblem } from '../../src/rules/definitions.ts';
import type { ChallengeDefinition } from '../../src/rules/game.types.ts';
import { badgeProblems, challengeProblems, tierProblems } from '../../src/rules/game-definitions.ts';
import { aBadge, aChallenge, aGoal, aTier } from './games.ts';

const told = (problems: DefinitionProblem[]) => problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
const ofChallenge = (changes: Partial<ChallengeDefinition>, others: ChallengeDefinition[] = []) =>
  told(challengeProblems(aChallenge(changes), others));

describe('a challenge that somebody wants to save', () => {
  test('may be saved when nothing is wrong', () => {
    expect(ofChallenge({ points: 5, prerequisites: ['a'] }, [aChallenge({ code: 'a' })])).toEqual([]);
    expect(
      ofChallenge({ streak: { every: 'WEEK', length: 4, freezes: 1 }, audience: '"x" in member.interests' }),
    ).toEqual([]);
    expect(ofChallenge({ mode: 'COMMUNITY', recurrence: 'MONTH' })).toEqual([]);
  });

  test('is told everything that is wrong with its goal at once', () => {
    const goal = aGoal({ activityTypes: [], condition: 'activity.x', measure: 'SUM', expression: '"a"', target: '0' });
    expect(ofChallenge({ goal })).toEqual([
      expect.stringMatching(/^goal\.condition: An activity has no field x/),
      'goal.expression: An amount must be a number, but this is a text.',
      'goal.target: A target must be above 0 and at most 9000000000, with at most six digits behind the point.',
      'goal.activityTypes: Name at least one activity type that counts.',
    ]);
    const [condition] = challengeProblems(aChallenge({ goal }), []);
    expect(condition).toMatchObject({ isExpression: true });
  });

  test.each([
    ['COUNT', 'activity.id', '3', 'goal.expression: COUNT takes no expression; SUM and DISTINCT do.'],
    ['SUM', null, '3', 'goal.measure: SUM needs an expression that says what it looks at.'],
    ['COUNT', null, '2.5', 'goal.target: What COUNT counts is whole, so its target must be too.'],
    ['DISTINCT', 'activity.channel', '1.5', 'goal.target: What DISTINCT counts is whole, so its target must be too.'],
    [
      'DISTINCT',
      'activity.channel',
      '1001',
      'goal.target: DISTINCT tells at most 1000 values apart, so its target cannot be higher.',
    ],
    [
      'DISTINCT',
      'activity.occurredAt',
      '3',
      'goal.expression: What is told apart must be a text, a number or true or false, but this is a point in time.',
    ],
    [
      'SUM',
      'activity.value.amount',
      '0.0000001',
      'goal.target: A target must be above 0 and at most 9000000000, with at most six digits behind the point.',
    ],
    [
      'SUM_VALUE',
      null,
      '9000000001',
      'goal.target: A target must be above 0 and at most 9000000000, with at most six digits behind the point.',
    ],
    [
      'SUM_VALUE',
      null,
      'many',
      'goal.target: A target must be above 0 and at most 9000000000, with at most six digits behind the point.',
    ],
  ] as const)('measures %s of %s up to %s wrongly', (measure, expression, target, problem) => {
    expect(ofChallenge({ goal: aGoal({ measure, expression, target }) })).toEqual([problem]);
  });

  test('cannot mix what does not go together', () => {
    const streak = { every: 'DAY' as const, length: 5, freezes: 0 };
    expect(ofChallenge({ streak, recurrence: 'DAY' })).toEqual([
      'recurrence: A streak has periods of its own, so it cannot recur as well.',
    ]);
    const goal = aGoal({ measure: 'DISTINCT', expression: 'activity.channel' });
    expect(ofChallenge({ mode: 'COMMUNITY', streak, goal })).toEqual([
      'streak: A streak is every member’s own; a community challenge cannot have one.',
      'goal.measure: DISTINCT tells one member’s activities apart; a community challenge cannot count with it.',
    ]);
  });

  test('needs a possible streak, points, audience and span', () => {
    expect(ofChallenge({ streak: { every: 'DAY', length: 1, freezes: 41 } })).toEqual([
      'streak.length: A streak needs from 2 to 3660 periods.',
      'streak.freezes: A streak survives from 0 to 40 missed periods.',
    ]);
    expect(ofChallenge({ points: 0, audience: 'activity.type == "x"', startsAt: 5, endsAt: 5 })).toEqual([
      'audience: An audience is a condition on member and program; activity is not known to it.',
      'endsAt: The end must come after the start.',
      'points: The points must be from 1 to 1000000000.',
    ]);
  });

  test('cannot need itself, what needs it, or what does not exist', () => {
    const others = [aChallenge({ code: 'b', prerequisites: ['c'] }), aChallenge({ code: 'c', prerequisites: ['a'] })];
    expect(ofChallenge({ code: 'a', prerequisites: ['b', 'a', 'x'] }, others)).toEqual([
      'prerequisites.0: b needs a itself, so neither could ever be completed.',
      'prerequisites.1: a needs a itself, so neither could ever be completed.',
      'prerequisites.2: There is no challenge x.',
    ]);
    const circle = [
      aChallenge({ code: 'b', prerequisites: ['x', 'c'] }),
      aChallenge({ code: 'c', prerequisites: ['b'] }),
      aChallenge({ code: 'x', prerequisites: ['a'] }),
    ];
    expect(ofChallenge({ code: 'a', prerequisites: ['b'] }, circle)).toHaveLength(1);
    expect(ofChallenge({ code: 'z', prerequisites: ['b'] }, circle)).toEqual([]);
    expect(ofChallenge({ code: 'd', prerequisites: ['b', 'c'] }, [...others, aChallenge({ code: 'a' })])).toEqual([]);
  });
});

describe('a badge that somebody wants to save', () => {
  test('needs a goal that works and a limit of at least one', () => {
    expect(badgeProblems(aBadge({ goal: null, limit: 1 }))).toEqual([]);
    expect(told(badgeProblems(aBadge({ goal: aGoal({ target: '-1' }), limit: 0 })))).toEqual([
      'goal.target: A target must be above 0 and at most 9000000000, with at most six digits behind the point.',
      'limit: A limit must be a whole number of at least 1.',
    ]);
  });
});

describe('a tier that somebody wants to save', () => {
  test('may keep its own rank, and share none', () => {
    const others = [aTier(), aTier({ code: 'gold', rank: 2 })];
    expect(tierProblems(aTier(), others)).toEqual([]);
    expect(told(tierProblems(aTier({ rank: 2 }), others))).toEqual([
      'rank: “Gold” has the rank 2 already; every tier needs its own.',
    ]);
  });

  test('needs a threshold, a multiplier of at least one, and spans longer than nothing', () => {
    const wrong = aTier({ threshold: '-1', multiplier: '0.9', windowMs: 0, graceMs: -5, rank: 1.5 });
    expect(told(tierProblems(wrong, []))).toEqual([
      'multiplier: The multiplier 0.9 is below 1.',
      'rank: A rank must be a whole number.',
      'threshold: A threshold must be a decimal of at least 0.',
      'window: A window must be longer than nothing.',
      'grace: A grace must be longer than nothing.',
    ]);
  });
});
