import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { verifyReferrals } from '../../src/features/referrals/index.ts';
import { PAY_REFERRAL, payReferral } from '../../src/features/referrals/referrals.payment.ts';
import { flagWaitingIn } from '../../src/features/referrals/referrals.rows.ts';
import type { UnitOfWork } from '../../src/platform/tx.ts';
import { eventually } from '../support/platform.ts';
import type { Person } from './referrals-stage.ts';
import { ReferralsStage } from './referrals-stage.ts';

/** A server that runs no jobs, so that the test does, as often and as badly as it likes. */
let stage: ReferralsStage;

beforeAll(async () => {
  stage = await ReferralsStage.open({ config: { role: 'api' } });
});

afterAll(() => stage.shop.close());

beforeEach(() => stage.offer({ refereePoints: 20 }));

/** Four members in a row, of whom the last has just bought something, and the job that is to pay. */
async function qualified(): Promise<{ people: Person[]; referralId: string }> {
  const people = await stage.row(4);
  const last = people[3];
  if (last === undefined) throw new Error('Four were enrolled.');
  await stage.buy(last);
  const { id: referralId, status } = await stage.cameBy(last);
  expect(status).toBe('QUALIFIED');
  const jobs = await stage.shop.sql(`select from pgboss.job where name = $1 and data ->> 'referralId' = $2`, [
    PAY_REFERRAL,
    referralId,
  ]);
  expect(jobs).toHaveLength(1);
  return { people, referralId };
}

function balances(people: readonly Person[]): Promise<[number, number][]> {
  return Promise.all(people.map((person) => stage.points(person)));
}

describe('paying a referral', () => {
  test('is done once, although it dies before the commit and is then run several times at once', async () => {
    const { people, referralId } = await qualified();
    const { work, reader, clock } = stage.shop.app.core;
    const parts = { work, reader, now: () => clock.now() };
    const dying: UnitOfWork = {
      read: (reading) => work.read(reading),
      run: (scope, unit) =>
        work.run(scope, async (tx) => {
          await unit(tx);
          throw new Error('killed');
        }),
    };
    await expect(payReferral({ ...parts, work: dying }, { referralId })).rejects.toThrow('killed');
    expect(await balances(people)).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    await Promise.all([1, 2, 3].map(() => payReferral(parts, { referralId })));
    await payReferral(parts, { referralId });
    expect(await balances(people)).toEqual([
      [10, 0],
      [50, 0],
      [100, 0],
      [20, 0],
    ]);
    const rewards = await stage.shop.sql<{ depth: number; points: number }>(
      'select depth, points from referral_rewards where referral_id = $1 order by depth',
      [referralId],
    );
    expect(rewards).toEqual([
      { depth: 0, points: 20 },
      { depth: 1, points: 100 },
      { depth: 2, points: 50 },
      { depth: 3, points: 10 },
    ]);
    await stage.shop.expectCleanLedger();
  });

  test('says what was paid, also when somebody can hold no more points than a part of it', async () => {
    const { people, referralId } = await qualified();
    const [, , referrer, referee] = people;
    // Somebody who has earned and spent nearly all that a member can in a lifetime.
    const add =
      'update wallets set lifetime_earned = lifetime_earned + $2, lifetime_spent = lifetime_spent + $2 where member_id = $1';
    await stage.shop.sql(add, [referrer?.id, 2_147_483_647 - 40]);
    const { work, reader, clock, orm } = stage.shop.app.core;
    await payReferral({ work, reader, now: () => clock.now() }, { referralId });
    await stage.shop.sql(add, [referrer?.id, 40 - 2_147_483_647]);
    expect((await stage.cameBy(referee as Person)).points).toBe(40);
    expect(await stage.points(referrer as Person)).toEqual([40, 0]);
    expect((await verifyReferrals(orm)).differences).toEqual([]);
  });

  test('goes by what the programme said when it began to count, and leaves out who is not active', async () => {
    const { people, referralId } = await qualified();
    await stage.offer({ levels: [1], refereePoints: 1, status: 'PAUSED' });
    const suspend = `mutation ($input: SetMemberStatusInput!) { setMemberStatus(input: $input) { userErrors { code } } }`;
    await stage.shop.staff.data(suspend, {
      input: { memberId: people[1]?.id, status: 'SUSPENDED', reason: 'A test' },
    });
    const { work, reader, clock } = stage.shop.app.core;
    const parts = { work, reader, now: () => clock.now() };
    await payReferral(parts, { referralId });
    expect(await balances(people)).toEqual([
      [10, 0],
      [0, 0],
      [100, 0],
      [20, 0],
    ]);
  });

  test('takes nothing through a referral that waits for its review', async () => {
    const anna = await stage.person();
    const deviceFingerprint = `shared by ${anna.id}`;
    await stage.person(anna.referralCode, { deviceFingerprint });
    const bo = await stage.person(anna.referralCode, { deviceFingerprint });
    const cleo = await stage.person(bo.referralCode);
    await stage.buy(cleo);
    const { id: referralId } = await stage.cameBy(cleo);
    const { work, reader, clock } = stage.shop.app.core;
    const parts = { work, reader, now: () => clock.now() };
    await payReferral(parts, { referralId });
    expect(await balances([anna, bo, cleo])).toEqual([
      [0, 0],
      [100, 0],
      [20, 0],
    ]);
  });

  test('waits for the review of a referral that is flagged while its first activity is being recorded', async () => {
    const [, last] = await stage.row(2);
    if (last === undefined) throw new Error('Two were enrolled.');
    let bought: Promise<unknown> = Promise.resolve();
    await stage.shop.app.core.work.run({ name: 'flag' }, async (tx) => {
      await flagWaitingIn(tx, [last.id], 'MANY_FROM_ADDRESS');
      bought = stage.buy(last);
      await eventually('recording waits for the flag', async () => {
        const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
        return (await stage.shop.sql(waiting)).length > 0;
      });
    });
    await bought;
    const referral = await stage.cameBy(last);
    expect(referral).toMatchObject({ status: 'FLAGGED', flags: ['MANY_FROM_ADDRESS'] });
    expect(referral.qualifiedAt).not.toBeNull();
  });
});
