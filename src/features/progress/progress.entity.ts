import { defineEntity, p } from '@mikro-orm/core';

const UsageSchema = defineEntity({
  name: 'RuleUsage',
  tableName: 'rule_usages',
  properties: {
    /** The nil UUID for what everybody shares: programme-wide caps, budgets, community goals, limited badges. */
    memberId: p.uuid().primary(),
    /** Names rule, scope and period, for example `earning-rule:review|MEMBER|DAY:2026-11-21`. */
    key: p.text().primary(),
    count: p.integer(),
    points: p.bigint('number'),
  },
  checks: [{ name: 'rule_usages_not_negative', expression: 'count >= 0 and points >= 0' }],
});

/** How much of a cap, a campaign's budget, a community goal or a badge's edition is used. */
export class RuleUsage extends UsageSchema.class {}
UsageSchema.setClass(RuleUsage);

const ProgressSchema = defineEntity({
  name: 'MemberProgress',
  tableName: 'member_progress',
  properties: {
    memberId: p.uuid().primary(),
    /** The states of all challenges and badges by their keys, as src/rules/goal-codec.ts packs them. */
    goals: p.json<object>().columnType('json'),
  },
});

/** What a member has done towards challenges and badges: one document, read and written once for each batch. */
export class MemberProgress extends ProgressSchema.class {}
ProgressSchema.setClass(MemberProgress);

const FillSchema = defineEntity({
  name: 'GoalFill',
  tableName: 'goal_fills',
  properties: {
    /** `challenge:<code>` or `badge:<code>`. */
    key: p.text().primary(),
    /** The version of the definition that is being counted. */
    version: p.integer(),
    /** Members that were looked at, and how many there were when it began. */
    done: p.integer(),
    total: p.integer(),
    /** Members are taken in the order of their ids: up to this one they are done. */
    lastMemberId: p.uuid().nullable(),
    /** The usage keys of community periods that were completed when it began: what members gave to those is final. */
    completedKeys: p.array(),
    startedAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
  },
});

/** How far the counting of what happened before a challenge or badge is. Where it was interrupted, it goes on. */
export class GoalFill extends FillSchema.class {}
FillSchema.setClass(GoalFill);
