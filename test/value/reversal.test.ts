import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeOf } from '../recording/shop.ts';
import { ReversalStage, type Reversed } from './reversal-stage.ts';

let stage: ReversalStage;

beforeAll(async () => {
  stage = await ReversalStage.open();
  const { shop } = stage;
  await shop.save('EarningRule', {
    code: 'spend',
    name: 'A point per krona',
    trigger: 'purchase',
    points: { perAmount: { points: 1, per: '1' } },
    caps: [{ per: 'DAY', points: 1_000, count: 5 }],
  });
  await shop.save('Campaign', {
    code: 'double',
    name: 'Double',
    triggers: ['purchase'],
    multiplier: '2',
    budget: 10_000,
    startsAt: '2020-01-01T00:00:00Z',
    endsAt: '2099-01-01T00:00:00Z',
  });
  await shop.save('Badge', {
    code: 'loyal',
    name: 'Loyal',
    description: 'Two purchases',
    goal: { activityTypes: ['purchase'], target: '2' },
    onReversal: 'REVOKE',
  });
  await shop.save('Badge', { code: 'hat-trick', name: 'Hat trick', description: 'Thrice', onReversal: 'REVOKE' });
  await shop.save('Challenge', {
    code: 'three',
    name: 'Three purchases',
    goal: { activityTypes: ['purchase'], target: '3' },
    points: 50,
    badge: 'hat-trick',
  });
  await shop.save('Tier', { code: 'base', name: 'Base', rank: 1, threshold: '0' });
  await shop.save('Tier', { code: 'gold', name: 'Gold', rank: 2, threshold: '500', grace: 'P30D' });
  await shop.save('Leaderboard', { code: 'points', name: 'Points', metric: 'POINTS_EARNED', period: 'ALL_TIME' });
});

afterAll(() => stage.shop.close());

function kinds({ effects }: Pick<Reversed, 'effects'>): string[] {
  return effects.map(({ __typename }) => __typename);
}

describe('reversing an activity as a whole', () => {
  test('takes back points, bonuses, progress, completions, badges, the tier and the score, and ends where it began', async () => {
    const memberId = await stage.shop.enrol();
    const first = await stage.buy(memberId, '50');
    const second = await stage.buy(memberId, '50');
    const before = await stage.state(memberId);
    const third = await stage.buy(memberId, '200');
    expect(await stage.wallet(memberId)).toMatchObject({ active: 650, lifetimeEarned: 650 });
    const preview = await stage.preview(third);
    const answer = await stage.reverse(third);
    expect(answer.userErrors).toEqual([]);
    expect(kinds(answer)).toEqual([
      ...['PointsReversed', 'PointsReversed', 'PointsReversed', 'ChallengeReopened', 'BadgeRevoked', 'TierChanged'],
    ]);
    expect(preview.effects).toEqual(
      answer.effects.map((effect) => ({
        ...effect,
        ...(effect.entry && { entry: { ...effect.entry, reason: 'Reversed' } }),
      })),
    );
    expect(preview.wallet).toEqual(answer.member?.wallet);
    expect(preview.activity.reversedAt).toBeNull();
    expect(answer.activity).toEqual({ id: third, reversedAt: expect.any(String), reversedFraction: '1' });
    const after = await stage.state(memberId);
    expect(after).toEqual(before);
    await stage.reverse(second);
    await stage.reverse(first);
    expect(await stage.wallet(memberId)).toMatchObject({ active: 0, deficit: 0, lifetimeReversed: 650 });
    expect(await stage.state(memberId)).toMatchObject({ scores: [], days: [], completions: [], awards: [] });
    await stage.shop.expectCleanLedger();
  });

  test('tells what caps and budgets get back', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    const { returned } = await stage.preview(bought, '0.5');
    expect(returned).toEqual([
      { kind: 'earning-rule', code: 'spend', scope: 'MEMBER', per: 'DAY', count: 0, points: 99 },
      { kind: 'campaign', code: 'double', scope: 'PROGRAM', per: 'LIFETIME', count: 0, points: 49 },
    ]);
    const whole = await stage.reverse(bought);
    expect(whole.returned).toEqual([
      { kind: 'earning-rule', code: 'spend', scope: 'MEMBER', per: 'DAY', count: 1, points: 200 },
      { kind: 'campaign', code: 'double', scope: 'PROGRAM', per: 'LIFETIME', count: 1, points: 100 },
    ]);
  });

  test('shows the place on the board that is lost', async () => {
    const memberId = await stage.shop.enrol();
    const small = await stage.buy(memberId, '1');
    const preview = await stage.preview(small);
    expect(preview.standings).toEqual([
      {
        code: 'points',
        seasonId: expect.any(String),
        fromRank: expect.any(Number),
        toRank: null,
        fromScore: 2,
        toScore: 0,
      },
    ]);
    await stage.reverse(small);
  });
});

