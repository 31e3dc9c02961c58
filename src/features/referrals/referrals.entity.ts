import { defineEntity, p } from '@mikro-orm/core';

const ReferralSchema = defineEntity({
  name: 'Referral',
  tableName: 'referrals',
  properties: {
    id: p.uuid().primary(),
    referrerId: p.uuid(),
    refereeId: p.uuid().unique('referrals_referee'),
    code: p.text(),
    status: p.text(),
    rejection: p.text().nullable(),
    flags: p.array(),
    /** The version of the programme that was in force when it began to count: that one is paid. */
    programVersion: p.integer().nullable(),
    createdAt: p.datetime(),
    qualifiedAt: p.datetime().nullable(),
    rewardedAt: p.datetime().nullable(),
    reversedAt: p.datetime().nullable(),
    reviewedAt: p.datetime().nullable(),
    reviewedBy: p.text().nullable(),
    qualifyingActivityId: p.uuid().nullable(),
    /** What the referrer got. */
    points: p.integer().default(0),
  },
  checks: [
    {
      name: 'referrals_status',
      expression: "status in ('PENDING', 'QUALIFIED', 'REWARDED', 'FLAGGED', 'REJECTED', 'REVERSED')",
    },
    { name: 'referrals_others', expression: 'referrer_id <> referee_id' },
  ],
  indexes: [
    { name: 'referrals_referrer', properties: ['referrerId', 'id'] },
    { name: 'referrals_flagged', properties: ['id'], where: "status = 'FLAGGED'" },
  ],
});

/** That a member came because another one recommended the club. */
export class Referral extends ReferralSchema.class {}
ReferralSchema.setClass(Referral);

const RewardSchema = defineEntity({
  name: 'ReferralReward',
  tableName: 'referral_rewards',
  properties: {
    referralId: p.uuid().primary(),
    memberId: p.uuid().primary(),
    /** 0 is the new member, 1 who recommended, and so on upwards. */
    depth: p.integer(),
    entryId: p.uuid(),
    points: p.integer(),
  },
  indexes: [{ name: 'referral_rewards_member', properties: ['memberId', 'referralId'] }],
});

/** What somebody got for a referral. Its key exists once, whatever is repeated. */
export class ReferralReward extends RewardSchema.class {}
RewardSchema.setClass(ReferralReward);

const MarkSchema = defineEntity({
  name: 'EnrolmentMark',
  tableName: 'enrolment_marks',
  properties: {
    memberId: p.uuid().primary(),
    kind: p.text().primary(),
    /** A salted hash: neither device nor address can be read from it. */
    hash: p.text(),
    createdAt: p.datetime(),
  },
  checks: [{ name: 'enrolment_marks_kind', expression: "kind in ('DEVICE', 'ADDRESS')" }],
  indexes: [{ name: 'enrolment_marks_hash', properties: ['kind', 'hash', 'createdAt'] }],
});

/** On which device and from which address a member enrolled, as hashes to compare by. */
export class EnrolmentMark extends MarkSchema.class {}
MarkSchema.setClass(EnrolmentMark);

const SaltSchema = defineEntity({
  name: 'EnrolmentSalt',
  tableName: 'enrolment_salts',
  properties: { id: p.integer().primary().autoincrement(false), salt: p.text() },
  checks: [{ name: 'enrolment_salts_one', expression: 'id = 1' }],
});

/** What is mixed into the hashes; made at random with the first of them. */
export class EnrolmentSalt extends SaltSchema.class {}
SaltSchema.setClass(EnrolmentSalt);
