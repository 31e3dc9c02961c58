import { defineEntity, p } from '@mikro-orm/core';

const RedemptionSchema = defineEntity({
  name: 'Redemption',
  tableName: 'redemptions',
  properties: {
    id: p.uuid().primary(),
    memberId: p.uuid(),
    rewardCode: p.text(),
    rewardVersion: p.integer(),
    /** Name and kind as they were when it was redeemed. */
    name: p.text(),
    kind: p.text(),
    status: p.text(),
    cost: p.integer(),
    voucherCode: p.text().unique('redemptions_voucher_code'),
    /** Which lots paid how many points: [lot id, points], so that cancelling returns them to where they came from. */
    uses: p.json<[string, number][]>().columnType('json'),
    entryId: p.uuid(),
    refundEntryId: p.uuid().nullable(),
    actor: p.text(),
    createdAt: p.datetime(),
    expiresAt: p.datetime().nullable(),
    fulfilledAt: p.datetime().nullable(),
    fulfilledBy: p.text().nullable(),
    cancelledAt: p.datetime().nullable(),
    cancelledBy: p.text().nullable(),
    cancelReason: p.text().nullable(),
  },
  checks: [
    {
      name: 'redemptions_status',
      expression: "status in ('PENDING', 'ISSUED', 'FULFILLED', 'CANCELLED', 'EXPIRED')",
    },
    { name: 'redemptions_cost', expression: 'cost > 0' },
  ],
  indexes: [
    { name: 'redemptions_member', properties: ['memberId', 'id'] },
    { name: 'redemptions_pending', properties: ['id'], where: "status = 'PENDING'" },
    {
      name: 'redemptions_expiring',
      expression:
        "create index redemptions_expiring on redemptions using btree (expires_at) where status in ('ISSUED', 'PENDING') and expires_at is not null",
    },
  ],
});

/** A reward that a member redeemed, with its voucher. Its debit is a ledger entry; cancelling adds a refund. */
export class Redemption extends RedemptionSchema.class {}
RedemptionSchema.setClass(Redemption);
