import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { Shop } from '../recording/shop.ts';
import { asMember } from './support/stage.ts';

interface Entry {
  rank: number;
  score: number;
  displayName: string;
  member?: { id: string } | null;
}
interface Update {
  leaderboardUpdated: {
    version: number;
    leaderboard: { code: string; name: string };
    season: { id: string };
    entries: Entry[];
    moves: {
      displayName: string;
      fromRank: number | null;
      toRank: number | null;
      fromScore: number;
      toScore: number;
    }[];
    mine: Entry | null;
    pointsToOvertakeNext: number | null;
    around: Entry[];
  };
}

const SHARED = `subscription ($code: String!, $first: Int! = 10, $throttle: Duration! = "PT0.05S") {
  leaderboardUpdated(code: $code, first: $first, throttle: $throttle) {
    version leaderboard { code name } season { id } entries { rank score displayName }
    moves { displayName fromRank toRank fromScore toScore }
  }
}`;
const OWN = `subscription ($code: String!, $first: Int! = 10, $around: ID) {
  leaderboardUpdated(code: $code, first: $first, around: $around, throttle: "PT0.05S") {
    version entries { rank score displayName member { id } } moves { displayName toRank }
    mine { rank score displayName member { id } } pointsToOvertakeNext around { rank displayName }
  }
}`;

let shop: Shop;
const save = (code: string, more: object = {}) =>
  shop.save('Leaderboard', {
    code,
    name: code,
    metric: 'POINTS_EARNED',
    period: 'ALL_TIME',
    activityTypes: [code],
    ...more,
  });

beforeAll(async () => {
  shop = await Shop.open();
});
afterAll(() => shop.close());

/** A board of its own with a type whose activities earn ten points each. */
async function board(code: string, more: object = {}): Promise<void> {
  await shop.offer(code);
  await save(code, more);
}

function times(count: number, type: string, memberId: string): Promise<unknown> {
  return shop.recordMany(Array.from({ length: count }, () => ({ type, memberId })));
}

