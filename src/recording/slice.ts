import type { Tx } from '../platform/tx.ts';
import type { Programme } from '../rules/programme.ts';
import type { ActivityFacts, Evaluation, MemberState } from '../rules/types.ts';
import type { Effect, MemberRecord, RecordCommand, RecordedActivity } from './commands.ts';

/** One activity that passed every check and is about to be evaluated. */
export interface Candidate {
  memberId: string;
  activity: ActivityFacts;
}

/** One evaluated activity, as it is handed to every slice in turn. */
export interface Step {
  activity: RecordedActivity;
  evaluation: Evaluation;
  /** The time of recording, epoch milliseconds. */
  now: number;
  /** Stores an event in the outbox and lists it among the activity's effects. */
  emit(type: string, payload: Record<string, unknown>, live?: object): Effect;
}

/** A slice's part of one batch: loaded state, folded over by each step, written at the end. */
export interface OpenSlice {
  /** Adds this slice's part to what rules see of a member. */
  contribute?(memberId: string, state: Partial<MemberState>): void;
  /** Looks at an evaluation before anything is folded. @throws Refusal when the activity cannot be recorded. */
  accept?(memberId: string, evaluation: Evaluation): void;
  /** Takes in one evaluated activity; later activities of the batch see what it changed. */
  fold(step: Step): void;
  /** Stores what changed, with set statements only. */
  write(): Promise<void>;
}

/**
 * How a feature takes part in recording without the recorder knowing it: it loads its part of the state for the whole
 * batch in one or two statements and gives back what folds and writes it.
 */
export interface Slice {
  readonly name: string;
  open(tx: Tx, programme: Programme, candidates: readonly Candidate[]): Promise<OpenSlice>;
}

/** What the recorder asks of members. */
export interface Directory {
  /** The ids of members with these external ids, read outside any transaction; unknown ones are missing. */
  locate(externalIds: readonly string[]): Promise<Map<string, string>>;
  /** Members by id or external id, read under the batch's locks. */
  load(tx: Tx, ids: readonly string[], externalIds: readonly string[]): Promise<MemberRecord[]>;
  /** Enrols unknown external ids with set statements. */
  enroll(tx: Tx, drafts: readonly { externalId: string; joinedAt: number }[]): Promise<MemberRecord[]>;
}

/** What the recorder asks of the programme: its compiled rules, current as of the transaction, and its activity types. */
export interface ProgrammeSource {
  current(tx: Tx): Promise<Programme>;
  /** @throws Refusal when the command's type is unknown, closed to its sender, or its attributes do not fit the schema. */
  admit(programme: Programme, command: RecordCommand): void;
}

/** What the recorder asks of stored activities. */
export interface ActivityStore {
  /** Activities that were recorded under these keys before, by `source` and `key`. */
  find(tx: Tx, commands: readonly RecordCommand[]): Promise<RecordedActivity[]>;
  write(tx: Tx, activities: readonly RecordedActivity[]): Promise<void>;
}
