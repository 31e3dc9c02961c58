import { registerEnumType } from 'type-graphql';

/** How far a referral is. */
export enum ReferralStatus {
  PENDING = 'PENDING',
  QUALIFIED = 'QUALIFIED',
  REWARDED = 'REWARDED',
  FLAGGED = 'FLAGGED',
  REJECTED = 'REJECTED',
  REVERSED = 'REVERSED',
}

registerEnumType(ReferralStatus, {
  name: 'ReferralStatus',
  description: 'How far a referral is.',
  valuesConfig: {
    PENDING: { description: 'The new member has yet to do what makes it count.' },
    QUALIFIED: { description: 'It counts, and is about to be paid.' },
    REWARDED: { description: 'Everybody who gets something for it has been paid; points may still be pending.' },
    FLAGGED: { description: 'Something about it is odd: somebody of the staff looks at it before anything is paid.' },
    REJECTED: { description: 'Looked at and turned down. Final.' },
    REVERSED: {
      description:
        'What made it count was reversed, as by the refund of a purchase, and what was paid for it was taken back. Final.',
    },
  },
});

/** Which way a chain is followed. */
export enum ChainDirection {
  UP = 'UP',
  DOWN = 'DOWN',
}

registerEnumType(ChainDirection, {
  name: 'ChainDirection',
  description: 'Which way a chain of referrals is followed.',
  valuesConfig: {
    UP: { description: 'To whoever recommended the club to the member, and so on.' },
    DOWN: { description: 'To those to whom the member recommended the club, and so on.' },
  },
});

/** Why a referral is to be looked at. */
export enum ReferralFlag {
  MANY_FROM_ADDRESS = 'MANY_FROM_ADDRESS',
  MANY_FROM_DEVICE = 'MANY_FROM_DEVICE',
  SHARED_DEVICE = 'SHARED_DEVICE',
}

registerEnumType(ReferralFlag, {
  name: 'ReferralFlag',
  description: 'Why somebody should look at a referral before it is paid.',
  valuesConfig: {
    MANY_FROM_ADDRESS: { description: 'Three others enrolled with a code from the same address within a day.' },
    MANY_FROM_DEVICE: { description: 'Two others enrolled with a code on the same device within a day.' },
    SHARED_DEVICE: {
      description: 'Somebody above the new member, or referred by the same member, enrolled on the same device.',
    },
  },
});

/** What somebody decided who looked at a referral. */
export enum ReferralDecision {
  APPROVE = 'APPROVE',
  REJECT = 'REJECT',
}

registerEnumType(ReferralDecision, {
  name: 'ReferralDecision',
  description: 'What somebody decided who looked at a referral.',
  valuesConfig: {
    APPROVE: { description: 'It counts like any other; for flagged ones.' },
    REJECT: { description: 'It never counts and belongs to no chain; for flagged and pending ones.' },
  },
});

/** What happened to a chain. */
export enum ReferralChainEventKind {
  JOINED = 'JOINED',
  QUALIFIED = 'QUALIFIED',
  REWARDED = 'REWARDED',
  REJECTED = 'REJECTED',
  REVERSED = 'REVERSED',
}

registerEnumType(ReferralChainEventKind, {
  name: 'ReferralChainEventKind',
  description: 'What happened to a chain of referrals.',
  valuesConfig: {
    JOINED: { description: 'Somebody enrolled with a code of the chain.' },
    QUALIFIED: { description: 'A referral began to count.' },
    REWARDED: { description: 'A referral was paid.' },
    REJECTED: { description: 'A referral was turned down: its branch is no part of the chain any more.' },
    REVERSED: { description: 'What made a referral count was reversed: what was paid for it is taken back.' },
  },
});
