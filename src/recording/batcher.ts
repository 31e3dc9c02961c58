import { partitionOf } from '../platform/locks.ts';
import type { RecordCommand, RecordOutcome } from './commands.ts';
import type { Recorder } from './recorder.ts';

/**
 * How many transactions are in flight at most. Two keep the database busy while the next batch is evaluated; with members
 * split between them by lock partition they never wait for each other's locks. More gain nothing on two cores.
 */
const LANES = 2;

/** Batches above 100 to 500 activities gain no speed, but hold locks longer. */
const LARGEST_BATCH = 500;

/**
 * A transaction costs about 5 ms of processor time, whatever is in it, and 0.2 ms for each activity. So both lanes' members
 * share one until each lane has this many: with 64 callers at once a third less processor time for each activity, 461 µs
 * of server and PostgreSQL together instead of 656.
 */
const WORTH_A_LANE = 100;

/** Turns of the event loop that a batch waits at most while each of them brings more to join it. */
const MOST_TURNS = 8;

/** How often a batch is run again after two nodes recorded the same key at the same moment. */
const KEY_CONFLICT_ATTEMPTS = 3;

export type ObserveBatch = (activities: number, durationMs: number) => void;

interface Waiting {
  command: RecordCommand;
  resolve(outcome: RecordOutcome): void;
  reject(error: unknown): void;
}

/**
 * Group commit: activities that arrive while a batch is committing wait and go together into the next one. Alone, an
 * activity waits for nobody; under load, the cost of a transaction is shared by all that take part.
 */
export class Batcher {
  readonly #recorder: Recorder;
  readonly #observe: ObserveBatch;
  readonly #lanes: readonly Lane[] = Array.from({ length: LANES }, () => ({ waiting: [], busy: false }));
  #gathering = false;
  #idle: (() => void)[] = [];

  /** @param observe told the size of each batch and how long it took, in milliseconds, for metrics; must not throw. */
  constructor(recorder: Recorder, observe: ObserveBatch = () => {}) {
    this.#recorder = recorder;
    this.#observe = observe;
  }

  /** Records one activity. The promise settles after the commit; it rejects only for faults, never for a refusal. */
  record(command: RecordCommand): Promise<RecordOutcome> {
    return this.#add(command, laneOf(command));
  }

  /**
   * Records many; outcomes come in the order of the commands. A key that stands twice among them takes the lane of its
   * first command, so that the first one is recorded and the others are judged against it, whoever their members are.
   */
  recordAll(commands: readonly RecordCommand[]): Promise<RecordOutcome[]> {
    const lanes = new Map<string, number>();
    return Promise.all(
      commands.map((command) => {
        const key = `${command.source}\u0000${command.key}`;
        const lane = lanes.get(key) ?? laneOf(command);
        lanes.set(key, lane);
        return this.#add(command, lane);
      }),
    );
  }

  /** Records many without telling anybody, for imports: straight through, because batches of an import are full anyway. */
  recordSilently(commands: readonly RecordCommand[]): Promise<RecordOutcome[]> {
    return recordWithoutConflict(this.#recorder, commands, false);
  }

  /** Resolves when nothing is waiting or in flight. */
  async idle(): Promise<void> {
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #add(command: RecordCommand, lane: number): Promise<RecordOutcome> {
    return new Promise((resolve, reject) => {
      this.#lanes[lane]?.waiting.push({ command, resolve, reject });
      this.#gather();
    });
  }

  /** Starts what can be started, once the turns of the event loop bring nothing more to join it. */
  #gather(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#turn(0, MOST_TURNS);
  }

  #turn(before: number, left: number): void {
    setImmediate(() => {
      const waiting = waitingIn(this.#lanes);
      if (waiting > before && waiting < LARGEST_BATCH && left > 0) return this.#turn(waiting, left - 1);
      this.#gathering = false;
      this.#start();
    });
  }

  #start(): void {
    const free = !this.#lanes.some((lane) => lane.busy);
    const waiting = waitingIn(this.#lanes);
    if (free && waiting < LANES * WORTH_A_LANE) {
      if (waiting > 0) void this.#run(this.#lanes);
      return;
    }
    // Beside a batch under way, only one that is worth it; a smaller one shares the next.
    const least = free ? 1 : WORTH_A_LANE;
    for (const lane of this.#lanes) if (!lane.busy && lane.waiting.length >= least) void this.#run([lane]);
  }

  /** Records what waits in these lanes in one transaction, then looks for more. Never rejects. */
  async #run(lanes: readonly Lane[]): Promise<void> {
    const batch = lanes.flatMap((lane) => lane.waiting.splice(0, LARGEST_BATCH));
    for (const lane of lanes) lane.busy = true;
    await this.#record(batch);
    for (const lane of lanes) lane.busy = false;
    if (waitingIn(this.#lanes) > 0) this.#gather();
    else if (this.#isIdle()) for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #record(batch: Waiting[]): Promise<void> {
    try {
      const commands = batch.map((waiting) => waiting.command);
      const startedAt = performance.now();
      const outcomes = await recordWithoutConflict(this.#recorder, commands, true);
      this.#observe(batch.length, performance.now() - startedAt);
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index];
        if (outcome === undefined)
          waiting.reject(new Error('The recorder answered fewer outcomes than it was asked for.'));
        else waiting.resolve(outcome);
      });
    } catch (error) {
      await this.#isolate(batch, error);
    }
  }

  /** One activity that the database cannot take must not fail the strangers it travels with: halve until it is alone. */
  async #isolate(batch: Waiting[], error: unknown): Promise<void> {
    if (batch.length === 1 || isUnavailable(error)) {
      for (const waiting of batch) waiting.reject(error);
      return;
    }
    const middle = batch.length >> 1;
    await this.#record(batch.slice(0, middle));
    await this.#record(batch.slice(middle));
  }

  #isIdle(): boolean {
    return this.#lanes.every((lane) => !lane.busy && lane.waiting.length === 0);
  }
}

/** One queue; `busy` while a batch with its members is in flight. */
interface Lane {
  waiting: Waiting[];
  busy: boolean;
}

function waitingIn(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, lane) => sum + lane.waiting.length, 0);
}

function laneOf({ memberId, externalId }: RecordCommand): number {
  return partitionOf(memberId ?? `external:${externalId}`) % LANES;
}

/**
 * Two nodes, or two lanes, may record the same key, external id or e-mail for different members at the same moment; the
 * unique index lets one through. The other runs again and then finds what the first has stored.
 */
async function recordWithoutConflict(recorder: Recorder, commands: readonly RecordCommand[], notify: boolean) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await recorder.record(commands, notify);
    } catch (error) {
      if (attempt >= KEY_CONFLICT_ATTEMPTS || !isUniqueViolation(error)) throw error;
    }
  }
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SERVICE_UNAVAILABLE';
}
