import { defineEntity, p } from '@mikro-orm/core';

const APPEND_ONLY = "raise exception 'ledger entries are append-only' using errcode = 'restrict_violation';";

const LedgerEntrySchema = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entries',
  properties: {
    id: p.uuid().primary(),
    memberId: p.uuid(),
    kind: p.text(),
    /** Signed. */
    points: p.integer(),
    /** The member's points after this entry, pending ones included: the running sum of `points`. Negative while it owes more. */
    balanceAfter: p.integer(),
    reason: p.text(),
    activityId: p.uuid().nullable(),
    ruleKind: p.text().nullable(),
    ruleCode: p.text().nullable(),
    ruleVersion: p.integer().nullable(),
    ruleName: p.text().nullable(),
    /** Whose points this entry takes back, pays back or lets expire. */
    reversesId: p.uuid().nullable(),
    actor: p.text().nullable(),
    activeAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
    occurredAt: p.datetime(),
    recordedAt: p.datetime(),
  },
  checks: [
    {
      name: 'ledger_entries_kind',
      expression: "kind in ('EARN', 'BONUS', 'ADJUST', 'REDEEM', 'REFUND', 'EXPIRE', 'REVERSE')",
    },
    { name: 'ledger_entries_points', expression: 'points <> 0' },
  ],
  indexes: [
    { name: 'ledger_entries_member', properties: ['memberId', 'id'] },
    // Finds what was taken back and has expired of a credit. Credits reverse nothing, so awards do not pay for it.
    { name: 'ledger_entries_reverses', properties: ['reversesId'], where: 'reverses_id is not null' },
  ],
  triggers: [
    {
      name: 'ledger_entries_append_only',
      timing: 'before',
      events: ['update', 'delete', 'truncate'],
      forEach: 'statement',
      body: APPEND_ONLY,
    },
  ],
});

/** One change of a member's points. Append-only: a correction is a new entry. */
export class LedgerEntry extends LedgerEntrySchema.class {}
LedgerEntrySchema.setClass(LedgerEntry);

const LotSchema = defineEntity({
  name: 'Lot',
  tableName: 'lots',
  properties: {
    /** The id of the ledger entry that credited these points. */
    id: p.uuid().primary(),
    memberId: p.uuid(),
    points: p.integer(),
    remaining: p.integer(),
    /** True until the daily cycle has activated it. */
    pending: p.boolean(),
    activeAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
  },
  checks: [{ name: 'lots_remaining', expression: 'remaining >= 0 and remaining <= points' }],
  indexes: [
    { name: 'lots_member', properties: ['memberId'], where: 'remaining > 0' },
    { name: 'lots_pending', properties: ['activeAt'], where: 'pending' },
    {
      name: 'lots_expiring',
      properties: ['expiresAt'],
      where: 'remaining > 0 and not pending and expires_at is not null',
    },
  ],
});

/** Points credited together, spent first in, first out: the soonest-expiring active lot goes first. */
export class Lot extends LotSchema.class {}
LotSchema.setClass(Lot);

const WalletSchema = defineEntity({
  name: 'Wallet',
  tableName: 'wallets',
  properties: {
    memberId: p.uuid().primary(),
    active: p.integer(),
    pending: p.integer(),
    lifetimeEarned: p.integer(),
    lifetimeSpent: p.integer(),
    lifetimeExpired: p.integer(),
    /** Points that were taken back after they had been spent; what is credited next covers them first. */
    deficit: p.integer().default(0),
    lifetimeReversed: p.integer().default(0),
  },
  checks: [
    { name: 'wallets_active', expression: 'active >= 0' },
    { name: 'wallets_pending', expression: 'pending >= 0' },
    { name: 'wallets_deficit', expression: 'deficit >= 0' },
    { name: 'wallets_owing', expression: 'active = 0 or deficit = 0' },
  ],
});

/** A member's points in sum: what the ledger and the lots add up to. */
export class Wallet extends WalletSchema.class {}
WalletSchema.setClass(Wallet);
