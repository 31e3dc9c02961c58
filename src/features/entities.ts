import { IdempotencyKey } from '../platform/idempotency.entity.ts';
import { OutboxEntry } from '../platform/outbox.entity.ts';
import { ApiKey } from './access/access.entity.ts';
import { Activity } from './activities/activities.entity.ts';
import { AuditEntry } from './audit/audit.entity.ts';
import { RuleUsage } from './earning/earning.entity.ts';
import { Score, Season, SeasonPrize } from './leaderboards/leaderboards.entity.ts';
import { Member } from './members/members.entity.ts';
import { LedgerEntry, Lot, Wallet } from './points/points.entity.ts';
import { Configuration, ConfigurationVersion, Program } from './program/program.entity.ts';

/** Every table Pokal owns. Migrations are compared with this list, and tests clone what it makes. */
export const entities = [
  OutboxEntry,
  IdempotencyKey,
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
  Season,
  Score,
  SeasonPrize,
];
