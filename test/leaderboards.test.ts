import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fromNow, type Shop } from './recording/shop.ts';
import { type Boards, openBoards } from './support/boards.ts';

let shop: Shop;
let boards: Boards;

beforeAll(async () => {
  ({ shop, boards } = await openBoards());
  await shop.save('ActivityType', { code: 'walk', name: 'Walk' });
  await shop.save('Campaign', {
    ...{
      code: 'double',
      name: 'Double',
      triggers: ['review'],
      condition: 'activity.channel == "app"',
      multiplier: '2',
    },
    ...{ startsAt: '2020-01-01T00:00:00Z', endsAt: '2099-01-01T00:00:00Z' },
  });
});

afterAll(() => shop.close());

/** Records reviews of a member, `count` of them, a minute apart and the last one now. */
async function review(memberId: string, count: number, more: Record<string, unknown> = {}): Promise<void> {
  const activities = Array.from({ length: count }, (_, index) => {
    return { type: 'review', memberId, occurredAt: fromNow(shop, (index - count + 1) * 60_000), ...more };
  });
  expect(await shop.recordMany(activities)).toMatchObject({ recorded: count });
}

describe('a score', () => {
  test('counts activities, points with campaigns, and money in hundredths, each in the transaction that records', async () => {
    const counted = { activityTypes: ['review', 'purchase'] };
    await boards.offer({ code: 'count', ...counted });
    await boards.offer({ code: 'points', metric: 'POINTS_EARNED', ...counted });
    await boards.offer({ code: 'money', metric: 'ACTIVITY_VALUE', ...counted });
    const kim = await shop.enrol({ displayName: 'Kim' });
    await review(kim, 2);
    await review(kim, 1, { channel: 'app' });
    await shop.record({ type: 'purchase', memberId: kim, value: { amount: '19.95', currencyCode: 'SEK' } });
    await shop.record({ type: 'purchase', memberId: kim, value: { amount: '0.005', currencyCode: 'SEK' } });
    await shop.record({ type: 'walk', memberId: kim });
    expect(await boards.places('count')).toEqual([[1, 'Kim', 5]]);
    expect(await boards.places('points')).toEqual([[1, 'Kim', 40]]);
    expect(await boards.places('money')).toEqual([[1, 'Kim', 1_996]]);
  });

  test('counts what satisfies the condition, of members who belong to the audience', async () => {
    const condition = 'activity.attributes.stars >= 4';
    await boards.offer({ code: 'happy', condition, audience: '"hiking" in member.interests' });
    const hiker = await shop.enrol({ displayName: 'Hiker', interests: ['hiking'] });
    const skier = await shop.enrol({ displayName: 'Skier', interests: ['alpine'] });
    await review(hiker, 2, { attributes: { stars: 5 } });
    await review(hiker, 1, { attributes: { stars: 1 } });
    await review(hiker, 1);
    await review(skier, 3, { attributes: { stars: 5 } });
    expect(await boards.places('happy')).toEqual([[1, 'Hiker', 2]]);
  });

  test('is the same whichever way a batch is told: repeated keys count once', async () => {
    await boards.offer({ code: 'once' });
    const kim = await shop.enrol({ displayName: 'Once' });
    const activity = { type: 'walk', memberId: kim, idempotencyKey: 'the-same-walk' };
    await shop.recordMany([activity, activity, { type: 'walk', memberId: kim }]);
    await shop.record(activity);
    expect(await boards.entry(kim, shop.admin, 'once')).toMatchObject({ score: 2 });
  });

  test('is not moved by adjustments, simulations and refusals', async () => {
    await boards.offer({ code: 'quiet', metric: 'POINTS_EARNED' });
    const kim = await shop.enrol({ displayName: 'Quiet' });
    await shop.adjust(kim, 500);
    await shop.simulate({ type: 'review', memberId: kim });
    await shop.record({ type: 'review', memberId: kim, value: { amount: '1', currencyCode: 'EUR' } });
    await shop.record({ type: 'review', memberId: kim, occurredAt: fromNow(shop, 3_600_000) });
    expect(await boards.entry(kim, shop.admin, 'quiet')).toMatchObject({ score: 10 });
  });
});

