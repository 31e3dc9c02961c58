import { defineEntity, p } from '@mikro-orm/core';

const AwardSchema = defineEntity({
  name: 'BadgeAward',
  tableName: 'badge_awards',
  properties: {
    id: p.uuid().primary(),
    badgeCode: p.text(),
    memberId: p.uuid(),
    /**
     * The how-manieth of this member, from 1. With badge and member it is what makes awarding happen once. Null once it was
     * taken back by a reversal: then the number is free for the next one.
     */
    number: p.integer().nullable(),
    awardedAt: p.datetime(),
    activityId: p.uuid().nullable(),
    /** What gave it: the badge's own goal, a challenge, a tier, a prize, or a person. */
    causeKind: p.text(),
    causeCode: p.text(),
    reason: p.text().nullable(),
    actor: p.text().nullable(),
    revokedAt: p.datetime().nullable(),
    revokedReason: p.text().nullable(),
    revokedBy: p.text().nullable(),
  },
  checks: [{ name: 'badge_awards_number_positive', expression: 'number > 0' }],
  uniques: [{ name: 'badge_awards_number', properties: ['badgeCode', 'memberId', 'number'] }],
  indexes: [
    { name: 'badge_awards_member', properties: ['memberId', 'id'] },
    { name: 'badge_awards_badge', properties: ['badgeCode', 'id'] },
  ],
});

/** A badge that a member was awarded. Revoked ones stay, and keep their number and their place in a limited edition. */
export class BadgeAward extends AwardSchema.class {}
AwardSchema.setClass(BadgeAward);
