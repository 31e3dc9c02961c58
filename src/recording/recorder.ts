import { encodeCursor } from '../platform/cursor.ts';
import { newId } from '../platform/ids.ts';
import { ErrorCode, Refusal } from '../platform/refusal.ts';
import { unavailable } from '../platform/retry.ts';
import type { Tx, UnitOfWork } from '../platform/tx.ts';
import { evaluate } from '../rules/evaluate.ts';
import type { Programme } from '../rules/programme.ts';
import type { MemberState } from '../rules/types.ts';
import {
  BatchMembers,
  externalIdsOf,
  MembersMovedError,
  requireActive,
  unique,
  unknownMember,
} from './batch-members.ts';
import type { Effect, RecordCommand, RecordedActivity, RecordOutcome } from './commands.ts';
import type { ActivityStore, Candidate, Directory, OpenSlice, ProgrammeSource, Slice } from './slice.ts';

/** How far ahead of the database's clock an activity may lie: shops' clocks differ, but nobody buys tomorrow. */
const FUTURE_TOLERANCE_MS = 5 * 60_000;

/** How often a batch is begun while external ids change hands. Each time somebody's enrolment has committed meanwhile. */
const LOCATE_ATTEMPTS = 5;

/** What the external ids of a batch named before its locks were taken. */
type Located = ReadonlyMap<string, string>;

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
  members: BatchMembers;
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
    return this.#locked(commands, notify, async (tx, located) => {
      const { items, write } = await this.#prepare(tx, commands, located);
      await write();
      return items.map((item) => item.outcome ?? lost(item.command));
    });
  }

  /**
   * The same evaluation without writing: whatever `inspect` returns is the answer, and the transaction is rolled back.
   * A key that was recorded before answers what it did then.
   * @throws Refusal when the activity would be refused.
   */
  async simulate<Result>(
    command: RecordCommand,
    inspect: (activity: RecordedActivity, slices: readonly OpenSlice[]) => Result,
  ): Promise<Result> {
    let result: { value: Result } | null = null;
    const rollback = new Error('A simulation is never committed.');
    const simulated = this.#locked([command], false, async (tx, located) => {
      const prepared = await this.#prepare(tx, [command], located);
      const outcome = prepared.items[0]?.outcome ?? lost(command);
      if (outcome.kind === 'refused') throw outcome.refusal;
      const { activity } = outcome;
      // Nothing was open for an activity that was recorded before; its answer shows the member as it is now.
      const slices =
        outcome.kind === 'recorded'
          ? prepared.slices
          : await this.#open(tx, prepared.programme, [{ memberId: activity.memberId, activity: activity.facts }]);
      result = { value: inspect(activity, slices) };
      throw rollback;
    });
    await simulated.catch((error: unknown) => {
      if (error !== rollback) throw error;
    });
    return (result as { value: Result } | null)?.value ?? lost(command);
  }

  /** Locks are taken before the first write, so members are located before the transaction begins. */
  async #locked<Result>(
    commands: readonly RecordCommand[],
    notify: boolean,
    work: (tx: Tx, located: Located) => Promise<Result>,
  ): Promise<Result> {
    const externalIds = externalIdsOf(commands);
    const memberIds = unique(commands.map((command) => command.memberId));
    for (let attempt = 1; ; attempt += 1) {
      const located = await this.#ports.directory.locate(externalIds);
      const locks = externalIds.map((externalId) => located.get(externalId) ?? `external:${externalId}`);
      const scope = { name: 'recording.record', locks: [...memberIds, ...locks], notify };
      try {
        return await this.#ports.work.run(scope, (tx) => work(tx, located));
      } catch (error) {
        if (!(error instanceof MembersMovedError)) throw error;
        if (attempt === LOCATE_ATTEMPTS) throw unavailable(error);
      }
    }
  }

  /** Loads, checks and evaluates; `write` stores everything that came of it. */
  async #prepare(tx: Tx, commands: readonly RecordCommand[], located: Located) {
    const items: Item[] = commands.map((command) => ({ command, outcome: null, candidate: null }));
    const [programme, stored, xid, members] = await Promise.all([
      this.#ports.programmes.current(tx),
      this.#ports.activities.find(tx, commands),
      tx.xid(),
      BatchMembers.load(tx, this.#ports.directory, commands, located),
    ]);
    const known = new Map(stored.map((activity) => [keyOf(activity.facts.source, activity.idempotencyKey), activity]));
    const batch: Batch = { tx, xid, programme, members };
    for (const item of items) item.outcome = replay(item.command, known) ?? this.#refusalOf(batch, item.command);
    await members.enrollUnknown(tx, firstOfEachKey(items));
    for (const item of items) if (item.outcome === null) item.candidate = candidateOf(batch, item.command);
    const candidates = items.flatMap((item) => (item.candidate === null ? [] : [item.candidate]));
    const slices = await this.#open(tx, programme, candidates);
    const recorded = fold(batch, items, slices);
    const write = async () => {
      await Promise.all([this.#ports.activities.write(tx, recorded), ...slices.map((slice) => slice.write())]);
    };
    return { items, slices, programme, write };
  }

  #open(tx: Tx, programme: Programme, candidates: readonly Candidate[]): Promise<OpenSlice[]> {
    return Promise.all(this.#ports.slices.map((slice) => slice.open(tx, programme, candidates)));
  }

  /** Everything that speaks against a command before anybody is enrolled for it: a refused activity leaves no trace. */
  #refusalOf({ tx, programme, members }: Batch, command: RecordCommand): RecordOutcome | null {
    try {
      const member = members.find(command);
      if (member !== undefined) requireActive(member, command);
      this.#ports.programmes.admit(programme, command);
      const { occurredAt } = command;
      if (occurredAt !== null && occurredAt > tx.now + FUTURE_TOLERANCE_MS) throw inFuture(occurredAt, tx.now);
      return null;
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'refused', refusal: error };
      throw error;
    }
  }
}

