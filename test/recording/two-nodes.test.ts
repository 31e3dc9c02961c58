import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { LOCK_CLASS, partitionOf } from '../../src/platform/locks.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { eventually } from '../support/platform.ts';
import { ADJUST, type Adjusted, atOnce, DAY_MS, fromNow, pointsOf, type Recorded, Shop } from './shop.ts';

let shop: Shop;
let second: TestApp;
let nodes: Client[];

beforeAll(async () => {
  shop = await Shop.open();
  second = await startTestApp({ databaseUrl: shop.app.databaseUrl });
  nodes = [shop.staff, second.client({ role: 'STAFF' })];
  await shop.offer('stamp');
});

afterAll(async () => {
  await second.stop();
  await shop.close();
});

/** Takes turns between the two nodes. */
function node(index: number): Client {
  return nodes[index % 2] ?? shop.staff;
}

function walletsOf(recorded: readonly Recorded[]) {
  return Promise.all([...new Set(recorded.map(({ member }) => member?.id ?? ''))].map((id) => shop.wallet(id)));
}

describe('two nodes on one database', () => {
  test('enrol an external id that both hear of at once as one member, and lose none of its points', async () => {
    const ids = Array.from({ length: 8 }, () => newId());
    const recorded = await atOnce(160, (index) =>
      shop.record({ type: 'stamp', memberExternalId: ids[(index >> 1) % 8] ?? '', enrollIfUnknown: true }, node(index)),
    );
    expect(recorded.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const wallets = await walletsOf(recorded);
    expect(wallets.map(({ active }) => active)).toEqual(Array.from({ length: 8 }, () => 200));
    await shop.expectCleanLedger();
  });

  test('follow an external id that changes hands while an activity waits for its locks', async () => {
    const [before, after, externalId] = [await shop.enrol(), await shop.enrol(), newId()];
    await shop.sql('update members set external_id = $2 where id = $1', [before, externalId]);
    const holder = await shop.outside.connect();
    try {
      await holder.query('begin');
      await holder.query('select pg_advisory_xact_lock($1, $2)', [LOCK_CLASS, partitionOf(before)]);
      const recording = shop.record({ type: 'stamp', memberExternalId: externalId });
      await eventually('the activity waits for the lock', async () => {
        const waiting = await shop.sql(
          `select 1 from pg_locks join pg_database on oid = database
           where datname = current_database() and locktype = 'advisory' and not granted`,
        );
        return waiting.length > 0;
      });
      await holder.query('update members set external_id = null where id = $1', [before]);
      await holder.query('update members set external_id = $2 where id = $1', [after, externalId]);
      await holder.query('commit');
      expect(await recording).toMatchObject({ userErrors: [], member: { id: after, wallet: { active: 10 } } });
    } finally {
      holder.release();
    }
    expect(await shop.wallet(before)).toMatchObject({ lifetimeEarned: 0 });
  });

  test('record the same key once, and both answer the same', async () => {
    const input = { type: 'stamp', memberExternalId: newId(), enrollIfUnknown: true, idempotencyKey: newId() };
    const recorded = await atOnce(40, (index) => shop.record(input, node(index)));
    expect(recorded.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const [first] = recorded;
    for (const one of recorded) expect({ ...one, replayed: false }).toEqual({ ...first, replayed: false });
  });

  test('let fifty deductions at once take exactly what the balance allows, and never more', async () => {
    const memberId = await shop.enrol();
    await shop.adjust(memberId, 300);
    await shop.adjust(memberId, 50, { expiresAfter: 'P1D' });
    const adjusted = await atOnce(50, async (index) => {
      const input = { idempotencyKey: newId(), memberId, points: -20, reason: 'Spent' };
      return (await node(index).data<{ adjustPoints: Adjusted }>(ADJUST, { input })).adjustPoints;
    });
    const refused = adjusted.filter(({ entry }) => entry === null);
    expect(adjusted.length - refused.length).toBe(17);
    expect(refused.map(({ userErrors }) => userErrors[0]?.code)).toEqual(refused.map(() => 'INSUFFICIENT_POINTS'));
    expect(await shop.wallet(memberId)).toMatchObject({ active: 10, lifetimeSpent: 340 });
    const balances = (await shop.ledger(memberId)).map(({ balanceAfter }) => balanceAfter);
    expect(balances).toEqual([300, 350, ...Array.from({ length: 17 }, (_, index) => 330 - 20 * index)]);
    await shop.expectCleanLedger();
  });

  test('share caps of the whole programme and a campaign’s budget to the last point', async () => {
    await shop.offer('shared', { caps: [{ per: 'LIFETIME', scope: 'PROGRAM', points: 505 }] });
    const [startsAt, endsAt] = [fromNow(shop, -DAY_MS), fromNow(shop, DAY_MS)];
    await shop.save('Campaign', {
      code: 'shared',
      name: 'x',
      triggers: ['shared'],
      bonus: 7,
      budget: 100,
      startsAt,
      endsAt,
    });
    const recorded = await atOnce(100, (index) =>
      shop.record({ type: 'shared', memberExternalId: `S-${index % 30}`, enrollIfUnknown: true }, node(index)),
    );
    expect(recorded.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const given = (kind: string) =>
      recorded.flatMap(({ effects }) => effects.filter((effect) => effect.entry?.kind === kind));
    expect(given('EARN').reduce((sum, effect) => sum + (effect.points ?? 0), 0)).toBe(505);
    expect(given('BONUS').reduce((sum, effect) => sum + (effect.points ?? 0), 0)).toBe(100);
    expect(recorded.reduce((sum, one) => sum + pointsOf(one), 0)).toBe(605);
    await shop.expectCleanLedger();
  });
});
