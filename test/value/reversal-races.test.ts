import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { payReferral } from '../../src/features/referrals/referrals.payment.ts';
import { atOnce } from '../recording/shop.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import type { Client } from '../support/client.ts';
import { type Person, ReferralsStage } from './referrals-stage.ts';
import { ReversalStage } from './reversal-stage.ts';

let stage: ReversalStage;
let people: ReferralsStage;
let second: TestApp;
let nodes: Client[];
let logged = '';

const log = new Writable({
  write(line, _encoding, done) {
    logged += String(line);
    done();
  },
});

beforeAll(async () => {
  // Without workers: what a job does is done here, at the worst moment.
  const config = { role: 'api' } as const;
  people = await ReferralsStage.open({ config, log });
  stage = ReversalStage.of(people.shop);
  const { shop } = stage;
  second = await startTestApp({ databaseUrl: shop.app.databaseUrl, config, log });
  nodes = [shop.staff, second.client({ role: 'STAFF' })];
  const points = { perAmount: { points: 1, per: '1' } };
  const caps = [{ per: 'LIFETIME', scope: 'PROGRAM', points: 1_000_000 }];
  await shop.save('EarningRule', { code: 'spend', name: 'A point per krona', trigger: 'purchase', points, caps });
  const span = { startsAt: '2020-01-01T00:00:00Z', endsAt: '2099-01-01T00:00:00Z' };
  await shop.save('Campaign', { code: 'gift', name: 'x', triggers: ['purchase'], bonus: 10, budget: 100_000, ...span });
  const goal = { activityTypes: ['purchase'], target: '1' };
  await shop.save('Badge', { code: 'first', name: 'x', description: 'x', goal, limit: 1_000, onReversal: 'REVOKE' });
  const together = { mode: 'COMMUNITY', goal: { ...goal, target: '100000' } };
  await shop.save('Challenge', { code: 'together', name: 'x', ...together });
  await shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
  await shop.save('Tier', { code: 'silver', name: 'Silver', rank: 2, threshold: '100' });
  await shop.save('Leaderboard', { code: 'all', name: 'x', metric: 'POINTS_EARNED', period: 'ALL_TIME' });
  await shop.save('Reward', { code: 'lunch', name: 'Lunch', kind: 'PRODUCT', cost: 50 });
  await people.offer({ levels: [100, 50], refereePoints: 20 });
});

afterAll(async () => {
  await stage.shop.expectCleanLedger();
  // Locks are taken in one order, so no transaction ever had to be begun anew because of another.
  expect(logged).not.toMatch(/40P01|deadlock/i);
  await second.stop();
  await stage.shop.close();
});

/** Takes turns between the two nodes. */
function node(index: number): Client {
  return nodes[index % 2] ?? stage.shop.staff;
}

async function balance(memberId: string): Promise<number> {
  const { active, deficit, pending } = await stage.wallet(memberId);
  return active + pending - deficit;
}

function pay(app: Pick<TestApp, 'core'>, referralId: string): Promise<void> {
  const { work, reader, clock } = app.core;
  return payReferral({ work, reader, now: () => clock.now() }, { referralId });
}

test('of fifty reversals of halves of one activity at once exactly two are done', async () => {
  const memberId = await stage.shop.enrol();
  const bought = await stage.buy(memberId, '100');
  const answers = await atOnce(50, (index) => stage.reverse(bought, { fraction: '0.5' }, node(index)));
  const done = answers.filter(({ userErrors }) => userErrors.length === 0);
  expect(done.map(({ reversedFraction }) => reversedFraction).sort()).toEqual(['0.5', '1']);
  const refused = answers.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
  expect(refused).toEqual(Array.from({ length: 48 }, () => 'ALREADY_REVERSED'));
  expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 0, lifetimeReversed: 110 });
});

test('one key at once on two nodes is one reversal, and all are answered the same', async () => {
  const memberId = await stage.shop.enrol();
  const bought = await stage.buy(memberId, '100');
  const input = { fraction: '0.3', idempotencyKey: `refund of ${bought}` };
  const answers = await atOnce(20, (index) => stage.reverse(bought, input, node(index)));
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  for (const { replayed: _replayed, member: _member, ...answer } of answers) {
    const { replayed: _first, member: _same, ...first } = answers[0] ?? {};
    expect(answer).toEqual(first);
  }
  expect(await stage.wallet(memberId)).toMatchObject({ lifetimeReversed: 33 });
});

test('what is recorded and what is reversed at once both count', async () => {
  const memberId = await stage.shop.enrol();
  const before: string[] = [];
  for (let index = 0; index < 8; index += 1) before.push(await stage.buy(memberId, '30'));
  const value = { amount: '7', currencyCode: 'SEK' };
  const answers = await Promise.all([
    ...before.map((id, index) => stage.reverse(id, {}, node(index))),
    ...before.map((_, index) => stage.shop.record({ type: 'purchase', memberId, value }, node(index))),
  ]);
  expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
  expect(await stage.wallet(memberId)).toMatchObject({ active: 8 * 17, deficit: 0, lifetimeReversed: 8 * 40 });
});

test('what is redeemed and what is reversed at once leaves what was there, or a deficit of what was spent', async () => {
  const memberId = await stage.shop.enrol();
  const bought = await stage.buy(memberId, '190');
  const redeem = () => stage.redeem(memberId, 'lunch').catch(() => null);
  const [redeemed] = await Promise.all([
    Promise.all(Array.from({ length: 6 }, redeem)),
    stage.reverse(bought, { fraction: '0.5' }, node(1)),
    stage.reverse(bought, { fraction: '0.5' }, node(0)),
  ]);
  const spent = redeemed.filter((id) => id !== null).length * 50;
  expect(spent).toBeLessThanOrEqual(200);
  expect(await balance(memberId)).toBe(-spent);
});

