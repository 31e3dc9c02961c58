import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { fewestStatements } from '../support/statements.ts';
import { Shop } from './shop.ts';

let shop: Shop;
let few: string;
let many: string;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('bought', { points: { fixed: 10 }, expiresAfter: 'P20D' });
  await shop.save('EarningRule', { code: 'more', name: 'More', trigger: 'bought', points: { fixed: 1 } });
  await shop.offer('rated');
  [few, many] = [await shop.enrol(), await shop.enrol()];
  await shop.recordMany([{ type: 'bought', memberId: few }]);
  await shop.recordMany(
    Array.from({ length: 20 }, (_, index) => ({ type: index % 2 === 0 ? 'bought' : 'rated', memberId: many })),
  );
});

afterAll(() => shop.close());

const fewest = (work: () => Promise<unknown>) => fewestStatements(shop.app, work);

const ACTIVITY = `id type { code name } member { id displayName wallet { active expiring { points } } }
  effects { id member { id } ... on PointsEvent { points entry { id member { id } activity { id type { code } } } } }
  trace { rules { points } }`;

describe('statements', () => {
  test('of a page of activities with types, members, effects and entries do not grow with the page', async () => {
    const document = `query ($id: ID!) { member(id: $id) { activities(first: 20) { totalCount edges { node { ${ACTIVITY} } } } } }`;
    const one = await fewest(() => shop.staff.data(document, { id: few }));
    const twenty = await fewest(() => shop.staff.data(document, { id: many }));
    expect(twenty).toBe(one);
    expect(twenty).toBeLessThanOrEqual(9);
  });

  test('of a page of ledger entries with members and activities do not grow with the page', async () => {
    const document = `query ($id: ID!) { member(id: $id) { ledger(first: 20) { edges { node {
      id member { id } activity { id type { code } } reverses { id }
    } } } } }`;
    const one = await fewest(() => shop.staff.data(document, { id: few }));
    const twenty = await fewest(() => shop.staff.data(document, { id: many }));
    expect(twenty).toBe(one);
    expect(twenty).toBeLessThanOrEqual(5);
  });

  test('of a page of members with wallets and what expires do not grow with the page', async () => {
    for (let turn = 0; turn < 20; turn += 1) await shop.enrol();
    const document =
      'query ($first: Int!) { members(first: $first) { edges { node { id wallet { active expiring { points } } } } } }';
    const one = await fewest(() => shop.staff.data(document, { first: 1 }));
    const twenty = await fewest(() => shop.staff.data(document, { first: 20 }));
    expect(twenty).toBe(one);
  });

  test('of recording do not grow with the batch', async () => {
    const batch = (size: number) => () =>
      shop.recordMany(
        Array.from({ length: size }, (_, index) => ({
          ...{
            idempotencyKey: newId(),
            type: 'bought',
            memberExternalId: `batch-${index % 40}`,
            enrollIfUnknown: true,
          },
        })),
      );
    await batch(200)();
    // Two lanes, each with one transaction, whose many events are stored by a statement of their own.
    const [one, twoHundred] = [await fewest(batch(1)), await fewest(batch(200))];
    expect(twoHundred).toBeLessThanOrEqual(2 * (one + 1));
  });
});
