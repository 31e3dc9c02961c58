import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { startTestApp } from '../support/app.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { ADJUST, type Adjusted, atOnce, DAY_MS, RECORD, type Recorded, Shop } from './shop.ts';

let database: TestDatabase;
let shop: Shop;

beforeAll(async () => {
  database = await createTestDatabase();
  shop = await Shop.open({ databaseUrl: database.url });
  await shop.offer('stamp', { caps: [{ per: 'LIFETIME', count: 1 }], expiresAfter: 'P30D' });
});

afterAll(async () => {
  await shop.close();
  await database.drop();
});

/** Everything but `replayed`, which is what tells the repetitions from the first. */
function payload<Answer extends { replayed: boolean }>({ replayed: _replayed, ...rest }: Answer) {
  return rest;
}

/** An activity with everything in it whose text a database could change. */
function awkward() {
  return {
    idempotencyKey: `  ${newId()}\n"'\\{}`,
    type: 'stamp',
    memberExternalId: newId(),
    enrollIfUnknown: true,
    channel: ' Store ',
    value: { amount: '+0012.3400', currencyCode: 'SEK' },
    items: [{ sku: 'S-1', quantity: '1e1', unitPrice: { amount: '0.10', currencyCode: 'SEK' } }],
    attributes: { z: 1, a: { '': 0.1, zero: -0, big: 1e21, text: 'ä\u2028"\\', list: [[], {}, null, true] } },
  };
}

