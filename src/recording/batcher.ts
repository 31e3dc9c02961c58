import { partitionOf } from '../platform/locks.ts';
import type { RecordCommand, RecordOutcome } from './commands.ts';
import type { Recorder } from './recorder.ts';

/**
 * How many transactions are in flight. Two keep the database busy while the next batch is evaluated; with members split
 * between them by lock partition they never wait for each other's locks. More gain nothing on two cores.
 */
const LANES = 2;

/** Batches above 100 to 500 activities gain no speed, but hold locks longer. */
const LARGEST_BATCH = 500;

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
  readonly #lanes: Lane[] = [];

  /** @param observe told the size of each batch and how long it took, in milliseconds, for metrics; must not throw. */
  constructor(recorder: Recorder, observe: ObserveBatch = () => {}) {
    this.#recorder = recorder;
    for (let index = 0; index < LANES; index += 1) this.#lanes.push(new Lane(recorder, observe));
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
    await Promise.all(this.#lanes.map((lane) => lane.idle()));
  }

  #add(command: RecordCommand, lane: number): Promise<RecordOutcome> {
    return new Promise((resolve, reject) => this.#lanes[lane]?.add({ command, resolve, reject }));
  }
}

function laneOf({ memberId, externalId }: RecordCommand): number {
  return partitionOf(memberId ?? `external:${externalId}`) % LANES;
}

/** One queue with at most one batch in flight. */
class Lane {
  readonly #recorder: Recorder;
  readonly #observe: ObserveBatch;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(recorder: Recorder, observe: ObserveBatch) {
    this.#recorder = recorder;
    this.#observe = observe;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    // The microtask lets everything that one request or one turn of the event loop brings travel in the same batch.
    this.#running ??= Promise.resolve().then(() => this.#drain());
  }

  async idle(): Promise<void> {
    while (this.#running !== null) await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#run(this.#waiting.splice(0, LARGEST_BATCH));
    }
    this.#running = null;
  }

  async #run(batch: Waiting[]): Promise<void> {
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
    await this.#run(batch.slice(0, middle));
    await this.#run(batch.slice(middle));
  }
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
