import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { refundLately } from '../src/demo/refunds.ts';
import { DEMO_SOURCE, seedDemo } from '../src/demo/seed.ts';
import { Shop } from './recording/shop.ts';

describe('a seeded demo', () => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open();
    await seedDemo(shop.app.core, { members: 200, activities: 3_000 });
  }, 120_000);

  afterAll(() => shop.close());

  it('holds purchases that came back as a whole and in part, and tells why in the ledger', async () => {
    const rows = await shop.sql<{ fraction: string; count: number }>(
      `select (reversed_fraction::float8)::text as fraction, count(*)::int as count from activities
       where reversed_fraction > 0 group by reversed_fraction order by reversed_fraction`,
    );
    expect(rows.map(({ fraction }) => fraction)).toEqual(['0.25', '0.5', '1']);
    const entries = await shop.sql<{ reason: string }>(
      `select distinct reason from ledger_entries where kind = 'REVERSE' order by reason`,
    );
    expect(entries.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining(['Everything returned', 'One article returned', 'Wrong size']),
    );
  });

  it('has a member who returned what was spent already, and owes points', async () => {
    const owing = await shop.sql<{ active: number }>('select active from wallets where deficit > 0');
    expect(owing.length).toBeGreaterThan(0);
    for (const { active } of owing) expect(active).toBe(0);
  });

  it('has one recommendation that counted no more when the purchase came back', async () => {
    const referrals = await shop.sql<{ status: string; count: number }>(
      'select status, count(*)::int as count from referrals group by status order by status',
    );
    expect(referrals).toEqual([
      { status: 'REVERSED', count: 1 },
      { status: 'REWARDED', count: 24 },
    ]);
  });

  it('still adds up, boards and all, also when a running demo takes something back', async () => {
    await shop.expectCleanLedger();
    const [{ externalId } = { externalId: '' }] = await shop.sql<{ externalId: string }>(
      `select m.external_id as "externalId" from activities a join members m on m.id = a.member_id
       where a.type_code = 'purchase' and a.reversed_fraction = 0 and a.value_amount between 100 and 1500 limit 1`,
    );
    const returned = () => shop.sql(`select id from activities where reversed_fraction > 0`);
    const before = await returned();
    const people = [{ member: { externalId, interests: [], attributes: { town: 'Kiruna' } }, zeal: 1 }];
    const slot = { name: 'live-1', people, source: DEMO_SOURCE, at: shop.app.clock.now() };
    await refundLately(shop.app.core, slot);
    expect(await returned()).toHaveLength(before.length + 1);
    await shop.expectCleanLedger();
  });
});
