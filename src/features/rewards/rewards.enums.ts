import { registerEnumType } from 'type-graphql';
import type * as rules from '../../rules/rewards.ts';

/** The pure core's words as GraphQL enums; `satisfies` keeps the two lists the same. */
export const RewardKind = {
  COUPON: 'COUPON',
  VOUCHER: 'VOUCHER',
  OFFER: 'OFFER',
  PRODUCT: 'PRODUCT',
  EXPERIENCE: 'EXPERIENCE',
  ADVICE: 'ADVICE',
  ACCESS: 'ACCESS',
  MERCHANDISE: 'MERCHANDISE',
  PARTNER_OFFER: 'PARTNER_OFFER',
  DONATION: 'DONATION',
} as const satisfies { [Kind in rules.RewardKind]: Kind };

registerEnumType(RewardKind, {
  name: 'RewardKind',
  description: 'What kind of thing a reward is, for sorting the shelf.',
  valuesConfig: {
    COUPON: { description: 'Something off the price of a purchase.' },
    VOUCHER: { description: 'An amount to pay with.' },
    OFFER: { description: 'A price or an opportunity for members only.' },
    PRODUCT: { description: 'A thing the shop sells.' },
    EXPERIENCE: { description: 'A tour, a course, an evening.' },
    ADVICE: { description: 'Time with somebody who knows.' },
    ACCESS: { description: 'Getting in: early, or where others do not.' },
    MERCHANDISE: { description: 'A thing of the club that is not for sale.' },
    PARTNER_OFFER: { description: 'Something that another company gives.' },
    DONATION: { description: 'Something given to others in the member’s name.' },
  },
});

export const Fulfilment = {
  INSTANT: 'INSTANT',
  MANUAL: 'MANUAL',
} as const satisfies { [Way in rules.Fulfilment]: Way };

registerEnumType(Fulfilment, {
  name: 'Fulfilment',
  description: 'How a redeemed reward comes to the member.',
  valuesConfig: {
    INSTANT: { description: 'By a voucher that can be used at once.' },
    MANUAL: {
      description: 'Somebody sends or prepares it: the redemption waits as PENDING until staff has fulfilled it.',
    },
  },
});

/** How far a redemption is. */
export enum RedemptionStatus {
  ISSUED = 'ISSUED',
  FULFILLED = 'FULFILLED',
  CANCELLED = 'CANCELLED',
  EXPIRED = 'EXPIRED',
  PENDING = 'PENDING',
}

registerEnumType(RedemptionStatus, {
  name: 'RedemptionStatus',
  description: 'How far a redemption is.',
  valuesConfig: {
    ISSUED: { description: 'The voucher can be used.' },
    FULFILLED: { description: 'The voucher was used, or the reward handed over.' },
    CANCELLED: { description: 'Taken back before it was used; the points were returned.' },
    EXPIRED: { description: 'Not used in time. The points stay spent.' },
    PENDING: { description: 'Paid for; the shop has yet to hand it over.' },
  },
});
