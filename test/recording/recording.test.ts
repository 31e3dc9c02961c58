import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { item, refusalsIn, sek, stamp, suspended } from './refusals.ts';
import { atOnce, codeOf, fromNow, pointsOf, RECORD, RECORD_MANY, Shop } from './shop.ts';

let shop: Shop;

beforeAll(async () => {
  shop = await Shop.open();
  await shop.offer('purchase-online', { points: { perAmount: { points: 1, per: '10' } } });
  await shop.offer('stamp', {}, { recordableByMembers: true });
  await shop.offer(
    'rated',
    {},
    {
      attributesSchema: {
        required: ['rating'],
        additionalProperties: false,
        properties: { rating: { type: 'integer', minimum: 1, maximum: 5 } },
      },
    },
  );
});

afterAll(() => shop.close());

const REFUSALS = refusalsIn(() => shop);

describe('recording one activity', () => {
  test('answers everything it caused: the activity, its receipt, its effects and the wallet', async () => {
    const memberId = await shop.enrol({ externalId: 'whole' });
    const occurredAt = fromNow(shop, -3_600_000);
    const sent = {
      idempotencyKey: newId(),
      type: 'purchase-online',
      memberExternalId: 'whole',
      occurredAt,
      channel: 'online',
      source: 'web-shop',
      value: sek('450.90'),
      items: [item({ name: 'Tält', category: 'tents', quantity: '1.5' })],
      attributes: { coupon: 'höst', nested: { list: [1, null, 'x'] } },
    };
    const recorded = await shop.record(sent);
    expect(recorded.userErrors).toEqual([]);
    expect(recorded.replayed).toBe(false);
    const { memberExternalId: _who, type, ...rest } = sent;
    expect(recorded.activity).toMatchObject({
      ...rest,
      value: sek('450.9'),
      type: { code: type },
      items: [{ sku: 'S-1', name: 'Tält', category: 'tents', quantity: '1.5', unitPrice: sek('10') }],
    });
    expect(recorded.activity?.trace.rules).toEqual([
      expect.objectContaining({ matched: true, points: 45, pointsBeforeCaps: 45, nextPossibleAt: null }),
    ]);
    expect(recorded.effects).toMatchObject([
      {
        __typename: 'PointsEarned',
        points: 45,
        balance: 45,
        occurredAt,
        entry: { kind: 'EARN', points: 45, balanceAfter: 45, activeAt: occurredAt, expiresAt: null, occurredAt },
      },
    ]);
    expect(recorded.effects[0]?.entry?.rule).toMatchObject({ code: 'purchase-online', version: 1 });
    expect(recorded.member).toMatchObject({ id: memberId, wallet: { active: 45, pending: 0, lifetimeEarned: 45 } });
  });

  test('that earns nothing is recorded all the same and says why', async () => {
    const recorded = await shop.record({ ...stamp(), type: 'purchase-online' });
    expect(recorded.activity?.trace.rules).toMatchObject([{ matched: false, points: 0, reason: expect.any(String) }]);
    expect(pointsOf(recorded)).toBe(0);
  });

  test.each(REFUSALS)('is refused for %s', async (_what, make, code, path) => {
    const before = await counts();
    const recorded = await shop.record(await make());
    expect(recorded).toMatchObject({ activity: null, effects: [], member: null, replayed: false });
    expect(recorded.userErrors).toMatchObject([{ code, path: ['input', ...path], retryable: false }]);
    expect({ ...(await counts()), members: 0 }).toEqual({ ...before, members: 0 });
  });

  test.each([
    ['an unknown type', { type: 'no-such-type' }],
    ['a time that is to come', { occurredAt: new Date(Date.now() + 3_600_000).toISOString() }],
    ['attributes against the schema', { type: 'rated', attributes: {} }],
  ])('that is refused for %s enrols nobody', async (_what, changes) => {
    const members = await shop.count('members');
    const memberExternalId = newId();
    const recorded = await shop.record({ ...stamp(), memberExternalId, ...changes });
    expect(recorded.activity).toBeNull();
    expect(await shop.count('members')).toBe(members);
    expect((await shop.record({ ...stamp(), memberExternalId })).effects[0]?.__typename).toBe('MemberEnrolled');
  });
});

