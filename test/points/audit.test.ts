import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { verifyLedger } from '../../src/features/points/verify-ledger.ts';
import { DAY_MS, Shop } from '../recording/shop.ts';
import { fullWallet, takeBack } from './taking.ts';

let shop: Shop;
/** Has an entry of every kind behind it and owes 30 points. */
let memberId: string;

beforeAll(async () => {
  shop = await Shop.open();
  memberId = await shop.enrol();
  const entry = async (points: number, more = {}) => (await shop.adjust(memberId, points, more)).entry?.id ?? '';
  const [lasting, ending] = [await entry(100), await entry(50, { expiresAfter: 'P1D' })];
  await shop.adjust(memberId, -30);
  shop.app.clock.advance(DAY_MS);
  await shop.app.core.pointsCycle.run();
  await shop.adjust(memberId, -60);
  await takeBack(shop, memberId, { [ending]: 50, [lasting]: 70 });
  await shop.sql(KEEP);
});

afterAll(() => shop.close());

/** What was there before somebody tampered with it. */
const TABLES = ['ledger_entries', 'lots', 'wallets'];
const KEEP = TABLES.map((table) => `create table kept_${table} as table ${table}`).join('; ');
const RESTORE = TABLES.map((table) => `truncate ${table}; insert into ${table} table kept_${table}`).join('; ');

/** The checks that find something. */
async function checks(): Promise<string[]> {
  const { differences } = await verifyLedger(shop.app.core.orm);
  return [...new Set(differences.map(({ check }) => check))].sort();
}

test('a ledger with deficits and points taken back is audited clean', async () => {
  expect(await fullWallet(shop, memberId)).toEqual({
    ...{ active: 0, pending: 0, deficit: 60 },
    ...{ lifetimeEarned: 150, lifetimeSpent: 90, lifetimeExpired: 20, lifetimeReversed: 100 },
  });
  await shop.expectCleanLedger();
});

const UNDONE = `kind in ('REVERSE', 'EXPIRE')`;
const ENDING = '(select id from lots where expires_at is not null)';
const DEBIT = '(select id from ledger_entries where points = -60)';

/** What somebody with the owner's password did, and all that the audit then finds wrong. */
const DAMAGE: [string, string[]][] = [
  ['update wallets set deficit = deficit + 1', ['balance']],
  ['update wallets set lifetime_reversed = lifetime_reversed + 1', ['lifetime']],
  [`update ledger_entries set kind = 'ADJUST' where kind = 'REVERSE'`, ['lifetime']],
  [`update ledger_entries set kind = 'REVERSE' where points = -60`, ['credit', 'lifetime']],
  [`update ledger_entries set reverses_id = ${ENDING} where ${UNDONE}`, ['credit']],
  [`update ledger_entries set reverses_id = ${DEBIT} where ${UNDONE}`, ['credit']],
  [`update ledger_entries set reverses_id = null where kind = 'EXPIRE'`, ['credit']],
  [`update ledger_entries set reverses_id = null where kind = 'REVERSE'`, ['credit']],
  [`update lots set remaining = 1 where id = ${ENDING}`, ['credit', 'wallet']],
];

test.each(DAMAGE)('the audit finds what is wrong after: %s', async (damage, found) => {
  await tamper(damage);
  try {
    expect(await checks()).toEqual(found);
  } finally {
    await tamper(RESTORE);
  }
  expect(await checks()).toEqual([]);
});

test('no deficit is negative or stands beside spendable points, and the audit misses the constraints that see to it', async () => {
  for (const damage of ['deficit = -1', 'active = 1']) {
    await expect(shop.sql(`update wallets set ${damage}`)).rejects.toMatchObject({ code: '23514' });
  }
  for (const constraint of ['wallets_deficit', 'wallets_owing']) {
    const [{ rule } = { rule: '' }] = await shop.sql<{ rule: string }>(
      'select pg_get_constraintdef(oid) as rule from pg_constraint where conname = $1',
      [constraint],
    );
    await shop.sql(`alter table wallets drop constraint ${constraint}`);
    expect(await checks()).toEqual(['guard']);
    await shop.sql(`alter table wallets add constraint ${constraint} ${rule}`);
  }
  expect(await checks()).toEqual([]);
});

/** Runs statements with the append-only trigger switched off. */
function tamper(statements: string): Promise<object[]> {
  return shop.sql(`alter table ledger_entries disable trigger ledger_entries_append_only; ${statements};
    alter table ledger_entries enable trigger ledger_entries_append_only`);
}
