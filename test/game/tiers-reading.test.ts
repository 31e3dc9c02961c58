import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf, fromNow, type Shop } from '../recording/shop.ts';
import type { Client } from '../support/client.ts';
import { TiersStage } from './tiers-stage.ts';

let stage: TiersStage;
let shop: Shop;
let kim: string;
let alex: string;

beforeAll(async () => {
  stage = await TiersStage.open();
  ({ shop } = stage);
  kim = await shop.enrol({ displayName: 'Kim' });
  alex = await shop.enrol({ displayName: 'Alex' });
  await stage.offer({
    ...{ code: 'bas', name: 'Bas', rank: 1, threshold: '0' },
    benefits: [{ code: 'news', name: 'News', description: ' Once a month. ' }],
  });
  await stage.offer();
  await stage.offer({ code: 'regular', name: 'Regular', rank: 4, metric: 'ACTIVITY_COUNT', threshold: '3' });
  await stage.offer({ code: 'spender', name: 'Spender', rank: 5, metric: 'VALUE_SPENT', threshold: '400.5' });
  await stage.offer({ code: 'gold', name: 'Gold', rank: 6, threshold: '500' });
  await stage.offer({ code: 'secret', name: 'Secret', rank: 7, threshold: '1', status: 'DRAFT' });
  await stage.filled();
});

afterAll(() => shop.close());

const member = (id: string): Client => shop.app.client({ role: 'MEMBER', subject: id });

describe('the ladder', () => {
  test('shows every tier as a step, and how far each is', async () => {
    await stage.buy(kim, '88');
    const { balance, steps, next } = await stage.ladder(kim);
    expect(balance).toBe(88);
    expect(steps.map(({ code, at, reached, remaining, percent }) => [code, at, reached, remaining, percent])).toEqual([
      ['bas', '0', true, '0', 100],
      ['silver', '100', false, '12', 88],
      ['regular', '3', false, '2', 33.3],
      ['spender', '400.5', false, '312.5', 21.9],
      ['gold', '500', false, '412', 17.6],
    ]);
    expect(steps.map(({ sentence }) => sentence)).toEqual([
      'Bas reached',
      '12 points from Silver',
      '2 activities from Regular',
      '312.5 SEK from Spender',
      '412 points from Gold',
    ]);
    expect(steps.filter(({ current }) => current).map(({ code }) => code)).toEqual(['bas']);
    expect(next).toEqual(steps[1]);
    expect(new Set(steps.map(({ kind }) => kind))).toEqual(new Set(['TIER']));
    expect(steps.map(({ unit }) => unit)).toEqual(['POINTS', 'POINTS', 'ACTIVITIES', 'MONEY', 'POINTS']);
  });

  test('counts what lies below the present tier as reached, and says what is missing to keep it', async () => {
    const lee = await shop.enrol({ displayName: 'Lee' });
    await stage.offer({ code: 'bronze', name: 'Bronze', rank: 8, window: 'P1D', grace: 'P60D', threshold: '10' });
    await stage.visit(lee);
    const reached = async () => (await stage.ladder(lee)).steps.filter((step) => step.reached).map(({ code }) => code);
    expect(await reached()).toEqual(['bas', 'silver', 'regular', 'spender', 'gold', 'bronze']);
    stage.travelTo(fromNow(shop, 2 * 86_400_000));
    const { steps, next } = await stage.ladder(lee);
    expect(steps.at(-1)).toMatchObject({ code: 'bronze', reached: true, sentence: '10 points missing to keep Bronze' });
    expect(next).toBeNull();
    await stage.offer({ code: 'bronze', name: 'Bronze', rank: 8, threshold: '10', status: 'ARCHIVED' });
    await stage.filled();
  });

  test('points to what is nearest when nothing takes points', async () => {
    const max = await shop.enrol({ displayName: 'Max' });
    await stage.buy(max, '0.5');
    for (const code of ['silver', 'gold']) await stage.offer({ code, name: code, rank: code.length, status: 'PAUSED' });
    expect((await stage.ladder(max)).next).toMatchObject({ code: 'regular', percent: 33.3 });
    await stage.offer();
    await stage.offer({ code: 'gold', name: 'Gold', rank: 6, threshold: '500' });
    await stage.filled();
  });
});

