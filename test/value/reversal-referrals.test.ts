import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Follower } from '../../scripts/chaos/support/follower.ts';
import { newId } from '../../src/platform/ids.ts';
import { asMember } from '../realtime/support/stage.ts';
import { startTestApp } from '../support/app.ts';
import { type Person, ReferralsStage } from './referrals-stage.ts';
import { ReversalStage } from './reversal-stage.ts';

let stage: ReferralsStage;
let reversals: ReversalStage;

beforeAll(async () => {
  stage = await ReferralsStage.open();
  reversals = ReversalStage.of(stage.shop);
  const condition = { qualifyingCondition: 'activity.value.amount >= 50' };
  await stage.offer({ levels: [100, 50], refereePoints: 20, ...condition });
  await stage.shop.save('Reward', { code: 'lunch', name: 'Lunch', kind: 'PRODUCT', cost: 100 });
});

afterAll(async () => {
  await stage.shop.expectCleanLedger();
  await stage.shop.close();
});

interface Family {
  top: Person;
  anna: Person;
  bo: Person;
}

/** Anna came through the top one, and Bo through Anna. */
async function family(): Promise<Family> {
  const [top, anna] = await stage.row(2);
  if (top === undefined || anna === undefined) throw new Error('Two were enrolled.');
  return { top, anna, bo: await stage.person(anna.referralCode) };
}

/** Bo buys for so much; gives the activity's id. */
const buy = (person: Person, amount = '100') => reversals.buy(person.id, amount);

async function points({ top, anna, bo }: Family): Promise<number[]> {
  return Promise.all([top, anna, bo].map(async ({ id }) => (await reversals.wallet(id)).active));
}

describe('a referral that is rewarded', () => {
  test('is reversed with the purchase that made it count: everybody up the chain gives the reward back', async () => {
    const all = await family();
    const bought = await buy(all.bo);
    await stage.rewarded(all.bo);
    expect(await points(all)).toEqual([50, 100, 20]);
    const preview = await reversals.preview(bought);
    expect(await points(all)).toEqual([50, 100, 20]);
    const { effects } = await reversals.reverse(bought);
    expect(preview.effects).toEqual(effects);
    const told = effects.map(({ __typename, member, points: taken }) => [__typename, member.id, taken]);
    expect(told).toHaveLength(6);
    expect(told).toEqual(
      expect.arrayContaining([
        ['PointsReversed', all.top.id, 50],
        ['PointsReversed', all.anna.id, 100],
        ['PointsReversed', all.bo.id, 20],
        ...[all.top, all.anna, all.bo].map(({ id }) => ['ReferralReversed', id, undefined]),
      ]),
    );
    expect(await points(all)).toEqual([0, 0, 0]);
    expect(await stage.cameBy(all.bo)).toMatchObject({ status: 'REVERSED' });
    // It counts no more, whatever is bought then.
    await buy(all.bo);
    await stage.shop.app.settled();
    expect(await stage.cameBy(all.bo)).toMatchObject({ status: 'REVERSED' });
    expect(await points(all)).toEqual([0, 0, 0]);
  });

  test('stays while a part of the purchase is left', async () => {
    const all = await family();
    const bought = await buy(all.bo);
    await stage.rewarded(all.bo);
    await reversals.reverse(bought, { fraction: '0.999999' });
    expect(await points(all)).toEqual([50, 100, 20]);
    await reversals.reverse(bought, { fraction: '0.000001' });
    expect(await points(all)).toEqual([0, 0, 0]);
  });

  test('is kept by another purchase that would have made it count, and goes with that', async () => {
    const all = await family();
    const bought = await buy(all.bo);
    const small = await buy(all.bo, '49');
    const other = await buy(all.bo, '50');
    await stage.rewarded(all.bo);
    expect((await reversals.reverse(bought)).effects).toEqual([]);
    expect((await reversals.reverse(small)).effects).toEqual([]);
    expect(await stage.cameBy(all.bo)).toMatchObject({ status: 'REWARDED' });
    await reversals.reverse(other);
    expect(await stage.cameBy(all.bo)).toMatchObject({ status: 'REVERSED' });
    expect(await points(all)).toEqual([0, 0, 0]);
  });

  test('refund of the referee after the referrer spent the reward leaves the referrer a deficit, and nobody else', async () => {
    const all = await family();
    const bought = await buy(all.bo);
    await stage.rewarded(all.bo);
    const redemptionId = await reversals.redeem(all.anna.id, 'lunch');
    await reversals.reverse(bought);
    expect(await reversals.wallet(all.anna.id)).toMatchObject({ active: 0, deficit: 100, lifetimeReversed: 100 });
    expect(await reversals.wallet(all.top.id)).toMatchObject({ active: 0, deficit: 0 });
    await reversals.cancel(redemptionId);
    expect(await reversals.wallet(all.anna.id)).toMatchObject({ active: 0, deficit: 0 });
  });

  test('is taken back from a suspended referrer as well', async () => {
    const all = await family();
    const bought = await buy(all.bo);
    await stage.rewarded(all.bo);
    const suspend =
      'mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }';
    const input = { memberId: all.anna.id, status: 'SUSPENDED', reason: 'A test' };
    await stage.shop.staff.data(suspend, { input });
    await reversals.reverse(bought);
    expect(await points(all)).toEqual([0, 0, 0]);
  });
});