describe('places', () => {
  test('share a rank when scores are equal, 1224 or 1223, and list who was first', async () => {
    await shop.save('ActivityType', { code: 'tie', name: 'Tie' });
    await boards.offer({ code: 'ties', activityTypes: ['tie'] });
    await boards.offer({ code: 'dense', activityTypes: ['tie'], ranking: 'DENSE' });
    const names: [string, number, number][] = [
      ['Third', 1, -10],
      ['Late', 2, -20],
      ['Early', 2, -40],
      ['First', 3, -5],
    ];
    for (const [displayName, count, minutes] of names) {
      const memberId = await shop.enrol({ displayName });
      const occurredAt = fromNow(shop, minutes * 60_000);
      await shop.recordMany(Array.from({ length: count }, () => ({ type: 'tie', memberId, occurredAt })));
    }
    const places = ['First', 'Early', 'Late', 'Third'];
    expect((await boards.places('ties')).map(([rank, name]) => [rank, name])).toEqual(
      [1, 2, 2, 4].map((rank, index) => [rank, places[index]]),
    );
    expect((await boards.places('dense')).map(([rank, name]) => [rank, name])).toEqual(
      [1, 2, 2, 3].map((rank, index) => [rank, places[index]]),
    );
  });

  test('are the same in pages, around a member, one by one, and on the member itself', async () => {
    await shop.save('ActivityType', { code: 'lap', name: 'Lap' });
    await boards.offer({ code: 'laps', activityTypes: ['lap'] });
    const ids: string[] = [];
    for (let index = 0; index < 12; index += 1) ids.push(await shop.enrol({ displayName: `Runner ${index}` }));
    const laps = ids.flatMap((memberId, index) =>
      Array.from({ length: 1 + Math.floor(index / 3) }, () => ({ type: 'lap', memberId })),
    );
    await shop.recordMany(laps);
    const whole = (await boards.read('laps')).entries.edges.map(({ node }) => node);
    expect(whole.map(({ rank }) => rank)).toEqual([1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10]);

    const paged = [];
    for (let after: string | null = null; ; ) {
      const { entries, size } = await boards.read('laps', { first: 2, after });
      expect([entries.totalCount, size]).toEqual([12, 12]);
      paged.push(...entries.edges.map(({ node }) => node));
      after = entries.pageInfo.endCursor;
      if (!entries.pageInfo.hasNextPage) break;
    }
    expect(paged).toEqual(whole);
    for (const [index, entry] of whole.entries()) {
      const id = entry.member?.id ?? '';
      expect(await boards.entry(id, shop.admin, 'laps')).toEqual(entry);
      expect(await boards.around(id, 2, shop.admin, 'laps')).toEqual(whole.slice(Math.max(0, index - 2), index + 3));
    }
    const document = '{ members(first: 12) { edges { node { id standing(leaderboard: "laps") { rank } } } } }';
    type Members = { members: { edges: { node: { id: string; standing: { rank: number } | null } }[] } };
    const { members } = await shop.staff.data<Members>(document);
    const ranks = new Map(whole.map(({ member, rank }) => [member?.id, rank]));
    expect(members.edges.map(({ node }) => node.standing?.rank)).toEqual(
      members.edges.map(({ node }) => ranks.get(node.id)),
    );
  });

  test('do not repeat or skip anybody when others join above and below while somebody pages on', async () => {
    await shop.save('ActivityType', { code: 'jump', name: 'Jump' });
    await boards.offer({ code: 'jumps', activityTypes: ['jump'] });
    const jump = async (count: number) => {
      const memberId = await shop.enrol();
      await shop.recordMany(Array.from({ length: count }, () => ({ type: 'jump', memberId })));
      return memberId;
    };
    const there: string[] = [];
    for (let count = 8; count > 2; count -= 1) there.push(await jump(count));
    const seen: (string | undefined)[] = [];
    for (let after: string | null = null; ; ) {
      const { entries } = await boards.read('jumps', { first: 2, after });
      seen.push(...entries.edges.map(({ node }) => node.member?.id));
      after = entries.pageInfo.endCursor;
      if (!entries.pageInfo.hasNextPage) break;
      await jump(9);
      await jump(1);
    }
    expect(seen.filter((id) => there.includes(id ?? ''))).toEqual(there);
    expect(new Set(seen).size).toBe(seen.length);
  });
});
