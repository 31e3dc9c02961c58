import { writeMillionths } from '../../../src/rules/decimals.ts';
import type { Credential } from './caller.ts';
import { type RewardCode, SPENT_POINTS } from './club.ts';

/** What was answered when a write was acknowledged for the first time. */
export interface Acknowledgement {
  /** The activity, the entry or the redemption. */
  id: string;
  /** Of a redemption. */
  voucherCode: string | null;
  /** The ids of the events that it brought about. */
  events: string[];
  /** When it came, `performance.now()`. */
  at: number;
}

/** What all writes have. */
export interface Sent {
  key: string;
  memberId: string;
  /** Who sends it; null for the administrator as whom the caller speaks. Everybody has keys of their own. */
  by: Credential | null;
  /** The code with which it may be refused, because somebody else is after the same at the same moment; else null. */
  excuse: string | null;
  /** Null until it was acknowledged. */
  acknowledged: Acknowledgement | null;
  /** True once it was refused with its excuse. */
  refused: boolean;
  /** True once an answer said that it was done just now: no second one may. */
  done: boolean;
}

/** An activity. */
export interface Stamp extends Sent {
  kind: 'activity';
  /** How much of it somebody is reversing or has reversed, in millionths. */
  claimed: number;
}

/** Points taken by hand. */
export interface Deduction extends Sent {
  kind: 'deduction';
}

/** A reward redeemed. */
export interface Redemption extends Sent {
  kind: 'redemption';
  reward: RewardCode;
}

/** A voucher used, or what it is for handed over. */
export interface Use extends Sent {
  kind: 'use';
  of: Redemption;
}

/** A voucher cancelled. */
export interface Cancellation extends Sent {
  kind: 'cancellation';
  of: Redemption;
}

/** What becomes of a voucher. */
export type Ending = Use | Cancellation;

/** A part of an activity taken back. */
export interface Reversal extends Sent {
  kind: 'reversal';
  of: Stamp;
  /** Millionths. */
  part: number;
}

/** A write that was sent, and what was acknowledged of it. */
export type Write = Stamp | Deduction | Redemption | Use | Cancellation | Reversal;

/** One whole activity in millionths. */
export const WHOLE = 1_000_000;

/** What is answered to one write. `made` is null when it was refused. */
export interface Outcome {
  made: { id: string; voucherCode?: string } | null;
  effects: { id: string }[];
  replayed: boolean;
  userErrors: { code: string; message: string }[];
}

const ANSWER = 'effects { id } replayed userErrors { code message }';

/** The mutation of each kind; its answer is an Outcome named `outcome`. */
const DOCUMENTS: Readonly<Record<Write['kind'], string>> = {
  activity: mutation('recordActivity', 'RecordActivityInput', 'made: activity { id }'),
  deduction: mutation('adjustPoints', 'AdjustPointsInput', 'made: entry { id }'),
  redemption: mutation('redeemReward', 'RedeemRewardInput', 'made: redemption { id voucherCode }'),
  use: mutation('fulfilRedemption', 'FulfilRedemptionInput', 'made: redemption { id }'),
  cancellation: mutation('cancelRedemption', 'CancelRedemptionInput', 'made: redemption { id }'),
  reversal: mutation('reverseActivity', 'ReverseActivityInput', 'made: activity { id }'),
};

const RECORD_MANY = `mutation ($input: RecordActivitiesInput!) {
  outcome: recordActivities(input: $input) { results { made: activity { id } ${ANSWER} } }
}`;

/** A document with its variables. */
export interface Request {
  document: string;
  variables: object;
}

/** What is sent for a write. */
export function requestOf(write: Write): Request {
  return { document: DOCUMENTS[write.kind], variables: { input: inputOf(write) } };
}

/** What is sent for several activities at once; answers `outcome.results`. */
export function batchOf(stamps: readonly Stamp[]): Request {
  return { document: RECORD_MANY, variables: { input: { activities: stamps.map(inputOf) } } };
}

/** Decimal text of a part, as the API takes it. */
export function fractionOf({ part }: Reversal): string {
  return writeMillionths(part);
}

function inputOf(write: Write): object {
  const { key: idempotencyKey, memberId } = write;
  switch (write.kind) {
    case 'activity':
      return { idempotencyKey, memberId, type: 'stamp' };
    case 'deduction':
      return { idempotencyKey, memberId, points: -SPENT_POINTS, reason: 'Spent' };
    case 'redemption':
      return { idempotencyKey, memberId, reward: write.reward };
    case 'use':
      return { idempotencyKey, ...shown(write.of) };
    case 'cancellation':
      return { idempotencyKey, redemptionId: write.of.acknowledged?.id, reason: 'Thought better of it' };
    case 'reversal': {
      const part = write.part === WHOLE ? {} : { fraction: fractionOf(write) };
      return { idempotencyKey, activityId: write.of.acknowledged?.id, reason: 'Brought back', ...part };
    }
  }
}

/** What the counter has of a redemption: the voucher that a member shows, or the list of what is to be handed over. */
function shown({ reward, acknowledged }: Redemption): object {
  return reward === 'drink' ? { voucherCode: acknowledged?.voucherCode } : { redemptionId: acknowledged?.id };
}

function mutation(name: string, input: string, made: string): string {
  return `mutation ($input: ${input}!) { outcome: ${name}(input: $input) { ${made} ${ANSWER} } }`;
}
