import type { Core } from '../../../src/core.ts';
import type { EarningRuleInput } from '../../../src/features/earning/earning.inputs.ts';

const AUTHOR = { actor: 'command:bench', requestId: null };

function rule(input: Pick<EarningRuleInput, 'code' | 'name' | 'points'> & Partial<EarningRuleInput>): EarningRuleInput {
  return { trigger: 'purchase', expiresAfter: 'P735D', status: 'ACTIVE', ...input };
}

/** Three rules on every purchase: one for each amount, one with a cap to be counted, one with a condition on the sum. */
const THREE_RULES = [
  rule({
    code: 'purchase',
    name: 'One point per 10 kronor',
    points: { perAmount: { points: 1, per: '10', rounding: 'FLOOR' } },
  }),
  rule({
    code: 'store-visit',
    name: 'Store visit',
    condition: 'activity.channel == "store"',
    points: { fixed: 5 },
    caps: [{ per: 'DAY', scope: 'MEMBER', count: 1 }],
  }),
  rule({
    code: 'large-basket',
    name: 'Large basket',
    condition: 'activity.value.amount >= 500',
    points: { fixed: 25 },
  }),
];

/** The one rule of the import: a point for every whole dollar. */
const DOLLAR_RULE = rule({
  code: 'purchase',
  name: 'One point per dollar',
  points: { perAmount: { points: 1, per: '1', rounding: 'FLOOR' } },
});

/** Saves the three rules that the recording benchmarks evaluate. */
export async function saveThreeRules(core: Core): Promise<void> {
  await core.program.update({ name: 'Benchmark', currencyCode: 'SEK' }, AUTHOR);
  for (const one of THREE_RULES) await core.earningRules.save(one, AUTHOR);
}

/** Saves the programme of the import: dollars, a point each. */
export async function saveDollarRule(core: Core): Promise<void> {
  await core.program.update({ name: 'Benchmark', currencyCode: 'USD' }, AUTHOR);
  await core.earningRules.save(DOLLAR_RULE, AUTHOR);
}
