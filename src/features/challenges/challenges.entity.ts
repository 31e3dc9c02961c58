import { defineEntity, p } from '@mikro-orm/core';

const CompletionSchema = defineEntity({
  name: 'ChallengeCompletion',
  tableName: 'challenge_completions',
  properties: {
    id: p.uuid().primary(),
    challengeCode: p.text(),
    /** Of a community challenge each contributor that was paid has a row, and the nil UUID one that says when it was completed. */
    memberId: p.uuid(),
    /** The day, week or month counted from 1970; 0 without recurrence. */
    period: p.integer(),
    activityId: p.uuid().nullable(),
    completedAt: p.datetime(),
    /** The ledger entry that paid the points; null for a challenge without points. */
    entryId: p.uuid().nullable(),
  },
  uniques: [{ name: 'challenge_completions_once', properties: ['challengeCode', 'period', 'memberId'] }],
  indexes: [{ name: 'challenge_completions_member', properties: ['memberId', 'id'] }],
});

/** A challenge that a member completed. Its key is what makes paying happen once. */
export class ChallengeCompletion extends CompletionSchema.class {}
CompletionSchema.setClass(ChallengeCompletion);

const ContributionSchema = defineEntity({
  name: 'ChallengeContribution',
  tableName: 'challenge_contributions',
  properties: {
    challengeCode: p.text().primary(),
    period: p.integer().primary(),
    memberId: p.uuid().primary(),
    /** Millionths. */
    amount: p.bigint('number'),
    /** When the latest activity that counts took place. */
    lastAt: p.datetime(),
  },
  checks: [{ name: 'challenge_contributions_positive', expression: 'amount > 0' }],
  indexes: [
    { name: 'challenge_contributions_member', properties: ['memberId'] },
    {
      name: 'challenge_contributions_order',
      // All keys run in one direction, so that a page can be found by comparing rows.
      expression:
        'create index challenge_contributions_order on challenge_contributions using btree (challenge_code, period, (-amount), last_at, member_id)',
    },
  ],
});

/** What a member gave to a community challenge. */
export class ChallengeContribution extends ContributionSchema.class {}
ContributionSchema.setClass(ChallengeContribution);
