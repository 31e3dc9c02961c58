import { encodeCursor } from '../platform/cursor.ts';
import { newId } from '../platform/ids.ts';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import type { Scope, Tx, UnitOfWork } from '../platform/tx.ts';
import { evaluate } from '../rules/evaluate.ts';
import type { Programme } from '../rules/programme.ts';
import type { MemberState } from '../rules/types.ts';
import type { Effect, MemberRecord, RecordCommand, RecordedActivity, RecordOutcome } from './commands.ts';
import type { ActivityStore, Candidate, Directory, OpenSlice, ProgrammeSource, Slice } from './slice.ts';

/** How far ahead of the database's clock an activity may lie: shops' clocks differ, but nobody buys tomorrow. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

/** Everything the recorder needs of the features, handed over by the composition root. */
export interface RecorderPorts {
  work: UnitOfWork;
  directory: Directory;
  programmes: ProgrammeSource;
  activities: ActivityStore;
  /** In the order in which they fold over an activity. */
  slices: readonly Slice[];
}

/** A command together with what was found out about it. */
interface Item {
  command: RecordCommand;
  outcome: RecordOutcome | null;
  candidate: Candidate | null;
}

/** What is true for one whole batch. */
interface Batch {
  tx: Tx;
  xid: string;
  programme: Programme;
  members: Members;
}

/**
 * The one door for activities. A batch is loaded with a few set statements, evaluated in memory and written with set
 * statements, in one transaction; one activity takes the same path as a thousand.
 */
export class Recorder {
  readonly #ports: RecorderPorts;

  constructor(ports: RecorderPorts) {
    this.#ports = ports;
  }

