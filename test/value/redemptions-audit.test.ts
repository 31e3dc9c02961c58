import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyRedemptions } from '../../src/features/rewards/index.ts';
import { RewardsStage } from './rewards-stage.ts';

let stage: RewardsStage;
let kim: string;

beforeAll(async () => {
  stage = await RewardsStage.open();
  kim = await stage.member(1_000);
});

afterAll(() => stage.shop.close());

async function findings(): Promise<string[]> {
  const { differences } = await verifyRedemptions(stage.shop.app.core.orm);
  return differences.map(({ check }) => check);
}

/** What the audit finds while something was changed behind the server's back; the change is undone. */
async function foundWhile(change: string, undo: string, values: unknown[]): Promise<string[]> {
  await stage.shop.sql(change, values);
  const found = await findings();
  await stage.shop.sql(undo, values);
  expect(await findings()).toEqual([]);
  return found;
}

test('the audit of redemptions passes what was redeemed, used and cancelled', async () => {
  const code = await stage.reward({ stock: 9, perMember: 9, validFor: 'P1D' });
  await stage.redeemed(kim, code);
  const used = await stage.redeemed(kim, code);
  await stage.fulfil({ redemptionId: used.id });
  await stage.cancel((await stage.redeemed(kim, code)).id);
  expect(await verifyRedemptions(stage.shop.app.core.orm)).toEqual({
    redemptions: 3,
    differences: [],
    truncated: false,
  });
});

test('the audit of redemptions finds what does not add up, whichever side it is on', async () => {
  const code = await stage.reward({ stock: 5 });
  const { id } = await stage.redeemed(kim, code);
  const cancelled = await stage.redeemed(kim, code);
  await stage.cancel(cancelled.id);
  const set = (column: string, value: string) => `update redemptions set ${column} = ${value} where id = $1`;
  expect(await foundWhile(set('cost', 'cost + 1'), set('cost', 'cost - 1'), [id])).toEqual(['debit']);
  expect(await foundWhile(set('entry_id', 'id'), set('entry_id', `'${await entryOf(id)}'`), [id])).toEqual([
    ...['debit', 'voucher'],
  ]);
  expect(await foundWhile(set('status', `'CANCELLED'`), set('status', `'ISSUED'`), [id])).toEqual([
    ...['refund', 'stock', 'turn'],
  ]);
  expect(await foundWhile(set('status', `'ISSUED'`), set('status', `'CANCELLED'`), [cancelled.id])).toEqual([
    ...['refund', 'stock', 'turn'],
  ]);
  const count = (by: number) => `update rule_usages set count = count + ${by} where key = $1`;
  expect(await foundWhile(count(1), count(-1), [`reward:${code}|STOCK`])).toEqual(['stock']);
  expect(await foundWhile(count(1), count(-1), [`reward:${code}|MEMBER`])).toEqual(['turn']);
});

async function entryOf(id: string): Promise<string> {
  const [row] = await stage.shop.sql<{ id: string }>('select entry_id as id from redemptions where id = $1', [id]);
  return row?.id ?? '';
}