/** What a refused activity must leave as it was. */
async function counts() {
  return {
    members: await shop.count('members'),
    activities: await shop.count('activities'),
    entries: await shop.count('ledger_entries'),
    lots: await shop.count('lots'),
  };
}

describe('recording many activities', () => {
  test('takes a thousand in one request, in order, and counts what became of them', async () => {
    const activities = Array.from({ length: 1_000 }, (_, index) => ({
      ...stamp(),
      idempotencyKey: `thousand-${index}`,
      memberExternalId: `T-${index % 97}`,
      ...(index % 10 === 9 ? { type: 'no-such-type' } : {}),
    }));
    const answer = await shop.recordMany(activities);
    expect(answer).toMatchObject({ recorded: 900, replayed: 0, refused: 100, userErrors: [] });
    expect(answer.results.map(({ activity }) => activity?.idempotencyKey ?? null)).toEqual(
      activities.map(({ idempotencyKey }, index) => (index % 10 === 9 ? null : idempotencyKey)),
    );
    expect(answer.results[9]?.userErrors).toMatchObject([
      { code: 'UNKNOWN_ACTIVITY_TYPE', path: ['input', 'activities', '9', 'type'] },
    ]);
    const again = await shop.recordMany(activities);
    expect(again).toMatchObject({ recorded: 0, replayed: 900, refused: 100 });
    await shop.expectCleanLedger();
  });

  test('refuses each bad one with its own code and path, and records every good one between them', async () => {
    const inputs = await Promise.all(REFUSALS.map(async ([, make]) => make()));
    const answer = await shop.recordMany(inputs.flatMap((input) => [stamp(), input]));
    expect(answer).toMatchObject({ recorded: REFUSALS.length, refused: REFUSALS.length, userErrors: [] });
    REFUSALS.forEach(([, , code, path], index) => {
      expect(answer.results[2 * index]?.userErrors).toEqual([]);
      const place = ['input', 'activities', String(2 * index + 1)];
      expect(answer.results[2 * index + 1]?.userErrors).toMatchObject([{ code, path: [...place, ...path] }]);
    });
  });

  test('knows a key that stands twice in one request: once recorded, then replayed, or refused for another input', async () => {
    const idempotencyKey = newId();
    const memberExternalId = newId();
    const first = { ...stamp(), idempotencyKey, memberExternalId };
    const members = await shop.count('members');
    const answer = await shop.recordMany([
      first,
      first,
      { ...first, channel: 'store' },
      { ...first, memberExternalId: newId() },
    ]);
    expect(answer).toMatchObject({ recorded: 1, replayed: 1, refused: 2 });
    expect(answer.results[1]?.activity).toEqual(answer.results[0]?.activity);
    for (const place of [2, 3]) expect(answer.results[place]?.userErrors[0]?.code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await shop.count('members')).toBe(members + 1);
  });

  test('gives a key whose first input was refused to the next one in the same request', async () => {
    const idempotencyKey = newId();
    const answer = await shop.recordMany([
      { ...stamp(), idempotencyKey, type: 'no-such-type' },
      { ...stamp(), idempotencyKey },
    ]);
    expect(answer).toMatchObject({ recorded: 1, replayed: 0, refused: 1 });
  });

  test('lets every activity see what the ones before it in the request changed', async () => {
    await shop.offer('thrice', { caps: [{ per: 'DAY', count: 3 }] });
    const answer = await shop.recordMany(Array.from({ length: 5 }, () => ({ ...stamp(), type: 'thrice' })));
    expect(answer.results.map(pointsOf)).toEqual([10, 10, 10, 0, 0]);
  });

  test('is refused as a whole for no activity and for more than a thousand', async () => {
    const none = await shop.recordMany([]);
    expect(none).toMatchObject({
      results: [],
      userErrors: [{ code: 'BAD_USER_INPUT', path: ['input', 'activities'] }],
    });
    const many = await shop.recordMany(Array.from({ length: 1_001 }, stamp));
    expect(many).toMatchObject({ results: [], recorded: 0, userErrors: [{ code: 'BAD_USER_INPUT' }] });
  });
});

