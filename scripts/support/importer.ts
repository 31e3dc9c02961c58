import { partitionOf } from '../../src/platform/locks.ts';
import type { Refusal } from '../../src/platform/refusal.ts';
import type { RecordCommand, RecordOutcome } from '../../src/recording/commands.ts';
import type { FileActivity, FileLine } from './formats.ts';

/** How many transactions an import keeps under way, each with its own members, so that none waits for another's locks. */
const LANES = 2;

/** A line that was not recorded, and why. */
export interface RefusedLine {
  line: number;
  code: string;
  reason: string;
}

export interface ImportCounts {
  recorded: number;
  replayed: number;
  refused: number;
}

export interface ImportOptions {
  /** Activities in one transaction. */
  batch: number;
  /** Checks what a line says and makes the command of it. @throws Refusal when it cannot be one. */
  toCommand(activity: FileActivity): RecordCommand;
  /** Records one transaction's worth; outcomes come in the order of the commands. */
  record(commands: readonly RecordCommand[]): Promise<RecordOutcome[]>;
  /** Called for each line that was not recorded, in no particular order. */
  onRefused(refused: RefusedLine): void;
  /** Ends the import between two lines when it is aborted. */
  signal: AbortSignal;
  /** Called after each batch. */
  onProgress(counts: Readonly<ImportCounts>): void;
}

interface Waiting {
  line: number;
  command: RecordCommand;
}

/**
 * Records every line of a file. Lines of one member always go the same way, in the order of the file; memory holds a few
 * batches, whatever the file's length. Stops at the first fault (a refusal is none): what was recorded by then stays, and
 * the same import run again replays it.
 */
export async function importLines(chunks: AsyncIterable<FileLine[]>, options: ImportOptions): Promise<ImportCounts> {
  const counts: ImportCounts = { recorded: 0, replayed: 0, refused: 0 };
  const refuse = (refused: RefusedLine) => {
    counts.refused += 1;
    options.onRefused(refused);
  };
  const lanes = Array.from({ length: LANES }, () => new Lane(options, counts, refuse));
  for await (const lines of chunks) {
    if (options.signal.aborted) break;
    for (const fileLine of lines) {
      const waiting = read(fileLine, options, refuse);
      if (waiting === null) continue;
      const { memberId, externalId } = waiting.command;
      // The key is that of the recorder's locks for a member who is not enrolled yet, which is most of a first import.
      const full = lanes[partitionOf(memberId ?? `external:${externalId}`) % LANES]?.add(waiting);
      if (full) await full;
    }
    options.onProgress(counts);
  }
  await Promise.all(lanes.map((lane) => lane.finish()));
  options.onProgress(counts);
  return counts;
}

function read(fileLine: FileLine, options: ImportOptions, refuse: (refused: RefusedLine) => void): Waiting | null {
  const { line } = fileLine;
  if ('problem' in fileLine) {
    refuse({ line, code: 'BAD_USER_INPUT', reason: fileLine.problem });
    return null;
  }
  try {
    return { line, command: options.toCommand(fileLine.activity) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    refuse(refusedAs(line, error));
    return null;
  }
}

/** One queue with at most one batch in flight and one being filled. */
class Lane {
  readonly #options: ImportOptions;
  readonly #counts: ImportCounts;
  readonly #refuse: (refused: RefusedLine) => void;
  #filling: Waiting[] = [];
  #inFlight: Promise<void> = Promise.resolve();

  constructor(options: ImportOptions, counts: ImportCounts, refuse: (refused: RefusedLine) => void) {
    this.#options = options;
    this.#counts = counts;
    this.#refuse = refuse;
  }

  /** Takes a line; gives a promise to await when the lane has more than it can hold. */
  add(waiting: Waiting): Promise<void> | null {
    this.#filling.push(waiting);
    return this.#filling.length >= this.#options.batch ? this.#send() : null;
  }

  async finish(): Promise<void> {
    if (this.#filling.length > 0) await this.#send();
    await this.#inFlight;
  }

  /** Waits for the batch in flight, then sends the one that is full, without waiting for that. */
  async #send(): Promise<void> {
    const batch = this.#filling;
    this.#filling = [];
    await this.#inFlight;
    this.#inFlight = this.#record(batch);
    // A failure is met by the next `send` or by `finish`; until then it must not count as unhandled.
    this.#inFlight.catch(() => undefined);
  }

  async #record(batch: readonly Waiting[]): Promise<void> {
    const outcomes = await this.#options.record(batch.map((waiting) => waiting.command));
    for (const [index, { line }] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error('The recorder answered fewer outcomes than it was asked for.');
      if (outcome.kind === 'refused') this.#refuse(refusedAs(line, outcome.refusal));
      else this.#counts[outcome.kind] += 1;
    }
    this.#options.onProgress(this.#counts);
  }
}

function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === 'Refusal';
}

function refusedAs(line: number, refusal: Refusal): RefusedLine {
  const { inputPath } = refusal;
  const where = inputPath === null ? '' : ` (${inputPath.join('.')})`;
  return { line, code: refusal.code, reason: `${refusal.message}${where}` };
}
