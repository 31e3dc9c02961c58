import { describe, expect, test } from '@jest/globals';
import {
  BEGINNING,
  boardsFor,
  compileBoard,
  compileBoards,
  contributionTo,
  isWithin,
  MOST_PER_ACTIVITY,
  seasonAt,
} from '../../src/rules/boards.ts';
import { createFacts } from '../../src/rules/expressions.ts';
import type { ActivityFacts, LeaderboardDefinition } from '../../src/rules/types.ts';

const PROGRAM = { name: 'Club', timeZone: 'Europe/Stockholm', currencyCode: 'SEK', locale: 'sv-SE' };
const MEMBER = {
  ...{ id: 'm', externalId: null, joinedAt: 0, timeZone: null, locale: null },
  ...{ interests: ['hiking'], attributes: {} },
};

function board(changes: Partial<LeaderboardDefinition> = {}): LeaderboardDefinition {
  return {
    ...{ code: 'board', version: 1, name: 'Board', description: null, metric: 'ACTIVITY_COUNT', activityTypes: null },
    ...{ condition: null, period: 'ALL_TIME', startsAt: null, endsAt: null, ranking: 'COMPETITION', audience: null },
    ...{ prizes: [], public: true, status: 'ACTIVE' },
    ...changes,
  };
}

function activity(changes: Partial<ActivityFacts> = {}): ActivityFacts {
  return {
    ...{
      id: 'a',
      type: 'purchase',
      occurredAt: 0,
      channel: null,
      source: 'test',
      value: null,
      items: [],
      attributes: {},
    },
    ...changes,
  };
}

function scoreOf(definition: LeaderboardDefinition, done: ActivityFacts, points = 0): number {
  return contributionTo(compileBoard(definition), done, points, 'SEK', () => createFacts(PROGRAM, MEMBER, done));
}

describe('a contribution', () => {
  test.each([
    ['119.50', 11_950],
    ['0.01', 1],
    ['0.005', 1],
    ['0.0049', 0],
    ['0', 0],
    ['999999999999999999', MOST_PER_ACTIVITY],
  ])('of %s is %d hundredths', (amount, score) => {
    const done = activity({ value: { amount, currencyCode: 'SEK' } });
    expect(scoreOf(board({ metric: 'ACTIVITY_VALUE' }), done)).toBe(score);
  });

  test('of money counts only in the currency of the programme', () => {
    const definition = board({ metric: 'ACTIVITY_VALUE' });
    expect(scoreOf(definition, activity({ value: { amount: '5', currencyCode: 'EUR' } }))).toBe(0);
    expect(scoreOf(definition, activity())).toBe(0);
  });

  test('is what was earned, or one', () => {
    expect(scoreOf(board({ metric: 'POINTS_EARNED' }), activity(), 70)).toBe(70);
    expect(scoreOf(board(), activity(), 70)).toBe(1);
  });

  test('needs the condition and the audience; what cannot be evaluated is not met', () => {
    expect(scoreOf(board({ audience: '"hiking" in member.interests' }), activity())).toBe(1);
    expect(scoreOf(board({ audience: '"alpine" in member.interests' }), activity())).toBe(0);
    expect(scoreOf(board({ condition: 'activity.channel == "app"' }), activity({ channel: 'app' }))).toBe(1);
    expect(scoreOf(board({ condition: 'activity.value.amount > 1' }), activity())).toBe(0);
  });

  test('is nothing on a board that no longer compiles', () => {
    expect(scoreOf(board({ condition: 'activity.nothing' }), activity())).toBe(0);
    expect(scoreOf(board({ audience: 'activity.type == "purchase"' }), activity())).toBe(0);
  });
});

describe('boards', () => {
  test('listen to their types, and only while active', () => {
    const boards = compileBoards([
      board({ code: 'every' }),
      board({ code: 'buyers', activityTypes: ['purchase'] }),
      board({ code: 'paused', status: 'PAUSED' }),
    ]);
    expect(boardsFor(boards, 'purchase').map(({ code }) => code)).toEqual(['buyers', 'every']);
    expect(boardsFor(boards, 'review').map(({ code }) => code)).toEqual(['every']);
  });
});

describe('a season', () => {
  const at = Date.parse('2026-11-21T12:00:00Z');
  test.each<[LeaderboardDefinition['period'], string, string | null]>([
    ['ALL_TIME', new Date(BEGINNING).toISOString(), null],
    ['DAY', '2026-11-20T23:00:00.000Z', '2026-11-21T23:00:00.000Z'],
    ['WEEK', '2026-11-15T23:00:00.000Z', '2026-11-22T23:00:00.000Z'],
    ['MONTH', '2026-10-31T23:00:00.000Z', '2026-11-30T23:00:00.000Z'],
  ])('of %s holds the instant', (period, startsAt, endsAt) => {
    const bounds = { startsAt: Date.parse(startsAt), endsAt: endsAt === null ? null : Date.parse(endsAt) };
    expect(seasonAt(board({ period }), at, PROGRAM.timeZone)).toEqual(bounds);
    expect(isWithin(bounds, at)).toBe(true);
    expect(isWithin(bounds, bounds.startsAt)).toBe(true);
    expect(isWithin(bounds, bounds.startsAt - 1)).toBe(false);
    expect(bounds.endsAt !== null && isWithin(bounds, bounds.endsAt)).toBe(false);
  });

  test('of own dates is there between them only', () => {
    const definition = board({ period: 'CUSTOM', startsAt: at, endsAt: at + 10 });
    expect(seasonAt(definition, at + 9, PROGRAM.timeZone)).toEqual({ startsAt: at, endsAt: at + 10 });
    expect(seasonAt(definition, at + 10, PROGRAM.timeZone)).toBeNull();
    expect(seasonAt({ ...definition, endsAt: null }, at + 10, PROGRAM.timeZone)).toEqual({
      startsAt: at,
      endsAt: null,
    });
    expect(seasonAt(definition, at - 1, PROGRAM.timeZone)).toBeNull();
  });
});
