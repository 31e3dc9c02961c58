import { defineEntity, p } from '@mikro-orm/core';

const DaySchema = defineEntity({
  name: 'TierDay',
  tableName: 'tier_days',
  properties: {
    memberId: p.uuid().primary(),
    /** The local day of the programme in which the activities took place; a day in 1696 holds the sum of all. */
    day: p.date().primary(),
    points: p.bigint('number'),
    /** Money in hundredths of the programme's currency. */
    value: p.bigint('number'),
    activities: p.integer(),
  },
  checks: [{ name: 'tier_days_not_negative', expression: 'points >= 0 and value >= 0 and activities >= 0' }],
});

/** What a member earned, spent and did on one day: windows of tiers are sums of these. */
export class TierDay extends DaySchema.class {}
DaySchema.setClass(TierDay);

const StandingSchema = defineEntity({
  name: 'TierStanding',
  tableName: 'tier_standings',
  properties: {
    memberId: p.uuid().primary(),
    /** The code of the tier; null for none. */
    tier: p.text().nullable(),
    since: p.datetime().nullable(),
    /** When the tier is lost because the member falls short of it; null while the member does not. */
    keepUntil: p.datetime().nullable(),
  },
  indexes: [{ name: 'tier_standings_keep_until', properties: ['keepUntil'], where: 'keep_until is not null' }],
});

/** The tier a member is in. */
export class TierStanding extends StandingSchema.class {}
StandingSchema.setClass(TierStanding);

const ChangeSchema = defineEntity({
  name: 'TierChange',
  tableName: 'tier_changes',
  properties: {
    id: p.uuid().primary(),
    memberId: p.uuid(),
    fromTier: p.text().nullable(),
    toTier: p.text().nullable(),
    direction: p.text(),
    /** Null when a review or the filling changed it. */
    activityId: p.uuid().nullable(),
    reason: p.text(),
    occurredAt: p.datetime(),
  },
  checks: [{ name: 'tier_changes_direction', expression: "direction in ('UP', 'DOWN')" }],
  indexes: [{ name: 'tier_changes_member', properties: ['memberId', 'id'] }],
});

/** One change of a member's tier. Rows are only added. */
export class TierChange extends ChangeSchema.class {}
ChangeSchema.setClass(TierChange);

const ReviewSchema = defineEntity({
  name: 'TierReview',
  tableName: 'tier_reviews',
  properties: {
    /** A local day of the programme. */
    day: p.date().primary(),
    /** Members that were looked at. */
    members: p.integer(),
    /** Members are taken in the order of their ids: up to this one they are done. */
    lastMemberId: p.uuid().nullable(),
    startedAt: p.datetime(),
    finishedAt: p.datetime().nullable(),
  },
});

/** How far a day's review of all tiers is. Where it was interrupted, it goes on. */
export class TierReview extends ReviewSchema.class {}
ReviewSchema.setClass(TierReview);
