import { defineEntity, p } from '@mikro-orm/core';

const UsageSchema = defineEntity({
  name: 'RuleUsage',
  tableName: 'rule_usages',
  properties: {
    /** The nil UUID for programme-wide caps and campaign budgets. */
    memberId: p.uuid().primary(),
    /** Names rule, scope and period, for example `earning-rule:review|MEMBER|DAY:2026-11-21`. */
    key: p.text().primary(),
    count: p.integer(),
    points: p.bigint('number'),
  },
  checks: [{ name: 'rule_usages_not_negative', expression: 'count >= 0 and points >= 0' }],
});

/** How much of a cap or a campaign's budget is used. */
export class RuleUsage extends UsageSchema.class {}
UsageSchema.setClass(RuleUsage);