describe('the history', () => {
  test('names each change with its reason and its activity, in pages, and gives them by id', async () => {
    const lou = await shop.enrol({ displayName: 'Lou' });
    const recorded = await stage.buy(lou, '150');
    await stage.buy(lou, '300');
    const [silver, spender] = await stage.history(lou);
    expect(silver).toMatchObject({
      ...{ from: { code: 'bas' }, to: { code: 'silver' }, direction: 'UP', activity: { id: recorded.activity?.id } },
      reason: '“Silver” is reached: 150 of 100 points.',
    });
    expect(spender).toMatchObject({ reason: '“Spender” is reached: 450 of 400.5 SEK.' });
    const page = `query ($id: ID!, $after: String) { member(id: $id) { tierHistory(first: 1, after: $after) {
      totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } } }`;
    type Page = {
      member: {
        tierHistory: { totalCount: number; edges: { node: { id: string } }[]; pageInfo: { endCursor: string } };
      };
    };
    const first = (await shop.staff.data<Page>(page, { id: lou })).member.tierHistory;
    const after = first.pageInfo.endCursor;
    const second = (await shop.staff.data<Page>(page, { id: lou, after })).member.tierHistory;
    expect([first.totalCount, first.edges[0]?.node.id, second.edges[0]?.node.id]).toEqual([2, spender?.id, silver?.id]);
    const node = `query ($id: ID!) { node(id: $id) { __typename ... on TierChange { to { code } } } }`;
    const found = { node: { __typename: 'TierChange', to: { code: 'silver' } } };
    expect(await shop.staff.data(node, { id: silver?.id })).toEqual(found);
    expect(await member(lou).data(node, { id: silver?.id })).toEqual(found);
    expect(await member(alex).data(node, { id: silver?.id })).toEqual({ node: null });
  });
});

describe('who sees what', () => {
  const tiers = '{ tiers { code memberCount status benefits { code name description } } }';

  test('the active tiers are everybody’s; the others, and how many members each has, for staff', async () => {
    type Seen = { tiers: { code: string; memberCount: number | null; benefits: object[] }[] };
    for (const client of [shop.app.client(), member(kim), shop.app.client({ role: 'SERVICE' })]) {
      const seen = (await client.data<Seen>(tiers)).tiers;
      expect(seen.map(({ code }) => code)).toEqual(['bas', 'silver', 'regular', 'spender', 'gold']);
      expect(seen.every(({ memberCount }) => memberCount === null)).toBe(true);
      expect(seen[0]?.benefits).toEqual([{ code: 'news', name: 'News', description: 'Once a month.' }]);
    }
    const all = (await shop.staff.data<Seen>(tiers)).tiers;
    expect(all.map(({ code }) => code)).toEqual(['bas', 'silver', 'regular', 'spender', 'gold', 'secret', 'bronze']);
    expect(all.every(({ memberCount }) => memberCount !== null)).toBe(true);
    const drafts = await shop.staff.data('{ tiers(status: [DRAFT]) { code } }');
    expect(drafts).toEqual({ tiers: [{ code: 'secret' }] });
    expect(await member(kim).data('{ tiers(status: [DRAFT]) { code } }')).toEqual({ tiers: [] });
  });

  test.each(['tier { toNext }', 'ladder { balance }', 'tierHistory { totalCount }'])(
    'a member’s %s is the member’s, staff’s, and that of keys that read members or record',
    async (selection) => {
      const own = `{ me { ${selection} } }`;
      expect((await member(kim).query(own)).errors).toBeUndefined();
      // Members meet each other on public lists.
      const others = `{ leaderboard(code: "shown") { entries { edges { node { member { id ${selection} } } } } } }`;
      await shop.save('Leaderboard', { code: 'shown', name: 'Shown', metric: 'ACTIVITY_COUNT', period: 'ALL_TIME' });
      expect(codeOf(await member(alex).query(others))).toBe('FORBIDDEN');
      expect(codeOf(await shop.app.client().query(others))).toBe('UNAUTHENTICATED');
      expect((await shop.staff.query(others)).errors).toBeUndefined();
      for (const scope of ['members:read', 'activities:write']) {
        expect((await shop.app.client({ role: 'SERVICE', scope }).query(others)).errors).toBeUndefined();
      }
    },
  );

  test('saving is for administrators, and in the audit log', async () => {
    await expect(stage.save({ code: 'theirs', rank: 99 }, shop.staff)).rejects.toThrow('FORBIDDEN');
    await expect(stage.save({ code: 'theirs', rank: 99 }, member(kim))).rejects.toThrow('FORBIDDEN');
    await stage.offer({ code: 'ours', rank: 98, threshold: '9000' });
    const log = '{ auditLog(first: 1) { edges { node { action actor targetKind targetId before after } } } }';
    const { auditLog } = await shop.admin.data<{ auditLog: { edges: object[] } }>(log);
    expect(auditLog.edges).toMatchObject([
      {
        node: {
          ...{ action: 'tier.saved', actor: 'admin:admin', targetKind: 'tier', targetId: 'ours', before: null },
          after: { version: 1, status: 'ACTIVE', rank: 98, threshold: '9000' },
        },
      },
    ]);
    await stage.offer({ code: 'ours', rank: 98, threshold: '9000', status: 'ARCHIVED' });
  });
});

