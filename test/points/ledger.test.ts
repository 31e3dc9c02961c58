import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readLots, readLotsToSpend } from '../../src/features/points/points.rows.ts';
import { newId } from '../../src/platform/ids.ts';
import { compareLots } from '../../src/rules/lots.ts';
import { ADJUST, codeOf, DAY_MS, fromNow, Shop } from '../recording/shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('bought', { name: 'Purchases', points: { perAmount: { points: 1, per: '10' } } });
});

afterAll(() => shop.close());

interface Lot {
  points: number;
  remaining: number;
}

/** A member's lots in the order in which they were credited. */
function lotsOf(memberId: string): Promise<Lot[]> {
  return shop.sql<Lot>('select points, remaining from lots where member_id = $1 order by id', [memberId]);
}

describe('the ledger', () => {
  test('cannot be changed, not even by the owner of the database', async () => {
    await shop.adjust(await shop.enrol(), 5);
    for (const table of ['ledger_entries', 'audit_entries']) {
      for (const statement of [
        `update ${table} set recorded_at = recorded_at`.replace(
          'audit_entries set recorded_at = recorded_at',
          'audit_entries set actor = actor',
        ),
        `delete from ${table}`,
        `delete from ${table} where false`,
        `truncate ${table}`,
        `truncate ${table} cascade`,
      ]) {
        await expect(shop.sql(statement)).rejects.toMatchObject({
          code: '23001',
          message: expect.stringContaining('append-only'),
        });
      }
    }
  });

  test('says of each entry what it was, why, by which rule in which version, and what was left after it', async () => {
    const memberId = await shop.enrol();
    const [startsAt, endsAt] = [fromNow(shop, -DAY_MS), fromNow(shop, DAY_MS)];
    await shop.save('Campaign', {
      ...{ code: 'autumn', name: 'Autumn', triggers: ['bought'], multiplier: '2', bonus: 5, startsAt, endsAt },
    });
    const value = { amount: '120', currencyCode: 'SEK' };
    await shop.record({ type: 'bought', memberId, value });
    await shop.save('Campaign', {
      ...{
        code: 'autumn',
        name: 'Autumn',
        triggers: ['bought'],
        multiplier: '2',
        bonus: 5,
        startsAt,
        endsAt,
        status: 'PAUSED',
      },
    });
    await shop.adjust(memberId, -9, { reason: 'Wrong size' });
    await shop.offer('bought', { name: 'Purchases', points: { perAmount: { points: 2, per: '10' } } });
    await shop.record({ type: 'bought', memberId, value });
    const ledger = await shop.ledger(memberId);
    expect(ledger.map(({ kind, points, balanceAfter }) => [kind, points, balanceAfter])).toEqual([
      ['EARN', 12, 12],
      ['BONUS', 12, 24],
      ['BONUS', 5, 29],
      ['ADJUST', -9, 20],
      ['EARN', 24, 44],
    ]);
    expect(ledger.map(({ rule }) => rule && [rule.kind, rule.code, rule.version, rule.name])).toEqual([
      ['earning-rule', 'bought', 1, 'Purchases'],
      ['campaign', 'autumn', 1, 'Autumn'],
      ['campaign', 'autumn', 1, 'Autumn'],
      null,
      ['earning-rule', 'bought', 2, 'Purchases'],
    ]);
    expect(ledger[3]?.reason).toBe('Wrong size');
    for (const { reason } of ledger) expect(reason.length).toBeGreaterThan(3);
    expect(await shop.wallet(memberId)).toEqual({
      ...{ active: 44, pending: 0, lifetimeEarned: 53, lifetimeSpent: 9, lifetimeExpired: 0 },
    });
  });

  test('is read by pages and by kind, the latest entry first, by the member itself and by nobody else', async () => {
    const memberId = await shop.enrol();
    for (const points of [5, 6, -7, 8]) await shop.adjust(memberId, points);
    const document = `query ($id: ID!, $first: Int, $after: String, $kind: [LedgerEntryKind!]) {
      member(id: $id) { ledger(first: $first, after: $after, kind: $kind) {
        totalCount edges { node { points member { id } } } pageInfo { hasNextPage endCursor }
      } }
    }`;
    type Found = {
      member: {
        ledger: { totalCount: number; edges: { node: { points: number } }[]; pageInfo: { endCursor: string } };
      };
    };
    const own = shop.app.client({ role: 'MEMBER', subject: memberId });
    const first = (await own.data<Found>(document, { id: memberId, first: 3 })).member.ledger;
    expect([first.totalCount, first.edges.map(({ node }) => node.points)]).toEqual([4, [8, -7, 6]]);
    const rest = (await own.data<Found>(document, { id: memberId, first: 3, after: first.pageInfo.endCursor })).member;
    expect(rest.ledger.edges.map(({ node }) => node.points)).toEqual([5]);
    const earned = (await own.data<Found>(document, { id: memberId, kind: ['EARN'] })).member.ledger;
    expect(earned.edges).toEqual([]);
    const stranger = shop.app.client({ role: 'MEMBER', subject: await shop.enrol() });
    expect(codeOf(await stranger.query(document, { id: memberId }))).toBe('FORBIDDEN');
  });

  test('is audited clean, and the audit names what somebody has tampered with', async () => {
    const memberId = await shop.enrol();
    await shop.adjust(memberId, 50);
    await shop.expectCleanLedger();
    await shop.sql('update wallets set active = active + 1 where member_id = $1', [memberId]);
    await expect(shop.expectCleanLedger()).rejects.toThrow(memberId);
    await shop.sql('update wallets set active = active - 1 where member_id = $1', [memberId]);
    await expect(shop.sql('update wallets set active = -1 where member_id = $1', [memberId])).rejects.toMatchObject({
      code: '23514',
    });
    await expect(shop.sql('update lots set remaining = -1 where member_id = $1', [memberId])).rejects.toMatchObject({
      code: '23514',
    });
    await shop.expectCleanLedger();
  });
});

