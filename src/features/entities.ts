import { IdempotencyKey } from '../platform/idempotency.entity.ts';
import { OutboxEntry } from '../platform/outbox.entity.ts';
import { OwedJob } from '../platform/owed-jobs.entity.ts';
import { ApiKey } from './access/access.entity.ts';
import { Activity } from './activities/activities.entity.ts';
import { AuditEntry } from './audit/audit.entity.ts';
import { BadgeAward } from './badges/badges.entity.ts';
import { ChallengeCompletion, ChallengeContribution } from './challenges/challenges.entity.ts';
import { Score, Season, SeasonPrize } from './leaderboards/leaderboards.entity.ts';
import { Member } from './members/members.entity.ts';
import { LedgerEntry, Lot, Wallet } from './points/points.entity.ts';
import { Configuration, ConfigurationVersion, Program } from './program/program.entity.ts';
import { GoalFill, MemberProgress, RuleUsage } from './progress/progress.entity.ts';
import { EnrolmentMark, EnrolmentSalt, Referral, ReferralReward } from './referrals/referrals.entity.ts';
import { Redemption } from './rewards/redemptions.entity.ts';
import { TierChange, TierDay, TierReview, TierStanding } from './tiers/tiers.entity.ts';

/** Every table Pokal owns. Migrations are compared with this list, and tests clone what it makes. */
export const entities = [
  OutboxEntry,
  IdempotencyKey,
  OwedJob,
  AuditEntry,
  ApiKey,
  Program,
  Configuration,
  ConfigurationVersion,
  Member,
  Activity,
  LedgerEntry,
  Lot,
  Wallet,
  RuleUsage,
  MemberProgress,
  GoalFill,
  TierDay,
  TierStanding,
  TierChange,
  TierReview,
  BadgeAward,
  ChallengeCompletion,
  ChallengeContribution,
  Redemption,
  Referral,
  ReferralReward,
  EnrolmentMark,
  EnrolmentSalt,
  Season,
  Score,
  SeasonPrize,
];
