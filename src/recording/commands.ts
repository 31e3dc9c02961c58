import type { Refusal } from '../platform/refusal.ts';
import type {
  ActivityFacts,
  ActivityItemFacts,
  MemberFacts,
  Money,
  RuleEvaluation,
  UsageChange,
} from '../rules/types.ts';

/** An activity to be recorded, already checked for shape: what every entrance (API, bulk endpoint, import) hands over. */
export interface RecordCommand {
  source: string;
  /** Unique per source, for ever. */
  key: string;
  /** SHA-256 of the canonical input, so that a reused key is noticed. */
  inputHash: string;
  type: string;
  /** One of the two is not null. */
  memberId: string | null;
  externalId: string | null;
  /** Enrol an unknown external id in the same transaction. */
  enrollIfUnknown: boolean;
  /** Epoch milliseconds; null is the time of recording. */
  occurredAt: number | null;
  channel: string | null;
  value: Money | null;
  items: readonly ActivityItemFacts[];
  attributes: Record<string, unknown>;
  /** True when a member's own token sent it: only types marked `recordableByMembers` are accepted. */
  byMember: boolean;
}

/** What a member must be known for while recording. */
export interface MemberRecord {
  facts: MemberFacts;
  status: string;
  /** The event of an enrolment in this very batch; it belongs to the effects of the member's first activity. */
  welcome?: Effect;
}

/** An event as mutations answer it and subscriptions push it: the same id and cursor in both places. */
export interface Effect {
  type: string;
  id: string;
  cursor: string;
  memberId: string;
  /** Epoch milliseconds. */
  occurredAt: number;
  payload: Record<string, unknown>;
  /** The payload as JSON text, where it was written already: outbox and receipt both keep it. */
  payloadText?: string;
  /** What the payload's ids name, while it is still at hand; never stored. */
  live?: object;
}

/** An activity together with the receipt of what it gave. Times are epoch milliseconds. */
export interface RecordedActivity {
  facts: ActivityFacts;
  memberId: string;
  recordedAt: number;
  idempotencyKey: string;
  inputHash: string;
  /** When it was reversed as a whole. */
  reversedAt: number | null;
  /** How much of it was reversed so far, decimal text from "0" to "1". */
  reversedFraction: string;
  effects: Effect[];
  trace: RuleEvaluation[];
  /** What it used of caps and budgets, while it is being recorded; stored for a reversal, and read by nobody else. */
  usage?: readonly UsageChange[];
}

/** What became of one command. */
export type RecordOutcome =
  | { kind: 'recorded' | 'replayed'; activity: RecordedActivity }
  | { kind: 'refused'; refusal: Refusal };
