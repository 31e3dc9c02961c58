import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { ReversalStage } from './reversal-stage.ts';

let stage: ReversalStage;

beforeAll(async () => {
  stage = await ReversalStage.open();
  await stage.shop.save('EarningRule', {
    ...{ code: 'spend', name: 'A point per krona', trigger: 'purchase', expiresAfter: 'P10D' },
    points: { perAmount: { points: 1, per: '1' } },
  });
});

afterAll(() => stage.shop.close());

interface WithExpiring {
  wallet: { active: number; expiring: { points: number; expiresAt: string }[] };
}
const WALLET = 'wallet { active expiring(within: "P30D") { points expiresAt } }';
const PREVIEW = `query ($id: ID!, $fraction: Decimal!) { previewReversal(activityId: $id, fraction: $fraction) { ${WALLET} } }`;
const MEMBER = `query ($id: ID!) { member(id: $id) { ${WALLET} } }`;

describe('a preview', () => {
  test.each(['1', '0.5'])('of %s tells which points would expire soon afterwards', async (fraction) => {
    const memberId = await stage.shop.enrol();
    const id = await stage.buy(memberId, '100');
    await stage.buy(memberId, '40');
    const { staff } = stage.shop;
    const { previewReversal } = await staff.data<{ previewReversal: WithExpiring }>(PREVIEW, { id, fraction });
    await stage.reverse(id, { fraction });
    const { member } = await staff.data<{ member: WithExpiring }>(MEMBER, { id: memberId });
    expect(previewReversal).toEqual(member);
    const left = fraction === '1' ? [40] : [50, 40];
    expect(previewReversal.wallet.expiring.map(({ points }) => points)).toEqual(left);
  });

  test('costs no less than the reversal: it does the same', async () => {
    const id = await stage.buy(await stage.shop.enrol(), '100');
    const REVERSE = 'mutation ($input: ReverseActivityInput!) { reverseActivity(input: $input) { fraction } }';
    const input = { idempotencyKey: newId(), activityId: id, reason: 'Returned', fraction: '0.1' };
    const preview = 'query ($id: ID!) { previewReversal(activityId: $id) { fraction } }';
    const costs = [await stage.shop.staff.query(preview, { id }), await stage.shop.staff.query(REVERSE, { input })].map(
      ({ extensions }) => Number(extensions?.cost),
    );
    expect(costs[1]).toBeGreaterThanOrEqual(10);
    expect(costs[0]).toBeGreaterThanOrEqual(costs[1] ?? 0);
  });
});
