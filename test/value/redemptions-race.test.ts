import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { atOnce } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { type Redeemed, RewardsStage, refusalOf } from './rewards-stage.ts';

const LONG = process.env.POKAL_LONG === '1';
const ROUNDS = LONG ? 20 : 3;
const BUYERS = 200;
const CROWD = LONG ? 500 : 150;

let stage: RewardsStage;
let second: TestApp;
let buyers: string[];
let nodes: Client[];

beforeAll(async () => {
  stage = await RewardsStage.open();
  second = await startTestApp({ databaseUrl: stage.shop.app.databaseUrl });
  nodes = [stage.shop.staff, second.client({ role: 'STAFF' })];
  await stage.shop.offer('bought', { points: { fixed: 100_000 } });
  const names = Array.from({ length: Math.max(BUYERS, CROWD) }, (_, index) => `buyer-${index}`);
  const activities = names.map((memberExternalId) => ({ type: 'bought', memberExternalId, enrollIfUnknown: true }));
  expect((await stage.shop.recordMany(activities)).recorded).toBe(names.length);
  buyers = (await stage.shop.sql<{ id: string }>('select id from members order by id')).map(({ id }) => id);
}, 120_000);

afterAll(async () => {
  await stage.shop.expectCleanLedger();
  await second.stop();
  await stage.shop.close();
});

/** Everybody asks at once, half of them on the other node. */
function rush(members: readonly string[], reward: string): Promise<Redeemed[]> {
  return atOnce(members.length, (index) => stage.redeem(members[index] ?? '', reward, {}, nodes[index % nodes.length]));
}

/** What is stored of a reward: redemptions with another code each, and the debits behind them. */
async function stored(reward: string) {
  const [row] = await stage.shop.sql<{ issued: number; codes: number; debits: number; points: number }>(
    `select (select count(*)::int from redemptions where reward_code = $1) as issued,
       (select count(distinct voucher_code)::int from redemptions where reward_code = $1) as codes,
       count(*)::int as debits, coalesce(-sum(points), 0)::int as points
     from ledger_entries where kind = 'REDEEM' and rule_code = $1`,
    [reward],
  );
  return row;
}

describe('many who want the same at once, on two nodes', () => {
  test(`${BUYERS} buyers of one last piece: one gets it, and nobody else is charged, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const reward = await stage.reward({ cost: 10, stock: 1 });
      const answers = await rush(buyers.slice(0, BUYERS), reward);
      const refused = answers.filter(({ redemption }) => redemption === null);
      expect(new Set(refused.map((answer) => refusalOf(answer).code))).toEqual(new Set(['OUT_OF_STOCK']));
      expect(refused).toHaveLength(BUYERS - 1);
      expect(await stored(reward)).toEqual({ issued: 1, codes: 1, debits: 1, points: 10 });
      expect((await stage.read(reward))?.stock).toBe(0);
    }
  }, 300_000);

  test(`${CROWD} buyers of 50 pieces get exactly 50`, async () => {
    const reward = await stage.reward({ cost: 10, stock: 50 });
    const answers = await rush(buyers.slice(0, CROWD), reward);
    expect(answers.filter(({ redemption }) => redemption !== null)).toHaveLength(50);
    expect(await stored(reward)).toEqual({ issued: 50, codes: 50, debits: 50, points: 500 });
  }, 300_000);

  test('cancelled pieces go to those who ask next, and never to two', async () => {
    const reward = await stage.reward({ cost: 10, stock: 5 });
    const first = (await rush(buyers.slice(0, 20), reward)).flatMap(({ redemption }) => redemption ?? []);
    expect(first).toHaveLength(5);
    const [, answers] = await Promise.all([
      Promise.all(first.map(({ id }) => stage.cancel(id))),
      rush(buyers.slice(20, 60), reward),
    ]);
    const again = answers.filter(({ redemption }) => redemption !== null).length;
    expect(again).toBeLessThanOrEqual(5);
    const [{ open } = { open: -1 }] = await stage.shop.sql<{ open: number }>(
      `select count(*)::int as open from redemptions where reward_code = $1 and status = 'ISSUED'`,
      [reward],
    );
    expect(open).toBe(again);
    expect((await stage.read(reward))?.stock).toBe(5 - again);
  }, 120_000);
});

describe('one member who spends from many places at once, on two nodes', () => {
  test('50 times: never below zero, and exactly as often as the points allow', async () => {
    const kim = await stage.member(300);
    await stage.shop.adjust(kim, 130, { expiresAfter: 'P10D' });
    const reward = await stage.reward({ cost: 20 });
    const answers = await rush(Array<string>(50).fill(kim), reward);
    const refused = answers.filter(({ redemption }) => redemption === null);
    expect(answers.length - refused.length).toBe(21);
    expect(new Set(refused.map((answer) => refusalOf(answer).code))).toEqual(new Set(['INSUFFICIENT_POINTS']));
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 10, lifetimeSpent: 420 });
    const [least] = await stage.shop.sql<{ least: number }>(
      'select min(balance_after)::int as least from ledger_entries where member_id = $1',
      [kim],
    );
    expect(least).toEqual({ least: 10 });
  }, 120_000);

  test('as often as the limit for one member allows, and the same key once', async () => {
    const kim = await stage.member(1_000);
    const limited = await stage.reward({ cost: 10, perMember: 3 });
    const answers = await rush(Array<string>(12).fill(kim), limited);
    expect(answers.filter(({ redemption }) => redemption !== null)).toHaveLength(3);
    const reward = await stage.reward({ cost: 10 });
    const same = await atOnce(12, (index) =>
      stage.redeem(kim, reward, { idempotencyKey: 'the-same' }, nodes[index % 2]),
    );
    expect(new Set(same.map(({ redemption }) => redemption?.voucherCode)).size).toBe(1);
    expect(same.filter(({ replayed }) => replayed)).toHaveLength(11);
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 960 });
  }, 120_000);
});
