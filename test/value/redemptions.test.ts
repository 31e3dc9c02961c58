import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { DAY_MS } from '../recording/shop.ts';
import type { Client } from '../support/client.ts';
import { RewardsStage, refusalOf } from './rewards-stage.ts';

let stage: RewardsStage;

beforeAll(async () => {
  stage = await RewardsStage.open();
});

afterAll(async () => {
  await stage.shop.expectCleanLedger();
  await stage.shop.close();
});

/** What a member's lots hold, the soonest-expiring first. */
function lotsOf(memberId: string): Promise<{ points: number; remaining: number; lasts: boolean }[]> {
  return stage.shop.sql(
    `select points, remaining, expires_at is null as lasts from lots where member_id = $1 order by expires_at nulls last`,
    [memberId],
  );
}

async function entriesOf(memberId: string) {
  return (await stage.shop.ledger(memberId)).map(({ kind, points, balanceAfter }) => [kind, points, balanceAfter]);
}

/** The types of what was told of a member since it joined. */
async function toldOf(memberId: string): Promise<string[]> {
  const rows = await stage.shop.sql<{ type: string }>(
    `select type from outbox where member_id = $1 and type not in ('MemberEnrolled', 'PointsAdjusted') order by xid, seq`,
    [memberId],
  );
  return rows.map(({ type }) => type);
}

describe('redeeming', () => {
  test('takes the points that expire soonest and gives a voucher, with one entry and two events', async () => {
    const kim = await stage.member(100);
    await stage.shop.adjust(kim, 30, { expiresAfter: 'P10D' });
    const code = await stage.reward({ cost: 50, stock: 5, validFor: 'P90D' });
    const answer = await stage.redeem(kim, code);
    expect(answer).toMatchObject({
      redemption: {
        ...{ status: 'ISSUED', cost: 50, reward: { code }, member: { id: kim }, fulfilledAt: null, refund: null },
        entry: { kind: 'REDEEM', points: -50, rule: { kind: 'reward', code } },
        voucherCode: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/),
        voucherQrSvg: expect.stringMatching(/^<svg /),
      },
      effects: [
        { __typename: 'PointsSpent', points: 50, balance: 80, entry: { kind: 'REDEEM' } },
        { __typename: 'RewardRedeemed', status: 'ISSUED', redemption: { id: answer.redemption?.id } },
      ],
      ...{ member: { id: kim, wallet: { active: 80 } }, replayed: false, userErrors: [] },
    });
    const { createdAt = '', expiresAt } = answer.redemption ?? {};
    expect(Date.parse(expiresAt ?? '') - Date.parse(createdAt)).toBe(90 * DAY_MS);
    expect(await lotsOf(kim)).toEqual([
      { points: 30, remaining: 0, lasts: false },
      { points: 100, remaining: 80, lasts: true },
    ]);
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 80, lifetimeEarned: 130, lifetimeSpent: 50 });
    expect((await stage.read(code))?.stock).toBe(4);
    expect(await toldOf(kim)).toEqual(['PointsSpent', 'RewardRedeemed']);
    expect(await stage.redemptionsOf(kim)).toEqual([answer.redemption]);
  });

  test('under the same key and input does it once, with the same voucher and events', async () => {
    const kim = await stage.member(300);
    const code = await stage.reward({ cost: 100 });
    const idempotencyKey = newId();
    const first = await stage.redeem(kim, code, { idempotencyKey });
    const again = await stage.redeem(kim, code, { idempotencyKey });
    expect(again).toEqual({ ...first, replayed: true });
    const other = await stage.reward({ cost: 100 });
    expect(refusalOf(await stage.redeem(kim, other, { idempotencyKey })).code).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(refusalOf(await stage.redeem(kim, code, { idempotencyKey: '' })).code).toBe('BAD_USER_INPUT');
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 200 });
  });

  test('may name the member by the id in the own system of the shop, which is the same call', async () => {
    const memberExternalId = newId();
    const kim = await stage.shop.enrol({ externalId: memberExternalId });
    await stage.shop.adjust(kim, 100);
    const code = await stage.reward();
    const redeem = (more: Record<string, unknown>, client?: Client) => stage.redeem(kim, code, more, client);
    const idempotencyKey = newId();
    const first = await redeem({ memberId: null, memberExternalId, idempotencyKey });
    expect(first).toMatchObject({ member: { id: kim, wallet: { active: 0 } }, userErrors: [] });
    expect(await redeem({ idempotencyKey })).toEqual({ ...first, replayed: true });
    const refused = async (more: Record<string, unknown>) => {
      const { code: refusal, path } = refusalOf(await redeem(more));
      return [refusal, path?.at(-1)];
    };
    expect(await refused({ memberExternalId })).toEqual(['BAD_USER_INPUT', 'memberId']);
    expect(await refused({ memberId: null })).toEqual(['BAD_USER_INPUT', 'memberId']);
    expect(await refused({ memberId: null, memberExternalId: newId() })).toEqual(['NOT_FOUND', 'memberExternalId']);
    const member = stage.speakingFor(kim);
    for (const named of [memberExternalId, newId()]) {
      const more = { memberId: null, memberExternalId: named };
      await expect(redeem(more, member)).rejects.toThrow('FORBIDDEN');
    }
  });

  test('that was refused is not remembered: with the points, the same key works', async () => {
    const kim = await stage.member(99);
    const code = await stage.reward();
    const idempotencyKey = newId();
    expect(refusalOf(await stage.redeem(kim, code, { idempotencyKey })).details).toMatchObject({ missingPoints: 1 });
    await stage.shop.adjust(kim, 1);
    expect(await stage.redeem(kim, code, { idempotencyKey })).toMatchObject({ replayed: false, userErrors: [] });
    expect(await entriesOf(kim)).toEqual([
      ['ADJUST', 99, 99],
      ['ADJUST', 1, 100],
      ['REDEEM', -100, 0],
    ]);
  });

  test('keeps the name and the cost of then, whatever becomes of the reward', async () => {
    const kim = await stage.member(100);
    const code = await stage.reward({ name: 'Old name' });
    const { id } = await stage.redeemed(kim, code);
    await stage.save({ code, name: 'New name', cost: 400, status: 'ARCHIVED' });
    const [kept] = await stage.redemptionsOf(kim);
    expect(kept).toMatchObject({ id, name: 'Old name', cost: 100, reward: { code }, status: 'ISSUED' });
    expect(await stage.fulfil({ redemptionId: id })).toMatchObject({ redemption: { status: 'FULFILLED' } });
  });
});

