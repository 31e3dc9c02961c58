import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { LeaderboardsService } from '../src/features/leaderboards/index.ts';
import { newId } from '../src/platform/ids.ts';
import { fromNow, type Shop } from './recording/shop.ts';
import { type Boards, openBoards } from './support/boards.ts';
import { eventually } from './support/platform.ts';

let shop: Shop;
let boards: Boards;
let members: string[];

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  await shop.save('ActivityType', { code: 'walk', name: 'Walk' });
});

beforeEach(async () => {
  members = [];
  for (let index = 0; index < 6; index += 1) {
    members.push(await shop.enrol({ displayName: `Member ${index}`, interests: index % 2 === 0 ? ['hiking'] : [] }));
  }
});

afterAll(() => shop.close());

/** Activities of all kinds over the last two days, the same for the same seed. */
function activities(count: number, seed = 1): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => {
    const drawn = (index * 7_919 + seed * 104_729) % 1_009;
    return {
      ...{ memberId: members[drawn % members.length], type: ['review', 'walk', 'purchase'][drawn % 3] },
      occurredAt: fromNow(shop, -(drawn % 48) * 3_600_000),
      ...(drawn % 3 === 2 ? { value: { amount: `${drawn % 90}.${10 + (drawn % 7)}`, currencyCode: 'SEK' } } : {}),
      attributes: { stars: drawn % 6 },
    };
  });
}

const KINDS: Record<string, Record<string, unknown>> = {
  counted: { metric: 'ACTIVITY_COUNT' },
  points: { metric: 'POINTS_EARNED', period: 'DAY' },
  money: { metric: 'ACTIVITY_VALUE', activityTypes: ['purchase'], period: 'WEEK' },
  filtered: { metric: 'ACTIVITY_COUNT', condition: 'activity.attributes.stars >= 3' },
  hikers: { metric: 'POINTS_EARNED', audience: '"hiking" in member.interests', period: 'MONTH' },
};

/** The places of a board, as far as they concern this test's members. */
async function placesOf(code: string): Promise<unknown[]> {
  const { entries } = await boards.read(code);
  return entries.edges
    .map(({ node }) => ({ ...node, rank: 0 }))
    .filter(({ member }) => members.includes(member?.id ?? ''));
}

describe('saving a board', () => {
  test('counts what was recorded before, exactly as if it had been there from the start', async () => {
    for (const [kind, board] of Object.entries(KINDS)) await boards.offer({ code: `${kind}-early`, ...board });
    await shop.recordMany(activities(300));
    for (const [kind, board] of Object.entries(KINDS)) await boards.offer({ code: `${kind}-late`, ...board });
    await shop.recordMany(activities(60, 2));
    for (const kind of Object.keys(KINDS)) {
      expect((await placesOf(`${kind}-early`)).length).toBeGreaterThan(0);
      expect(await placesOf(`${kind}-late`)).toEqual(await placesOf(`${kind}-early`));
    }
    await shop.expectCleanLedger();
  });

  test('is exact while others record at the same time', async () => {
    for (const [kind, board] of Object.entries(KINDS)) await boards.offer({ code: `${kind}-calm`, ...board });
    const recording = Promise.all(Array.from({ length: 40 }, (_, part) => shop.recordMany(activities(25, part + 3))));
    const saving = Promise.all(
      Object.entries(KINDS).map(([kind, board]) => boards.offer({ code: `${kind}-rushed`, ...board })),
    );
    await Promise.all([recording, saving]);
    for (const kind of Object.keys(KINDS)) {
      expect(await placesOf(`${kind}-rushed`)).toEqual(await placesOf(`${kind}-calm`));
    }
    await shop.expectCleanLedger();
  });

  test('counts a long history in turns, while others record', async () => {
    const { core } = shop.app;
    const parts = { ...core, store: core.configuration };
    const service = new LeaderboardsService({ ...parts, countedAtOnce: 10 });
    const author = { actor: 'admin:test', requestId: null };
    const input = { name: 'Long', metric: 'POINTS_EARNED', period: 'ALL_TIME', ranking: 'DENSE' } as const;
    await boards.offer({ code: 'short', ...input });
    await shop.recordMany(activities(80, 50));
    const recording = Promise.all(Array.from({ length: 20 }, (_, part) => shop.recordMany(activities(10, part + 51))));
    await service.save({ code: 'long', ...input, public: true, status: 'ACTIVE' }, author);
    await recording;
    const filled = `select from seasons where leaderboard_code = 'long' and filled_at is not null`;
    await eventually('the board is filled', async () => (await shop.sql(filled)).length === 1);
    expect(await placesOf('long')).toEqual(await placesOf('short'));
    await shop.expectCleanLedger();
  });

  test('twice is harmless; a change makes a version and counts anew only what it changes', async () => {
    await boards.offer({ code: 'twice' });
    await shop.recordMany(activities(50, 90));
    const before = await placesOf('twice');
    const [first, second] = [await boards.save({ code: 'twice' }), await boards.save({ code: 'twice' })];
    expect([first.leaderboard?.version, second.leaderboard?.version]).toEqual([1, 1]);
    expect((await boards.save({ code: 'twice', name: 'Renamed' })).leaderboard?.version).toBe(2);
    expect(await placesOf('twice')).toEqual(before);
    await boards.offer({ code: 'twice', activityTypes: ['walk'] });
    expect(await placesOf('twice')).not.toEqual(before);
    await boards.offer({ code: 'twice' });
    expect(await placesOf('twice')).toEqual(before);
    expect(await boards.seasons('twice')).toHaveLength(1);
  });

  test('makes a paused board miss nothing when it goes on', async () => {
    await boards.offer({ code: 'paused' });
    await boards.offer({ code: 'running' });
    await boards.offer({ code: 'paused', status: 'PAUSED' });
    await shop.recordMany(activities(30, 100));
    expect(await placesOf('paused')).toEqual([]);
    await boards.offer({ code: 'paused' });
    expect(await placesOf('paused')).toEqual(await placesOf('running'));
  });
});

