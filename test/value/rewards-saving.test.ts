import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from '../support/client.ts';
import { RewardsStage, refusalOf } from './rewards-stage.ts';

let stage: RewardsStage;

beforeAll(async () => {
  stage = await RewardsStage.open();
});

afterAll(() => stage.shop.close());

interface Page {
  edges: { cursor: string; node: { code: string; cost: number } }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
  totalCount: number;
}

async function page(args: string, client: Client = stage.shop.admin): Promise<Page> {
  const document = `{ rewards(${args}) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { code cost } } } }`;
  return (await client.data<{ rewards: Page }>(document)).rewards;
}

const codesOf = ({ edges }: Page) => edges.map(({ node }) => node.code);

describe('saving a reward', () => {
  test('makes a version when something changed, keeps the id, and is in the audit log', async () => {
    const input = { code: 'tea', name: 'Tea', cost: 30, value: { amount: '25.50', currencyCode: 'SEK' } };
    const first = await stage.save(input);
    expect(first).toMatchObject({ reward: { code: 'tea', version: 1, stock: null, status: 'ACTIVE' }, userErrors: [] });
    expect((await stage.save(input)).reward).toMatchObject({ id: first.reward?.id, version: 1 });
    expect((await stage.save({ ...input, cost: 40 })).reward).toMatchObject({
      id: first.reward?.id,
      version: 2,
      cost: 40,
    });
    const log = await stage.shop.sql<{ action: string }>(`select action from audit_entries where target_id = 'tea'`);
    expect(log.map(({ action }) => action)).toEqual(['reward.saved', 'reward.saved']);
  });

  test.each([
    [{ code: 'Not a code' }, ['input', 'code'], 'BAD_USER_INPUT'],
    [{ name: ' ' }, ['input', 'name'], 'BAD_USER_INPUT'],
    [{ cost: 0 }, ['input', 'cost'], 'BAD_USER_INPUT'],
    [{ cost: -5 }, ['input', 'cost'], 'BAD_USER_INPUT'],
    [{ stock: -1 }, ['input', 'stock'], 'BAD_USER_INPUT'],
    [{ perMember: 0 }, ['input', 'perMember'], 'BAD_USER_INPUT'],
    [{ minimumTier: 'nowhere' }, ['input', 'minimumTier'], 'BAD_USER_INPUT'],
    [{ audience: 'member.nothing' }, ['input', 'audience'], 'INVALID_EXPRESSION'],
    [{ audience: 'activity.type == "x"' }, ['input', 'audience'], 'INVALID_EXPRESSION'],
    [{ imageUrl: 'javascript:alert(1)' }, ['input', 'imageUrl'], 'BAD_USER_INPUT'],
    [{ value: { amount: '-1', currencyCode: 'SEK' } }, ['input', 'value', 'amount'], 'BAD_USER_INPUT'],
    [{ terms: 'x'.repeat(5_001) }, ['input', 'terms'], 'BAD_USER_INPUT'],
    [{ validFor: 'PT0S' }, ['input', 'validFor'], 'BAD_USER_INPUT'],
    [{ startsAt: '2026-02-01T00:00:00Z', endsAt: '2026-01-01T00:00:00Z' }, ['input', 'endsAt'], 'BAD_USER_INPUT'],
  ])('refuses %j and says where', async (input, path, code) => {
    const { reward, ...answer } = await stage.save({ code: 'refused', ...input });
    expect(reward).toBeNull();
    expect(refusalOf(answer)).toMatchObject({ code, path });
    expect(await stage.read('refused')).toBeNull();
  });

  test('that becomes limited counts what was issued before, but for what was cancelled', async () => {
    const code = await stage.reward({ cost: 10 });
    const kim = await stage.member(100);
    const first = await stage.redeemed(kim, code);
    await stage.redeemed(kim, code);
    await stage.redeemed(kim, code);
    await stage.cancel(first.id);
    expect((await stage.save({ code, cost: 10, stock: 3 })).reward).toMatchObject({ stock: 1 });
    await stage.redeemed(kim, code);
    expect(refusalOf(await stage.redeem(kim, code)).code).toBe('OUT_OF_STOCK');
    // Without a limit nothing is counted; with one again, everything is.
    await stage.save({ code, cost: 10 });
    await stage.redeemed(kim, code);
    expect((await stage.save({ code, cost: 10, stock: 2 })).reward).toMatchObject({ stock: 0 });
    expect((await stage.save({ code, cost: 10, stock: 5 })).reward).toMatchObject({ stock: 1 });
  });
});