describe('a voucher', () => {
  test('is looked up and used at the counter, once', async () => {
    const kim = await stage.member(100);
    const { id, voucherCode } = await stage.redeemed(kim, await stage.reward());
    const typed = voucherCode.replaceAll('-', '').toLowerCase();
    expect((await stage.voucher(typed)).data).toMatchObject({
      redemption: { id, status: 'ISSUED', member: { id: kim } },
    });
    const used = await stage.fulfil({ voucherCode: typed });
    expect(used).toMatchObject({
      redemption: {
        id,
        status: 'FULFILLED',
        fulfilledAt: expect.any(String),
        fulfilledBy: 'staff:staff',
        voucherQrSvg: null,
      },
      effects: [{ __typename: 'RedemptionChanged', status: 'FULFILLED' }],
      ...{ member: { id: kim }, replayed: false },
    });
    const again = refusalOf(await stage.fulfil({ voucherCode }));
    const { fulfilledAt } = used.redemption ?? {};
    expect(again).toMatchObject({ code: 'CONFLICT', details: { status: 'FULFILLED', fulfilledAt } });
    expect(refusalOf(await stage.cancel(id)).code).toBe('CONFLICT');
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 0, lifetimeSpent: 100 });
  });

  test('is used by one of many who present it at once, and a repeated request under a key is answered again', async () => {
    const kim = await stage.member(200);
    const code = await stage.reward();
    const { voucherCode } = await stage.redeemed(kim, code);
    const answers = await Promise.all(Array.from({ length: 10 }, () => stage.fulfil({ voucherCode })));
    expect(answers.filter(({ redemption }) => redemption !== null)).toHaveLength(1);
    const second = await stage.redeemed(kim, code);
    const input = { redemptionId: second.id, idempotencyKey: newId() };
    const first = await stage.fulfil(input);
    expect(await stage.fulfil(input)).toEqual({ ...first, replayed: true });
  });

  test('is named by exactly one of id and code, and must exist', async () => {
    expect(refusalOf(await stage.fulfil({})).code).toBe('BAD_USER_INPUT');
    expect(refusalOf(await stage.fulfil({ redemptionId: newId(), voucherCode: 'x' })).code).toBe('BAD_USER_INPUT');
    expect(refusalOf(await stage.fulfil({ redemptionId: newId() }))).toMatchObject({
      ...{ code: 'NOT_FOUND', path: ['input', 'redemptionId'] },
    });
    expect(refusalOf(await stage.fulfil({ voucherCode: 'ABCD-EFGH-JKMN' }))).toMatchObject({
      ...{ code: 'NOT_FOUND', path: ['input', 'voucherCode'] },
    });
    expect((await stage.voucher('ABCD-EFGH-JKMN')).data).toEqual({ redemption: null });
  });

  test('of a reward that is handed over waits until staff has done so', async () => {
    const kim = await stage.member(200);
    const code = await stage.reward({ fulfilment: 'MANUAL' });
    const waiting = await stage.redeemed(kim, code);
    expect(waiting).toMatchObject({ status: 'PENDING', expiresAt: null });
    const queue = '{ redemptions(first: 100, status: [PENDING]) { edges { node { id } } } }';
    type Queue = { redemptions: { edges: { node: { id: string } }[] } };
    const idsOf = async () => {
      return (await stage.shop.staff.data<Queue>(queue)).redemptions.edges.map(({ node }) => node.id);
    };
    expect(await idsOf()).toContain(waiting.id);
    expect(await stage.fulfil({ redemptionId: waiting.id })).toMatchObject({ redemption: { status: 'FULFILLED' } });
    expect(await idsOf()).not.toContain(waiting.id);
    const unwanted = await stage.redeemed(kim, code);
    expect(await stage.cancel(unwanted.id)).toMatchObject({ redemption: { status: 'CANCELLED' } });
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 100 });
  });
});