describe('saving is refused', () => {
  const dates = { startsAt: '2026-01-01T00:00:00Z', endsAt: '2026-02-01T00:00:00Z' };
  const custom = { period: 'CUSTOM', ...dates };
  const prize = { fromRank: 1, toRank: 3, points: 5 };
  test.each<[string, Record<string, unknown>, string, string[]]>([
    ['a code in capitals', { code: 'Best' }, 'BAD_USER_INPUT', ['code']],
    ['an empty name', { name: '  ' }, 'BAD_USER_INPUT', ['name']],
    ['an unknown type', { activityTypes: ['purchse'] }, 'UNKNOWN_ACTIVITY_TYPE', ['activityTypes']],
    ['no type at all', { activityTypes: [] }, 'BAD_USER_INPUT', ['activityTypes']],
    ['a condition that is none', { condition: '1 + 1' }, 'INVALID_EXPRESSION', ['condition']],
    ['an audience of activities', { audience: 'activity.type == "walk"' }, 'INVALID_EXPRESSION', ['audience']],
    ['dates on a month', { period: 'MONTH', ...dates }, 'BAD_USER_INPUT', ['startsAt']],
    ['own dates without a start', { period: 'CUSTOM', endsAt: dates.endsAt }, 'BAD_USER_INPUT', ['startsAt']],
    ['an end before the start', { ...custom, endsAt: dates.startsAt }, 'BAD_USER_INPUT', ['endsAt']],
    ['a prize of nothing', { prizes: [{ fromRank: 1, toRank: 1 }] }, 'BAD_USER_INPUT', ['prizes', '0']],
    ['ranks the wrong way round', { prizes: [{ ...prize, toRank: 0 }] }, 'BAD_USER_INPUT', ['prizes', '0', 'toRank']],
    ['a rank with two prizes', { prizes: [prize, { ...prize, fromRank: 3 }] }, 'BAD_USER_INPUT', ['prizes', '1']],
    ['an unknown badge', { prizes: [{ ...prize, badge: 'gold' }] }, 'BAD_USER_INPUT', ['prizes', '0', 'badge']],
  ])('for %s', async (_what, input, code, path) => {
    const saved = await boards.save({ code: 'refused', ...input });
    expect(saved).toMatchObject({ leaderboard: null, userErrors: [{ code, path: ['input', ...path] }] });
    expect(await boards.read('refused')).toBeNull();
  });

  test('for another period: its seasons are cut by it', async () => {
    await boards.offer({ code: 'weeks', period: 'WEEK' });
    expect(await boards.save({ code: 'weeks', period: 'DAY' })).toMatchObject({
      userErrors: [{ code: 'CONFLICT', path: ['input', 'period'] }],
    });
  });

  test('for own dates that would reach into a closed season', async () => {
    await boards.offer({ code: 'january', ...custom });
    await shop.app.core.seasons.closeDue();
    const earlier = { ...custom, startsAt: '2025-12-01T00:00:00Z', endsAt: '2026-01-15T00:00:00Z' };
    expect(await boards.save({ code: 'january', ...earlier })).toMatchObject({
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'endsAt'] }],
    });
    await boards.offer({ code: 'january', ...custom, endsAt: '2099-01-01T00:00:00Z' });
    expect((await boards.read('january')).season).toMatchObject({
      startsAt: '2026-02-01T00:00:00.000Z',
      closedAt: null,
    });
  });

  test('for closing what is not there, not started or somebody else’s to close', async () => {
    const path = ['input', 'leaderboard'];
    expect((await boards.close('nothing')).userErrors).toEqual([{ code: 'NOT_FOUND', path }]);
    await boards.offer({ code: 'ahead', period: 'CUSTOM', startsAt: '2098-01-01T00:00:00Z' });
    expect((await boards.close('ahead')).userErrors).toEqual([{ code: 'NOT_STARTED', path }]);
    await boards.offer({ code: 'staffed' });
    await expect(boards.close('staffed', newId(), shop.staff)).rejects.toThrow('FORBIDDEN');
    const key = newId();
    await boards.close('staffed', key);
    expect((await boards.close('ahead', key)).userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  test('for a radius beyond what anybody can look at', async () => {
    await boards.offer({ code: 'wide' });
    await expect(boards.around(members[0] ?? '', 51, shop.admin, 'wide')).rejects.toThrow('BAD_USER_INPUT');
  });
});