describe('reversing in parts', () => {
  test('never takes more than the whole, and together exactly that', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '10.01');
    for (const [fraction, active] of [
      ['0.333333', 14],
      ['0.333333', 8],
      ['0.333334', 0],
    ] as const) {
      const answer = await stage.reverse(bought, { fraction });
      expect(answer.userErrors).toEqual([]);
      expect(answer.member?.wallet.active).toBe(active);
    }
    const more = await stage.reverse(bought, { fraction: '0.1' });
    expect(more.userErrors).toMatchObject([
      { code: 'ALREADY_REVERSED', details: { reversedFraction: '1', remainingFraction: '0' } },
    ]);
    await stage.shop.expectCleanLedger();
  });

  test('counts money by what is left, and the activity until all of it is gone', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    const { effects } = await stage.reverse(bought, { fraction: '0.25' });
    expect(effects.map(({ __typename, points }) => [__typename, points])).toEqual([
      ['PointsReversed', 25],
      ['PointsReversed', 25],
    ]);
    expect(await stage.state(memberId)).toMatchObject({
      scores: [{ code: 'points', score: '150' }],
      days: [
        { points: '150', value: '7500', activities: 1 },
        { points: '150', value: '7500', activities: 1 },
      ],
    });
  });

  test('refuses more than is left, and says how much that is', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    await stage.reverse(bought, { fraction: '0.6' });
    const answer = await stage.reverse(bought, { fraction: '0.5' });
    expect(answer).toMatchObject({
      activity: null,
      effects: [],
      userErrors: [{ code: 'ALREADY_REVERSED', path: ['input', 'fraction'], details: { remainingFraction: '0.4' } }],
    });
    expect(codeOf(await stage.previewed(bought, '0.5'))).toBe('ALREADY_REVERSED');
  });
});

describe('a reversal', () => {
  test('is done once for one key, and the same answer comes again', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    const once = await stage.reverse(bought, { idempotencyKey: 'refund-1', fraction: '0.5' });
    const again = await stage.reverse(bought, { idempotencyKey: 'refund-1', fraction: '0.5' });
    expect(again).toEqual({ ...once, replayed: true });
    const other = await stage.reverse(bought, { idempotencyKey: 'refund-1', fraction: '0.4' });
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED' }]);
  });

  test.each(['0', '-1', '1.1', '0.0000001', 'half'])('refuses the fraction %s', async (fraction) => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    const answer = await stage.previewed(bought, fraction);
    expect(codeOf(answer)).toBe('BAD_USER_INPUT');
  });

  test('of nothing is refused', async () => {
    const answer = await stage.reverse('01989f5e-0000-7000-8000-000000000000');
    expect(answer.userErrors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'activityId'] }]);
  });

  test('is written to the audit log', async () => {
    const memberId = await stage.shop.enrol();
    const bought = await stage.buy(memberId, '100');
    await stage.reverse(bought, { reason: 'Too small' });
    const entries = await stage.shop.sql('select action, after from audit_entries where target_id = $1', [bought]);
    expect(entries).toEqual([
      { action: 'activity.reversed', after: { reversedFraction: '1', memberId, reason: 'Too small' } },
    ]);
  });
});
