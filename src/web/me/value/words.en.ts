import type { ValueWords, WhyNot } from './words.ts';

export const en: ValueWords = {
  title: 'Rewards',
  kinds: {
    COUPON: 'Coupon',
    VOUCHER: 'Voucher',
    OFFER: 'Offer',
    PRODUCT: 'Product',
    EXPERIENCE: 'Experience',
    ADVICE: 'Advice',
    ACCESS: 'Access',
    MERCHANDISE: 'From the club',
    PARTNER_OFFER: 'From a partner',
    DONATION: 'Donation',
  },
  cost: (points) => `${points} points`,
  now: { title: 'Yours to take now', none: 'Nothing you have the points for yet. The nearest is above.' },
  nearest: 'Nearest in reach',
  later: { title: 'On the way', toGo: (points) => `${points} to go`, when: (when) => `Enough ${when}` },
  barred: (count) => `Not for you right now (${count})`,
  showAll: (count) => `Show all ${count}`,
  cheapest: (count) => `These are the ${count} that cost least.`,
  from: (partner) => `From ${partner}`,
  left: (count) => `${count} left`,
  ends: (when) => `Ends ${when}`,
  worth: (amount) => `Worth ${amount}`,
  valid: (span) => `To be used within ${span}`,
  validForEver: 'No last day to use it',
  whyNot,
  redeem: {
    button: 'Redeem',
    buttonFor: (name) => `Redeem ${name}`,
    title: (name) => `Redeem ${name}?`,
    have: 'You have',
    costs: 'It costs',
    left: 'You keep',
    instant: 'You get a voucher at once, to show at the counter.',
    manual: 'The shop gets it ready for you. You see here when it is done.',
    confirm: (points) => `Redeem for ${points} points`,
    sending: 'Just a moment …',
    again: 'Try again',
    never: 'Not now',
    unanswered: 'No answer came. Try again without worry: it is redeemed once and paid once, however often you ask.',
    refused: 'That did not work',
    terms: 'Terms',
  },
  vouchers: {
    title: 'Your vouchers',
    status: {
      ISSUED: 'Ready to use',
      PENDING: 'Being prepared',
      FULFILLED: 'Used',
      CANCELLED: 'Cancelled',
      EXPIRED: 'Expired',
    },
    usableUntil: (day) => `Use it by ${day}`,
    forEver: 'No last day',
    show: 'Show',
    open: (name) => `Show the voucher ${name}`,
    counter: 'Show this at the counter.',
    waiting: 'The shop is getting it ready. Show this when you fetch it.',
    qr: (code) => `QR code of the voucher ${code}`,
    used: (day) => `Used ${day}`,
    cancelled: (day) => `Cancelled ${day}, points returned`,
    expired: (day) => `Expired ${day}`,
    redeemed: (day, points) => `Redeemed ${day} for ${points} points`,
    earlier: (count) => `Earlier vouchers (${count})`,
    enjoy: 'Used. Enjoy!',
    close: 'Close',
    cancel: {
      offer: 'Cancel this voucher',
      sure: (points) => `You get your ${points} points back, and the voucher stops working.`,
      yes: 'Cancel it',
      no: 'Keep it',
    },
  },
  card: {
    title: 'Your card',
    number: 'Member number',
    hint: 'Show it at the counter, and what you do there counts.',
    qr: 'QR code of your member number',
    none: 'No tier yet',
  },
};

function whyNot({ code, missing, tier, perMember, when }: WhyNot): string {
  switch (code) {
    case 'INSUFFICIENT_POINTS':
      return missing === null ? 'You have too few points for it.' : `You are ${missing} points short.`;
    case 'OUT_OF_STOCK':
      return 'None are left.';
    case 'LIMIT_REACHED':
      return perMember === null || perMember === 1
        ? 'You have had yours: one for each member.'
        : `You have had yours: ${perMember} for each member.`;
    case 'TIER_REQUIRED':
      return tier === null ? 'For members of a higher tier.' : `For members from ${tier} on.`;
    case 'NOT_ELIGIBLE':
      return 'Not offered to you at present.';
    case 'NOT_STARTED':
      return when === null ? 'It has not begun yet.' : `Begins ${when}.`;
    case 'ENDED':
      return 'It is over.';
    case 'NOT_FOUND':
      return 'It is no longer there.';
    case 'MEMBER_NOT_ACTIVE':
      return 'Your membership is resting. Ask the club.';
    case 'CONFLICT':
      return 'It has been used already.';
    case 'ALREADY_REVERSED':
      return 'It was cancelled before, and the points were returned.';
    default:
      return 'It was not possible this time. Try again, or ask the club.';
  }
}
