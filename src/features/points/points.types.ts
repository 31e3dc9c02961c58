import { Field, ID, InputType, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { Payload } from '../../api/payload.types.ts';
import { DateTime, Duration } from '../../api/scalars.ts';
import { connectionOf, Node } from '../../api/types.ts';
import { RuleReference } from '../activities/receipt.types.ts';
import { MemberEvent } from '../members/member-events.types.ts';
import type { LedgerRow, LotRow, WalletRow } from './points.rows.ts';

/** What kind of change a ledger entry is. */
export enum LedgerEntryKind {
  EARN = 'EARN',
  BONUS = 'BONUS',
  ADJUST = 'ADJUST',
  REDEEM = 'REDEEM',
  REFUND = 'REFUND',
  EXPIRE = 'EXPIRE',
  REVERSE = 'REVERSE',
}

registerEnumType(LedgerEntryKind, {
  name: 'LedgerEntryKind',
  description: 'What kind of change of points a ledger entry is.',
  valuesConfig: {
    EARN: { description: 'An earning rule gave points for an activity.' },
    BONUS: {
      description:
        'Something gave points beyond an earning rule: a campaign, a challenge, a prize or a referral; `rule` says which.',
    },
    ADJUST: { description: 'Somebody added or deducted points by hand; the reason says why.' },
    REDEEM: { description: 'Points were spent on a reward.' },
    REFUND: { description: 'Points came back because a redemption was cancelled.' },
    EXPIRE: { description: 'Points reached the end of their validity.' },
    REVERSE: {
      description:
        'Points were taken back because what had earned them was reversed. `reverses` is the entry that had credited them; what was spent of them is owed: see `Wallet.deficit`.',
    },
  },
});

@ObjectType({
  description: "A member's points in sum. Staff, administrators and the member see it.",
  simpleResolvers: true,
})
export class Wallet implements Omit<WalletRow, 'memberId'> {
  @Field(() => Int, { description: 'Points that can be spent now.' })
  active!: number;

  @Field(() => Int, {
    description: 'Points that are earned but not yet spendable, for example until a return right has ended.',
  })
  pending!: number;

  @Field(() => Int, {
    description:
      'Points that the member owes, because they were taken back after they had been spent. Whatever becomes spendable next covers them first; until then nothing can be spent. 0 for most.',
  })
  deficit!: number;

  @Field(() => Int, { description: 'All points ever credited, adjustments included.' })
  lifetimeEarned!: number;

  @Field(() => Int, { description: 'All points ever spent or deducted by hand, but for those that were refunded.' })
  lifetimeSpent!: number;

  @Field(() => Int, { description: 'All points that ever reached the end of their validity.' })
  lifetimeExpired!: number;

  @Field(() => Int, {
    description:
      'All points ever taken back because what had earned them was reversed. `active` + `pending` - `deficit` is always `lifetimeEarned` less what was spent, has expired and was reversed.',
  })
  lifetimeReversed!: number;

  memberId!: string;

  /** The lots behind the figures, where these are not the stored ones but what would be; see ReversalPreview. */
  lots?: readonly LotRow[];
}

@ObjectType({ description: 'Points that expire at the same moment.', simpleResolvers: true })
export class ExpiringPoints {
  @Field(() => Int, { description: 'How many points expire.' })
  points!: number;

  @Field(() => DateTime, { description: 'When they expire, unless they are spent before.' })
  expiresAt!: number;
}

@ObjectType({
  implements: Node,
  description: "One change of a member's points. Entries are never changed or removed: a correction is a new entry.",
})
export class LedgerEntry extends Node implements Pick<LedgerRow, 'points' | 'balanceAfter' | 'reason'> {
  @Field(() => LedgerEntryKind, { description: 'What kind of change it is.' })
  kind!: `${LedgerEntryKind}`;

  @Field(() => Int, { description: 'How many points: positive for a credit, negative for a debit.' })
  points!: number;

  @Field(() => Int, {
    description:
      "The member's points after this entry, pending ones included: the sum of all entries so far. Negative while more was taken back than the member had left.",
  })
  balanceAfter!: number;

  @Field(() => String, { description: 'Why, in a sentence for people.' })
  reason!: string;

  @Field(() => RuleReference, {
    nullable: true,
    description: 'The rule or campaign that caused it, in the version of that time; null otherwise.',
  })
  rule!: RuleReference | null;

  @Field(() => DateTime, { description: 'When the points became, or become, spendable.' })
  activeAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When they expire; null is never.' })
  expiresAt!: number | null;

  @Field(() => DateTime, { description: 'When that happened which caused it.' })
  occurredAt!: number;

  @Field(() => DateTime, { description: 'When it was written.' })
  recordedAt!: number;

  memberId!: string;
  activityId!: string | null;
  reversesId!: string | null;
}

/** The entry as GraphQL shows it. */
export function toLedgerEntry(row: LedgerRow): LedgerEntry {
  return Object.assign(new LedgerEntry(), row);
}

export const LedgerEntryConnection = connectionOf('LedgerEntry', () => LedgerEntry, 'ledger entries');

@InterfaceType('PointsEvent', {
  implements: MemberEvent,
  description: 'Any event that changed what a member has in points.',
})
export abstract class PointsEvent extends MemberEvent {
  @Field(() => Int, { description: 'How many points it is about; signed for adjustments, positive otherwise.' })
  points!: number;

  @Field(() => Int, { description: 'The points the member could spend right after it.' })
  balance!: number;

  entryId!: string;
  /** The entry itself, while the mutation that wrote it still has it at hand. */
  live?: LedgerRow;
}

@ObjectType({
  implements: PointsEvent,
  description: 'An activity earned points. They may be pending at first: see the entry.',
})
export class PointsEarned extends PointsEvent {}

@ObjectType({
  implements: PointsEvent,
  description:
    'Pending points became active. `points` says how many were waiting; where the member owed some (`Wallet.deficit`), they covered that first, and `balance` is what can be spent now.',
})
export class PointsActivated extends PointsEvent {}

@ObjectType({ implements: PointsEvent, description: 'Points were spent.' })
export class PointsSpent extends PointsEvent {}

@ObjectType({
  implements: PointsEvent,
  description: 'Spent points came back, because what they were spent on was cancelled.',
})
export class PointsRefunded extends PointsEvent {}

@ObjectType({ implements: PointsEvent, description: 'Points reached the end of their validity.' })
export class PointsExpired extends PointsEvent {}

@ObjectType({
  implements: PointsEvent,
  description:
    'Points were taken back because what had earned them was reversed. `points` says how many, spent ones included: those are owed (`Wallet.deficit`), and `balance` is 0 until they are covered.',
})
export class PointsReversed extends PointsEvent {}

@ObjectType({ implements: PointsEvent, description: 'Somebody added or deducted points by hand.' })
export class PointsAdjusted extends PointsEvent {}

@InputType({ description: "A change of a member's points by hand." })
export class AdjustPointsInput {
  @Field(() => String, {
    description: 'Yours to choose, 1 to 255 characters: the same key and input change points once.',
  })
  idempotencyKey!: string;

  @Field(() => ID, { description: 'Whose points.' })
  memberId!: string;

  @Field(() => Int, {
    description: 'How many: positive adds, negative deducts spendable points, the soonest-expiring first. Not 0.',
  })
  points!: number;

  @Field(() => String, { description: 'Why, 1 to 500 characters. The member reads it in the ledger.' })
  reason!: string;

  @Field(() => Duration, {
    nullable: true,
    description: 'How long added points stay valid; never ending when left out.',
  })
  expiresAfter?: string | null;
}

@ObjectType({ description: 'The answer of adjustPoints.' })
export class AdjustPointsPayload extends Payload {
  @Field(() => LedgerEntry, { nullable: true, description: 'The entry that was written; null when refused.' })
  entry: LedgerEntry | null = null;

  @Field(() => [MemberEvent], { description: 'What it caused.' })
  effects: MemberEvent[] = [];

  @Field(() => Boolean, { description: 'True when this key was used before and nothing was done this time.' })
  replayed = false;
}