test('what is reversed while goals wait to be counted anew is missing when they are counted', async () => {
  const { shop } = stage;
  await shop.save('ActivityType', { code: 'walk', name: 'Walk' });
  const goal = (target: string) => ({ activityTypes: ['walk'], target });
  const startsAt = '2020-01-01T00:00:00Z';
  const save = async (target: string) => {
    await shop.save('Challenge', { code: 'walks', name: 'x', goal: goal(target), points: 50, startsAt });
    const ours = { mode: 'COMMUNITY', goal: goal(`${target}0`), startsAt };
    await shop.save('Challenge', { code: 'walks-of-all', name: 'x', ...ours });
  };
  await save('2');
  const fill = async () => {
    for (const code of ['walks', 'walks-of-all']) await shop.app.core.filling.fill({ key: `challenge:${code}` });
  };
  await fill();
  const [memberId, other] = [await shop.enrol(), await shop.enrol()];
  const walk = async (id: string) => (await shop.record({ type: 'walk', memberId: id })).activity?.id ?? '';
  const [first, , elsewhere] = [await walk(memberId), await walk(memberId), await walk(other)];
  await save('3');
  expect((await stage.reverse(first, {}, node(1))).userErrors).toEqual([]);
  expect((await stage.reverse(elsewhere, { fraction: '0.5' }, node(0))).userErrors).toEqual([]);
  await fill();
  await shop.expectCleanLedger();
  const goals = (await stage.state(memberId)).goals.filter(({ key }) => key.startsWith('challenge:walks'));
  // What was paid while the target was lower stays paid, and one walk is left.
  expect(goals).toMatchObject([
    { key: 'challenge:walks', times: 1, buckets: [{ amount: 1_000_000 }] },
    { key: 'challenge:walks-of-all', times: 0, buckets: [{ amount: 1_000_000 }] },
  ]);
  const shared = "select points::int from rule_usages where key = 'challenge:walks-of-all|COMMUNITY|0'";
  expect(await shop.sql(shared)).toEqual([{ points: 2_000_000 }]);
});

describe('a referral', () => {
  test('that is reversed before its payment is not paid any more', async () => {
    const [anna, bo] = await people.row(2);
    const bought = await stage.buy(bo?.id ?? '', '100');
    const { id, status } = await people.cameBy(bo as Person);
    expect(status).toBe('QUALIFIED');
    const { effects } = await stage.reverse(bought);
    const told = effects.filter(({ __typename }) => __typename === 'ReferralReversed');
    expect(told).toMatchObject([{ member: { id: anna?.id }, referral: { id, status: 'REVERSED' } }]);
    await pay(second, id);
    expect(await people.cameBy(bo as Person)).toMatchObject({ status: 'REVERSED', points: 0 });
    expect(await balance(anna?.id ?? '')).toBe(0);
  });

  test('that is paid and reversed at once is reversed in the end, and nobody keeps anything', async () => {
    for (let round = 0; round < 5; round += 1) {
      const row = await people.row(3);
      const bo = row[2] as Person;
      const bought = await stage.buy(bo.id, '100');
      const { id } = await people.cameBy(bo);
      const [answer] = await Promise.all([
        stage.reverse(bought, {}, node(round)),
        pay(stage.shop.app, id),
        pay(second, id),
      ]);
      expect(answer.userErrors).toEqual([]);
      await pay(second, id);
      expect((await people.cameBy(bo)).status).toBe('REVERSED');
      expect(await Promise.all(row.map((person) => balance(person.id)))).toEqual([0, 0, 0]);
    }
  });

  test('of each of several members below one another, all reversed at once, deadlocks with none', async () => {
    const [top] = await people.row(1);
    const row = [top as Person];
    for (let index = 0; index < 5; index += 1) {
      // A row of three, and two more beside its last.
      row.push(await people.person(row[Math.min(index, 2)]?.referralCode));
    }
    const below = row.slice(1);
    const bought = await Promise.all(below.map(({ id }) => stage.buy(id, '100')));
    for (const person of below) await pay(stage.shop.app, (await people.cameBy(person)).id);
    const used = async () => {
      const keys = ['campaign:gift|PROGRAM|LIFETIME', 'earning-rule:spend|PROGRAM|LIFETIME', 'badge:first|LIMIT'];
      return stage.shop.sql('select key, count, points from rule_usages where key = any ($1) order by 1', [keys]);
    };
    const rest = (await used()).map((usage) => ({ ...usage }));
    const answers = await Promise.all([
      ...bought.map((id, index) => stage.reverse(id, {}, node(index))),
      ...bought.map((id, index) => stage.previewed(id, '1', node(index + 1)).then(() => ({ userErrors: [] }))),
    ]);
    expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual([]);
    expect(await Promise.all(row.map((person) => balance(person.id)))).toEqual(row.map(() => 0));
    const left = await used();
    const lost = rest.map((usage, index) => [
      Number((usage as Usage).count) - Number((left[index] as Usage).count),
      Number((usage as Usage).points) - Number((left[index] as Usage).points),
    ]);
    expect(lost).toEqual([
      [5, 0],
      [5, 50],
      [5, 500],
    ]);
  });
});

interface Usage {
  count: number;
  points: string;
}
