import { newId } from '../../platform/ids.ts';
import type { Tx } from '../../platform/tx.ts';
import type { TierStep } from '../../rules/game.types.ts';

/** A member's tier changed. */
export const TIER_CHANGED = 'TierChanged';
/** A member falls short of the tier and was told so, while there is time to catch up. */
export const TIER_AT_RISK = 'TierAtRisk';

/** The payload of TIER_CHANGED: codes, so that names stay those of the present. */
export interface TierChangedPayload {
  from: string | null;
  to: string | null;
  direction: TierStep['direction'];
}

/** The payload of TIER_AT_RISK. */
export interface TierAtRiskPayload {
  tier: string;
  /** ISO 8601. */
  keepUntil: string;
  /** Decimal text in the unit of the tier's metric. */
  toKeep: string;
}

/** Tells of a change that no activity caused. */
export function emitChangedIn(tx: Tx, memberId: string, payload: TierChangedPayload): void {
  tx.emit({ id: newId(), type: TIER_CHANGED, memberId, occurredAt: tx.now, payload: { ...payload } });
}

/** Warns a member. */
export function emitAtRiskIn(tx: Tx, memberId: string, payload: TierAtRiskPayload): void {
  tx.emit({ id: newId(), type: TIER_AT_RISK, memberId, occurredAt: tx.now, payload: { ...payload } });
}