describe('a referral that is not paid', () => {
  test('is left pending by what had not made it count', async () => {
    const all = await family();
    const small = await buy(all.bo, '49');
    await reversals.reverse(small);
    expect(await stage.cameBy(all.bo)).toMatchObject({ status: 'PENDING' });
    await buy(all.bo);
    expect((await stage.rewarded(all.bo)).status).toBe('REWARDED');
  });

  test('goes on waiting for its review, and for another purchase, when it is flagged', async () => {
    const anna = await stage.person();
    const deviceFingerprint = `shared by ${anna.id}`;
    await stage.person(anna.referralCode, { deviceFingerprint });
    const bo = await stage.person(anna.referralCode, { deviceFingerprint });
    const bought = await buy(bo);
    const { id, status, qualifiedAt } = await stage.cameBy(bo);
    expect([status, qualifiedAt === null]).toEqual(['FLAGGED', false]);
    expect((await reversals.reverse(bought)).effects).toEqual([]);
    expect(await stage.cameBy(bo)).toMatchObject({ status: 'FLAGGED', qualifiedAt: null });
    await stage.review(id, 'APPROVE');
    expect(await stage.cameBy(bo)).toMatchObject({ status: 'PENDING' });
    await buy(bo);
    await stage.rewarded(bo);
    expect((await reversals.wallet(anna.id)).active).toBe(100);
  });

  test('stays rejected', async () => {
    const anna = await stage.person();
    const deviceFingerprint = `shared by ${anna.id}`;
    await stage.person(anna.referralCode, { deviceFingerprint });
    const bo = await stage.person(anna.referralCode, { deviceFingerprint });
    const bought = await buy(bo);
    await stage.review((await stage.cameBy(bo)).id, 'REJECT');
    expect((await reversals.reverse(bought)).effects).toEqual([]);
    expect(await stage.cameBy(bo)).toMatchObject({ status: 'REJECTED' });
  });
});

test('what a reward took of the cap comes back, so that the next one is paid in full', async () => {
  await stage.offer({ levels: [100], maxPerReferrer: { per: 'LIFETIME', points: 150 } });
  const anna = await stage.person();
  const [bo, cleo] = [await stage.person(anna.referralCode), await stage.person(anna.referralCode)];
  const bought = await buy(bo);
  await stage.rewarded(bo);
  const { returned } = await reversals.reverse(bought);
  expect(returned).toEqual([
    { kind: 'referral-program', code: 'referral-program', scope: 'MEMBER', per: 'LIFETIME', count: 1, points: 100 },
  ]);
  await buy(cleo);
  await stage.rewarded(cleo);
  expect(await reversals.wallet(anna.id)).toMatchObject({ active: 100, lifetimeEarned: 200 });
  await stage.offer({ levels: [100, 50], refereePoints: 20 });
});

test('is possible when the programme has moved to another time zone, where the cap of that day is another one’s', async () => {
  const day = { per: 'DAY', points: 500 };
  await stage.offer({ levels: [100], maxPerReferrer: day });
  const anna = await stage.person();
  const bo = await stage.person(anna.referralCode);
  const bought = await buy(bo);
  await stage.rewarded(bo);
  const move =
    'mutation ($input: UpdateProgramInput!) { updateProgram(input: $input) { userErrors { code message } } }';
  const moved = (timeZone: string) => stage.shop.admin.data<Moved>(move, { input: { timeZone } });
  // One of them is a day ahead of or behind the other at any moment.
  const returned: object[][] = [];
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    expect((await moved(zone)).updateProgram.userErrors).toEqual([]);
    returned.push((await reversals.preview(bought)).returned);
  }
  expect(returned).toContainEqual([]);
  expect((await reversals.reverse(bought)).userErrors).toEqual([]);
  expect(await reversals.wallet(anna.id)).toMatchObject({ active: 0, lifetimeReversed: 100 });
  await moved('Europe/Stockholm');
  await stage.offer({ levels: [100, 50], refereePoints: 20 });
});

interface Moved {
  updateProgram: { userErrors: object[] };
}

test('the chain is told live on another node that a referral is reversed', async () => {
  const all = await family();
  const other = await startTestApp({ databaseUrl: stage.shop.app.databaseUrl });
  try {
    const bought = await buy(all.bo);
    await stage.rewarded(all.bo);
    await stage.shop.app.settled();
    const document = 'subscription { referralChainUpdated { kind depth referral { status referee { id } } } }';
    type Update = { referralChainUpdated: { kind: string; depth: number; referral: { status: string } } };
    const top = await Follower.start<Update>(other.url, document, { params: await asMember(other, all.top.id) });
    await reversals.reverse(bought, { idempotencyKey: newId() });
    const { referralChainUpdated } = await top.at(0);
    expect(referralChainUpdated).toMatchObject({ kind: 'REVERSED', depth: 2, referral: { status: 'REVERSED' } });
    top.close();
  } finally {
    await other.stop();
  }
});
