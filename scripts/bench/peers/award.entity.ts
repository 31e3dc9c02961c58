import { defineEntity, p } from '@mikro-orm/core';

const BalanceSchema = defineEntity({
  name: 'PeerBalance',
  tableName: 'peer_balances',
  properties: { memberId: p.uuid().primary(), points: p.integer() },
});

/** The peers' wallet. */
export class PeerBalance extends BalanceSchema.class {}
BalanceSchema.setClass(PeerBalance);

const AwardSchema = defineEntity({
  name: 'PeerAward',
  tableName: 'peer_awards',
  properties: {
    id: p.uuid().primary(),
    memberId: p.uuid(),
    points: p.integer(),
    reason: p.text(),
    occurredAt: p.datetime(),
  },
});

/** The peers' ledger entry. */
export class PeerAward extends AwardSchema.class {}
AwardSchema.setClass(PeerAward);

/**
 * The peers' tables: balances, the very least an award needs (no key, no index for reading a member's awards), and awards
 * as a ledger would keep them, with both.
 */
export const PEER_TABLES = `
create table peer_balances (member_id uuid primary key, points int not null check (points >= 0)) with (fillfactor = 70);
create table peer_awards (id uuid primary key, member_id uuid not null, points int not null, reason text not null,
  occurred_at timestamptz not null);
create table peer_ledger (like peer_awards including all, key text not null unique);
create index peer_ledger_member on peer_ledger (member_id, id)`;