describe('cancelling', () => {
  test('returns the points to the lots they came from, with the validity they had', async () => {
    const kim = await stage.member(100);
    await stage.shop.adjust(kim, 30, { expiresAfter: 'P10D' });
    await stage.shop.adjust(kim, 30, { expiresAfter: 'P20D' });
    const code = await stage.reward({ cost: 70, stock: 1 });
    const before = await stage.shop.wallet(kim);
    const { id, entry } = await stage.redeemed(kim, code);
    const answer = await stage.cancel(id, { reason: 'Changed my mind' });
    expect(answer).toMatchObject({
      redemption: {
        ...{
          status: 'CANCELLED',
          cancelledAt: expect.any(String),
          cancelReason: 'Changed my mind',
          voucherQrSvg: null,
        },
        refund: { kind: 'REFUND', points: 70, reverses: { id: entry.id } },
      },
      effects: [
        { __typename: 'PointsRefunded', points: 70, balance: 160, entry: { kind: 'REFUND' } },
        { __typename: 'RedemptionChanged', status: 'CANCELLED' },
      ],
      member: { wallet: { active: 160 } },
    });
    expect((await lotsOf(kim)).map(({ remaining }) => remaining)).toEqual([30, 30, 100]);
    expect(await stage.shop.wallet(kim)).toEqual(before);
    expect(await toldOf(kim)).toEqual(['PointsSpent', 'RewardRedeemed', 'PointsRefunded', 'RedemptionChanged']);
    expect(refusalOf(await stage.cancel(id)).code).toBe('ALREADY_REVERSED');
    expect(refusalOf(await stage.fulfil({ redemptionId: id }))).toMatchObject({
      ...{ code: 'ALREADY_REVERSED', details: { status: 'CANCELLED' } },
    });
  });

  test('under the same key does it once', async () => {
    const kim = await stage.member(100);
    const { id } = await stage.redeemed(kim, await stage.reward());
    const idempotencyKey = newId();
    const first = await stage.cancel(id, { idempotencyKey });
    expect(await stage.cancel(id, { idempotencyKey })).toEqual({ ...first, replayed: true });
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 100, lifetimeSpent: 0 });
  });

  test('brings back also what has expired meanwhile, which expires at once', async () => {
    const kim = await stage.member(40);
    await stage.shop.adjust(kim, 60, { expiresAfter: 'P10D' });
    const { id } = await stage.redeemed(kim, await stage.reward({ cost: 100 }));
    stage.shop.app.clock.advance(11 * DAY_MS);
    const answer = await stage.cancel(id);
    expect(answer.redemption).toMatchObject({ status: 'CANCELLED', refund: { points: 100 } });
    expect(await entriesOf(kim)).toEqual([
      ['ADJUST', 40, 40],
      ['ADJUST', 60, 100],
      ['REDEEM', -100, 0],
      ['REFUND', 100, 100],
      ['EXPIRE', -60, 40],
    ]);
    expect(await stage.shop.wallet(kim)).toEqual({
      ...{ active: 40, pending: 0, lifetimeEarned: 100, lifetimeSpent: 0, lifetimeExpired: 60 },
    });
  });
});

describe('a voucher that is not used in time', () => {
  test('is refused by the clock, and the job tells it once; points and piece stay spent', async () => {
    const kim = await stage.member(300);
    const code = await stage.reward({ stock: 2, validFor: 'P7D' });
    const { id, voucherCode, expiresAt } = await stage.redeemed(kim, code);
    const used = await stage.redeemed(kim, code);
    await stage.fulfil({ redemptionId: used.id });
    stage.shop.app.clock.advance(7 * DAY_MS);
    // Before the job has come round, everything says the same already.
    expect((await stage.voucher(voucherCode)).data).toMatchObject({
      redemption: { status: 'EXPIRED', voucherQrSvg: null },
    });
    expect(await stage.redemptionsOf(kim, ['EXPIRED'])).toMatchObject([{ id }]);
    expect(await stage.redemptionsOf(kim, ['ISSUED', 'PENDING'])).toEqual([]);
    expect(refusalOf(await stage.fulfil({ voucherCode }))).toMatchObject({ code: 'ENDED', details: { expiresAt } });
    expect(refusalOf(await stage.cancel(id)).code).toBe('ENDED');
    const job = stage.shop.app.core.redemptionExpiry;
    // The server's own minute may be faster; whoever comes second finds nothing left.
    await job.run();
    expect(await job.run()).toBe(0);
    expect(await stage.redemptionsOf(kim, ['EXPIRED'])).toMatchObject([{ id }]);
    expect((await toldOf(kim)).filter((type) => type === 'RedemptionChanged')).toHaveLength(2);
    expect(await stage.shop.wallet(kim)).toMatchObject({ active: 100, lifetimeSpent: 200 });
    expect((await stage.read(code))?.stock).toBe(0);
  });
});