describe('the shelf', () => {
  let kim: string;

  beforeAll(async () => {
    await stage.shop.admin.data(`mutation { archive: saveReward(input: { code: "tea", name: "Tea", kind: PRODUCT, cost: 40,
      status: ARCHIVED }) { userErrors { code } } }`);
    for (const [code, cost] of [
      ['walk', 9_001],
      ['mug', 9_003],
      ['scarf', 9_003],
      ['lamp', 9_005],
    ] as const) {
      await stage.save({ code, cost, kind: code === 'walk' ? 'EXPERIENCE' : 'MERCHANDISE' });
    }
    kim = await stage.member(9_003);
  });

  test('is read from the lowest cost to the highest, page by page, without skipping equal costs', async () => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const part: Page = await page(
        `first: 1, kind: [EXPERIENCE, MERCHANDISE]${after === null ? '' : `, after: "${after}"`}`,
      );
      seen.push(...codesOf(part));
      expect(part.totalCount).toBe(4);
      if (!part.pageInfo.hasNextPage) break;
      after = part.pageInfo.endCursor;
    }
    expect(seen).toEqual(['walk', 'mug', 'scarf', 'lamp']);
  });

  test('shows a member what the points suffice for, and what they do not', async () => {
    const member = stage.speakingFor(kim);
    expect(codesOf(await page('kind: [EXPERIENCE, MERCHANDISE], affordable: true', member))).toEqual([
      ...['walk', 'mug', 'scarf'],
    ]);
    expect(codesOf(await page('kind: [EXPERIENCE, MERCHANDISE], affordable: false', member))).toEqual(['lamp']);
    const { staff } = stage.shop;
    expect(codesOf(await page(`kind: [MERCHANDISE], affordable: false, memberId: "${kim}"`, staff))).toEqual(['lamp']);
    expect((await staff.query('{ rewards(affordable: true) { totalCount } }')).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });

  test('has what is not active for staff only, and whom a reward is for too', async () => {
    await stage.save({ code: 'draft', cost: 9_100, kind: 'ADVICE', status: 'DRAFT' });
    await stage.save({ code: 'hikers', cost: 9_101, kind: 'ADVICE', audience: '"hiking" in member.interests' });
    const member = stage.speakingFor(kim);
    expect(codesOf(await page('kind: [ADVICE]', member))).toEqual(['hikers']);
    expect(codesOf(await page('kind: [ADVICE], status: [DRAFT]', member))).toEqual([]);
    expect(codesOf(await page('kind: [ADVICE], status: [DRAFT]', stage.shop.staff))).toEqual(['draft']);
    expect(await stage.read('draft', member)).toBeNull();
    const draft = await stage.read('draft');
    const node = 'query ($id: ID!) { node(id: $id) { ... on Reward { code } } }';
    expect(await member.data(node, { id: draft?.id })).toEqual({ node: null });
    expect(await stage.shop.staff.data(node, { id: draft?.id })).toEqual({ node: { code: 'draft' } });
    expect((await stage.read('hikers', member))?.audience).toBeNull();
    expect((await stage.read('hikers', stage.shop.staff))?.audience).toBe('"hiking" in member.interests');
    expect(refusalOf(await stage.redeem(kim, 'draft')).code).toBe('NOT_FOUND');
  });
});
