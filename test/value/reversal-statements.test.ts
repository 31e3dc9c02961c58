import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '../../src/platform/ids.ts';
import { fromNow, HOUR_MS } from '../recording/shop.ts';
import { fewestStatements } from '../support/statements.ts';
import { ReversalStage } from './reversal-stage.ts';

const RECORD = `mutation ($input: RecordActivitiesInput!) {
  recordActivities(input: $input) { results { activity { id } } } }`;

interface Recorded {
  recordActivities: { results: { activity: { id: string } }[] };
}

let stage: ReversalStage;

beforeAll(async () => {
  stage = await ReversalStage.open();
  const { shop } = stage;
  // Noon, so that no day ends meanwhile.
  const { clock } = shop.app;
  clock.advance(24 * HOUR_MS - ((clock.now() + 12 * HOUR_MS) % (24 * HOUR_MS)));
  const points = { perAmount: { points: 1, per: '1' } };
  const caps = [{ per: 'MONTH', points: 1_000_000 }];
  await shop.save('EarningRule', { code: 'spend', name: 'x', trigger: 'purchase', points, caps });
  const goal = (target: string) => ({ activityTypes: ['purchase'], target });
  const once = { name: 'x', description: 'x', onReversal: 'REVOKE' };
  await shop.save('Badge', { ...once, code: 'many', goal: goal('3'), repeatable: true });
  await shop.save('Badge', { ...once, code: 'once', goal: goal('1') });
  const startsAt = fromNow(shop, -100 * 24 * HOUR_MS);
  await shop.save('Challenge', { code: 'daily', name: 'x', goal: goal('2'), recurrence: 'DAY', points: 1, startsAt });
  await shop.save('Challenge', { code: 'once', name: 'x', goal: goal('5'), points: 1, startsAt });
  await shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
  await shop.save('Tier', { code: 'silver', name: 'Silver', rank: 2, threshold: '50', window: 'P365D' });
  for (const period of ['ALL_TIME', 'MONTH', 'DAY']) {
    await shop.save('Leaderboard', {
      code: period.toLowerCase().replace('_', '-'),
      name: 'x',
      metric: 'POINTS_EARNED',
      period,
    });
  }
}, 60_000);

afterAll(() => stage.shop.close());

/** Somebody who has bought so often, the last times today; gives the activities, the latest last. */
async function customer(purchases: number): Promise<string[]> {
  const memberId = await stage.shop.enrol();
  const value = { amount: '9', currencyCode: 'SEK' };
  const ids: string[] = [];
  for (let left = purchases; left > 0; left -= 250) {
    const activities = Array.from({ length: Math.min(left, 250) }, (_, index) => {
      const occurredAt = fromNow(stage.shop, -(left - index - 1) * HOUR_MS);
      return { idempotencyKey: newId(), type: 'purchase', memberId, value, occurredAt };
    });
    const { recordActivities } = await stage.shop.staff.data<Recorded>(RECORD, { input: { activities } });
    ids.push(...recordActivities.results.map(({ activity }) => activity.id));
  }
  return ids;
}

test('taking back and asking what it would do cost the same after 1,000 activities as after ten', async () => {
  const [few = [], many = []] = [await costsAfter(10), await costsAfter(1_000)];
  // Connections throw plans away now and then, which counts too.
  for (const [index, cost] of many.entries()) expect(cost).toBeLessThanOrEqual((few[index] ?? 0) + 5);
  expect(Math.max(...few)).toBeLessThanOrEqual(70);
}, 60_000);

/** Statements of a preview, of taking back a part and of taking back the whole, for somebody who has bought so often. */
async function costsAfter(purchases: number): Promise<number[]> {
  const ids = await customer(purchases);
  const latest = ids.pop() ?? '';
  const { app } = stage.shop;
  return [
    await fewestStatements(app, () => stage.preview(latest)),
    await fewestStatements(app, () => stage.reverse(latest, { fraction: '0.1' })),
    await fewestStatements(app, () => stage.reverse(ids.pop() ?? '')),
  ];
}