describe('the same key and input', () => {
  test('a hundred times at once, and once more after a restart, has one effect and one answer', async () => {
    const input = awkward();
    const recorded = await atOnce(100, () => shop.record(input));
    expect(recorded.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(recorded.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const first = payload(recorded[0] as Recorded);
    for (const one of recorded) expect(payload(one)).toEqual(first);

    const restarted = await startTestApp({ databaseUrl: database.url });
    try {
      const client = restarted.client({ role: 'STAFF' });
      const { recordActivity } = await client.data<{ recordActivity: Recorded }>(RECORD, { input });
      expect(recordActivity.replayed).toBe(true);
      expect(payload(recordActivity)).toEqual(first);
    } finally {
      await restarted.stop();
    }
    expect(await shop.count('activities')).toBe(1);
    expect(first.member?.wallet).toMatchObject({ active: 10, lifetimeEarned: 10 });
    await shop.expectCleanLedger();
  });

  test('answers the old effects even when the rules and the wallet have changed since', async () => {
    const input = awkward();
    const before = await shop.record(input);
    await shop.adjust(before.member?.id ?? '', 90);
    await shop.offer('stamp', { points: { fixed: 99 } });
    const after = await shop.record(input);
    expect(after).toMatchObject({ replayed: true, activity: before.activity, effects: before.effects });
    expect(after.member?.wallet).toMatchObject({ active: 100 });
  });

  test('answers what was recorded also after the member was suspended, who earns nothing new', async () => {
    const memberId = await shop.enrol();
    const input = { idempotencyKey: newId(), type: 'stamp', memberId };
    const before = await shop.record(input);
    const document =
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }';
    await shop.staff.data(document, { input: { memberId, status: 'SUSPENDED', reason: 'Left' } });
    expect(await shop.record(input)).toEqual({ ...before, replayed: true });
    expect((await shop.record({ type: 'stamp', memberId })).userErrors[0]?.code).toBe('MEMBER_NOT_ACTIVE');
  });

  test('changes points by hand once, a hundred times at once and after a restart', async () => {
    const memberId = await shop.enrol();
    const input = { idempotencyKey: newId(), memberId, points: 40, reason: ' Sorry  för det ', expiresAfter: 'P30D' };
    const adjust = async (client = shop.staff) =>
      (await client.data<{ adjustPoints: Adjusted }>(ADJUST, { input })).adjustPoints;
    const adjusted = await atOnce(100, () => adjust());
    expect(adjusted.filter(({ replayed }) => !replayed)).toHaveLength(1);
    const first = payload(adjusted[0] as Adjusted);
    for (const one of adjusted) expect(payload(one)).toEqual(first);
    const restarted = await startTestApp({ databaseUrl: database.url });
    try {
      const again = await adjust(restarted.client({ role: 'STAFF' }));
      expect([again.replayed, payload(again)]).toEqual([true, first]);
    } finally {
      await restarted.stop();
    }
    expect(await shop.wallet(memberId)).toMatchObject({ active: 40, lifetimeEarned: 40 });
    const audits = await shop.sql(`select 1 from audit_entries where target_id = $1 and action = 'points.adjusted'`, [
      memberId,
    ]);
    expect(audits).toHaveLength(1);
  });
});

describe('the same key and another input', () => {
  test('is refused and changes nothing, for activities and for adjustments', async () => {
    const memberId = await shop.enrol();
    const activity = { idempotencyKey: newId(), type: 'stamp', memberId };
    await shop.record(activity);
    for (const changes of [
      { channel: 'x' },
      { attributes: { a: 1 } },
      { value: { amount: '1', currencyCode: 'SEK' } },
    ]) {
      const { userErrors, replayed } = await shop.record({ ...activity, ...changes });
      expect({ userErrors, replayed }).toMatchObject({
        userErrors: [{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'], retryable: false }],
        replayed: false,
      });
    }
    const idempotencyKey = newId();
    await shop.adjust(memberId, 5, { idempotencyKey });
    for (const [points, more] of [
      [6, {}],
      [5, { reason: 'Another' }],
      [5, { expiresAfter: 'P1D' }],
    ] as const) {
      const { userErrors } = await shop.adjust(memberId, points, { idempotencyKey, ...more });
      expect(userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
    }
    expect(await shop.count(`activities where member_id = '${memberId}'`)).toBe(1);
    expect(await shop.count(`ledger_entries where member_id = '${memberId}' and kind = 'ADJUST'`)).toBe(1);
  });

  test('names another activity when another source or another sender uses it', async () => {
    const activity = { idempotencyKey: newId(), type: 'stamp', memberExternalId: newId(), enrollIfUnknown: true };
    for (const [changes, client] of [
      [{}, shop.staff],
      [{ source: 'web' }, shop.staff],
      [{ source: 'till' }, shop.staff],
      [{}, shop.admin],
    ] as const) {
      expect(await shop.record({ ...activity, ...changes }, client)).toMatchObject({ replayed: false, userErrors: [] });
    }
  });
});

describe('refused input is not remembered', () => {
  test('the same key succeeds as soon as the cause is mended', async () => {
    const type = `later-${newId()}`;
    const memberExternalId = newId();
    const activity = { idempotencyKey: newId(), type, memberExternalId };
    expect((await shop.record(activity)).userErrors[0]?.code).toBe('UNKNOWN_ACTIVITY_TYPE');
    await shop.offer(type);
    expect((await shop.record(activity)).userErrors[0]?.code).toBe('NOT_FOUND');
    await shop.enrol({ externalId: memberExternalId });
    expect(await shop.record(activity)).toMatchObject({ replayed: false, userErrors: [] });
    expect(await shop.record(activity)).toMatchObject({ replayed: true, userErrors: [] });
  });

  test('an activity that was too early succeeds when its time has come', async () => {
    const occurredAt = new Date(shop.app.clock.now() + DAY_MS).toISOString();
    const activity = { idempotencyKey: newId(), type: 'stamp', memberId: await shop.enrol(), occurredAt };
    expect((await shop.record(activity)).userErrors[0]?.code).toBe('EVENT_IN_FUTURE');
    shop.app.clock.advance(DAY_MS);
    expect(await shop.record(activity)).toMatchObject({ replayed: false, userErrors: [] });
  });

  test('an adjustment succeeds under its key once there are points enough', async () => {
    const memberId = await shop.enrol();
    const idempotencyKey = newId();
    const refused = await shop.adjust(memberId, -30, { idempotencyKey });
    expect(refused.userErrors).toMatchObject([{ code: 'INSUFFICIENT_POINTS', details: { missingPoints: 30 } }]);
    await shop.adjust(memberId, 50);
    expect(await shop.adjust(memberId, -30, { idempotencyKey })).toMatchObject({ replayed: false, userErrors: [] });
    expect(await shop.wallet(memberId)).toMatchObject({ active: 20, lifetimeSpent: 30 });
  });
});
