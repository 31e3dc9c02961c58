import { durationMs } from '../../api/duration.ts';
import type {
  CampaignDefinition,
  Cap,
  ConfigStatus,
  EarningRuleDefinition,
  PointsFormula,
  Stacking,
} from '../../rules/types.ts';
import type { StoredConfiguration } from '../program/index.ts';

/** The configuration kinds; they also name the cause of points in ledgers, receipts and usage keys. */
export const EARNING_RULE = 'earning-rule';
export const CAMPAIGN = 'campaign';

/** An earning rule as it is stored: durations and times as the ISO 8601 text people wrote, so that history can be read. */
export interface StoredEarningRule {
  name: string;
  description: string | null;
  trigger: string;
  condition: string | null;
  points: PointsFormula;
  caps: Cap[];
  pendingFor: string | null;
  expiresAfter: string | null;
  startsAt: string | null;
  endsAt: string | null;
}

/** A campaign as it is stored. `triggers` null is every activity type; `multiplier` is canonical decimal text. */
export interface StoredCampaign {
  name: string;
  description: string | null;
  triggers: string[] | null;
  condition: string | null;
  multiplier: string | null;
  bonus: number | null;
  stacking: Stacking;
  budget: number | null;
  startsAt: string;
  endsAt: string;
}

/** What identifies one version of a stored rule or campaign. */
interface Identity {
  code: string;
  version: number;
  status: ConfigStatus;
}

/** A stored rule as the pure core wants it. */
export function ruleDefinition(identity: Identity, stored: StoredEarningRule): EarningRuleDefinition {
  const { pendingFor, expiresAfter, startsAt, endsAt, ...same } = stored;
  return {
    ...same,
    ...identityOf(identity),
    pendingForMs: pendingFor === null ? null : durationMs(pendingFor),
    expiresAfterMs: expiresAfter === null ? null : durationMs(expiresAfter),
    startsAt: instantMs(startsAt),
    endsAt: instantMs(endsAt),
  };
}

/** A stored campaign as the pure core wants it. */
export function campaignDefinition(identity: Identity, stored: StoredCampaign): CampaignDefinition {
  return {
    ...stored,
    ...identityOf(identity),
    startsAt: Date.parse(stored.startsAt),
    endsAt: Date.parse(stored.endsAt),
  };
}

/** `ruleDefinition` of a configuration row. */
export function ruleOf(row: StoredConfiguration<StoredEarningRule>): EarningRuleDefinition {
  return ruleDefinition(row, row.definition);
}

/** `campaignDefinition` of a configuration row. */
export function campaignOf(row: StoredConfiguration<StoredCampaign>): CampaignDefinition {
  return campaignDefinition(row, row.definition);
}

function identityOf({ code, version, status }: Identity): Identity {
  return { code, version, status };
}

function instantMs(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}