/** The commands that will be recorded unless a later check refuses them; those that repeat a key enrol nobody. */
function firstOfEachKey(items: readonly Item[]): RecordCommand[] {
  const first = new Map<string, RecordCommand>();
  for (const { command, outcome } of items) {
    const key = keyOf(command.source, command.key);
    if (outcome === null && !first.has(key)) first.set(key, command);
  }
  return [...first.values()];
}

function candidateOf({ tx, members }: Batch, command: RecordCommand): Candidate | null {
  const member = members.find(command);
  if (member === undefined) return null;
  const { type, channel, source, value, items, attributes } = command;
  const occurredAt = command.occurredAt ?? tx.now;
  const activity = { id: newId(), type, occurredAt, channel, source, value, items, attributes };
  return { memberId: member.facts.id, activity };
}

/** Evaluates the candidates in order; each sees what the ones before it changed. */
function fold(batch: Batch, items: readonly Item[], slices: readonly OpenSlice[]): RecordedActivity[] {
  const recorded: RecordedActivity[] = [];
  const states = new Map<string, MemberState>();
  const seen = new Map<string, RecordedActivity>();
  for (const item of items) {
    if (item.outcome !== null) continue;
    // The same key may stand twice in one batch: the second is a replay of the first.
    item.outcome = replay(item.command, seen);
    if (item.outcome !== null) continue;
    item.outcome =
      item.candidate === null
        ? { kind: 'refused', refusal: unknownMember(item.command) }
        : step(batch, item.candidate, item.command, states, slices);
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
  const evaluation = evaluate(batch.programme, state, facts, batch.tx.now);
  try {
    for (const slice of slices) slice.accept?.(memberId, evaluation);
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', refusal: error };
    throw error;
  }
  const { key: idempotencyKey, inputHash } = command;
  const recordedAt = batch.tx.now;
  const effects: Effect[] = batch.members.takeWelcome(memberId);
  const activity: RecordedActivity = {
    ...{ facts, memberId, recordedAt, idempotencyKey, inputHash, reversedAt: null, reversedFraction: '0', effects },
    ...{ trace: evaluation.trace, usage: evaluation.usage },
  };
  const emit = (type: string, payload: Record<string, unknown>, live?: object): Effect => {
    const payloadText = JSON.stringify(payload);
    const { occurredAt } = facts;
    const id = newId();
    const seq = batch.tx.emit({ id, type, memberId, occurredAt, payload, payloadText });
    const cursor = encodeCursor({ xid: batch.xid, seq });
    const effect: Effect = { type, id, cursor, memberId, occurredAt, payload, payloadText };
    if (live !== undefined) effect.live = live;
    effects.push(effect);
    return effect;
  };
  for (const slice of slices) slice.fold({ activity, evaluation, now: recordedAt, emit });
  return { kind: 'recorded', activity };
}

function replay({ source, key, inputHash }: RecordCommand, known: Map<string, RecordedActivity>): RecordOutcome | null {
  const activity = known.get(keyOf(source, key));
  if (activity === undefined) return null;
  if (activity.inputHash === inputHash) return { kind: 'replayed', activity };
  const message = `The idempotency key was used before for another activity of source "${source}". Send a new key for a new activity, or the very same input to repeat the old one.`;
  const path = ['idempotencyKey'];
  return { kind: 'refused', refusal: new Refusal(ErrorCode.IDEMPOTENCY_KEY_REUSED, message, { path }) };
}

function inFuture(occurredAt: number, now: number): Refusal {
  const message = `occurredAt ${new Date(occurredAt).toISOString()} is more than 5 minutes ahead of the programme's clock, ${new Date(now).toISOString()}. Check the sender's clock and time zone.`;
  return new Refusal(ErrorCode.EVENT_IN_FUTURE, message, { path: ['occurredAt'] });
}

function keyOf(source: string, key: string): string {
  return `${source}\u0000${key}`;
}

function lost(command: RecordCommand): never {
  throw new Error(`The activity with key ${command.key} was neither recorded nor refused.`);
}
