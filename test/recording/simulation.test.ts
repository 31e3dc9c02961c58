import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { type Activity, codeOf, DAY_MS, fromNow, pointsOf, type Recorded, Shop, type Simulated } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('stamp', { caps: [{ per: 'DAY', points: 25 }], pendingFor: 'P14D', expiresAfter: 'P365D' });
  await shop.save('EarningRule', { code: 'extra', name: 'Extra', trigger: 'stamp', points: { fixed: 3 } });
  const [startsAt, endsAt] = [fromNow(shop, -DAY_MS), fromNow(shop, DAY_MS)];
  await shop.save('Campaign', {
    ...{ code: 'doubled', name: 'Doubled', triggers: ['stamp'], multiplier: '2', budget: 1_000, startsAt, endsAt },
  });
});

afterAll(() => shop.close());

async function simulated(input: Activity): Promise<Simulated> {
  const { data, errors } = await shop.simulate(input);
  expect(errors).toBeUndefined();
  if (data === null) throw new Error('A simulation without errors has data.');
  return data.simulateActivity;
}

/** What remains when ids and times of writing are taken away. */
function essence({ activity, effects }: Pick<Recorded, 'activity' | 'effects'>) {
  const { id: _id, recordedAt: _recordedAt, ...facts } = activity ?? {};
  return {
    facts,
    effects: effects.map(({ id: _effectId, cursor: _cursor, entry, ...effect }) => {
      const { id: _entryId, ...rest } = entry ?? {};
      return { ...effect, entry: rest };
    }),
  };
}

const TABLES = [
  ...['members', 'activities', 'ledger_entries', 'lots', 'wallets', 'rule_usages', 'outbox', 'idempotency_keys'],
  ...['audit_entries', 'configuration_versions'],
];

async function counts(): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(TABLES.map(async (table) => [table, await shop.count(table)] as const)));
}

describe('simulating an activity', () => {
  test('answers the same points, receipt and wallet as recording it, until the caps cut in and beyond', async () => {
    const memberId = await shop.enrol();
    for (let turn = 0; turn < 4; turn += 1) {
      const input = { idempotencyKey: newId(), type: 'stamp', memberId, occurredAt: fromNow(shop, -1_000) };
      const before = await simulated(input);
      const recorded = await shop.record(input);
      expect(essence(before)).toEqual(essence(recorded));
      expect(before.wallet).toEqual(recorded.member?.wallet);
      expect(before.trace.rules.map(({ points }) => points)).toEqual(
        recorded.activity?.trace.rules.map(({ points }) => points),
      );
    }
  });

  test('writes nothing: no row, no use of a cap or a budget, no member, no event', async () => {
    const memberId = await shop.enrol();
    await shop.record({ type: 'stamp', memberId });
    const before = await counts();
    const usages = await shop.sql('select * from rule_usages order by member_id, key');
    for (let turn = 0; turn < 5; turn += 1) {
      expect(pointsOf(await simulated({ type: 'stamp', memberId }))).toBe(11);
      const stranger = await simulated({ type: 'stamp', memberExternalId: 'stranger', enrollIfUnknown: true });
      expect(stranger.effects.map((effect) => effect.__typename)).toContain('MemberEnrolled');
      expect(stranger.wallet).toMatchObject({ active: 6, pending: 20 });
    }
    expect(await counts()).toEqual(before);
    expect(await shop.sql('select * from rule_usages order by member_id, key')).toEqual(usages);
  });

  test('refuses what recording would refuse, with the same code and path', async () => {
    for (const input of [
      { type: 'no-such-type', memberExternalId: 'x', enrollIfUnknown: true },
      { type: 'stamp', memberId: newId() },
      { type: 'stamp' },
      { type: 'stamp', memberExternalId: 'x', enrollIfUnknown: true, occurredAt: fromNow(shop, DAY_MS) },
    ]) {
      const [error] = (await shop.record(input)).userErrors;
      const answer = await shop.simulate(input);
      expect(codeOf(answer)).toBe(error?.code);
      expect(answer.errors?.[0]).toMatchObject({ path: ['simulateActivity'], extensions: { inputPath: error?.path } });
    }
  });

  test('of a key that was recorded answers what was recorded then, with the wallet as it is now', async () => {
    const memberId = await shop.enrol();
    const input = { idempotencyKey: newId(), type: 'stamp', memberId };
    const recorded = await shop.record(input);
    await shop.adjust(memberId, 5);
    const again = await simulated(input);
    expect(again.activity).toEqual(recorded.activity);
    expect(again.effects).toEqual(recorded.effects);
    expect(again.wallet).toEqual(await shop.wallet(memberId));
    expect(codeOf(await shop.simulate({ ...input, channel: 'other' }))).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});