describe('a deduction', () => {
  test('takes what expires soonest first, then what never expires, the oldest first', async () => {
    const memberId = await shop.enrol();
    await shop.adjust(memberId, 10);
    await shop.adjust(memberId, 20, { expiresAfter: 'P60D' });
    await shop.adjust(memberId, 30, { expiresAfter: 'P30D' });
    await shop.adjust(memberId, 40);
    const remaining = async () => (await lotsOf(memberId)).map((lot) => lot.remaining);
    await shop.adjust(memberId, -35);
    expect(await remaining()).toEqual([10, 15, 0, 40]);
    await shop.adjust(memberId, -20);
    expect(await remaining()).toEqual([5, 0, 0, 40]);
    await shop.adjust(memberId, -45);
    expect(await remaining()).toEqual([0, 0, 0, 0]);
    expect(await shop.wallet(memberId)).toMatchObject({ active: 0, lifetimeEarned: 100, lifetimeSpent: 100 });
  });

  test('reads the lots that it takes from and no others, however many there are', async () => {
    const memberId = await shop.enrol();
    for (const expiresAfter of ['P60D', 'P30D', 'P90D', 'P30D']) await shop.adjust(memberId, 10, { expiresAfter });
    await shop.adjust(memberId, 10);
    const reader = {
      query: <Row extends object>(text: string, values: readonly unknown[] = []) => shop.sql<Row>(text, [...values]),
    };
    const lots = async (points: number) => (await readLotsToSpend(reader, memberId, points)).toSorted(compareLots);
    const all = (await readLots(reader, [memberId])).toSorted(compareLots);
    expect(all).toHaveLength(5);
    expect(await lots(10)).toEqual(all.slice(0, 1));
    expect(await lots(11)).toEqual(all.slice(0, 2));
    expect(await lots(41)).toEqual(all);
    expect(await lots(51)).toEqual(all);
  });

  test('of more than there is is refused whole, with what is missing', async () => {
    const memberId = await shop.enrol();
    await shop.adjust(memberId, 10);
    expect(await shop.adjust(memberId, -11)).toMatchObject({
      entry: null,
      effects: [],
      userErrors: [
        { code: 'INSUFFICIENT_POINTS', path: ['input', 'points'], details: { missingPoints: 1, active: 10 } },
      ],
    });
    expect(await lotsOf(memberId)).toEqual([{ points: 10, remaining: 10 }]);
  });
});

describe('an adjustment', () => {
  test('is refused for nothing, for nobody, and without a reason', async () => {
    const memberId = await shop.enrol();
    expect((await shop.adjust(memberId, 0)).userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT', path: ['input', 'points'] },
    ]);
    expect((await shop.adjust(memberId, 1, { reason: ' ' })).userErrors).toMatchObject([
      { code: 'BAD_USER_INPUT', path: ['input', 'reason'] },
    ]);
    for (const id of [newId(), 'x']) {
      expect((await shop.adjust(id, 1)).userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'memberId'] }]);
    }
  });

  test('never brings a member beyond what a 32-bit number holds, over a lifetime', async () => {
    const memberId = await shop.enrol();
    await shop.adjust(memberId, 2_147_483_647);
    await shop.adjust(memberId, -2_147_483_647);
    expect((await shop.adjust(memberId, 1)).userErrors).toMatchObject([{ code: 'LIMIT_REACHED' }]);
    const value = { amount: '100', currencyCode: 'SEK' };
    expect((await shop.record({ type: 'bought', memberId, value })).userErrors).toMatchObject([
      { code: 'LIMIT_REACHED' },
    ]);
    expect((await shop.adjust(memberId, -2_147_483_648)).userErrors).toMatchObject([{ code: 'INSUFFICIENT_POINTS' }]);
    await shop.expectCleanLedger();
  });

  test('is written to the audit log with actor, reason and both balances', async () => {
    const memberId = await shop.enrol();
    await shop.adjust(memberId, 30);
    await shop.adjust(memberId, -10, { reason: 'Counted twice' });
    const document =
      'query { auditLog(action: "points.adjusted", first: 1) { edges { node { actor targetId before after } } } }';
    const { auditLog } = await shop.admin.data<{ auditLog: { edges: { node: object }[] } }>(document);
    expect(auditLog.edges[0]?.node).toMatchObject({
      ...{ actor: 'staff:staff', targetId: memberId, before: { balance: 30 } },
      after: { balance: 20, points: -10, reason: 'Counted twice' },
    });
  });

  test('is for staff, administrators and keys with the scope', async () => {
    const memberId = await shop.enrol();
    const input = () => ({ idempotencyKey: newId(), memberId, points: 1, reason: 'x' });
    const speakers = [
      [{ role: 'MEMBER', subject: memberId }, 'FORBIDDEN'],
      [{ role: 'SERVICE', scope: 'activities:write' }, 'FORBIDDEN'],
      [{ role: 'SERVICE', scope: 'points:adjust' }, null],
      [{ role: 'ADMIN' }, null],
    ] as const;
    for (const [speaker, code] of speakers) {
      expect(
        codeOf(
          await shop.app
            .client(speaker)
            .query(`${ADJUST.split('{')[0]}{ adjustPoints(input: $input) { userErrors { code } } }`, {
              input: input(),
            }),
        ),
      ).toBe(code);
    }
    expect(codeOf(await shop.app.client().query(ADJUST, { input: input() }))).toBe('UNAUTHENTICATED');
  });
});
