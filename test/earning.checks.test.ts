import { describe, expect, test } from '@jest/globals';
import 'reflect-metadata';
import { checkedCampaign, checkedRule } from '../src/features/earning/earning.checks.ts';
import { campaignDefinition, ruleDefinition } from '../src/features/earning/earning.definitions.ts';
import type { CampaignInput, EarningRuleInput } from '../src/features/earning/earning.inputs.ts';
import { Refusal } from '../src/platform/refusal.ts';

function rule(changes: Partial<EarningRuleInput> = {}): EarningRuleInput {
  return {
    code: 'purchase-points',
    name: 'Points for purchases',
    trigger: 'purchase',
    points: { perAmount: { points: 1, per: '10', rounding: 'FLOOR' } },
    status: 'ACTIVE',
    ...changes,
  };
}

function campaign(changes: Partial<CampaignInput> = {}): CampaignInput {
  return {
    code: 'double-week',
    name: 'Double points this week',
    multiplier: '2',
    stacking: 'MULTIPLY',
    startsAt: new Date('2026-11-16T00:00:00Z'),
    endsAt: new Date('2026-11-23T00:00:00Z'),
    status: 'ACTIVE',
    ...changes,
  };
}

function refusalOf(check: () => unknown): Refusal {
  try {
    check();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}

describe('an earning rule', () => {
  test('is stored as it was written and compiled into milliseconds', () => {
    const stored = checkedRule(
      rule({
        description: '  One point per ten.  ',
        condition: 'activity.channel == "store"',
        caps: [{ per: 'DAY', scope: 'MEMBER', points: 500 }],
        pendingFor: 'P14D',
        expiresAfter: 'P1Y',
        startsAt: new Date('2026-01-01T00:00:00Z'),
      }),
    );
    expect(stored).toMatchObject({
      description: 'One point per ten.',
      pendingFor: 'P14D',
      expiresAfter: 'P1Y',
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: null,
      caps: [{ per: 'DAY', scope: 'MEMBER', count: null, points: 500 }],
    });
    const definition = ruleDefinition({ code: 'purchase-points', version: 3, status: 'ACTIVE' }, stored);
    expect(definition).toMatchObject({
      code: 'purchase-points',
      version: 3,
      pendingForMs: 14 * 86_400_000,
      expiresAfterMs: 365 * 86_400_000,
      startsAt: Date.UTC(2026, 0, 1),
      endsAt: null,
    });
  });

  test.each<[string, Partial<EarningRuleInput>, string[]]>([
    ['no way to give points', { points: {} }, ['points']],
    ['two ways to give points', { points: { fixed: 1, expression: '1' } }, ['points']],
    ['nothing to give', { points: { fixed: 0 } }, ['points', 'fixed']],
    ['negative points', { points: { fixed: -5 } }, ['points', 'fixed']],
    [
      'an amount of nothing',
      { points: { perAmount: { points: 1, per: '0', rounding: 'FLOOR' } } },
      ['points', 'perAmount', 'per'],
    ],
    [
      'a negative amount',
      { points: { perAmount: { points: 1, per: '-10', rounding: 'FLOOR' } } },
      ['points', 'perAmount', 'per'],
    ],
    [
      'no points per amount',
      { points: { perAmount: { points: 0, per: '1', rounding: 'FLOOR' } } },
      ['points', 'perAmount', 'points'],
    ],
    ['a cap that limits nothing', { caps: [{ per: 'DAY', scope: 'MEMBER' }] }, ['caps', '0']],
    ['a cap of nothing', { caps: [{ per: 'DAY', scope: 'MEMBER', count: 0 }] }, ['caps', '0', 'count']],
    [
      'two caps for the same',
      {
        caps: [
          { per: 'DAY', scope: 'MEMBER', count: 1 },
          { per: 'DAY', scope: 'PROGRAM', count: 1 },
          { per: 'DAY', scope: 'MEMBER', points: 9 },
        ],
      },
      ['caps', '2'],
    ],
    ['an empty name', { name: '  ' }, ['name']],
    ['a name nobody can read', { name: 'x'.repeat(101) }, ['name']],
    ['a name that cannot be stored', { name: 'a\0b' }, ['name']],
    ['half a surrogate pair', { description: '\ud83d' }, ['description']],
    ['no pending time', { pendingFor: 'P0D' }, ['pendingFor']],
    ['an expiry beyond 100 years', { expiresAfter: 'P101Y' }, ['expiresAfter']],
    [
      'an end before its start',
      { startsAt: new Date('2026-02-01T00:00:00Z'), endsAt: new Date('2026-02-01T00:00:00Z') },
      ['endsAt'],
    ],
  ])('with %s is refused at its path', (_, changes, path) => {
    const refusal = refusalOf(() => checkedRule(rule(changes)));
    expect(refusal.code).toBe('BAD_USER_INPUT');
    expect(refusal.inputPath).toEqual(['input', ...path]);
    expect(refusal.message).toMatch(/\.$/);
  });

  test.each<[string, Partial<EarningRuleInput>, string[]]>([
    ['a condition that does not parse', { condition: 'activity.value.amount >' }, ['condition']],
    ['a condition that is no condition', { condition: '1 + 1' }, ['condition']],
    ['a name nobody knows', { condition: 'activity.chanel == "store"' }, ['condition']],
    ['an empty condition', { condition: '' }, ['condition']],
    ['points that are text', { points: { expression: '"many"' } }, ['points', 'expression']],
  ])('with %s is refused as an invalid expression', (_, changes, path) => {
    const refusal = refusalOf(() => checkedRule(rule(changes)));
    expect(refusal.code).toBe('INVALID_EXPRESSION');
    expect(refusal.inputPath).toEqual(['input', ...path]);
  });

  test('tells the line and column of a mistake', () => {
    const refusal = refusalOf(() => checkedRule(rule({ condition: 'true &&\n  activity.chanel == "store"' })));
    expect(refusal.details).toMatchObject({ line: 2 });
    expect(refusal.details?.position).toBeGreaterThan(7);
  });
});

describe('a campaign', () => {
  test('is stored with its triggers in order, once each', () => {
    const stored = checkedCampaign(campaign({ triggers: ['review', 'purchase', 'review'], budget: 0 }));
    expect(stored.triggers).toEqual(['purchase', 'review']);
    expect(stored.budget).toBe(0);
    const definition = campaignDefinition({ code: 'double-week', version: 1, status: 'ACTIVE' }, stored);
    expect(definition).toMatchObject({ startsAt: Date.UTC(2026, 10, 16), endsAt: Date.UTC(2026, 10, 23) });
  });

  test.each<[string, Partial<CampaignInput>, string[]]>([
    ['nothing to give', { multiplier: null }, ['multiplier']],
    ['a multiplier that takes away', { multiplier: '0.5' }, ['multiplier']],
    ['a multiplier that changes nothing', { multiplier: '1' }, ['multiplier']],
    ['a multiplier of a typing mistake', { multiplier: '1000' }, ['multiplier']],
    ['a bonus of nothing', { bonus: 0 }, ['bonus']],
    ['a negative budget', { budget: -1 }, ['budget']],
    ['triggers that name nothing', { triggers: [] }, ['triggers']],
    ['an end before its start', { endsAt: new Date('2026-11-01T00:00:00Z') }, ['endsAt']],
  ])('with %s is refused at its path', (_, changes, path) => {
    const refusal = refusalOf(() => checkedCampaign(campaign(changes)));
    expect(refusal.code).toBe('BAD_USER_INPUT');
    expect(refusal.inputPath).toEqual(['input', ...path]);
  });
});