  /**
   * Records a batch; outcomes come in the order of the commands. A refused command never fails the others.
   * @param notify false for imports: events are stored, but nobody is told.
   */
  async record(commands: readonly RecordCommand[], notify = true): Promise<RecordOutcome[]> {
    const scope = await this.#scope(commands, notify);
    return this.#ports.work.run(scope, async (tx) => {
      const { items, write } = await this.#prepare(tx, commands);
      await write();
      return items.map((item) => item.outcome ?? lost(item.command));
    });
  }

  /**
   * The same evaluation without writing: whatever `inspect` returns is the answer, and the transaction is rolled back.
   * @throws Refusal when the activity would be refused.
   */
  async simulate<Result>(
    command: RecordCommand,
    inspect: (activity: RecordedActivity, slices: readonly OpenSlice[]) => Result,
  ): Promise<Result> {
    const scope = await this.#scope([command], false);
    let result: { value: Result } | null = null;
    const rollback = new Error('A simulation is never committed.');
    const simulated = this.#ports.work.run(scope, async (tx) => {
      const { items, slices } = await this.#prepare(tx, [command]);
      const outcome = items[0]?.outcome ?? lost(command);
      if (outcome.kind === 'refused') throw outcome.refusal;
      result = { value: inspect(outcome.activity, slices) };
      throw rollback;
    });
    await simulated.catch((error: unknown) => {
      if (error !== rollback) throw error;
    });
    return (result as { value: Result } | null)?.value ?? lost(command);
  }

  /** Locks are taken before the first write, so members are located before the transaction begins. */
  async #scope(commands: readonly RecordCommand[], notify: boolean): Promise<Scope> {
    const externalIds = unique(commands.map((command) => command.externalId));
    const located = await this.#ports.directory.locate(externalIds);
    const locks = unique(commands.map((command) => command.memberId));
    for (const externalId of externalIds) locks.push(located.get(externalId) ?? `external:${externalId}`);
    return { name: 'recording.record', locks, notify };
  }

  /** Loads, checks and evaluates; `write` stores everything that came of it. */
  async #prepare(tx: Tx, commands: readonly RecordCommand[]) {
    const items: Item[] = commands.map((command) => ({ command, outcome: null, candidate: null }));
    const [programme, stored, xid, members] = await Promise.all([
      this.#ports.programmes.current(tx),
      this.#ports.activities.find(tx, commands),
      tx.xid(),
      Members.load(tx, this.#ports.directory, commands),
    ]);
    const known = new Map(stored.map((activity) => [keyOf(activity.facts.source, activity.idempotencyKey), activity]));
    for (const item of items) item.outcome = replay(item.command, known);
    await members.enrollUnknown(
      tx,
      items.filter((item) => item.outcome === null).map((item) => item.command),
    );
    const batch: Batch = { tx, xid, programme, members };
    for (const item of items) if (item.outcome === null) this.#admit(batch, item);
    const candidates = items.flatMap((item) => (item.candidate === null ? [] : [item.candidate]));
    const slices = await Promise.all(this.#ports.slices.map((slice) => slice.open(tx, programme, candidates)));
    const recorded = fold(batch, items, slices);
    const write = async () => {
      await Promise.all([this.#ports.activities.write(tx, recorded), ...slices.map((slice) => slice.write())]);
    };
    return { items, slices, write };
  }

  /** Turns a command into a candidate, or refuses it. */
  #admit(batch: Batch, item: Item): void {
    const { command } = item;
    try {
      const member = batch.members.of(command);
      this.#ports.programmes.admit(batch.programme, command);
      const occurredAt = command.occurredAt ?? batch.tx.now;
      if (occurredAt > batch.tx.now + FUTURE_TOLERANCE_MS) throw inFuture(occurredAt, batch.tx.now);
      const { type, channel, source, value, items, attributes } = command;
      const activity = { id: newId(), type, occurredAt, channel, source, value, items, attributes };
      item.candidate = { memberId: member.facts.id, activity };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      item.outcome = { kind: 'refused', refusal: error };
    }
  }
}

/** Evaluates the candidates in order; each sees what the ones before it changed. */
function fold(batch: Batch, items: readonly Item[], slices: readonly OpenSlice[]): RecordedActivity[] {
  const recorded: RecordedActivity[] = [];
  const states = new Map<string, MemberState>();
  const seen = new Map<string, RecordedActivity>();
  for (const item of items) {
    if (item.candidate === null) continue;
    // The same key may stand twice in one batch: the second is a replay of the first.
    item.outcome = replay(item.command, seen);
    if (item.outcome !== null) continue;
    item.outcome = step(batch, item.candidate, item.command, states, slices);
    if (item.outcome.kind === 'refused') continue;
    seen.set(keyOf(item.command.source, item.command.key), item.outcome.activity);
    recorded.push(item.outcome.activity);
  }
  return recorded;
}

function step(
  batch: Batch,
  { memberId, activity: facts }: Candidate,
  command: RecordCommand,
  states: Map<string, MemberState>,
  slices: readonly OpenSlice[],
): RecordOutcome {
  let state = states.get(memberId);
  if (state === undefined) {
    const parts: Partial<MemberState> = { member: batch.members.byId(memberId).facts };
    for (const slice of slices) slice.contribute?.(memberId, parts);
    state = parts as MemberState;
    states.set(memberId, state);
  }
  const evaluation = evaluate(batch.programme, state, facts);
  try {
    for (const slice of slices) slice.accept?.(memberId, evaluation);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', refusal: error };
    throw error;
  }
  const { key: idempotencyKey, inputHash } = command;
  const recordedAt = batch.tx.now;
  const effects: Effect[] = batch.members.takeWelcome(memberId);
  const trace = evaluation.trace;
  const activity = { facts, memberId, recordedAt, idempotencyKey, inputHash, reversedAt: null, effects, trace };
  const emit = (type: string, payload: Record<string, unknown>, live?: object): Effect => {
    const event = { id: newId(), type, memberId, occurredAt: facts.occurredAt, payload };
    const cursor = encodeCursor({ xid: batch.xid, seq: batch.tx.emit(event) });
    const effect = live === undefined ? { ...event, cursor } : { ...event, cursor, live };
    effects.push(effect);
    return effect;
  };
  for (const slice of slices) slice.fold({ activity, evaluation, now: recordedAt, emit });
  return { kind: 'recorded', activity };
}

/** The members of one batch, by id and by external id. */
class Members {
  readonly #byId = new Map<string, MemberRecord>();
  readonly #byExternalId = new Map<string, MemberRecord>();
  readonly #directory: Directory;

  private constructor(directory: Directory) {
    this.#directory = directory;
  }

  static async load(tx: Tx, directory: Directory, commands: readonly RecordCommand[]): Promise<Members> {
    const members = new Members(directory);
    const ids = unique(commands.map((command) => command.memberId));
    const externalIds = unique(commands.map((command) => command.externalId));
    members.#add(await directory.load(tx, ids, externalIds));
    return members;
  }

  /** A member enrolled here joined with the first thing the batch knows of it. */
  async enrollUnknown(tx: Tx, commands: readonly RecordCommand[]): Promise<void> {
    const drafts = new Map<string, { externalId: string; joinedAt: number }>();
    for (const { externalId, enrollIfUnknown, occurredAt } of commands) {
      if (externalId === null || !enrollIfUnknown || this.#byExternalId.has(externalId)) continue;
      const joinedAt = Math.min(occurredAt ?? tx.now, drafts.get(externalId)?.joinedAt ?? tx.now);
      drafts.set(externalId, { externalId, joinedAt });
    }
    if (drafts.size > 0) this.#add(await this.#directory.enroll(tx, [...drafts.values()]));
  }

  byId(id: string): MemberRecord {
    const member = this.#byId.get(id);
    if (member === undefined) throw new Error('A candidate always names a loaded member.');
    return member;
  }

  /** The event of a member's enrolment, handed out once: to the activity that brought the member in. */
  takeWelcome(id: string): Effect[] {
    const member = this.byId(id);
    const { welcome } = member;
    delete member.welcome;
    return welcome === undefined ? [] : [welcome];
  }

  /** The member a command speaks of. @throws Refusal NOT_FOUND or MEMBER_NOT_ACTIVE. */
  of({ memberId, externalId }: RecordCommand): MemberRecord {
    const member = memberId === null ? this.#byExternalId.get(externalId ?? '') : this.#byId.get(memberId);
    if (member === undefined) throw unknownMember(memberId, externalId);
    if (member.status === 'ACTIVE') return member;
    const message = `The member is ${member.status.toLowerCase()}, so nothing is recorded. Activate the member first.`;
    throw new Refusal(ErrorCode.MEMBER_NOT_ACTIVE, message, { details: { status: member.status } });
  }

  #add(members: readonly MemberRecord[]): void {
    for (const member of members) {
      this.#byId.set(member.facts.id, member);
      if (member.facts.externalId !== null) this.#byExternalId.set(member.facts.externalId, member);
    }
  }
}

function replay({ source, key, inputHash }: RecordCommand, known: Map<string, RecordedActivity>): RecordOutcome | null {
  const activity = known.get(keyOf(source, key));
  if (activity === undefined) return null;
  if (activity.inputHash === inputHash) return { kind: 'replayed', activity };
  const message = `The idempotency key was used before for another activity of source "${source}". Send a new key for a new activity, or the very same input to repeat the old one.`;
  const path = ['idempotencyKey'];
  return { kind: 'refused', refusal: new Refusal(ErrorCode.IDEMPOTENCY_KEY_REUSED, message, { path }) };
}

function unknownMember(memberId: string | null, externalId: string | null): Refusal {
  if (memberId !== null) {
    return new Refusal(ErrorCode.NOT_FOUND, 'There is no member with this id. Check memberId.', { path: ['memberId'] });
  }
  const hint = 'Enrol the member first, or set enrollIfUnknown.';
  const path = ['memberExternalId'];
  return new Refusal(ErrorCode.NOT_FOUND, `There is no member with the external id "${externalId}". ${hint}`, { path });
}

function inFuture(occurredAt: number, now: number): Refusal {
  const message = `occurredAt ${new Date(occurredAt).toISOString()} is more than 5 minutes ahead of the programme's clock, ${new Date(now).toISOString()}. Check the sender's clock and time zone.`;
  return new Refusal(ErrorCode.EVENT_IN_FUTURE, message, { path: ['occurredAt'] });
}

function keyOf(source: string, key: string): string {
  return `${source}\u0000${key}`;
}

function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}

function lost(command: RecordCommand): never {
  throw new Error(`The activity with key ${command.key} was neither recorded nor refused.`);
}