describe('saving a tier', () => {
  test('is harmless twice, and makes a version when something changed', async () => {
    const input = { code: 'twice', name: 'Twice', rank: 50, threshold: '9000' };
    expect((await stage.save(input)).tier).toMatchObject({ version: 1 });
    expect((await stage.save(input)).tier).toMatchObject({ version: 1 });
    expect((await stage.save({ ...input, multiplier: '1.25' })).tier).toMatchObject({ version: 2 });
  });

  test.each<[string, Record<string, unknown>, string, string[]]>([
    ['a rank that another has', { rank: 2 }, 'CONFLICT', ['rank']],
    ['no rank at all', { rank: 0 }, 'BAD_USER_INPUT', ['rank']],
    ['a code that is none', { code: 'Gold Tier' }, 'BAD_USER_INPUT', ['code']],
    ['an empty name', { name: ' ' }, 'BAD_USER_INPUT', ['name']],
    ['a negative threshold', { threshold: '-1' }, 'BAD_USER_INPUT', ['threshold']],
    ['half a point', { threshold: '0.5' }, 'BAD_USER_INPUT', ['threshold']],
    ['a tenth of an öre', { metric: 'VALUE_SPENT', threshold: '0.001' }, 'BAD_USER_INPUT', ['threshold']],
    ['more than can be counted', { threshold: '99999999999999999999' }, 'BAD_USER_INPUT', ['threshold']],
    ['a window of nothing', { window: 'PT0S' }, 'BAD_USER_INPUT', ['window']],
    ['a grace of nothing', { grace: 'P0D' }, 'BAD_USER_INPUT', ['grace']],
    ['a multiplier that takes points away', { multiplier: '0.5' }, 'BAD_USER_INPUT', ['multiplier']],
    ['a multiplier beyond reason', { multiplier: '100.1' }, 'BAD_USER_INPUT', ['multiplier']],
    ['an unknown badge', { badge: 'nothing' }, 'BAD_USER_INPUT', ['badge']],
    ['a benefit without a code', { benefits: [{ code: '', name: 'A' }] }, 'BAD_USER_INPUT', ['benefits', '0', 'code']],
    ['a benefit without a name', { benefits: [{ code: 'a', name: '' }] }, 'BAD_USER_INPUT', ['benefits', '0', 'name']],
    [
      ...(['the same benefit twice', { benefits: [1, 2].map(() => ({ code: 'a', name: 'A' })) }] as const),
      ...(['BAD_USER_INPUT', ['benefits', '1', 'code']] as const),
    ] as never,
  ])('is refused for %s', async (_what, input, code, path) => {
    const saved = await stage.save({ code: 'refused', rank: 60, ...input });
    expect(saved).toMatchObject({ tier: null, userErrors: [{ code, path: ['input', ...path] }] });
    expect(await shop.sql(`select 1 from configurations where code = 'refused'`)).toEqual([]);
  });

  test('of a rank that is free again is not refused, nor is a rank of tiers that are not active', async () => {
    await stage.offer({ code: 'first', name: 'First', rank: 70, threshold: '9000' });
    await stage.offer({ code: 'second', name: 'Second', rank: 70, threshold: '9000', status: 'DRAFT' });
    expect((await stage.save({ code: 'second', rank: 70, threshold: '9000' })).userErrors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'rank'] },
    ]);
    await stage.offer({ code: 'first', name: 'First', rank: 70, threshold: '9000', status: 'ARCHIVED' });
    await stage.offer({ code: 'second', name: 'Second', rank: 70, threshold: '9000' });
  });

  test('of one rank by two administrators at once is refused to one of them', async () => {
    const saves = ['left', 'right'].map((code) => stage.save({ code, name: code, rank: 80, threshold: '9000' }));
    const saved = await Promise.all(saves);
    expect(saved.map(({ userErrors }) => userErrors.map(({ code }) => code)).sort()).toEqual([[], ['CONFLICT']]);
  });
});