describe('an unknown external id', () => {
  test('that fifty activities bring at once becomes one member, who gets all fifty', async () => {
    const memberExternalId = newId();
    const recorded = await atOnce(50, () => shop.record({ ...stamp(), memberExternalId }));
    expect(recorded.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    const ids = new Set(recorded.map(({ member }) => member?.id));
    expect(ids.size).toBe(1);
    const welcomes = recorded.flatMap(({ effects }) => effects.filter((one) => one.__typename === 'MemberEnrolled'));
    expect(welcomes).toHaveLength(1);
    expect(await shop.wallet([...ids][0] ?? '')).toMatchObject({ active: 500, lifetimeEarned: 500 });
    await shop.expectCleanLedger();
  });

  test('enrols the member with the first thing that is known of it, and tells so before the points', async () => {
    const memberExternalId = newId();
    const [late, early] = [fromNow(shop, -3_600_000), fromNow(shop, -7_200_000)];
    const { results } = await shop.recordMany([
      { ...stamp(), memberExternalId, occurredAt: late },
      { ...stamp(), memberExternalId, occurredAt: early },
    ]);
    expect(results.map(({ effects }) => effects.map((effect) => effect.__typename))).toEqual([
      ['MemberEnrolled', 'PointsEarned'],
      ['PointsEarned'],
    ]);
    const document = 'query ($externalId: String) { member(externalId: $externalId) { joinedAt } }';
    await expect(shop.staff.data(document, { externalId: memberExternalId })).resolves.toEqual({
      member: { joinedAt: early },
    });
  });
});

describe("a member's own token", () => {
  test('records its own activities of the types that members may record', async () => {
    const memberId = await shop.enrol();
    const own = shop.app.client({ role: 'MEMBER', subject: memberId });
    for (const who of [{}, { memberId }]) {
      const recorded = await shop.record({ type: 'stamp', ...who }, own);
      expect(recorded).toMatchObject({ userErrors: [], member: { id: memberId } });
      expect(recorded.activity?.source).toContain(memberId);
    }
    expect(await shop.wallet(memberId)).toMatchObject({ active: 20 });
  });

  test('is forbidden other types, other members, a source and enrolling', async () => {
    const memberId = await shop.enrol({ externalId: newId() });
    const other = await shop.enrol({ externalId: 'other' });
    const own = shop.app.client({ role: 'MEMBER', subject: memberId });
    for (const input of [
      { type: 'purchase-online' },
      { type: 'stamp', memberId: other },
      { type: 'stamp', memberExternalId: 'other' },
      { type: 'stamp', source: 'web-shop' },
      { type: 'stamp', enrollIfUnknown: true },
    ]) {
      const activity = { idempotencyKey: newId(), ...input };
      expect(codeOf(await own.query(RECORD, { input: activity }))).toBe('FORBIDDEN');
      const many = await own.data<{ recordActivities: { refused: number; results: { userErrors: unknown[] }[] } }>(
        RECORD_MANY,
        { input: { activities: [activity] } },
      );
      expect(many.recordActivities).toMatchObject({ refused: 1, results: [{ userErrors: [{ code: 'FORBIDDEN' }] }] });
    }
    expect(await shop.wallet(other)).toMatchObject({ lifetimeEarned: 0 });
  });

  test('of a member who is suspended or does not exist records nothing', async () => {
    for (const [subject, code] of [
      [await suspended(shop), 'MEMBER_NOT_ACTIVE'],
      [newId(), 'NOT_FOUND'],
    ] as const) {
      const own = shop.app.client({ role: 'MEMBER', subject });
      expect((await shop.record({ type: 'stamp' }, own)).userErrors).toMatchObject([{ code }]);
    }
  });

  test('uses keys of its own: the same key of two members names two activities', async () => {
    const idempotencyKey = newId();
    const clients = await Promise.all(
      [0, 1].map(async () => shop.app.client({ role: 'MEMBER', subject: await shop.enrol() })),
    );
    for (const client of clients) {
      expect(await shop.record({ type: 'stamp', idempotencyKey }, client)).toMatchObject({ replayed: false });
    }
  });
});
