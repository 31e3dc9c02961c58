import { describe, expect, test } from '@jest/globals';
import { campaignProblems, earningRuleProblems } from '../../src/rules/definitions.ts';
import { SATURDAY } from './facts.ts';
import { aCampaign, aRule, cap, computed, fixed, perAmount } from './programmes.ts';

const paths = (problems: readonly { path: readonly string[] }[]) => problems.map(({ path }) => path.join('.'));

describe('saving a rule', () => {
  test('finds nothing wrong with a good one', () => {
    expect(earningRuleProblems(aRule({ condition: 'true', caps: [cap('DAY', { count: 1 })] }))).toEqual([]);
    expect(campaignProblems(aCampaign({ bonus: 5, budget: 0 }))).toEqual([]);
  });

  test('reports every problem at once, each at its field', () => {
    const rule = aRule({
      condition: 'activity.nope',
      points: { ...fixed(0), expression: '"x"' },
      caps: [cap('DAY', {}), cap('DAY', { count: 0, points: 0.5 })],
      startsAt: SATURDAY,
      endsAt: SATURDAY,
    });
    expect(paths(earningRuleProblems(rule))).toEqual([
      'condition',
      'endsAt',
      'caps.0',
      'caps.1.count',
      'caps.1.points',
      'points',
      'points.fixed',
      'points.expression',
    ]);
    const campaign = aCampaign({ condition: '1', multiplier: '0.9', bonus: 0, budget: -1, startsAt: 2, endsAt: 1 });
    expect(paths(campaignProblems(campaign))).toEqual(['condition', 'multiplier', 'endsAt', 'bonus', 'budget']);
    expect(paths(campaignProblems(aCampaign({ multiplier: null })))).toEqual(['multiplier']);
  });

  test('tells expressions from other input and where in them the trouble lies', () => {
    expect(earningRuleProblems(aRule({ points: computed('1 + activity.nope') }))).toMatchObject([
      { path: ['points', 'expression'], isExpression: true, position: 13 },
    ]);
    expect(earningRuleProblems(aRule({ points: perAmount(1, '0') }))).toEqual([
      { path: ['points', 'perAmount'], message: '"0" is not a positive amount.', isExpression: false, position: null },
    ]);
  });
});
