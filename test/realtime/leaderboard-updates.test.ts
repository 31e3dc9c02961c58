import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Shop } from '../recording/shop.ts';
import { Follower } from './support/follower.ts';

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

async function as(memberId: string): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await shop.app.token({ role: 'MEMBER', subject: memberId })}` };
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
});