describe('leaderboardUpdated', () => {
  test('shows the board at once, and again with the moves when somebody overtakes', async () => {
    await board('overtaking');
    const [anna, bo] = [await shop.enrol({ displayName: 'Anna' }), await shop.enrol({ displayName: 'Bo' })];
    await times(2, 'overtaking', anna);
    await times(1, 'overtaking', bo);
    const follower = await Follower.start<Update>(shop.app.url, SHARED, { variables: { code: 'overtaking' } });
    const { leaderboardUpdated: first } = await follower.at(0);
    expect(first).toMatchObject({ version: 1, leaderboard: { code: 'overtaking', name: 'overtaking' }, moves: [] });
    expect(first.entries).toEqual([
      { rank: 1, score: 20, displayName: 'Anna' },
      { rank: 2, score: 10, displayName: 'Bo' },
    ]);
    await times(3, 'overtaking', bo);
    const { leaderboardUpdated: second } = await follower.at(1);
    expect(second.version).toBeGreaterThan(1);
    expect(second.entries.map(({ displayName }) => displayName)).toEqual(['Bo', 'Anna']);
    expect(second.moves).toEqual([
      { displayName: 'Bo', fromRank: 2, toRank: 1, fromScore: 10, toScore: 40 },
      { displayName: 'Anna', fromRank: 1, toRank: 2, fromScore: 20, toScore: 20 },
    ]);
    follower.close();
  });

  test('shows members their own place, what they need to overtake, and who is next to them', async () => {
    await board('own');
    const members = await Promise.all(['Cleo', 'Dan', 'Eva'].map((displayName) => shop.enrol({ displayName })));
    const [cleo = '', dan = '', eva = ''] = members;
    await times(3, 'own', cleo);
    await times(2, 'own', dan);
    await times(1, 'own', eva);
    const params = await asMember(shop.app, eva);
    const follower = await Follower.start<Update>(shop.app.url, OWN, { variables: { code: 'own', first: 1 }, params });
    const { leaderboardUpdated: first } = await follower.at(0);
    expect(first.mine).toEqual({ rank: 3, score: 10, displayName: 'Eva', member: { id: eva } });
    expect(first.pointsToOvertakeNext).toBe(11);
    expect(first.around).toEqual([
      { rank: 1, displayName: 'Cleo' },
      { rank: 2, displayName: 'Dan' },
      { rank: 3, displayName: 'Eva' },
    ]);
    await times(4, 'own', eva);
    const { leaderboardUpdated: second } = await follower.at(1);
    expect(second).toMatchObject({ mine: { rank: 1, score: 50 }, pointsToOvertakeNext: null });
    expect(second.moves).toEqual([
      { displayName: 'Eva', toRank: 1 },
      { displayName: 'Cleo', toRank: 2 },
    ]);
    follower.close();
  });

  test('tells nobody anything when nothing that is shown has changed', async () => {
    await board('quiet');
    const [first, second] = [await shop.enrol({ displayName: 'First' }), await shop.enrol({ displayName: 'Second' })];
    await times(3, 'quiet', first);
    await times(1, 'quiet', second);
    const variables = { code: 'quiet', first: 1 };
    const follower = await Follower.start<Update>(shop.app.url, SHARED, { variables });
    await follower.at(0);
    await times(1, 'quiet', second);
    await shop.app.settled();
    await times(1, 'quiet', first);
    const { leaderboardUpdated } = await follower.at(1);
    expect(leaderboardUpdated.entries).toEqual([{ rank: 1, score: 40, displayName: 'First' }]);
    expect(leaderboardUpdated.version).toBe(2);
    follower.close();
  });

  test('gathers what happens within the throttle, and ends with how the board stands', async () => {
    await board('gathered');
    const member = await shop.enrol({ displayName: 'Gus' });
    await times(1, 'gathered', member);
    const variables = { code: 'gathered', throttle: 'PT0.3S' };
    const follower = await Follower.start<Update>(shop.app.url, SHARED, { variables });
    await follower.at(0);
    const startedAt = performance.now();
    for (let round = 0; round < 30; round += 1) await times(1, 'gathered', member);
    const tookMs = performance.now() - startedAt;
    await follower.until('the last score', () => follower.data.at(-1)?.leaderboardUpdated.entries[0]?.score === 310);
    expect(follower.results.length).toBeLessThanOrEqual(3 + tookMs / 300);
    const scores = follower.data.map(({ leaderboardUpdated }) => leaderboardUpdated.entries[0]?.score ?? 0);
    expect(scores).toEqual(scores.toSorted((left, right) => left - right));
    const versions = follower.data.map(({ leaderboardUpdated }) => leaderboardUpdated.version);
    expect(new Set(versions).size).toBe(versions.length);
    for (const { leaderboardUpdated } of follower.data.slice(1)) expect(leaderboardUpdated.moves).toHaveLength(1);
    follower.close();
  });

  test('shows somebody who comes later the same board, without moves, and the next update to both', async () => {
    await board('later');
    const member = await shop.enrol({ displayName: 'Hal' });
    await times(1, 'later', member);
    const early = await Follower.start<Update>(shop.app.url, SHARED, { variables: { code: 'later' } });
    await early.at(0);
    await times(1, 'later', member);
    const seen = await early.at(1);
    const late = await Follower.start<Update>(shop.app.url, SHARED, { variables: { code: 'later' } });
    const first = await late.at(0);
    expect(first).toEqual({ leaderboardUpdated: { ...seen.leaderboardUpdated, moves: [] } });
    await times(1, 'later', member);
    expect(await late.at(1)).toEqual(await early.at(2));
    for (const follower of [early, late]) follower.close();
  });

  test('goes on with the next season when one is closed', async () => {
    await board('seasons', { period: 'DAY' });
    const member = await shop.enrol({ displayName: 'Ida' });
    await times(1, 'seasons', member);
    const follower = await Follower.start<Update>(shop.app.url, SHARED, { variables: { code: 'seasons' } });
    const { leaderboardUpdated: before } = await follower.at(0);
    const close = 'mutation ($input: CloseSeasonInput!) { closeSeason(input: $input) { userErrors { code message } } }';
    const input = { idempotencyKey: 'close-it', leaderboard: 'seasons' };
    expect(await shop.admin.data(close, { input })).toEqual({ closeSeason: { userErrors: [] } });
    const { leaderboardUpdated: after } = await follower.at(1);
    expect(after.season.id).not.toBe(before.season.id);
    expect(after).toMatchObject({ entries: [], moves: [] });
    follower.close();
  });

  test('refuses a board that does not exist, or is not for everybody, and arguments out of range', async () => {
    await board('closed-shop', { public: false });
    const refusalOf = async (variables: object, params = {}) => {
      const follower = await Follower.start<Update>(shop.app.url, SHARED, { variables, params });
      await follower.until('an answer', () => follower.failure !== null || follower.results.length > 0);
      follower.close();
      return follower.failure?.[0]?.extensions.code ?? null;
    };
    expect(await refusalOf({ code: 'no-such-board' })).toBe('NOT_FOUND');
    expect(await refusalOf({ code: 'closed-shop' })).toBe('NOT_FOUND');
    const member = await asMember(shop.app, await shop.enrol());
    expect(await refusalOf({ code: 'closed-shop' }, member)).toBeNull();
    expect(await refusalOf({ code: 'closed-shop', throttle: 'PT0.01S' }, member)).toBe('BAD_USER_INPUT');
    expect(await refusalOf({ code: 'closed-shop', first: 0 }, member)).toBe('BAD_USER_INPUT');
    expect(await refusalOf({ code: 'closed-shop', first: 101 }, member)).toBe('QUERY_TOO_COMPLEX');
  });
});
